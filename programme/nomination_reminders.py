"""Remind organisations that named nobody and people who did not answer, each of them once.

No reminder is a timer: a tick asks who is silent and whether the moment has come.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from programme import audiences
from programme.nomination_notices import (
    facts,
    link_told,
    named_recipient,
    notice,
    recipients,
    tell_named,
)
from programme.nomination_terms import place
from programme.notice_policy import POLICY
from programme.quiet_hours import QuietHours
from storage import events, nominations
from storage import nomination_reminders as rows
from storage.database import Tx
from storage.nomination_reminders import SilentOrganisation, SilentPerson

# An organisation that named nobody hears again so long before its deadline, but has had a day.
ORGANISATION_BEFORE = timedelta(days=3)
# Somebody named hears again so long afterwards, or so long before the deadline if that is sooner.
PERSON_AFTER = timedelta(days=2)
PERSON_BEFORE = timedelta(days=2)
A_DAY = timedelta(days=1)
REMINDED = POLICY["nomination_reminder"]


@dataclass(frozen=True)
class Coming:
    """A reminder that lies ahead, for the agenda."""

    due_at: datetime
    kind: str
    event_id: int
    organisation_id: int
    nomination_id: int | None
    # The row behind it, for whoever tells of it sooner or not at all.
    one: SilentOrganisation | SilentPerson


def organisation_due(one: SilentOrganisation, quiet: QuietHours) -> datetime | None:
    """Tell when an organisation that names nobody is reminded; None when that is too late."""
    wanted = max(one.deadline_at - ORGANISATION_BEFORE, one.called_at + A_DAY)
    due_at = REMINDED.leaves_at(wanted, quiet=quiet, zone=one.zone, last=one.deadline_at)
    return due_at if due_at < one.deadline_at else None


def person_due(one: SilentPerson, quiet: QuietHours) -> datetime | None:
    """Tell when somebody who does not answer is reminded, at the earliest after a day.

    None when the event has begun by then.
    """
    sooner = min(one.created_at + PERSON_AFTER, one.deadline_at - PERSON_BEFORE)
    due_at = quiet.next_waking(max(sooner, one.created_at + A_DAY), one.zone)
    return due_at if due_at < one.begins else None


async def remind(tx: Tx, *, now: datetime, quiet: QuietHours | None = None) -> int:
    """Tell everyone whose moment has come, end what ran out, and return how many are told.

    Whoever could be reminded no more, because nothing ticked in time, is passed over.
    """
    quiet = quiet or QuietHours()
    told = 0
    # The event first, like everybody: the facts are not those of a move that is under way.
    for one in sorted(await _due(tx, quiet, now), key=lambda one: one.event_id):
        await events.lock(tx, one.event_id)
        if isinstance(one, SilentPerson):
            if now < one.begins and await rows.note_person(tx, one.nomination_id, now=now):
                told += await _tell_person(tx, one, quiet, now)
        elif await rows.note_organisation(tx, one.call_id, now=now) and now < one.deadline_at:
            told += await _tell_organisation(tx, one, quiet, now)
    await rows.expire(tx, now=now)
    return told


async def tell_now(
    tx: Tx, one: SilentOrganisation | SilentPerson, *, quiet: QuietHours, now: datetime
) -> bool:
    """Remind one of the silent before their moment; False when a tick was faster, or they spoke.

    The event is locked by the caller. Whom nothing reaches counts as reminded, as at the moment.
    """
    if not await leave_out(tx, one, now=now):
        return False
    if isinstance(one, SilentPerson):
        await _tell_person(tx, one, quiet, now)
    else:
        await _tell_organisation(tx, one, quiet, now)
    return True


async def leave_out(tx: Tx, one: SilentOrganisation | SilentPerson, *, now: datetime) -> bool:
    """Let one of the silent not be reminded; False when they were, or have spoken."""
    if isinstance(one, SilentPerson):
        return await rows.note_person(tx, one.nomination_id, now=now)
    return await rows.note_organisation(tx, one.call_id, now=now)


async def _due(tx: Tx, quiet: QuietHours, now: datetime) -> list[SilentOrganisation | SilentPerson]:
    silent: list[tuple[SilentOrganisation | SilentPerson, datetime | None]] = [
        (one, organisation_due(one, quiet))
        for one in await rows.organisations(
            tx, called_by=now - A_DAY, deadline_by=now + ORGANISATION_BEFORE
        )
    ]
    long = rows.Long(now - A_DAY, now - PERSON_AFTER, now + PERSON_BEFORE)
    silent += [(one, person_due(one, quiet)) for one in await rows.people(tx, long=long)]
    return [one for one, due_at in silent if due_at is not None and due_at <= now]


async def _tell_organisation(
    tx: Tx, one: SilentOrganisation, quiet: QuietHours, now: datetime
) -> bool:
    at = await place(tx, event_id=one.event_id, organisation_id=one.organisation_id)
    way = await recipients(tx, at.organisation, unasked=True, hold=True)
    # The secret of the link is kept nowhere but in the letter that brought it.
    keys = [
        f"nomination_call:{one.call_id}:{to.key}:{channel}"
        for to in way
        for channel in ("mail", "telegram")
    ]
    link = await nominations.fact_told(tx, keys=keys, fact="link")
    said = notice(
        "nomination_reminder",
        f"nomination_reminder:{one.call_id}",
        await facts(tx, at, link=link),
        last=at.terms.deadline_at,
        quiet=quiet,
        zone=at.event.zone,
        now=now,
    )
    await audiences.tell_all(tx, way, said, now=now)
    return bool(way)


async def _tell_person(tx: Tx, one: SilentPerson, quiet: QuietHours, now: datetime) -> bool:
    nomination = await nominations.get(tx, one.nomination_id)
    if nomination is None:
        return False
    at = await place(tx, event_id=one.event_id, organisation_id=one.organisation_id)
    link = await link_told(tx, nomination)
    said = notice(
        "nominated_reminder",
        f"nominated_reminder:{nomination.id}",
        await facts(tx, at, nomination_id=nomination.id, link=link),
        last=at.begins,
        quiet=quiet,
        zone=at.event.zone,
        now=now,
    )
    return await tell_named(tx, said, nomination, now=now) is not None


async def coming(tx: Tx, *, quiet: QuietHours | None = None) -> list[Coming]:
    """List the reminders that lie ahead, as things stand, the soonest first."""
    quiet = quiet or QuietHours()
    found = [
        Coming(due_at, "nomination_reminder", one.event_id, one.organisation_id, None, one)
        for one in await rows.organisations(tx)
        if (due_at := organisation_due(one, quiet)) is not None
    ]
    found += [
        Coming(
            due_at,
            "nominated_reminder",
            person.event_id,
            person.organisation_id,
            person.nomination_id,
            person,
        )
        for person in await rows.people(tx)
        if (due_at := person_due(person, quiet)) is not None
    ]
    return sorted(found, key=lambda one: one.due_at)


async def count_due(tx: Tx, *, now: datetime) -> int:
    """Count the reminders that the next tick would send."""
    return sum(one.due_at <= now for one in await coming(tx))


async def pass_over(tx: Tx, *, now: datetime) -> int:
    """Let nobody be reminded whose moment has come, and return how many that are."""
    due = [one for one in await coming(tx) if one.due_at <= now]
    for one in due:
        if one.nomination_id is not None:
            await rows.note_person(tx, one.nomination_id, now=now)
            continue
        call = await nominations.ensure_call(
            tx, event_id=one.event_id, organisation_id=one.organisation_id
        )
        await rows.note_organisation(tx, call.id, now=now)
    return len(due)


@dataclass(frozen=True)
class Planned:
    """One message that a reminder will be, to one address."""

    due_at: datetime
    kind: str
    title: str
    name: str
    channel: str
    address: str


async def planned(tx: Tx, *, until: datetime, quiet: QuietHours | None = None) -> list[Planned]:
    """List what the reminders up to a moment will say, and to whom, as things stand."""
    found = []
    for one in await coming(tx, quiet=quiet):
        if one.due_at > until:
            break
        at = await place(tx, event_id=one.event_id, organisation_id=one.organisation_id)
        if one.nomination_id is None:
            way = await recipients(tx, at.organisation, unasked=True)
        else:
            nomination = await nominations.get(tx, one.nomination_id)
            way = await named_recipient(tx, nomination) if nomination else []
        found += [
            Planned(one.due_at, one.kind, at.event.title, to.name, to.channel, to.address)
            for to in way
        ]
    return found


async def next_due(tx: Tx, *, quiet: QuietHours | None = None) -> datetime | None:
    """Tell when the next reminder is due; None when none is."""
    found = await coming(tx, quiet=quiet)
    return found[0].due_at if found else None
