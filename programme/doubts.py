"""Find what is strange in a programme file although it can be read.

A doubt stops an import until staff say that they mean it. Each class is one kind of
doubt and carries the data; the words for people are chosen where they are shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import combinations

from programme.importing import working_days
from programme.importing.clock_changes import is_skipped, is_twice
from programme.importing.entries import EventEntry, ProgrammeFile, SessionEntry
from programme.wall_time import to_moment

LONG_BEFORE_DAYS = 180
NIGHT_ENDS = time(6)
NIGHT_STARTS = time(22)


@dataclass(frozen=True)
class Doubt:
    """Something about an event is strange."""

    event_key: str
    event_title: str


@dataclass(frozen=True)
class DeadlineLongBefore(Doubt):
    """The deadline is more than 180 days before the first session."""

    deadline: datetime
    starts: datetime
    days: int


@dataclass(frozen=True)
class DeadlineAfterStart(Doubt):
    """The deadline is after the first session has begun."""

    deadline: datetime
    starts: datetime


@dataclass(frozen=True)
class DeadlineOver(Doubt):
    """The deadline has passed although the event is still ahead: nobody could register."""

    deadline: datetime


@dataclass(frozen=True)
class EventInPast(Doubt):
    """The whole event is in the past."""

    ends: datetime


@dataclass(frozen=True)
class OutsideProgramme(Doubt):
    """Days of the event are outside the programme's dates."""

    days: tuple[date, ...]
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class SessionDoubt(Doubt):
    """Something about one session, counted from 1, is strange."""

    session: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class SessionEndsBeforeStart(SessionDoubt):
    """The session does not end after its start."""


@dataclass(frozen=True)
class SessionOnHoliday(SessionDoubt):
    """The session is on a Polish public holiday."""


@dataclass(frozen=True)
class SessionOnSunday(SessionDoubt):
    """The session of a training or a meeting is on a Sunday; fairs often are."""


@dataclass(frozen=True)
class SessionAtNight(SessionDoubt):
    """The session starts before 6:00 or ends after 22:00."""


@dataclass(frozen=True)
class SessionsOverlap(Doubt):
    """Two sessions of one event, counted from 1, are at the same time."""

    first: int
    second: int


@dataclass(frozen=True)
class TimeSkipped(Doubt):
    """The wall time does not exist: clocks jump over it that night."""

    wall: datetime


@dataclass(frozen=True)
class TimeTwice(Doubt):
    """The wall time exists twice: clocks go back that night, and the first one is meant."""

    wall: datetime


def find_doubts(file: ProgrammeFile, *, now: datetime) -> list[Doubt]:
    """List the doubts about a programme file, event by event in the order of the file."""
    return [doubt for event in file.events for doubt in about_event(event, Span.of(file), now=now)]


@dataclass(frozen=True)
class Span:
    """The dates of a programme, and the zone of its wall times."""

    starts_on: date
    ends_on: date
    zone: str

    @classmethod
    def of(cls, file: ProgrammeFile) -> "Span":
        """Give the dates that a file says."""
        return cls(file.starts_on, file.ends_on, file.zone)


def about_event(event: EventEntry, span: Span, *, now: datetime) -> Iterator[Doubt]:
    """Give the doubts about one event that has a session, from a file or from the chat."""
    who = (event.key, event.title)
    yield from _about_deadline(event, span.zone, now)
    ends = max(session.ends for session in event.sessions)
    if to_moment(ends, span.zone) < now:
        yield EventInPast(*who, ends=ends)
    days = sorted({session.starts.date() for session in event.sessions})
    outside = tuple(day for day in days if not span.starts_on <= day <= span.ends_on)
    if outside:
        yield OutsideProgramme(*who, outside, span.starts_on, span.ends_on)
    for number, session in enumerate(event.sessions, start=1):
        yield from _about_session(event, number, session)
    yield from _about_overlaps(event)
    yield from _about_clock_changes(event, span.zone)


def _about_deadline(event: EventEntry, zone: str, now: datetime) -> Iterator[Doubt]:
    if event.deadline is None:
        return
    who = (event.key, event.title)
    starts = min(session.starts for session in event.sessions)
    days = (starts.date() - event.deadline.date()).days
    if days > LONG_BEFORE_DAYS:
        yield DeadlineLongBefore(*who, event.deadline, starts, days)
    if event.deadline > starts:
        yield DeadlineAfterStart(*who, event.deadline, starts)
    if to_moment(event.deadline, zone) < now.astimezone(UTC) < to_moment(starts, zone):
        yield DeadlineOver(*who, event.deadline)


def _about_session(event: EventEntry, number: int, session: SessionEntry) -> Iterator[Doubt]:
    what = (event.key, event.title, number, session.starts, session.ends)
    day = session.starts.date()
    backwards = session.ends <= session.starts
    if backwards:
        yield SessionEndsBeforeStart(*what)
    if working_days.holiday_name(day):
        yield SessionOnHoliday(*what)
    elif day.weekday() == working_days.SUNDAY and event.kind != "fair":
        yield SessionOnSunday(*what)
    starts, ends = session.starts.time(), session.ends.time()
    if starts < NIGHT_ENDS or starts >= NIGHT_STARTS or (ends > NIGHT_STARTS and not backwards):
        yield SessionAtNight(*what)


def _about_overlaps(event: EventEntry) -> Iterator[Doubt]:
    for (first, one), (second, other) in combinations(enumerate(event.sessions, start=1), 2):
        if one.starts < other.ends and other.starts < one.ends:
            yield SessionsOverlap(event.key, event.title, first, second)


def _about_clock_changes(event: EventEntry, zone: str) -> Iterator[Doubt]:
    walls = [event.deadline] if event.deadline else []
    walls += [wall for session in event.sessions for wall in (session.starts, session.ends)]
    for wall in dict.fromkeys(walls):
        if is_skipped(wall, zone):
            yield TimeSkipped(event.key, event.title, wall)
        elif is_twice(wall, zone):
            yield TimeTwice(event.key, event.title, wall)
