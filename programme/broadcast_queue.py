"""Turn the audience of a broadcast into rows of the outbox, a batch of people at a time.

Each batch is one transaction: who is reached and who is left out, the rows, and up to whom it has
come. Killed between any two, it goes on behind the last one; killed in one, that one begins anew.
Facts of the event are read for each batch, so that what was moved meanwhile is told as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programme import (
    audience_reading,
    audiences,
    broadcast_facts,
    broadcast_growth,
    daily_cap,
    notices,
    placeholders,
)
from programme.audience_choice import Choice
from programme.audience_reading import Unit
from programme.broadcast_facts import HOME_ZONE, About
from programme.broadcasting import EVENT_CANCELLED, TOO_LATE, end
from programme.letter_doors import Posted
from programme.notice_policy import POLICY
from programme.posting import post_to
from programme.quiet_hours import QuietHours
from programme.refusals import DeadlinePassed, EventCancelled, EventOver, EventUnknown
from storage import broadcast_recipients as recipients
from storage import broadcast_states as states
from storage import people
from storage.broadcast_recipients import Recipient
from storage.broadcasts import Broadcast
from storage.database import Tx
from storage.outbox import Entry
from storage.people import Person

BATCH = 500
LOOK_EACH = timedelta(hours=1)
# How long people who join the audience get a letter about no event.
LATE_WITHOUT_EVENT = timedelta(days=14)
_GONE = (DeadlinePassed, EventCancelled, EventOver, EventUnknown)


@dataclass(frozen=True)
class _Letter:
    """What all rows of one batch have in common."""

    broadcast: Broadcast
    about: About
    choice: Choice
    quiet: QuietHours
    now: datetime

    @property
    def texts(self) -> tuple[str, str]:
        content = self.broadcast.content
        return str(content.get("subject") or ""), str(content.get("body") or "")


@dataclass(frozen=True)
class _Way:
    """Somebody of the audience and how they are reached, or in which state they are left out."""

    name: str
    state: str
    channel: str = ""
    address: str = ""
    locale: str = audiences.ORGANISATION_LOCALE
    person: Person | None = None
    organisation_id: int | None = None
    locality: str = ""

    @property
    def place(self) -> tuple[str, str]:
        return self.channel, self.address.lower()


async def to_queue(tx: Tx, *, now: datetime) -> list[int]:
    """List the broadcasts that are to be opened or queued further now."""
    return await states.to_queue(tx, now=now)


async def queue_next(
    tx: Tx,
    *,
    broadcast_id: int,
    quiet: QuietHours | None = None,
    zone: str = HOME_ZONE,
    second_eyes: int = 0,
    now: datetime,
) -> bool:
    """Queue the next batch of a broadcast, opening it first; False when nothing is left to do.

    The organisations that are written to themselves come first, then people by rising number.
    When the event is cancelled, or it is too late by now, the broadcast is stopped. One that has
    come to reach more than `second_eyes` people is paused until another coordinator lets it go.
    """
    if await broadcast_growth.hold_back(
        tx, broadcast_id=broadcast_id, second_eyes=second_eyes, now=now
    ):
        return False
    if await states.open_due(tx, broadcast_id, ceiling=await audience_reading.ceiling(tx), now=now):
        return await _queue(tx, broadcast_id, quiet, zone, now, opening=True)
    return await _queue(tx, broadcast_id, quiet, zone, now, opening=False)


async def _queue(
    tx: Tx,
    broadcast_id: int,
    quiet: QuietHours | None,
    zone: str,
    now: datetime,
    *,
    opening: bool,
) -> bool:
    broadcast = await states.hold(tx, broadcast_id)
    if broadcast is None or broadcast.state != states.QUEUEING:
        return False
    try:
        letter = await _letter(tx, broadcast, quiet, zone, now)
    except _GONE as why:
        gone = EVENT_CANCELLED if isinstance(why, EventCancelled) else TOO_LATE
        await end(tx, broadcast, because=gone, now=now)
        return False
    if opening:
        units = await audience_reading.units(tx, letter.choice, hold=True)
        await _add(tx, letter, [_of_unit(unit) for unit in units])
        return True
    persons = await audience_reading.persons(
        tx, letter.choice, broadcast.cursor, broadcast.ceiling, BATCH, hold=True
    )
    if not persons:
        await states.complete(
            tx, broadcast_id, people=await recipients.count_queued(tx, broadcast_id)
        )
        return False
    # Somebody joined into one of them meanwhile may have brought along that they have it.
    new = await _without_any(tx, broadcast_id, persons)
    await _add(tx, letter, await _of_persons(tx, letter, new))
    await states.advance(tx, broadcast_id, after=broadcast.cursor, cursor=persons[-1].id)
    return True


async def _without_any(tx: Tx, broadcast_id: int, persons: list[Person]) -> list[Person]:
    known = await recipients.known_persons(tx, broadcast_id, [one.id for one in persons])
    return [one for one in persons if one.id not in known]


async def _letter(
    tx: Tx, broadcast: Broadcast, quiet: QuietHours | None, zone: str, now: datetime
) -> _Letter:
    """Read what a broadcast says now; raises one of _GONE when it has nothing to say any more."""
    hours = quiet or QuietHours()
    about = await broadcast_facts.read(
        tx,
        broadcast.event_id,
        policy=POLICY[broadcast.kind],
        quiet=hours,
        zone=zone,
        now=now,
    )
    return _Letter(broadcast, about, Choice.from_json(broadcast.audience), hours, now)


def _of_unit(unit: Unit) -> _Way:
    known = unit.organisation
    is_told = unit.state == recipients.QUEUED
    return _Way(
        known.name,
        unit.state,
        "mail" if is_told else "",
        known.mailbox if is_told else "",
        organisation_id=known.id,
        locality=known.locality,
    )


async def _of_persons(tx: Tx, letter: _Letter, persons: list[Person]) -> list[_Way]:
    known = await people.contacts_of_many(tx, [person.id for person in persons])
    homes: dict[int, str] = {}
    if any(placeholders.LOCALITY in placeholders.used(text) for text in letter.texts):
        units = {person.organisation_id for person in persons}
        homes = await recipients.localities(tx, [unit for unit in units if unit is not None])
    found = []
    for person in persons:
        home = homes.get(person.organisation_id or 0, "")
        contact = notices.way(person, known[person.id])
        if not person.invitations:
            found.append(_Way(person.name, recipients.UNWANTED, person=person))
        elif contact is None:
            found.append(_Way(person.name, recipients.UNREACHABLE, person=person))
        else:
            found.append(
                _Way(
                    person.name,
                    recipients.QUEUED,
                    contact.channel,
                    contact.address,
                    person.locale,
                    person,
                    locality=home,
                )
            )
    return found


async def _add(tx: Tx, letter: _Letter, ways: list[_Way]) -> int:
    """Keep everybody of a batch as a recipient, and queue the rows; return how many rows."""
    broadcast = letter.broadcast
    places = {way.place for way in ways if way.state == recipients.QUEUED}
    taken = await recipients.taken(tx, broadcast.id, places)
    told: list[_Way] = []
    kept: list[Recipient] = []
    for way in ways:
        state = way.state
        if state == recipients.QUEUED and way.place in taken:
            state = recipients.SAME_ADDRESS
        if state == recipients.QUEUED:
            taken.add(way.place)
            told.append(way)
        kept.append(_recipient(broadcast, way, state))
    await recipients.add(tx, broadcast.id, kept, now=letter.now)
    await post_to(tx, await _posted(tx, letter, told), now=letter.now)
    return len(told)


def _recipient(broadcast: Broadcast, way: _Way, state: str) -> Recipient:
    person_id = way.person.id if way.person else None
    if state != recipients.QUEUED:
        return Recipient(state, person_id, way.organisation_id)
    channel, address = way.place
    key = _key(broadcast, way)
    return Recipient(state, person_id, way.organisation_id, channel, address, key)


def _key(broadcast: Broadcast, way: _Way) -> str:
    whom = way.person.id if way.person else f"{audiences.ORGANISATION}{way.organisation_id}"
    return f"{broadcast.kind}:{broadcast.id}:{whom}:{way.channel}"


async def _posted(tx: Tx, letter: _Letter, told: list[_Way]) -> list[Posted]:
    about, broadcast = letter.about, letter.broadcast
    moments = await daily_cap.spread(
        tx,
        person_ids=[way.person.id for way in told if way.person],
        kind=broadcast.kind,
        due_at=about.due_at,
        not_after=about.not_after,
        quiet=letter.quiet,
        zone=about.zone,
    )
    facts = about.facts | broadcast.content
    return [
        Posted(
            _entry(letter, way, facts, moments.get(way.person.id) if way.person else None),
            way.organisation_id,
        )
        for way in told
    ]


def _entry(letter: _Letter, way: _Way, facts: dict[str, Any], moment: datetime | None) -> Entry:
    about, broadcast = letter.about, letter.broadcast
    own = placeholders.of_reader(
        letter.texts,
        person=way.name,
        organisation=way.person.organisation if way.person else way.name,
        locality=way.locality,
    )
    return Entry(
        key=_key(broadcast, way),
        channel=way.channel,
        kind=broadcast.kind,
        address=way.address,
        locale=way.locale,
        facts={**facts, "placeholders": own, "person": {"name": way.name}},
        priority=POLICY[broadcast.kind].priority,
        due_at=moment or about.due_at,
        not_after=about.not_after,
        person_id=way.person.id if way.person else None,
        broadcast_id=broadcast.id,
    )


async def to_look_at(tx: Tx, *, now: datetime) -> list[int]:
    """List the broadcasts for whose late joiners it is time to look."""
    found = await states.for_late_joiners(tx, looked_before=now - LOOK_EACH)
    return [broadcast.id for broadcast in found]


async def look_for_late(
    tx: Tx,
    *,
    broadcast_id: int,
    after: int,
    quiet: QuietHours | None = None,
    zone: str = HOME_ZONE,
    now: datetime,
) -> int | None:
    """Queue those of the next people who belong to the audience by now and have nothing yet.

    Returns after whom to go on, None when everybody was looked at. The looks end when the event
    begins or its deadline passes, or two weeks after a letter about none began.
    """
    broadcast = await states.hold(tx, broadcast_id)
    if broadcast is None or broadcast.state != states.RUNNING or not broadcast.late_joiners:
        return None
    if _is_too_late(broadcast, now):
        await states.look_no_more(tx, broadcast_id)
        return None
    try:
        letter = await _letter(tx, broadcast, quiet, zone, now)
    except _GONE:
        # What is on its way already is taken from nobody.
        await states.look_no_more(tx, broadcast_id)
        return None
    late = [] if after else await _late_units(tx, letter)
    everybody = await audience_reading.ceiling(tx)
    persons = await audience_reading.persons(tx, letter.choice, after, everybody, BATCH, hold=True)
    new = await _without_any(tx, broadcast_id, persons)
    more = await _add(tx, letter, [*late, *await _of_persons(tx, letter, new)])
    if more:
        await states.add_people(tx, broadcast_id, more=more)
    if len(persons) == BATCH:
        return persons[-1].id
    await states.note_look(tx, broadcast_id, now=now)
    return None


def _is_too_late(broadcast: Broadcast, now: datetime) -> bool:
    begun = broadcast.starts_at or broadcast.confirmed_at
    return broadcast.event_id is None and now >= begun + LATE_WITHOUT_EVENT


async def _late_units(tx: Tx, letter: _Letter) -> Iterable[_Way]:
    known = await recipients.known_organisations(tx, letter.broadcast.id)
    units = await audience_reading.units(tx, letter.choice, hold=True)
    return [_of_unit(unit) for unit in units if unit.organisation.id not in known]
