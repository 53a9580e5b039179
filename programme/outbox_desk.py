"""What whoever is on duty may do with one row of the outbox: send it again, or drop it.

A row keeps the facts of the moment it was caused. Sending it again must not tell people what
was true once, so the facts are held against the tables first.
"""

from datetime import datetime, timedelta
from typing import Any

from programme import fair_notices, letter_doors
from programme.facts import event_facts
from programme.letter_doors import TO_MANY
from programme.notice_policy import POLICY
from storage import events, offers, outbox_desk, registrations, staff
from storage.database import Tx
from storage.outbox import WAITING, Entry
from storage.outbox_desk import REPEATABLE, TROUBLE, DeskRow

DOOR = "command line"
# A code and a link die at their moment; the other kinds that last a span say nothing of a moment.
TIMELESS = {policy.kind for policy in POLICY.values() if isinstance(policy.lasts, timedelta)} - {
    "email_code",
    "address_check",
}
# The states of a registration in which a notice about it is still true.
OPEN = ("active", "waiting")
TRUE_FOR = {
    "registration_confirmed": ("active",),
    "promoted": ("active",),
    "reminder": ("active",),
    "waiting_listed": ("waiting",),
    "registration_cancelled": ("cancelled",),
    "application_received": ("waiting",),
    "application_refused": ("cancelled",),
    "seat_offered": ("waiting",),
    "offer_expired": ("cancelled",),
    "registration_joined": ("cancelled",),
    "seat_given_up": ("cancelled",),
    "day_declined": ("active",),
}


class DeskRefusal(Exception):
    """Nothing can be done with a row of the outbox, and nothing was changed."""

    def __init__(self, outbox_id: int, state: str = "") -> None:
        super().__init__(outbox_id, state)
        self.outbox_id = outbox_id
        self.state = state


class DeliveryUnknown(DeskRefusal):
    """There is no delivery with this number."""


class NotRepeatable(DeskRefusal):
    """Only a delivery that failed, is uncertain, was missed or was cancelled is sent again."""


class NotDroppable(DeskRefusal):
    """A delivery that is leaving, was sent or was dropped before cannot be dropped."""


class DeliveryChanged(DeskRefusal):
    """Somebody changed the delivery at the same moment."""


class WordsTooLate(DeskRefusal):
    """The moment that the delivery speaks of has passed."""


class WordsUntrue(DeskRefusal):
    """The event or the registration is no longer as the delivery says."""


async def find(tx: Tx, *, outbox_id: int) -> DeskRow:
    """Read one row; raises DeliveryUnknown."""
    row = await outbox_desk.get(tx, outbox_id)
    if row is None:
        raise DeliveryUnknown(outbox_id)
    return row


async def send_again(tx: Tx, *, row: DeskRow, now: datetime) -> datetime:
    """Queue a row anew, as it was read, and return until when it is worth sending.

    Raises NotRepeatable, WordsTooLate, WordsUntrue, or DeliveryChanged when it is not as it was
    read. Whoever calls has asked a person about rows that may arrive twice.
    """
    if row.state not in REPEATABLE:
        raise NotRepeatable(row.id, row.state)
    not_after = _worth_until(row, now)
    if not await is_true(tx, kind=row.kind, facts=row.facts):
        raise WordsUntrue(row.id, row.state)
    doors = await _doors(tx, row, not_after, now)
    if not await outbox_desk.send_again(tx, row, not_after=not_after, doors=doors, now=now):
        raise DeliveryChanged(row.id, row.state)
    await _record(tx, "outbox again", row, now=now)
    return not_after


async def drop(tx: Tx, *, row: DeskRow, now: datetime) -> None:
    """Cancel a row that waits, or settle one that went wrong.

    Raises NotDroppable, or DeliveryChanged when it is not as it was read.
    """
    if row.state in WAITING:
        done = await outbox_desk.cancel(tx, row, now=now)
    elif row.state in TROUBLE and row.settled_at is None:
        done = await outbox_desk.settle(tx, row, now=now)
    else:
        raise NotDroppable(row.id, row.state)
    if not done:
        raise DeliveryChanged(row.id, row.state)
    await _record(tx, "outbox drop", row, now=now)


async def _doors(tx: Tx, row: DeskRow, not_after: datetime, now: datetime) -> dict[str, str] | None:
    """Give other doors to a letter that has forgotten its own."""
    if row.channel != "mail" or "doors" in row.facts:
        return None
    entry = Entry(
        key=row.key,
        channel=row.channel,
        kind=row.kind,
        address=row.address,
        locale=row.locale,
        facts=row.facts,
        priority=row.priority,
        due_at=now,
        not_after=not_after,
        person_id=row.person_id,
    )
    return await letter_doors.renew_for(tx, entry, now=now)


def _worth_until(row: DeskRow, now: datetime) -> datetime:
    about_nothing = row.kind in TO_MANY and not row.facts.get("event")
    if row.kind in TIMELESS or about_nothing:
        return max(row.not_after, POLICY[row.kind].worth_until(now))
    if row.not_after <= now:
        raise WordsTooLate(row.id, row.state)
    return row.not_after


async def is_true(tx: Tx, *, kind: str, facts: dict[str, Any]) -> bool:
    """Tell whether event and registration are still as the facts have them.

    The event is locked, so that nobody moves it before the end of the transaction.
    """
    told = facts.get("event") if kind not in TIMELESS else None
    if told is None:
        return True
    event = await events.lock(tx, int(told["id"]))
    if event is None or (event.state == "cancelled") != (kind == "event_cancelled"):
        return kind in {"registration_cancelled", "exhibitor_cancelled"}
    held = (await event_facts(tx, event))["event"]
    if (told["sessions"], told["place"]) != (held["sessions"], held["place"]):
        return False
    if facts.get("exhibitor_id") is not None:
        return await fair_notices.is_true(tx, kind=kind, facts=facts)
    number = facts.get("registration_id")
    if number is None or kind == "event_cancelled":
        return True
    if kind == "seat_offered":
        offer = await offers.open_of(tx, int(number))
        return offer is not None and offer.id == facts["offer"]["id"]
    registration = await registrations.get(tx, int(number))
    return registration is not None and registration.state in TRUE_FOR.get(kind, OPEN)


async def _record(tx: Tx, action: str, row: DeskRow, *, now: datetime) -> None:
    detail = {
        "door": DOOR,
        "outbox": row.id,
        "kind": row.kind,
        "channel": row.channel,
        "state": row.state,
        "attempts": row.attempts,
    }
    await staff.log(
        tx, chat_id=None, staff_id=None, action=action, allowed=True, detail=detail, now=now
    )
