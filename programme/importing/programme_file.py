"""Read a programme file: TOML text to values, with every fault found and none guessed away."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from programme.importing import problems as faults
from programme.importing.entries import (
    DocumentEntry,
    EventEntry,
    PrivacyNoticeEntry,
    ProgrammeFile,
    RuleEntry,
    SessionEntry,
    TermsEntry,
)
from programme.importing.question_fields import read_questions
from programme.importing.toml_table import TomlTable

KINDS = ("training", "meeting", "fair")
AUDIENCES = ("all", "ngo", "office", "register")
STATES = ("published", "draft")
ENTRIES = ("open", "nominated")
APPROVALS = ("none", "staff")
SELECTIONS = ("first_come", "staff")
FAIRNESS = ("first_come", "one_each")
LATE = ("refuse", "line")
MOST_OFFER_HOURS = 7 * 24
DEFAULT_RULES = (
    RuleEntry("7d", days_before=7, at=time(9)),
    RuleEntry("1d", days_before=1, at=time(9)),
    RuleEntry("2h", minutes_before=120),
)
TITLE_LIMIT = 200
NOTICE_LIMIT = 3500
MOST_SEATS = 10_000
MOST_SESSIONS = 100
MOST_DAYS_BEFORE = 60
RULE_KEY_LIMIT = 20
# They stand for values that were refused and are never seen: the file is refused too.
_NO_DAY = date(2000, 1, 1)
_NO_TIME = time(0)
_SPOT = re.compile(r" \(at line (\d+), column (\d+)\)$")


def read_programme(
    content: bytes, *, today: date, default_zone: str = "Europe/Warsaw"
) -> ProgrammeFile:
    """Read the bytes of a programme file; relative days are counted from `today`.

    Raises FileRefused with every fault of the file.
    """
    problems: list[faults.FileProblem] = []
    file = TomlTable(parse(content), faults.Place("file"), problems)
    programme = file.table("programme")
    starts_on = programme.day("starts_on", today=today)
    ends_on = programme.day("ends_on", today=today)
    if starts_on and ends_on and ends_on < starts_on:
        problems.append(faults.EndsBeforeStart(programme.place, "ends_on"))
    read = ProgrammeFile(
        key=programme.key(),
        title=programme.text("title", limit=TITLE_LIMIT),
        funder_line=programme.text("funder_line"),
        organiser=programme.text("organiser", limit=TITLE_LIMIT),
        contact=programme.text("contact", limit=TITLE_LIMIT),
        starts_on=starts_on or _NO_DAY,
        ends_on=ends_on or _NO_DAY,
        zone=_zone(programme, default_zone),
        privacy_notice=_privacy_notice(file.table("privacy_notice")),
        events=tuple(_event(table, today) for table in file.tables("events", "event")),
    )
    programme.finish()
    file.finish()
    _note_duplicates(problems, "event", (event.key for event in read.events), None)
    if problems:
        raise faults.FileRefused(tuple(problems))
    return read


def parse(content: bytes) -> dict[str, Any]:
    """Read TOML; raises FileRefused with the line at which it breaks its own rules."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise faults.FileRefused((faults.UnreadableText(line),)) from error
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise faults.FileRefused((_unreadable(text, error),)) from error


def _unreadable(text: str, error: Exception) -> faults.UnreadableToml:
    """Say where TOML broke; some faults show only at the end of the file."""
    spot = _SPOT.search(str(error))
    if spot:
        reason = str(error)[: spot.start()]
        return faults.UnreadableToml(int(spot[1]), int(spot[2]), reason)
    lines = text.split("\n")
    reason = str(error).removesuffix(" (at end of document)")
    return faults.UnreadableToml(len(lines), len(lines[-1]) + 1, reason)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(programme: TomlTable, default: str) -> str:
    zone = programme.text("zone", default=default)
    if zone not in _zones():
        programme.problems.append(faults.UnknownZone(programme.place, "zone", zone))
    return zone


def _privacy_notice(table: TomlTable) -> PrivacyNoticeEntry:
    entry = PrivacyNoticeEntry(
        version=table.number("version", 1, 10_000, required=True) or 1,
        pl=table.text("pl", limit=NOTICE_LIMIT),
        en=table.text("en", limit=NOTICE_LIMIT),
    )
    table.finish()
    return entry


