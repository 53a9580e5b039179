"""What becomes of a row after the attempt to send it: the one map from failure to state."""

import logging
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from delivery import failures
from delivery.failures import CompositionError, DeliveryFailure
from programme import alerts, corrections, other_channel, returned_mail, votes
from programme.alerts import Cause
from scheduler.carriers import Carried
from storage import outbox, pauses, people
from storage.database import Tx
from storage.outbox import OutboxRow

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# The last attempt before a row is no longer worth sending comes so long before that moment.
LAST_ATTEMPT = 30 * SECOND
FIRST_REST, LONGEST_REST = 30 * SECOND, 30 * MINUTE
# A line that breaks now and then is nobody's business; one that stays broken so long is.
WORTH_AN_ALERT = 2 * MINUTE
logger = logging.getLogger(__name__)

# Our own hiccups are over soon. A mail server that puts us off means minutes, as greylisting
# does, and then RFC 5321 section 4.5.4.1 asks for two attempts in the first hour, hours later
# on; to the server that takes our mail from us we may come a little more often.
QUICK = tuple(min(10 * SECOND * 2**turn, 30 * MINUTE) for turn in range(9))
PATIENT = (MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR)


@dataclass(frozen=True)
class Outcome:
    """What a failure does to the row, the contact, the channel and staff.

    A row in `retry` waits for its `rhythm`, or for the end of the channel's rest, or not at all.
    """

    state: Literal["retry", "failed", "uncertain"]
    rhythm: tuple[timedelta, ...] = ()
    contact: Literal["unreachable", "moved"] | None = None
    rest: Literal["as told", "growing"] | None = None
    alert: Cause | None = None


OUTCOMES: dict[type[BaseException], Outcome] = {
    failures.Temporary: Outcome("retry", rhythm=QUICK),
    failures.Deferred: Outcome("retry", rhythm=PATIENT),
    failures.FloodLimited: Outcome("retry", rest="as told"),
    failures.ChannelBroken: Outcome("retry", rest="growing", alert="broken"),
    failures.LoginRefused: Outcome("retry", rest="growing", alert="login"),
    failures.ChatMoved: Outcome("retry", contact="moved"),
    failures.ChatUnreachable: Outcome("failed", contact="unreachable"),
    failures.AddressRefused: Outcome("failed", contact="unreachable"),
    failures.MessageGone: Outcome("failed"),
    failures.Permanent: Outcome("failed", alert="refused"),
    failures.OutcomeUnknown: Outcome("uncertain"),
    CompositionError: Outcome("failed", alert="unwritable"),
    Exception: Outcome("failed", alert="unwritable"),
}


def outcome_of(error: BaseException) -> Outcome:
    """Find what a failure does; the nearest class that the table names decides."""
    return next(OUTCOMES[kind] for kind in type(error).__mro__ if kind in OUTCOMES)


def has_consequences(row: OutboxRow, carried: Carried) -> bool:
    """Tell whether more than the row itself changes once it was taken."""
    return row.kind in ("poll", "correction") or bool(carried.result.get("plain"))


async def sent(tx: Tx, row: OutboxRow, carried: Carried, *, now: datetime) -> None:
    """End a row as sent.

    A poll's number is kept, and votes that came first are looked at. What a correction corrects
    is rewritten. Staff hear of markup that Telegram could not read.
    """
    if not await outbox.end(
        tx, row, state="sent", answer=carried.answer, result=carried.result, now=now
    ):
        return
    if carried.result.get("plain"):
        await alerts.tell_staff(tx, channel=row.channel, cause="markup", now=now)
    if row.kind == "correction" and isinstance(row.facts.get("about"), int):
        await corrections.amend(
            tx,
            about=row.facts["about"],
            by=row.broadcast_id,
            person_id=row.person_id,
            now=now,
        )
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


