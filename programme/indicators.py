"""The funder's table: how many people, for whom, how many hours; docs/reference/indicators.md.

A row is one event; the last one counts each person and each organisation once, however many
events they came to. Whoever came counts, not whoever registered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from programme.importing.spelling import fold
from programme.lists import FORMATS, MOMENT, Words, to_csv
from programme.refusals import OptionUnknown
from programme.wall_time import to_wall
from storage import list_rows, workbooks
from storage.database import Tx
from storage.list_rows import Held, Presence
from storage.workbooks import Table

COLUMNS = (
    "event",
    "first_day",
    "seats_held",
    "people",
    "clerks",
    "ngo_people",
    "ngos",
    "training_hours",
    "person_hours",
    "certificates",
)
DAY = MOMENT.split(" ", maxsplit=1)[0]


@dataclass(frozen=True)
class Figures:
    """The figures of one event, or of all when `event` is empty."""

    event: str
    first_day: str
    seats_held: int
    people: int
    clerks: int
    ngo_people: int
    ngos: int
    training_hours: float
    person_hours: float
    certificates: int


@dataclass(frozen=True)
class Indicators:
    """The table, and its last row."""

    events: list[Figures]
    total: Figures


async def table(tx: Tx) -> Indicators:
    """Count what the funder asks for."""
    held = await list_rows.events(tx)
    presences = await list_rows.presences(tx)
    seats = await list_rows.seats(tx)
    papers = await list_rows.certificates(tx)
    by_event: dict[int, list[Presence]] = {}
    for one in presences:
        by_event.setdefault(one.event_id, []).append(one)
    rows = [
        _figures(
            one.title,
            _day(one),
            sum(event_id == one.id for event_id, _person in seats),
            by_event.get(one.id, []),
            one.minutes,
            papers.get(one.id, 0),
        )
        for one in held
    ]
    total = _figures(
        "",
        "",
        len({person_id for _event, person_id in seats}),
        presences,
        sum(one.minutes for one in held if by_event.get(one.id)),
        sum(papers.get(one.id, 0) for one in held),
    )
    return Indicators(rows, total)


def _day(event: Held) -> str:
    return to_wall(event.first_at, event.zone).strftime(DAY) if event.first_at else ""


def _figures(
    event: str,
    first_day: str,
    seats: int,
    presences: Sequence[Presence],
    minutes: int,
    certificates: int,
) -> Figures:
    role = {one.person_id: one.role for one in presences}
    organisations = {
        one.organisation if one.organisation.startswith("#") else fold(one.organisation)
        for one in presences
        if one.role == "ngo"
    } - {""}
    return Figures(
        event,
        first_day,
        seats,
        len(role),
        sum(each == "clerk" for each in role.values()),
        sum(each == "ngo" for each in role.values()),
        len(organisations),
        _hours(minutes),
        _hours(sum(one.minutes for one in presences)),
        certificates,
    )


def _hours(minutes: int) -> float:
    """Give hours; whole ones without a fraction."""
    hours = round(minutes / 60, 2)
    return int(hours) if hours.is_integer() else hours


def to_table(found: Indicators, words: Words) -> Table:
    """Put the figures into words."""
    rows = [tuple(getattr(row, name) for name in COLUMNS) for row in (*found.events, found.total)]
    rows[-1] = (words("total"), *rows[-1][1:])
    return Table(
        words("list_indicators"),
        tuple(words(f"figure_{name}") for name in COLUMNS),
        tuple(rows),
    )


async def file_of(tx: Tx, *, file_format: str, words: Words) -> bytes:
    """Write the table as xlsx or csv; raises OptionUnknown."""
    if file_format not in FORMATS:
        raise OptionUnknown
    made = to_table(await table(tx), words)
    return workbooks.to_xlsx([made]) if file_format == "xlsx" else to_csv(made)
