"""Tell coordinators each working day what the last one brought and what waits for them.

Each gets one message a day, also when there is nothing new: if it stays away, something is wrong.
A key for each of them and day keeps two tickers, and a restart, from telling it twice; after days
on which nothing ran there is one, of all that happened since the last.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from programme import audience_reading, staff
from programme.audience_choice import SILENT, Choice
from programme.facts import programme_facts
from programme.importing.working_days import is_working_day, shift
from programme.notice_policy import POLICY
from programme.quiet_hours import QuietHours
from programme.wall_time import to_moment, to_wall
from storage import conversations, events, invitations, outbox, summaries, tasks
from storage import staff as staff_rows
from storage.database import Tx
from storage.events import Event
from storage.outbox import Entry
from storage.staff import StaffMember
from storage.summaries import OfEvent, Undelivered

SUMMARY = POLICY["summary"]
KIND = SUMMARY.kind
LOCALE = "pl"
SUMMARY_AT = time(8, 30)
# How far back the last summary is looked for.
DAYS_BACK = 14
EVENTS_SHOWN, LETTERS_SHOWN = 5, 3
NEAR = timedelta(days=7)
ROWS = 10


@dataclass(frozen=True)
class FreeSeats:
    """An event ahead with seats to give away."""

    event_id: int
    title: str
    starts_at: datetime
    zone: str
    free: int


@dataclass(frozen=True)
class Silent:
    """An event whose deadline is near, and how many of those asked have not answered."""

    event_id: int
    title: str
    deadline: datetime
    zone: str
    people: int
    organisations: int


@dataclass(frozen=True)
class Letter:
    """A letter to many that waits for a second coordinator."""

    invitation_id: int
    subject: str


@dataclass(frozen=True)
class Summary:
    """What a coordinator is told; `since` is when they were told the last time."""

    since: datetime
    registrations: tuple[OfEvent, ...] = ()
    seats: tuple[FreeSeats, ...] = ()
    documents: tuple[OfEvent, ...] = ()
    silent: tuple[Silent, ...] = ()
    failed: int = 0
    uncertain: int = 0
    tasks: int = 0
    letters: tuple[Letter, ...] = ()

    @property
    def has_news(self) -> bool:
        """Whether anything is new or waits; free seats alone are no news."""
        waits = self.failed or self.uncertain or self.tasks or self.letters
        return bool(self.registrations or self.documents or self.silent or waits)

    def to_json(self) -> dict[str, Any]:
        """Give the plain values that the notice carries."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain | {"has_news": self.has_news}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


async def look(tx: Tx, *, member: StaffMember | None, since: datetime, now: datetime) -> Summary:
    """Count what happened since a moment and what waits now.

    `member` sees the letters that they may confirm; None, on the command line, sees all.
    """
    if member is not None:
        staff.permit(member, "summary")
    ahead = await events.upcoming(tx, now=now)
    return Summary(
        since,
        tuple(await summaries.new_registrations(tx, since=since)),
        await _seats(tx, ahead, now),
        tuple(await summaries.documents_to_check(tx)),
        await _silent(tx, ahead, now),
        await summaries.count_failed(tx, since=since),
        await summaries.count_uncertain(tx),
        await tasks.count_open(tx),
        tuple(
            Letter(one.id, str(one.content.get("subject", "")))
            for one in await invitations.proposed(tx)
            if member is None or one.staff_id != member.id
        ),
    )


async def _seats(tx: Tx, ahead: list[Event], now: datetime) -> tuple[FreeSeats, ...]:
    found: list[FreeSeats] = []
    for event in ahead:
        if event.capacity is None or event.taken >= event.capacity:
            continue
        starts_at = min(one.starts_at for one in await events.sessions(tx, event.id))
        if starts_at > now and len(found) < EVENTS_SHOWN:
            free = event.capacity - event.taken
            found.append(FreeSeats(event.id, event.title, starts_at, event.zone, free))
    return tuple(found)


async def _silent(tx: Tx, ahead: list[Event], now: datetime) -> tuple[Silent, ...]:
    found = []
    for event in ahead:
        starts_at = min(one.starts_at for one in await events.sessions(tx, event.id))
        deadline = event.nomination_deadline_at or event.deadline_at or starts_at
        if not now < deadline <= now + NEAR:
            continue
        choice = Choice(event_id=event.id, states=(SILENT,))
        count = await audience_reading.count(tx, choice, now)
        persons = count.people + count.same_address + count.unreachable
        units = count.organisations + count.postal
        if persons + units:
            found.append(Silent(event.id, event.title, deadline, event.zone, persons, units))
    return tuple(found)


def key_of(staff_id: int, day: date) -> str:
    """Name the summary of a day to one coordinator."""
    return f"summary:{staff_id}:{day.isoformat()}"


