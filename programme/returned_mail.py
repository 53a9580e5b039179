"""Take mail that came back: count it, use the other channel, and ask staff for a new address.

Anybody can write what looks like a report of a mail server. Only one that bears the token of a
letter of ours counts, and it counts for the address that this letter went to, whatever it says.
docs/decisions/0023 says why.
"""

import logging
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from programme import alerts, other_channel, outbox_desk, returned_tasks
from programme.letter_doors import REPLY
from programme.memberships import hash_of
from programme.other_channel import Unsaid
from programme.quiet_hours import QuietHours
from programme.return_codes import Weight, code_in, weigh
from storage import bounces, letter_doors
from storage.database import Tx
from storage.letter_doors import Door

# A letter that came back softly weighs one, and half as much after each such span.
HALF_LIFE = timedelta(days=14)
# Three days in a row are enough, and so is once a week for a month.
TOO_HEAVY = 2.5
# What is older weighs next to nothing.
REMEMBERED = timedelta(days=90)
# Which report of several counts, the first of these that there is.
_WORST: tuple[Weight, ...] = ("hard", "soft", "ours", "waits", "arrived")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReturnedRecipient:
    """What a mail server says of one recipient; nothing of it is proved.

    `address` is whom the server could not reach and `original` whom we wrote to, as far as it
    says so, both in lower case. `action` is a word of RFC 3464: failed, delayed, delivered,
    relayed or expanded. `status` is a code of RFC 3463, empty when there was none to be read.
    """

    address: str
    original: str = ""
    action: str = "failed"
    status: str = ""
    diagnostic: str = ""

    @property
    def weight(self) -> Weight:
        """What this means for the address."""
        return weigh(status=self.status, diagnostic=self.diagnostic, action=self.action)


@dataclass(frozen=True)
class ReturnedMail:
    """A report that a mail of ours was not delivered, or not yet.

    `tokens` are what looks like the token of a letter of ours, in the order of their worth; only
    one that opens a door proves that the report is about a letter of ours.
    """

    tokens: tuple[str, ...]
    recipients: tuple[ReturnedRecipient, ...]


async def note(
    tx: Tx, *, returned: ReturnedMail, inbox_id: int, now: datetime, quiet: QuietHours
) -> None:
    """Let a report have its effect, once."""
    door = await _letter_of(tx, returned.tokens)
    if door is None:
        await _note_unproved(tx, returned, now=now)
        return
    address = door.address.lower()
    said, weight = _what_counts(returned.recipients, address)
    logger.info("mail_returned", extra={"inbox_id": inbox_id, "weight": weight})
    if weight == "waits":
        return
    if weight == "arrived":
        await heard_from(tx, address=address, now=now)
        return
    letter = await bounces.letter(tx, door.outbox_key)
    # Whoever changes an event locks it first; so does this.
    is_worth = letter is not None and await outbox_desk.is_true(
        tx, kind=letter.kind, facts=letter.facts
    )
    fresh = await _count(tx, said, weight, door=door, inbox_id=inbox_id, now=now)
    if not fresh:
        return
    if weight == "ours":
        await alerts.tell_staff(tx, channel="mail", cause="refused", now=now)
    elif weight == "hard" or await _is_too_heavy(tx, address, now=now):
        await _give_up(
            tx, address, why=said.diagnostic or said.status, now=now, quiet=quiet, door=door
        )
    if letter is not None and is_worth:
        await other_channel.say(
            tx, letter, now=now, quiet=quiet, organisation_id=door.organisation_id
        )


async def refused(tx: Tx, row: Unsaid, *, answer: str, now: datetime) -> None:
    """Take a refusal of the recipient at the moment of sending, and use the other channel.

    Here the server itself speaks, so nothing has to be proved; words that say nothing of why
    are about the recipient, whom it refused.
    """
    address = row.address.lower()
    weight = weigh(status=code_in(answer), diagnostic=answer, vague="hard")
    await bounces.note(
        tx,
        address=address,
        outbox_key=row.key,
        inbox_id=None,
        is_hard=weight == "hard",
        status=code_in(answer),
        diagnostic=answer,
        now=now,
    )
    if weight == "ours":
        await alerts.tell_staff(tx, channel="mail", cause="refused", now=now)
    elif weight == "hard" or await _is_too_heavy(tx, address, now=now):
        await _give_up(tx, address, why=answer, now=now)
    unit = await bounces.organisation_of_letter(tx, row.key)
    await other_channel.say(tx, row, now=now, organisation_id=unit)


