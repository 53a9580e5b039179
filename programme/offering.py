"""Offers of a seat to people in line: until when, told how, ended when.

Two kinds. One holds the seat for one person for the hours that the event says. The other holds
nothing: shortly before the event everybody in line is asked, and whoever answers first has it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from programme.facts import event_facts
from programme.notice_policy import POLICY
from programme.notices import Notice, tell
from programme.quiet_hours import QuietHours
from programme.reminders import LAST_CALL
from storage import offers, outbox_lists, outbox_sweeps, people
from storage.database import Tx
from storage.events import Event, Session
from storage.offers import Offer
from storage.registrations import Registration

AFTER_QUIET = timedelta(hours=2)
SEAT_OFFERED = POLICY["seat_offered"]


@dataclass(frozen=True)
class Terms:
    """How a free seat is given now; `until` is when an offer of it ends.

    Without `until` nobody is asked: the first in line has the seat.
    """

    holds_seat: bool
    until: datetime | None


AT_ONCE = Terms(holds_seat=False, until=None)


def terms(event: Event, sessions: list[Session], quiet: QuietHours, now: datetime) -> Terms:
    """Say how an event gives a free seat to its line at this moment.

    In the last hours, and when no waking time is left to answer in, no seat is held.
    """
    starts_at = min(session.starts_at for session in sessions)
    if _is_last_minute(event, starts_at, now):
        return Terms(holds_seat=False, until=starts_at)
    if not event.offer_hours:
        return AT_ONCE
    until = held_until(event, starts_at, quiet, now)
    if until is None:
        return Terms(holds_seat=False, until=starts_at)
    return Terms(holds_seat=True, until=until)


def _is_last_minute(event: Event, starts_at: datetime, now: datetime) -> bool:
    return starts_at - timedelta(hours=event.last_minute_hours) <= now < starts_at


def held_until(
    event: Event, starts_at: datetime, quiet: QuietHours, now: datetime
) -> datetime | None:
    """Compute when an offer made now ends; None when nobody could answer it in waking hours.

    1. The hours are counted from the next waking moment, when the person hears of it.
    2. An end in the quiet hours moves to two hours after them.
    3. It is never later than the last call before the first session; a last call in the quiet
       hours is the beginning of these.
    """
    heard_at = quiet.next_waking(now, event.zone)
    until = heard_at + timedelta(hours=event.offer_hours)
    if quiet.cover(until, event.zone):
        until = quiet.next_waking(until, event.zone) + AFTER_QUIET
    until = min(until, _last_answer(event, starts_at, quiet))
    return until if heard_at < until else None


def _last_answer(event: Event, starts_at: datetime, quiet: QuietHours) -> datetime:
    last = starts_at - LAST_CALL
    if not quiet.cover(last, event.zone):
        return last
    # Quiet hours are shorter than a day, so they began within the last one.
    evening = quiet.next_quiet(last - timedelta(days=1), event.zone)
    return last if evening is None else evening - timedelta(seconds=1)


async def make(
    tx: Tx,
    *,
    event: Event,
    registration: Registration,
    holds_seat: bool,
    until: datetime,
    quiet: QuietHours,
    now: datetime,
) -> Offer:
    """Offer a seat to somebody in line and tell them; who holds one has taken it before."""
    offer = await offers.add(
        tx,
        registration_id=registration.id,
        event_id=event.id,
        holds_seat=holds_seat,
        expires_at=until,
        now=now,
    )
    await _tell(tx, event, registration.person_id, offer, quiet=quiet, now=now)
    return offer


def _key(offer: Offer) -> str:
    return f"seat_offered:{offer.registration_id}:{offer.id}"


def facts(event: Event, offer: Offer) -> dict[str, object]:
    """Describe an offer, as notices carry it."""
    return {
        "id": offer.id,
        "expires_at": offer.expires_at.isoformat(),
        "zone": event.zone,
        "holds_seat": offer.holds_seat,
    }


async def _tell(
    tx: Tx,
    event: Event,
    person_id: int,
    offer: Offer,
    *,
    quiet: QuietHours,
    now: datetime,
    version: str = "",
) -> None:
    told = {"registration_id": offer.registration_id, "offer": facts(event, offer)}
    due_at = quiet.next_waking(now, event.zone)
    notice = Notice(
        kind=SEAT_OFFERED.kind,
        key=_key(offer) + version,
        facts=await event_facts(tx, event) | told,
        priority=SEAT_OFFERED.priority,
        due_at=due_at,
        not_after=SEAT_OFFERED.worth_until(due_at, offer.expires_at),
    )
    await tell(tx, notice, person=await people.get(tx, person_id), now=now)


async def may_be_known(tx: Tx, offer: Offer) -> bool:
    """Tell whether the person may have heard of an offer; not while its notice waits."""
    return await outbox_lists.may_have_left(tx, keys_from=f"{_key(offer)}:")


async def was_in_vain(tx: Tx, offer: Offer) -> bool:
    """Tell whether nobody could have heard of an offer, for the first time of a registration.

    Somebody's place must not be lost because we could not send for hours.
    """
    if await may_be_known(tx, offer):
        return False
    return not await offers.was_taken_back(tx, offer.registration_id)


async def end(tx: Tx, offer: Offer, *, state: str, now: datetime) -> bool:
    """End an open offer and stop what would still tell of it; False when it is not open."""
    if not await offers.end(tx, offer, state=state, now=now):
        return False
    await _stop_telling(tx, [offer], now=now)
    return True


async def _stop_telling(tx: Tx, ended: list[Offer], *, now: datetime) -> int:
    stopped = 0
    for offer in ended:
        # The separator keeps offer 1 from meaning offer 12 as well.
        stopped += await outbox_sweeps.cancel(tx, keys_from=f"{_key(offer)}:", now=now)
    return stopped


async def withdraw_unheld(tx: Tx, event_id: int, *, now: datetime) -> int:
    """Withdraw the offers of an event that hold nothing, and return how many there were."""
    gone = await offers.withdraw_unheld(tx, event_id, now=now)
    await _stop_telling(tx, gone, now=now)
    return len(gone)


async def withdraw_all(tx: Tx, event_id: int, *, now: datetime) -> int:
    """Withdraw every open offer of an event and return how many of them held a seat."""
    found = await offers.of_event(tx, event_id)
    for offer in found:
        await end(tx, offer, state="withdrawn", now=now)
    return sum(offer.holds_seat for offer in found)


async def follow(
    tx: Tx, *, event: Event, sessions: list[Session], quiet: QuietHours, now: datetime
) -> dict[int, Offer]:
    """Let open offers end in time for an event that has moved; give them by registration.

    None ends later than it was promised. What was offered to all is withdrawn, unless the event
    still begins so soon that it would be offered so again.
    """
    starts_at = min(session.starts_at for session in sessions)
    last = _last_answer(event, starts_at, quiet)
    if last <= now:
        last = starts_at - LAST_CALL
    by = terms(event, sessions, quiet, now)
    kept = {}
    for offer in await offers.of_event(tx, event.id):
        if not offer.holds_seat and (by.holds_seat or by.until is None):
            await end(tx, offer, state="withdrawn", now=now)
            continue
        until = min(offer.expires_at, last) if offer.holds_seat else starts_at
        await offers.end_at(tx, offer, expires_at=until)
        kept[offer.registration_id] = replace(offer, expires_at=until)
    return kept


async def tell_again(
    tx: Tx,
    *,
    event: Event,
    registration: Registration,
    offer: Offer,
    version: str,
    quiet: QuietHours,
    now: datetime,
) -> None:
    """Write anew what has not left yet about an offer, after the event has changed.

    Who has heard of the offer is not told of it again.
    """
    if await _stop_telling(tx, [offer], now=now):
        await _tell(
            tx,
            event,
            registration.person_id,
            offer,
            quiet=quiet,
            now=now,
            version=f":{version}",
        )