async def failed(tx: Tx, row: OutboxRow, error: Exception, *, now: datetime) -> datetime | None:
    """Do what the table says: again later, never, by the other channel, or unknown.

    Returns when the row is tried again, if it is the row that waits and not its channel.
    """
    outcome = outcome_of(error)
    due_at: datetime | None = None
    answer = error.answer if isinstance(error, DeliveryFailure) else repr(error)
    if outcome.state != "retry":
        await outbox.end(tx, row, state=outcome.state, answer=answer, now=now)
    elif isinstance(error, failures.ChatMoved):
        await people.move_chat(tx, old=row.address, new=str(error.new_chat_id))
        await outbox.readdress(tx, row, address=str(error.new_chat_id), now=now)
    elif outcome.rest is not None:
        await _rest(tx, row, error, outcome, answer, now=now)
        return None
    else:
        due_at = _next_attempt(row, error, outcome, now)
        await outbox.try_again(tx, row, due_at=due_at, answer=answer)
    if outcome.contact == "unreachable":
        await _use_other_channel(tx, row, answer, now=now)
    if outcome.alert is not None:
        _report(row, error)
        await _alert(tx, row, outcome.alert, now=now)
    return due_at


def _report(row: OutboxRow, error: Exception) -> None:
    wrong = isinstance(error, CompositionError | failures.Permanent)
    logger.error(
        "delivery_failed",
        extra={"outbox_id": row.id, "kind": row.kind, "error": type(error).__name__},
        exc_info=None if wrong else error,
    )


async def _alert(tx: Tx, row: OutboxRow, cause: Cause, *, now: datetime) -> None:
    # An alert that cannot be delivered raises no other one.
    if row.kind != "alert":
        await alerts.tell_staff(tx, channel=row.channel, cause=cause, now=now)


async def _rest(
    tx: Tx, row: OutboxRow, error: Exception, outcome: Outcome, answer: str, *, now: datetime
) -> None:
    if isinstance(error, failures.FloodLimited):
        until = now + error.retry_after
        await pauses.pause(tx, row.channel, until=until, because=answer)
        length = timedelta(0)
    else:
        until, length = await pauses.pause_longer(
            tx, row.channel, because=answer, first=FIRST_REST, longest=LONGEST_REST, now=now
        )
    # The pause holds the row back; due as before, it keeps its place in the line.
    await outbox.try_again(tx, row, due_at=row.due_at, answer=answer, counts=False)
    logger.warning("channel_paused", extra={"channel": row.channel, "answer": answer})
    if outcome.alert == "login" or (outcome.alert == "broken" and length >= WORTH_AN_ALERT):
        await _alert(tx, row, outcome.alert, now=now)


def _next_attempt(row: OutboxRow, error: Exception, outcome: Outcome, now: datetime) -> datetime:
    """Follow the rhythm; a row has one more attempt just before it is no longer worth sending."""
    pause = outcome.rhythm[min(max(row.attempts, 1), len(outcome.rhythm)) - 1]
    if outcome.rhythm is PATIENT:
        pause *= 1 + _jitter(row)
    at_least = error.retry_at_least if isinstance(error, failures.Temporary) else None
    due_at = now + max(pause, at_least or pause)
    last = row.not_after - LAST_ATTEMPT
    return due_at if due_at <= last else max(last, min(due_at, now + LAST_ATTEMPT))


def _jitter(row: OutboxRow) -> float:
    """Spread the rows that a server put off together, by up to a fifth to either side.

    The same row and attempt give the same, so that a story can be told again.
    """
    return (zlib.crc32(f"{row.id}:{row.attempts}".encode()) % 401 - 200) / 1000


async def _use_other_channel(tx: Tx, row: OutboxRow, answer: str, *, now: datetime) -> None:
    if row.channel == "mail":
        await returned_mail.refused(tx, row, answer=answer, now=now)
        return
    await people.set_unreachable(tx, channel=row.channel, address=row.address, why=answer, now=now)
    await other_channel.say(tx, row, now=now)
