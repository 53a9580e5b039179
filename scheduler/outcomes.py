"""What becomes of a row after the attempt to send it: the one map from failure to state."""

import logging
from datetime import datetime, timedelta

from delivery import failures
from delivery.failures import CompositionError, DeliveryFailure
from programme import notices, votes
from scheduler.carriers import Carried
from storage import outbox, pauses, people
from storage.database import Tx
from storage.outbox import OutboxRow

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=30)
BROKEN_PAUSE = timedelta(seconds=30)
ONE_CHANNEL = {"reply", "poll", "trouble", "email_code"}
logger = logging.getLogger(__name__)


async def sent(tx: Tx, row: OutboxRow, carried: Carried, *, now: datetime) -> None:
    """End a row as sent; a poll's number is kept, and votes that came first are looked at."""
    state = "sent"
    if not await outbox.end(
        tx, row, state=state, answer=carried.answer, result=carried.result, now=now
    ):
        return
    poll_id = carried.result.get("poll_id")
    if poll_id is not None and row.kind == "poll":
        await votes.note_sent(
            tx,
            outbox_id=row.id,
            survey_key=str(row.facts["survey_key"]),
            poll_id=str(poll_id),
            chat_id=int(row.address),
            message_id=int(carried.result["message_id"]),
            now=now,
        )


async def failed(tx: Tx, row: OutboxRow, error: Exception, *, now: datetime) -> None:
    """Decide from the error's type: again later, never, by the other channel, or unknown."""
    answer = error.answer if isinstance(error, DeliveryFailure) else repr(error)
    if isinstance(error, failures.OutcomeUnknown):
        await outbox.end(tx, row, state="uncertain", answer=answer, now=now)
    elif isinstance(error, failures.FloodLimited):
        await _rest(tx, row, error.retry_after, answer, now=now)
    elif isinstance(error, failures.ChannelBroken):
        await _rest(tx, row, BROKEN_PAUSE, answer, now=now)
    elif isinstance(error, failures.ChatMoved):
        await people.move_chat(tx, old=row.address, new=str(error.new_chat_id))
        await outbox.readdress(tx, row, address=str(error.new_chat_id), now=now)
    elif isinstance(error, failures.ChatUnreachable | failures.AddressRefused):
        await outbox.end(tx, row, state="failed", answer=answer, now=now)
        await _use_other_channel(tx, row, answer, now=now)
    elif isinstance(error, failures.Temporary):
        await _later(tx, row, error, now=now)
    else:
        await outbox.end(tx, row, state="failed", answer=answer, now=now)
        _report(row, error)


def _report(row: OutboxRow, error: Exception) -> None:
    wrong = isinstance(error, CompositionError | failures.Permanent)
    logger.error(
        "delivery_failed",
        extra={"outbox_id": row.id, "kind": row.kind, "error": type(error).__name__},
        exc_info=None if wrong else error,
    )


async def _rest(tx: Tx, row: OutboxRow, rest: timedelta, answer: str, *, now: datetime) -> None:
    until = now + rest
    await pauses.pause(tx, row.channel, until=until, because=answer)
    await outbox.try_again(tx, row, due_at=until, answer=answer, counts=False)
    logger.warning("channel_paused", extra={"channel": row.channel, "answer": answer})


async def _later(tx: Tx, row: OutboxRow, error: failures.Temporary, *, now: datetime) -> None:
    grown = FIRST_PAUSE * 2 ** min(row.attempts - 1, 10)
    pause = max(min(grown, LONGEST_PAUSE), error.retry_at_least or FIRST_PAUSE)
    await outbox.try_again(tx, row, due_at=now + pause, answer=error.answer)


async def _use_other_channel(tx: Tx, row: OutboxRow, answer: str, *, now: datetime) -> None:
    await people.set_unreachable(tx, channel=row.channel, address=row.address, why=answer, now=now)
    # What belongs into a calendar travels by mail already, whenever there is a mail address.
    for_calendar = row.facts.get("calendar_entries") or row.facts.get("calendar")
    if row.person_id is None or row.kind in ONE_CHANNEL or for_calendar:
        return
    other = "mail" if row.channel == "telegram" else "telegram"
    facts = {name: fact for name, fact in row.facts.items() if name != "person"}
    notice = notices.Notice(
        kind=row.kind,
        key=row.key.removesuffix(f":{row.channel}"),
        facts=facts,
        priority=row.priority,
        due_at=now,
        not_after=row.not_after,
        broadcast_id=row.broadcast_id,
    )
    person = await people.get(tx, row.person_id)
    await notices.tell_by(tx, other, [notice], person=person, now=now)