async def heard_from(tx: Tx, *, address: str, now: datetime) -> None:
    """Write to an address again that proved to be alive, and ask for no other one."""
    if await bounces.find(tx, address=address.lower()):
        logger.info("address_works_again")
    await bounces.forget(tx, address=address.lower())
    await bounces.end_tasks(tx, address=address.lower(), now=now)


async def note_life(tx: Tx, *, tokens: tuple[str, ...], sender: str, now: datetime) -> None:
    """Take an answer to a letter of ours, a machine's too, as proof that its address takes mail."""
    door = await _letter_of(tx, tokens)
    if door is not None and door.address.lower() == sender.lower():
        await heard_from(tx, address=sender, now=now)


async def turn(tx: Tx, *, now: datetime) -> None:
    """Do what time does: end tasks that have answered themselves."""
    await bounces.end_answered_tasks(tx, now=now)


async def forget(tx: Tx, *, now: datetime) -> None:
    """Forget what counts no longer."""
    await bounces.forget_old(tx, before=now - REMEMBERED)


async def _letter_of(tx: Tx, tokens: tuple[str, ...]) -> Door | None:
    """Find the letter that a token belongs to; a door that has closed still proves it."""
    for token in tokens:
        door = await letter_doors.find(tx, token_hash=hash_of(token.lower()))
        if door is not None and door.purpose == REPLY:
            return door
    return None


def _what_counts(
    recipients: tuple[ReturnedRecipient, ...], address: str
) -> tuple[ReturnedRecipient, Weight]:
    """Choose what counts for the one address that a letter went to.

    A letter that somebody has forwarded may come back from an address behind theirs, of which
    we know nothing; then theirs is at most doubtful.
    """
    known = [one for one in recipients if address in {one.address, one.original}]
    weighed = [(one, one.weight) for one in known or recipients]
    said, weight = min(weighed, key=lambda one: _WORST.index(one[1]))
    return said, "soft" if weight == "hard" and not known else weight


async def _count(
    tx: Tx,
    said: ReturnedRecipient,
    weight: Weight,
    *,
    door: Door,
    inbox_id: int,
    now: datetime,
) -> bool:
    if weight == "ours":
        # It says nothing of the address, and what it sets off happens once by itself.
        return True
    return await bounces.note(
        tx,
        address=door.address.lower(),
        outbox_key=door.outbox_key,
        inbox_id=inbox_id,
        is_hard=weight == "hard",
        status=said.status,
        diagnostic=said.diagnostic,
        now=now,
    )


async def _is_too_heavy(tx: Tx, address: str, *, now: datetime) -> bool:
    return weight_of(await bounces.soft_since(tx, address=address, since=now - REMEMBERED), now) > (
        TOO_HEAVY
    )


def weight_of(moments: list[datetime], now: datetime) -> float:
    """Add up letters that came back; several on one day (UTC) are one sign, not several."""
    days = {moment.date(): moment for moment in sorted(moments)}
    return sum(math.pow(0.5, (now - moment) / HALF_LIFE) for moment in days.values())


async def _give_up(
    tx: Tx,
    address: str,
    *,
    why: str,
    now: datetime,
    quiet: QuietHours | None = None,
    door: Door | None = None,
) -> None:
    """Write to an address no more: tell staff, and send what waits for it another way."""
    lost = await bounces.lose(tx, address=address, why=why, now=now)
    await returned_tasks.ask_for_address(tx, address=address, lost=lost, door=door, now=now)
    if lost.is_anybody:
        logger.warning("address_given_up")
    await other_channel.redirect_waiting(tx, address=address, now=now, quiet=quiet)


async def _note_unproved(tx: Tx, returned: ReturnedMail, *, now: datetime) -> None:
    logger.info("mail_returned_unproved")
    for one in returned.recipients:
        if one.weight == "hard":
            address = one.original or one.address
            if await bounces.is_written_to(tx, address=address):
                await returned_tasks.ask_to_check(tx, address=address, said=one.diagnostic, now=now)
