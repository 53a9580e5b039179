"""Bring an event's free seats and its line together, by the event's rules.

The event must be locked. Only `events.take_seat` sells a seat, and an event has one counter, so
whoever has a seat has it for all sessions or for none.
"""

import uuid
from datetime import datetime

from programme import calendar_notices, offering
from programme.listing import has_begun
from programme.offering import Terms
from programme.quiet_hours import QuietHours
from storage import events, offers, people, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.registrations import CalendarEntry, Registration


def is_full(event: Event) -> bool:
    """Tell whether an event, as just read, has no free seat."""
    return event.capacity is not None and event.taken >= event.capacity


async def give_calendar_entries(
    tx: Tx, sessions: list[Session], registration_id: int
) -> list[CalendarEntry]:
    """Give a registration an entry for every session in the person's calendar.

    Whoever gave a seat up and sits down again keeps the UIDs; the sequences rise, because the
    calendar has been told that the entries are cancelled.
    """
    # RFC 7986 section 5.3: a UID is random and tells nothing about its host; an unguessable one
    # also proves later that a calendar reply comes from this person.
    fresh = [
        CalendarEntry(registration_id, session.id, str(uuid.uuid4()), 0)
        for session in sorted(sessions, key=lambda session: session.id)
    ]
    kept = await registrations.add_calendar_entries(tx, fresh)
    if kept == fresh:
        return fresh
    return [await registrations.raise_sequence(tx, entry, method="REQUEST") for entry in kept]


async def seat(
    tx: Tx,
    *,
    event: Event,
    sessions: list[Session],
    registration: Registration,
    kind: str,
    now: datetime,
) -> None:
    """Let somebody in line sit down on a seat that was taken for them, and tell them.

    The event is locked, so they cannot have left the line since they were read.
    """
    await registrations.seat(tx, registration, now=now)
    entries = await give_calendar_entries(tx, sessions, registration.id)
    await calendar_notices.confirm(
        tx,
        kind=kind,
        event=event,
        person=await people.get(tx, registration.person_id),
        registration_id=registration.id,
        now=now,
        sessions=sessions,
        entries=entries,
    )


async def fill(
    tx: Tx,
    *,
    event: Event,
    sessions: list[Session],
    now: datetime,
    quiet: QuietHours | None = None,
    approved: int | None = None,
) -> int:
    """Give or offer the free seats to those in line, and return how many heard of it.

    1. Nobody moves up once the first session has begun, nobody to a cancelled event, and nobody
       by themselves where staff pick.
    2. When no seat is free, the offers that held none are withdrawn: the next free seat is news.
    3. `approved` is a registration that staff have just said yes to: a seat confirms it.
    """
    if event.state != "published" or event.selection == "staff" or has_begun(sessions, now):
        return 0
    full = is_full(event)
    if full and not may_ask(event):
        return 0
    quiet = quiet or QuietHours()
    by = offering.terms(event, sessions, quiet, now)
    if may_ask(event) and (full or not _is_for_all(by)):
        await offering.withdraw_unheld(tx, event.id, now=now)
    if full:
        return 0
    if _is_for_all(by):
        return await _offer_to_all(tx, event, by, quiet=quiet, now=now)
    moved = 0
    while (
        first := await registrations.first_waiting(tx, event.id, fairness=event.fairness)
    ) is not None:
        if not await events.take_seat(tx, event.id):
            break
        moved += 1
        if by.until is not None:
            await offering.make(
                tx,
                event=event,
                registration=first,
                holds_seat=True,
                until=by.until,
                quiet=quiet,
                now=now,
            )
            continue
        if moved == 1:
            # Staff may have ended the asking while everybody in line was asked.
            await offering.withdraw_unheld(tx, event.id, now=now)
        kind = "registration_confirmed" if first.id == approved else "promoted"
        await seat(tx, event=event, sessions=sessions, registration=first, kind=kind, now=now)
    return moved


def may_ask(event: Event) -> bool:
    """Tell whether an event ever asks people in line whether they want a seat."""
    return event.offer_hours > 0 or event.last_minute_hours > 0


def _is_for_all(by: Terms) -> bool:
    return by.until is not None and not by.holds_seat


async def _offer_to_all(
    tx: Tx, event: Event, by: Terms, *, quiet: QuietHours, now: datetime
) -> int:
    assert by.until is not None  # noqa: S101 -- for the type checker
    unasked = await registrations.in_line(tx, event.id, fairness=event.fairness, without_offer=True)
    for registration in unasked:
        await offering.make(
            tx,
            event=event,
            registration=registration,
            holds_seat=False,
            until=by.until,
            quiet=quiet,
            now=now,
        )
    return len(unasked)


async def seat_went(
    tx: Tx, *, event: Event, sessions: list[Session], now: datetime, quiet: QuietHours | None
) -> None:
    """Withdraw what was offered to all when somebody has just taken the last free seat."""
    if not may_ask(event) or has_begun(sessions, now):
        return
    by = offering.terms(event, sessions, quiet or QuietHours(), now)
    if _is_for_all(by) and await offers.of_event(tx, event.id):
        fresh = await events.get(tx, event.id)
        if fresh is not None and is_full(fresh):
            await offering.withdraw_unheld(tx, event.id, now=now)
