"""The parts of an event that staff write in the chat: read each one, and put it into the event.

A value is plain, so that it can lie in a conversation until staff say yes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from programme import answers as typed
from programme import typed_days
from programme.asking import number
from programme.capacity import MOST_SEATS
from programme.desk_refusals import SessionsOverlap
from programme.event_refusals import CertificateWrong, StandsWrong
from programme.event_templates import TEMPLATES, certificate_sessions, sittings
from programme.importing.entries import EventEntry
from programme.importing.programme_file import AUDIENCES, TITLE_LIMIT
from programme.importing.toml_table import TEXT_LIMIT
from programme.refusals import OptionUnknown
from programme.seat_refusals import CapacityWrong
from programme.wall_time import read, write

TITLE, DAYS, PLACE, SEATS, DEADLINE = "title", "days", "place", "seats", "deadline"
AUDIENCE, DESCRIPTION, CERTIFICATE, STANDS, NAMING = (
    *("audience", "description", "certificate", "stands"),
    "naming",
)
# What lies behind a button that stands for none of it, and for the day before the event.
NONE, DAY_BEFORE = "=none", "=before"
Value = str | int | list[list[str]] | None


@dataclass(frozen=True)
class Reading:
    """What reading a value needs to know: the event so far, and the day on the wall."""

    entry: EventEntry
    today: date


def _title(raw: str, _at: Reading) -> Value:
    return typed.one_line(typed.text(raw, TITLE_LIMIT))


def _place(raw: str, _at: Reading) -> Value:
    return typed.one_line(typed.text(raw, TITLE_LIMIT))


def _description(raw: str, _at: Reading) -> Value:
    return "" if raw == NONE else typed.text(raw, TEXT_LIMIT)


def _days(raw: str, at: Reading) -> Value:
    lasts = TEMPLATES[at.entry.kind].lasts
    found = typed_days.days_and_hours(raw, today=at.today, lasts=lasts)
    for (starts, ends), (starts_too, ends_too) in combinations(found, 2):
        if starts < ends_too and starts_too < ends:
            raise SessionsOverlap
    return [[write(starts), write(ends)] for starts, ends in found]


def _seats(raw: str, _at: Reading) -> Value:
    if raw == NONE:
        return None
    found = number(raw.strip())
    if not found or found > MOST_SEATS:
        raise CapacityWrong(MOST_SEATS)
    return found


def _stands(raw: str, _at: Reading) -> Value:
    if raw == NONE:
        return None
    found = number(raw.strip())
    if not found or found > MOST_SEATS:
        raise StandsWrong(MOST_SEATS)
    return found


def _moment(raw: str, at: Reading) -> Value:
    before = day_before(at.entry)
    if raw == DAY_BEFORE and before is not None:
        return write(before)
    return None if raw == NONE else write(typed_days.moment(raw, today=at.today))


def _audience(raw: str, _at: Reading) -> Value:
    if raw not in AUDIENCES:
        raise OptionUnknown
    return raw


def _certificate(raw: str, at: Reading) -> Value:
    if raw == NONE:
        return None
    found, days = number(raw.strip()), len(at.entry.sessions)
    if not found or found > days:
        raise CertificateWrong(days)
    return found


READERS: dict[str, Callable[[str, Reading], Value]] = {
    TITLE: _title,
    DAYS: _days,
    PLACE: _place,
    SEATS: _seats,
    DEADLINE: _moment,
    AUDIENCE: _audience,
    DESCRIPTION: _description,
    CERTIFICATE: _certificate,
    STANDS: _stands,
    NAMING: _moment,
}


def value_of(entry: EventEntry, field: str) -> Any:
    """Give the value of a field as `read_value` would."""
    terms = entry.terms
    values: dict[str, Any] = {
        TITLE: entry.title,
        DAYS: [[write(one.starts), write(one.ends)] for one in entry.sessions],
        PLACE: entry.place,
        SEATS: entry.capacity,
        DEADLINE: write(entry.deadline) if entry.deadline else None,
        AUDIENCE: entry.audience,
        DESCRIPTION: entry.description,
        CERTIFICATE: terms.certificate_sessions,
        STANDS: terms.stands,
        NAMING: write(terms.nomination_deadline) if terms.nomination_deadline else None,
    }
    return values[field]


def with_value(entry: EventEntry, field: str, value: Any) -> EventEntry:
    """Put a value that was read into an event."""
    if field == DAYS:
        return _with_days(entry, [(read(starts), read(ends)) for starts, ends in value])
    if field == PLACE:
        # A session that is elsewhere on purpose stays there.
        moved = tuple(
            replace(one, place=value) if one.place == entry.place else one for one in entry.sessions
        )
        return replace(entry, place=value, sessions=moved)
    if field == DEADLINE:
        return replace(entry, deadline=_wall(value))
    if field in (TITLE, AUDIENCE, DESCRIPTION):
        return replace(entry, **{field: value})
    if field == SEATS:
        return replace(entry, capacity=value)
    changes: dict[str, Any] = {
        CERTIFICATE: {"certificate_sessions": value},
        STANDS: {"stands": value},
        NAMING: {"nomination_deadline": _wall(value) if field == NAMING else None},
    }
    return replace(entry, terms=replace(entry.terms, **changes[field]))


def _with_days(entry: EventEntry, days: list[tuple[datetime, datetime]]) -> EventEntry:
    enough = certificate_sessions(
        entry.kind,
        len(days),
        wanted=entry.terms.certificate_sessions,
        before=len(entry.sessions),
    )
    terms = replace(entry.terms, certificate_sessions=enough)
    return replace(entry, sessions=sittings(days, entry.place), terms=terms)


def _wall(value: str | None) -> datetime | None:
    return read(value) if value else None


def day_before(entry: EventEntry) -> datetime | None:
    """Give the last minute of the day before an event begins; None without days."""
    if not entry.sessions:
        return None
    first = min(one.starts for one in entry.sessions).date()
    return datetime.combine(first - timedelta(days=1), typed_days.LAST_MINUTE)


def nothing(field: str) -> Any:
    """Give what stands in a field that nobody has filled in."""
    return {DESCRIPTION: "", DAYS: [], TITLE: "", PLACE: "", AUDIENCE: "all"}.get(field)
