"""Make the weekly digest: each person's announcements of a week as one message.

Like broadcasts, it is made a batch of people at a time, each batch in one transaction: killed
between two it goes on behind the last one, killed in one that one begins anew. A key for each
person and day keeps anybody from getting it twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from programme import audience_reading, audiences, daily_cap, letter_facts, notices, placeholders
from programme.announcements import key_of, moment_of
from programme.audience_choice import Choice
from programme.facts import programme_facts
from programme.letter_doors import Posted
from programme.notice_policy import POLICY
from programme.posting import post_to
from programme.quiet_hours import QuietHours
from programme.refusals import EventUnknown
from storage import announcements as rows
from storage import events, letters, people
from storage.announcements import News
from storage.database import Tx
from storage.organisations import Organisation
from storage.outbox import Entry
from storage.people import Contact, Person

DIGEST = POLICY["digest"]
BATCH = 500


@dataclass(frozen=True)
class Digest:
    """What one day's digest is made of: its announcements and what each says to everybody."""

    day: date
    news: tuple[News, ...]
    said: dict[int, dict[str, Any]]
    programme: dict[str, Any]
    due_at: datetime
    now: datetime

    @property
    def ids(self) -> list[int]:
        """The numbers of its announcements."""
        return [one.id for one in self.news]


async def next_due(tx: Tx, *, zone: str, quiet: QuietHours | None = None) -> datetime | None:
    """Tell when the next digest is made; None when nothing waits for one."""
    day = await rows.first_day(tx)
    return None if day is None else (quiet or QuietHours()).next_working(moment_of(day, zone), zone)


async def turn(tx: Tx, *, now: datetime, zone: str, quiet: QuietHours | None = None) -> bool:
    """Queue the next batch of the digest whose moment has come; False when there is none.

    After days on which nothing ran it is made on the next working day, in its hours.
    """
    hours = quiet or QuietHours()
    moment = await next_due(tx, zone=zone, quiet=hours)
    if moment is None or max(moment, hours.next_working(now, zone)) > now:
        return False
    day = await rows.first_day(tx)
    found = await rows.hold_for(tx, day) if day is not None else []
    if day is None or not found:
        return False
    digest = await _read(tx, day, found, now=now)
    await _drop_pointless(tx, digest, found)
    if digest.news:
        await _queue(tx, digest, hours, zone)
    return True


async def _read(tx: Tx, day: date, found: list[News], *, now: datetime) -> Digest:
    said = {}
    for news in found:
        about = await letter_facts.about(tx, news.event_id)
        event = await events.get(tx, news.event_id) if news.event_id is not None else None
        if event is not None and event.state == "cancelled":
            continue
        words = {name: news.content.get(name) or "" for name in letter_facts.WORDS}
        said[news.id] = {
            **words,
            "id": news.id,
            "event": about["event"],
            "deadline": about["deadline"],
        }
    kept = tuple(news for news in found if news.id in said)
    return Digest(day, kept, said, await programme_facts(tx), now, now)


async def _drop_pointless(tx: Tx, digest: Digest, found: list[News]) -> None:
    """Leave out what is about an event that was called off meanwhile."""
    gone = [news.id for news in found if news.id not in digest.said]
    if gone:
        await rows.end(tx, gone, state=rows.WITHDRAWN, now=digest.now)


async def _queue(tx: Tx, digest: Digest, quiet: QuietHours, zone: str) -> None:
    """Queue the digest for the next people, and for organisations' own mailboxes at first."""
    after = min(news.cursor for news in digest.news)
    up_to = await audience_reading.ceiling(tx)
    wanted: dict[int, list[int]] = {}
    persons: dict[int, Person] = {}
    for news in digest.news:
        listed = await _audience(tx, news, after, up_to)
        if len(listed) == BATCH:
            up_to = min(up_to, listed[-1].id)
        for person in listed:
            persons[person.id] = person
            wanted.setdefault(person.id, []).append(news.id)
    posted = [] if after else await _of_organisations(tx, digest)
    batch = [persons[number] for number in sorted(persons) if number <= up_to]
    posted += await _of_people(tx, digest, batch, wanted, quiet, zone)
    await post_to(tx, posted, now=digest.now)
    if up_to < await audience_reading.ceiling(tx):
        await rows.advance(tx, digest.ids, cursor=up_to)
    else:
        await rows.end(tx, digest.ids, state=rows.TOLD, now=digest.now)


