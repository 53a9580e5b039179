"""The lists that staff take away: who comes, who waits, who was there, which papers are in.

A list is data: the keys of its columns and states, and what people wrote. `Words` gives the
words for keys, so that no language is spoken here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import calendar_standing
from programme.forms import Form
from programme.people_refusals import ExportNeedsEvent, NothingToExport
from programme.polish_order import by_surname
from programme.refusals import EventUnknown, OptionUnknown
from programme.wall_time import to_wall
from storage import attendance, documents, events, exports, forms, list_rows, workbooks
from storage.database import Tx
from storage.events import Event, Session
from storage.list_rows import Listed
from storage.workbooks import Table, Value

Words = Callable[[str], str]

LISTS = ("participants", "waiting", "attendance", "documents", "nominations")
ALWAYS = ("participants", "waiting", "attendance")
FORMATS = ("xlsx", "csv")
MOMENT = "%d.%m.%Y %H:%M"
PERSON = ("number", "name", "organisation", "role")
REACH = ("mail", "phone", "telegram")


@dataclass(frozen=True)
class Key:
    """A word that is said in the reader's language: a state, yes or no."""

    key: str


Cell = Value | Key


@dataclass(frozen=True)
class Column:
    """One column: a key, or a text that somebody wrote, as a question is."""

    key: str
    label: str = ""


@dataclass(frozen=True)
class Listing:
    """One list of one event."""

    key: str
    event: Event
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _columns(*keys: str) -> tuple[Column, ...]:
    return tuple(Column(key) for key in keys)


def local(moment: datetime | None, zone: str) -> str:
    """Write a moment as the clock on the wall showed it."""
    return to_wall(moment, zone).strftime(MOMENT) if moment else ""


async def listing(tx: Tx, *, event_id: int, key: str) -> Listing:
    """Make one list of an event; raises EventUnknown or OptionUnknown."""
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    if key not in LISTS:
        raise OptionUnknown
    if key == "nominations":
        return await _nominations(tx, event)
    rows = await list_rows.of_event(tx, event_id)
    seated = [row for row in rows if row.state == "active"]
    seated.sort(key=lambda row: by_surname(row.name))
    if key == "participants":
        return await _participants(tx, event, seated)
    if key == "waiting":
        return await _waiting(tx, event, [row for row in rows if row.state == "waiting"])
    make = _attendance if key == "attendance" else _documents
    return await make(tx, event, seated)


def _person(number: int, row: Listed) -> tuple[Cell, ...]:
    return number, row.name, row.organisation, Key(f"role_{row.role}")


def _reach(row: Listed) -> tuple[Cell, ...]:
    return ", ".join(row.mails), row.phone, _yes(row.in_chat)


def _yes(said: bool) -> Key:
    return Key("yes" if said else "no")


async def _questions(tx: Tx, rows: Sequence[Listed]) -> tuple[tuple[Column, ...], dict[int, Form]]:
    """Give a column for each question that any of these people was asked, the newest words last."""
    asked: dict[int, Form] = {}
    for form_id in sorted({row.form_id for row in rows if row.form_id is not None}):
        kept = await forms.get(tx, form_id)
        asked[form_id] = Form.from_json({"key": kept.key, "version": kept.version, **kept.content})
    labels = {
        question.key: question.label for form in asked.values() for question in form.questions
    }
    return tuple(Column(f"question:{key}", label) for key, label in labels.items()), asked


def _answers(row: Listed, columns: Sequence[Column], asked: dict[int, Form]) -> tuple[Cell, ...]:
    form = asked.get(row.form_id) if row.form_id is not None else None
    labels = {
        (question.key, option.key): option.label
        for question in (form.questions if form else ())
        for option in question.options
    }
    found: list[Cell] = []
    for column in columns:
        key = column.key.removeprefix("question:")
        given: Any = row.answers.get(key)
        chosen = given if isinstance(given, list | tuple) else [given]
        words = [labels.get((key, one), str(one)) for one in chosen if one is not None]
        found.append(", ".join(words))
    return tuple(found)


