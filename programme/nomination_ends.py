"""End nominations: taken back, declined, or over because something else ended."""

from datetime import datetime

from programme.memberships import hash_of
from programme.nomination_notices import facts, notice, tell_contact, tell_named, unsay
from programme.nomination_terms import Place, place
from programme.quiet_hours import QuietHours
from storage import nominations
from storage.database import Tx
from storage.nominations import Nomination


async def registration_cancelled(
    tx: Tx,
    *,
    registration_id: int,
    now: datetime,
    answer: str = "cancelled",
    version: str = "",
    quiet: QuietHours | None = None,
) -> bool:
    """End the nomination that a cancelled registration came from, and tell who named the person.

    `answer` says who ended it: the person ("cancelled"), the office ("refused"), or an offer of
    a seat that ran out ("unanswered"); `version` begins with a colon where the same registration
    may end more than once. The place in the organisation's quota is free again.
    Call it after the registration has ended, under the event's lock. False when no accepted
    nomination belongs to it, which is so too when it was the nomination that ended first.
    """
    nomination = await nominations.of_registration(tx, registration_id)
    if nomination is None:
        return False
    at = await place(tx, event_id=nomination.event_id, organisation_id=nomination.organisation_id)
    if not await nominations.move(tx, nomination, state="declined", ended_at=now):
        return False
    await nominations.free_place(
        tx, event_id=nomination.event_id, organisation_id=nomination.organisation_id
    )
    await tell_contact(
        tx, at, nomination, answer=answer, version=version, quiet=quiet or QuietHours(), now=now
    )
    return True


async def tell_withdrawn(
    tx: Tx, at: Place, nomination: Nomination, *, quiet: QuietHours, now: datetime
) -> None:
    """Tell somebody who had not answered that they need not, unless they never heard of it."""
    if await unsay(tx, nomination, now=now):
        return
    said = notice(
        "nomination_withdrawn",
        f"nomination_withdrawn:{nomination.id}",
        await facts(tx, at),
        last=at.ends,
        quiet=quiet,
        zone=at.event.zone,
        now=now,
    )
    await tell_named(tx, said, nomination, now=now)


async def holds_link(tx: Tx, nomination: Nomination, token: str) -> bool:
    """Tell whether whoever acts has opened the nomination's own link."""
    if not token:
        return False
    stored = await nominations.by_token(tx, hash_of(token))
    return stored is not None and stored.id == nomination.id