async def since(
    tx: Tx, *, member: StaffMember, zone: str, now: datetime, at: time = SUMMARY_AT
) -> datetime:
    """Tell when a coordinator was told the last time; else the hour of the last working day."""
    today = to_wall(now, zone).date()
    days = [today - timedelta(days=number) for number in range(DAYS_BACK + 1)]
    known = await summaries.made_at(tx, [key_of(member.id, day) for day in days])
    return max(known.values()) if known else hour_before(at, zone=zone, now=now)


def hour_before(at: time | None, *, zone: str, now: datetime) -> datetime:
    """Give the hour of the summary of the working day before today."""
    day = shift(to_wall(now, zone).date(), -1)
    return to_moment(datetime.combine(day, at or SUMMARY_AT), zone)


async def turn(
    tx: Tx, *, at: time | None, zone: str, now: datetime, quiet: QuietHours | None = None
) -> int:
    """Queue the summaries of today once their hour has come; return how many."""
    moment = _moment(at, zone, now)
    if at is None or moment is None or moment > now:
        return 0
    if (quiet or QuietHours()).next_working(now, zone) > now:
        return 0
    told = [one for one in await _coordinators(tx) if not await _is_told(tx, one, zone, now)]
    entries = [await _entry(tx, one, at, zone, now) for one in told]
    return await outbox.put(tx, entries, now=now) if entries else 0


def _moment(at: time | None, zone: str, now: datetime) -> datetime | None:
    today = to_wall(now, zone).date()
    if at is None or not is_working_day(today):
        return None
    return to_moment(datetime.combine(today, at), zone)


async def _coordinators(tx: Tx) -> list[StaffMember]:
    everybody = await staff_rows.everyone(tx)
    return [one for one in everybody if one.role in staff.ACTIONS["summary"]]


async def _is_told(tx: Tx, member: StaffMember, zone: str, now: datetime) -> bool:
    key = key_of(member.id, to_wall(now, zone).date())
    return bool(await summaries.made_at(tx, [key]))


async def _entry(tx: Tx, member: StaffMember, at: time, zone: str, now: datetime) -> Entry:
    last = await since(tx, member=member, at=at, zone=zone, now=now)
    found = await look(tx, member=member, since=last, now=now)
    chat = await conversations.load(tx, member.chat_id)
    return Entry(
        key=key_of(member.id, to_wall(now, zone).date()),
        channel="telegram",
        kind=SUMMARY.kind,
        address=str(member.chat_id),
        locale=chat.locale if chat else LOCALE,
        facts=await facts(tx, member, found, zone, now),
        priority=SUMMARY.priority,
        due_at=now,
        not_after=SUMMARY.worth_until(now),
    )


async def facts(
    tx: Tx, member: StaffMember | None, found: Summary, zone: str, now: datetime
) -> dict[str, Any]:
    """Give the facts of the notice that says a summary."""
    today = to_wall(now, zone).date()
    return {
        "programme": await programme_facts(tx),
        "person": {"name": member.name if member else ""},
        "summary": found.to_json() | {"zone": zone, "on": today.isoformat()},
    }


async def next_due(
    tx: Tx, *, at: time | None, zone: str, now: datetime, quiet: QuietHours | None = None
) -> datetime | None:
    """Tell when the next summary with news is made; None when there are none, or no news."""
    members = await _coordinators(tx) if at is not None else []
    if at is None or not members:
        return None
    moment = _moment(at, zone, now)
    told = [await _is_told(tx, one, zone, now) for one in members]
    is_late = (quiet or QuietHours()).next_working(now, zone) > now
    if moment is None or all(told) or (moment <= now and is_late):
        day = shift(to_wall(now, zone).date(), 1)
        moment = to_moment(datetime.combine(day, at), zone)
    last = await since(tx, member=members[0], at=at, zone=zone, now=now)
    found = await look(tx, member=members[0], since=last, now=now)
    return moment if found.has_news else None


@dataclass(frozen=True)
class UndeliveredPage:
    """A page of the messages that did not arrive; `first` is the place of its first row."""

    rows: tuple[Undelivered, ...]
    number: int
    pages: int
    first: int
    total: int


async def undelivered(
    tx: Tx, *, member: StaffMember, number: int, now: datetime
) -> UndeliveredPage:
    """Give a page of what did not arrive lately, or perhaps not; a number too large, the last."""
    staff.permit(member, "summary")
    last = now - timedelta(days=DAYS_BACK)
    total = await summaries.count_failed(tx, since=last) + await summaries.count_uncertain(tx)
    pages = max(1, -(-total // ROWS))
    number = min(max(0, number), pages - 1)
    first = number * ROWS
    rows = await summaries.undelivered(tx, since=last, limit=ROWS, offset=first)
    return UndeliveredPage(tuple(rows), number, pages, first + 1, total)