async def _participants(tx: Tx, event: Event, rows: list[Listed]) -> Listing:
    columns, asked = await _questions(tx, rows)
    own = _columns(*PERSON, *REACH, "registered_at", "door", "answered_by", "calendar", "note")
    calendars = await calendar_standing.of_event(tx, event.id)
    return Listing(
        "participants",
        event,
        (*own, *columns),
        tuple(
            (
                *_person(number, row),
                *_reach(row),
                local(row.created_at, event.zone),
                Key(f"door_{row.door}"),
                Key(f"answered_{row.answered_by}"),
                _calendar(row, calendars),
                row.note,
                *_answers(row, columns, asked),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )


def _calendar(row: Listed, calendars: dict[int, str]) -> Key | str:
    """Tell what a calendar answered; whoever has no address was not asked by one."""
    answer = calendars.get(row.registration_id, calendar_standing.NONE)
    is_asked = row.mails or answer != calendar_standing.NONE
    return Key(f"calendar_{answer}") if is_asked else ""


async def _waiting(tx: Tx, event: Event, rows: list[Listed]) -> Listing:
    columns, asked = await _questions(tx, rows)
    own = _columns(*PERSON, *REACH, "registered_at", "standing", "offer_until", "note")
    return Listing(
        "waiting",
        event,
        (*own, *columns),
        tuple(
            (
                *_person(number, row),
                *_reach(row),
                local(row.created_at, event.zone),
                Key(_standing(row)),
                local(row.offer_until, event.zone),
                row.note,
                *_answers(row, columns, asked),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )


def _standing(row: Listed) -> str:
    if row.approval == "asked":
        return "standing_application"
    return "standing_offer" if row.offer_until else "standing_line"


def _session_label(session: Session) -> str:
    return local(session.starts_at, session.zone)


async def _attendance(tx: Tx, event: Event, rows: list[Listed]) -> Listing:
    sessions = await events.sessions(tx, event.id)
    noted = {
        (one.registration_id, one.session_id): one.present
        for one in await attendance.of_event(tx, event.id)
    }
    columns = tuple(Column(f"session:{one.number}", _session_label(one)) for one in sessions)
    found = []
    for number, row in enumerate(rows, start=1):
        marks = [noted.get((row.registration_id, one.id)) for one in sessions]
        cells: list[Cell] = ["" if mark is None else _yes(mark) for mark in marks]
        found.append((*_person(number, row), *cells, marks.count(True)))
    return Listing(
        "attendance", event, (*_columns(*PERSON), *columns, Column("present_count")), tuple(found)
    )


async def _documents(tx: Tx, event: Event, rows: list[Listed]) -> Listing:
    required = await documents.required_of_event(tx, event.id)
    states = await list_rows.documents(tx, event.id)
    columns = tuple(Column(f"document:{one.key}", one.title) for one in required)
    found = []
    for number, row in enumerate(rows, start=1):
        held = [states.get((row.registration_id, one.id), "missing") for one in required]
        cells = [Key(f"document_{state}") for state in held]
        missing = sum(state != "accepted" for state in held)
        found.append((*_person(number, row), *cells, missing))
    return Listing(
        "documents", event, (*_columns(*PERSON), *columns, Column("missing_count")), tuple(found)
    )


async def _nominations(tx: Tx, event: Event) -> Listing:
    own = ("number", "organisation", "name", "mail", "phone", "nomination_state")
    rows = await list_rows.nominations(tx, event.id)
    return Listing(
        "nominations",
        event,
        _columns(*own, "answered_by", "named_at", "answered_at"),
        tuple(
            (
                number,
                row.organisation,
                row.name,
                row.email,
                row.phone,
                Key(f"nomination_{row.state}"),
                Key(f"answered_{row.answered_by}") if row.answered_by else "",
                local(row.created_at, event.zone),
                local(row.answered_at, event.zone),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )


def to_table(made: Listing, words: Words, *, name: str = "") -> Table:
    """Put a list into words."""
    return Table(
        name or words(f"list_{made.key}"),
        tuple(column.label or words(f"column_{column.key}") for column in made.columns),
        tuple(
            tuple(words(cell.key) if isinstance(cell, Key) else cell for cell in row)
            for row in made.rows
        ),
    )


async def workbook(tx: Tx, *, event_id: int, words: Words) -> bytes:
    """Write all lists of an event as one workbook; an empty one raises NothingToExport.

    Of papers and nominations there is a sheet only where the event has them.
    """
    made = [await listing(tx, event_id=event_id, key=key) for key in LISTS]
    if not any(one.rows for one in made):
        raise NothingToExport
    shown = [one for one in made if one.key in ALWAYS or _says_something(one)]
    return workbooks.to_xlsx([to_table(one, words) for one in shown])


def _says_something(made: Listing) -> bool:
    """Tell whether a list of papers has papers, and one of nominations any."""
    return bool(made.rows) and len(made.columns) > len(PERSON) + 1


async def file_of(
    tx: Tx, *, key: str, event_key: str | None, file_format: str, words: Words
) -> bytes:
    """Write one list as xlsx or csv, of one event or, as a workbook, of each event a sheet.

    Raises EventUnknown, OptionUnknown, or ExportNeedsEvent for a CSV of several events.
    """
    if file_format not in FORMATS:
        raise OptionUnknown
    held = await list_rows.events(tx)
    chosen = [one for one in held if event_key in (None, one.key)]
    if not chosen:
        raise EventUnknown
    if file_format == "csv" and len(chosen) > 1:
        raise ExportNeedsEvent(tuple(one.key for one in held))
    tables = [
        to_table(await listing(tx, event_id=one.id, key=key), words, name=one.title)
        for one in chosen
    ]
    return workbooks.to_xlsx(tables) if file_format == "xlsx" else to_csv(tables[0])


def to_csv(table: Table) -> bytes:
    """Write a table as CSV."""
    return exports.rows_to_csv(table.columns, table.rows)