async def _audience(tx: Tx, news: News, after: int, up_to: int) -> list[Person]:
    choice = Choice.from_json(news.audience)
    try:
        return await audience_reading.persons(tx, choice, after, up_to, BATCH, hold=True)
    except EventUnknown:
        return []


async def _of_people(
    tx: Tx,
    digest: Digest,
    batch: list[Person],
    wanted: dict[int, list[int]],
    quiet: QuietHours,
    zone: str,
) -> list[Posted]:
    willing = [one for one in batch if one.invitations]
    known = await people.contacts_of_many(tx, [one.id for one in willing])
    reached: list[tuple[Person, Contact]] = [
        (one, contact)
        for one in willing
        if (contact := notices.way(one, known[one.id])) is not None
    ]
    homes = await letters.units(
        tx, {one.organisation_id for one, _ in reached if one.organisation_id is not None}
    )
    moments = await daily_cap.spread(
        tx,
        person_ids=[one.id for one, _ in reached],
        kind=DIGEST.kind,
        due_at=digest.due_at,
        not_after=DIGEST.worth_until(digest.due_at),
        quiet=quiet,
        zone=zone,
    )
    posted = []
    for person, contact in reached:
        unit, locality = homes.get(person.organisation_id or 0, (person.organisation, ""))
        facts = _facts(digest, wanted[person.id], person.name, unit, locality)
        entry = _entry(digest, person.id, contact.channel, contact.address, facts)
        values = vars(entry) | {
            "locale": person.locale,
            "due_at": moments[person.id],
            "person_id": person.id,
        }
        posted.append(Posted(Entry(**values)))
    return posted


async def _of_organisations(tx: Tx, digest: Digest) -> list[Posted]:
    """Write to the organisations none of whose people is reached."""
    wanted: dict[int, list[int]] = {}
    units: dict[int, Organisation] = {}
    for news in digest.news:
        choice = Choice.from_json(news.audience)
        try:
            listed = await audience_reading.organisations(tx, choice, hold=True)
        except EventUnknown:
            continue
        for unit in listed:
            units[unit.id] = unit
            wanted.setdefault(unit.id, []).append(news.id)
    return [
        Posted(
            _entry(
                digest,
                f"{audiences.ORGANISATION}{unit.id}",
                "mail",
                unit.mailbox,
                _facts(digest, wanted[unit.id], unit.name, unit.name, unit.locality),
            ),
            unit.id,
        )
        for unit in units.values()
    ]


def _facts(
    digest: Digest, ids: Iterable[int], name: str, organisation: str, locality: str
) -> dict[str, Any]:
    told = []
    for number in sorted(ids):
        said = digest.said[number]
        own = placeholders.of_reader(
            (said["subject"], said["body"]),
            person=name,
            organisation=organisation,
            locality=locality,
        )
        told.append({**said, "placeholders": own})
    by_event = {one["event"]["id"]: one["event"] for one in told if one["event"]}
    # The one page of a letter leads to one event at most.
    event = next(iter(by_event.values())) if len(by_event) == 1 else None
    return {
        "programme": digest.programme,
        "person": {"name": name},
        "announcements": told,
        "event": event,
    }


def _entry(
    digest: Digest, whom: int | str, channel: str, address: str, facts: dict[str, Any]
) -> Entry:
    return Entry(
        key=f"{key_of(digest.day, whom)}:{channel}",
        channel=channel,
        kind=DIGEST.kind,
        address=address,
        locale=audiences.ORGANISATION_LOCALE,
        facts=facts,
        priority=DIGEST.priority,
        due_at=digest.due_at,
        not_after=DIGEST.worth_until(digest.due_at),
    )