def _event(table: TomlTable, today: date) -> EventEntry:
    place = table.text("place", limit=TITLE_LIMIT)
    entry = EventEntry(
        key=table.key(),
        title=table.text("title", limit=TITLE_LIMIT),
        kind=table.choice("kind", KINDS),
        place=place,
        description=table.text("description", default=""),
        capacity=table.number("capacity", 1, MOST_SEATS),
        audience=table.choice("audience", AUDIENCES, default="all"),
        deadline=table.wall_time("deadline", today=today),
        state=table.choice("state", STATES, default="published"),
        sessions=tuple(
            _session(each, place, today) for each in table.tables("sessions", "session")
        ),
        rules=_rules(table),
        terms=_terms(table, today),
        documents=tuple(_document(each) for each in _some(table, "documents", "document")),
        questions=read_questions(table),
    )
    keys = (document.key for document in entry.documents)
    _note_duplicates(table.problems, "document", keys, table.place)
    table.finish()
    return entry


def _some(table: TomlTable, field: str, name: str) -> list[TomlTable]:
    """Give the tables of a list that may be left out."""
    return table.tables(field, name) if table.has(field) else []


def _terms(table: TomlTable, today: date) -> TermsEntry:
    return TermsEntry(
        entry=table.choice("entry", ENTRIES, default="open"),
        seats_per_organisation=table.number("seats_per_organisation", 1, MOST_SEATS),
        nomination_deadline=table.wall_time("nomination_deadline", today=today),
        approval=table.choice("approval", APPROVALS, default="none"),
        selection=table.choice("selection", SELECTIONS, default="first_come"),
        fairness=table.choice("fairness", FAIRNESS, default="first_come"),
        late=table.choice("late", LATE, default="refuse"),
        offer_hours=table.number("offer_hours", 0, MOST_OFFER_HOURS) or 0,
        last_minute_hours=table.number("last_minute_hours", 0, MOST_OFFER_HOURS) or 0,
        certificate_sessions=table.number("certificate_sessions", 1, MOST_SESSIONS),
        stands=table.number("stands", 1, MOST_SEATS),
    )


def _document(table: TomlTable) -> DocumentEntry:
    entry = DocumentEntry(
        key=table.key(),
        title=table.text("title", limit=TITLE_LIMIT),
        blank=table.text("blank", default="", limit=TITLE_LIMIT),
    )
    table.finish()
    return entry


def _session(table: TomlTable, event_place: str, today: date) -> SessionEntry:
    day = table.day("date", today=today) or _NO_DAY
    starts = table.time_of_day("start") or _NO_TIME
    ends = table.time_of_day("end") or _NO_TIME
    place = table.text("place", default="", limit=TITLE_LIMIT) or event_place
    table.finish()
    return SessionEntry(datetime.combine(day, starts), datetime.combine(day, ends), place)


def _rules(event: TomlTable) -> tuple[RuleEntry, ...]:
    """Read the reminder rules; an event without any has the usual ones, `[]` means none."""
    if not event.has("rules"):
        return DEFAULT_RULES
    if event.is_empty_list("rules"):
        return ()
    rules = tuple(_rule(table) for table in event.tables("rules", "rule"))
    _note_duplicates(event.problems, "rule", (rule.key for rule in rules), event.place)
    return rules


def _rule(table: TomlTable) -> RuleEntry:
    days = table.number("days_before", 0, MOST_DAYS_BEFORE)
    at = table.time_of_day("at", required=False)
    minutes = table.number("minutes_before", 1, MOST_DAYS_BEFORE * 24 * 60)
    key = table.key(limit=RULE_KEY_LIMIT)
    if not table.has_one_of({"days_before", "at"}, {"minutes_before"}):
        table.problems.append(faults.UnclearRule(table.place, "days_before"))
    table.finish()
    return RuleEntry(key, days_before=days or 0, at=at, minutes_before=minutes or 0)


def _note_duplicates(
    problems: list[faults.FileProblem],
    table: str,
    keys: Iterable[str],
    inside: faults.Place | None,
) -> None:
    seen: set[str] = set()
    for number, key in enumerate(keys, start=1):
        if key in seen:
            place = faults.Place(table, number, key, inside)
            problems.append(faults.DuplicateKey(place, "key", key))
        if key:
            seen.add(key)
