from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.importing import problems as faults
from programme.importing.entries import (
    EventEntry,
    PrivacyNoticeEntry,
    ProgrammeFile,
    RuleEntry,
    SessionEntry,
)
from programme.importing.problems import FileRefused, Place
from programme.importing.programme_file import DEFAULT_RULES, read_programme

wall = datetime.fromisoformat
TODAY = date(2026, 11, 23)

HEAD = """
[programme]
key = "proba"
title = "Próba"
funder_line = "Za pieniądze gminy"
organiser = "Urząd Gminy Miłki"
contact = "sekretarz@milki.example.org"
starts_on = 2026-11-01
ends_on = 2027-04-30

[privacy_notice]
version = 2
pl = "Dbamy o dane"
en = "We look after data"
"""

EVENT = """
[[events]]
key = "prawo"
title = "Podstawy prawne"
kind = "training"
place = "Ośrodek Kultury"
[[events.sessions]]
date = 2027-01-15
start = "9:00"
end = 15:00:00
"""


def read(text: str) -> ProgrammeFile:
    return read_programme(text.encode(), today=TODAY)


def problems(content: str | bytes) -> tuple[faults.FileProblem, ...]:
    with pytest.raises(FileRefused) as refused:
        read_programme(content.encode() if isinstance(content, str) else content, today=TODAY)
    return refused.value.problems


def test_read_smallest_file_has_the_usual_values() -> None:
    file = read(HEAD + EVENT)

    assert file == ProgrammeFile(
        key="proba",
        title="Próba",
        funder_line="Za pieniądze gminy",
        organiser="Urząd Gminy Miłki",
        contact="sekretarz@milki.example.org",
        starts_on=date(2026, 11, 1),
        ends_on=date(2027, 4, 30),
        zone="Europe/Warsaw",
        privacy_notice=PrivacyNoticeEntry(2, "Dbamy o dane", "We look after data"),
        events=(
            EventEntry(
                key="prawo",
                title="Podstawy prawne",
                kind="training",
                place="Ośrodek Kultury",
                description="",
                capacity=None,
                audience="all",
                deadline=None,
                state="published",
                sessions=(
                    SessionEntry(
                        wall("2027-01-15 09:00"), wall("2027-01-15 15:00"), "Ośrodek Kultury"
                    ),
                ),
                rules=DEFAULT_RULES,
            ),
        ),
    )


def test_read_full_event_keeps_every_value() -> None:
    text = (
        HEAD
        + """
[[events]]
key = "dzien"
title = "Dzień"
kind = "fair"
place = "Plac"
description = "Stoiska"
capacity = 40
audience = "ngo"
deadline = "2027-01-08 15:00"
state = "draft"
[[events.sessions]]
date = "2027-01-15"
start = "10:00"
end = "12:00"
place = "Sala"
[[events.rules]]
key = "3d"
days_before = 3
at = "18:30"
[[events.rules]]
key = "1h"
minutes_before = 60
"""
    )

    event = read(text).events[0]

    assert event == EventEntry(
        key="dzien",
        title="Dzień",
        kind="fair",
        place="Plac",
        description="Stoiska",
        capacity=40,
        audience="ngo",
        deadline=wall("2027-01-08 15:00"),
        state="draft",
        sessions=(SessionEntry(wall("2027-01-15 10:00"), wall("2027-01-15 12:00"), "Sala"),),
        rules=(
            RuleEntry("3d", days_before=3, at=time(18, 30)),
            RuleEntry("1h", minutes_before=60),
        ),
    )


def test_read_empty_rules_means_no_reminders() -> None:
    text = HEAD + EVENT.replace('kind = "training"', 'kind = "training"\nrules = []')

    assert read(text).events[0].rules == ()


def test_read_byte_order_mark_is_ignored() -> None:
    assert read_programme(b"\xef\xbb\xbf" + (HEAD + EVENT).encode(), today=TODAY).key == "proba"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027-01-08T15:00:00", wall("2027-01-08 15:00")),
        ("2027-01-08", wall("2027-01-08 23:59")),
        ('"2027-01-08"', wall("2027-01-08 23:59")),
        ('"+1 15:00"', wall("2026-11-24 15:00")),
        ('"+1"', wall("2026-11-24 23:59")),
        ('"-1 8:05"', wall("2026-11-20 08:05")),
    ],
)
def test_read_deadline_in_every_form(written: str, meant: datetime) -> None:
    text = HEAD + EVENT.replace('key = "prawo"', f'key = "prawo"\ndeadline = {written}')

    assert read(text).events[0].deadline == meant


def test_read_working_days_step_over_weekends_and_holidays() -> None:
    text = (HEAD + EVENT).replace("2027-01-15", '"+23"')

    # 24 and 25 December are public holidays, 26 and 27 a weekend.
    assert read(text).events[0].sessions[0].starts == wall("2026-12-28 09:00")


def test_read_every_fault_is_found_with_its_place() -> None:
    text = """
[programme]
key = "Próba"
title = ""
organiser = "Urząd"
contact = 7
starts_on = 2027-04-30
ends_on = 2026-11-01
zone = "Europe/Milki"
sponsor = "nikt"

[privacy_notice]
version = 0
pl = "Dbamy"

[[events]]
key = "jeden"
title = "Jeden"
kind = "szkolenie"
place = "Sala"
capacity = 0
deadline = "jutro"
[[events.sessions]]
date = 1999-01-15
start = "25:00"
end = "15.00"
[[events.rules]]
key = "7d"
days_before = 7
[[events.rules]]
key = "7d"
minutes_before = 5

[[events]]
key = "jeden"
title = "Dwa\\u0000"
kind = "fair"
place = "Sala"
sessions = []
"""
    programme = Place("programme")
    notice = Place("privacy_notice")
    one = Place("event", 1, "jeden")
    session = Place("session", 1, "", one)
    two = Place("event", 2, "jeden")

    found = problems(text)

    assert set(found) == {
        faults.BadKey(programme, "key", "Próba"),
        faults.MissingField(programme, "title"),
        faults.MissingField(programme, "funder_line"),
        faults.WrongType(programme, "contact", "text"),
        faults.EndsBeforeStart(programme, "ends_on"),
        faults.UnknownZone(programme, "zone", "Europe/Milki"),
        faults.UnknownField(programme, "sponsor"),
        faults.BadNumber(notice, "version", 0, 1, 10_000),
        faults.MissingField(notice, "en"),
        faults.BadChoice(one, "kind", "szkolenie", ("training", "meeting", "fair")),
        faults.BadNumber(one, "capacity", 0, 1, 10_000),
        faults.BadTime(one, "deadline", "jutro"),
        faults.BadDate(session, "date", "1999-01-15"),
        faults.BadTime(session, "start", "25:00"),
        faults.BadTime(session, "end", "15.00"),
        faults.UnclearRule(Place("rule", 1, "7d", one), "days_before"),
        faults.DuplicateKey(Place("rule", 2, "7d", one), "key", "7d"),
        faults.BadText(two, "title"),
        faults.EmptyList(two, "sessions"),
        faults.DuplicateKey(two, "key", "jeden"),
    }
    assert len(found) == 20


def test_read_empty_file_names_the_three_parts() -> None:
    file = Place("file")

    assert problems("") == (
        faults.MissingField(file, "programme"),
        faults.MissingField(file, "privacy_notice"),
        faults.MissingField(file, "events"),
    )


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("programme = 1", faults.WrongType(Place("programme"), "", "table")),
        ("events = 1", faults.WrongType(Place("file"), "events", "list")),
        ("events = [1]", faults.WrongType(Place("event", 1), "", "table")),
        ("events = []", faults.EmptyList(Place("file"), "events")),
        ("wydarzenia = 1", faults.UnknownField(Place("file"), "wydarzenia")),
    ],
)
def test_read_wrong_shape_is_named(wrong: str, problem: faults.FileProblem) -> None:
    assert problem in problems(wrong)


@pytest.mark.parametrize("capacity", ['"8"', "true", "8.5"])
def test_read_capacity_of_another_type_is_named(capacity: str) -> None:
    text = HEAD + EVENT.replace('key = "prawo"', f'key = "prawo"\ncapacity = {capacity}')

    assert problems(text) == (faults.WrongType(Place("event", 1, "prawo"), "capacity", "number"),)


def test_read_deadline_with_an_offset_is_refused() -> None:
    text = HEAD + EVENT.replace('key = "prawo"', 'key = "prawo"\ndeadline = 2027-01-08T15:00:00Z')

    assert problems(text) == (
        faults.BadTime(Place("event", 1, "prawo"), "deadline", "2027-01-08 15:00:00+00:00"),
    )


def test_read_too_long_text_is_named() -> None:
    text = (HEAD + EVENT).replace("Podstawy prawne", "x" * 201)

    assert problems(text) == (faults.TextTooLong(Place("event", 1, "prawo"), "title", 201, 200),)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[programme]\nkey = \n", 2, 7),
        ("[programme]\nkey = 'abc", 2, 11),
        ("a = 1\na = 2", 2, 6),
        ("a = " + "[" * 5000, 1, 5005),
        ("a = " + "1" * 5000, 1, 5005),
    ],
)
def test_read_broken_toml_names_line_and_column(text: str, line: int, column: int) -> None:
    (problem,) = problems(text)

    assert isinstance(problem, faults.UnreadableToml)
    assert (problem.line, problem.column) == (line, column)
    assert " (at " not in problem.reason


def test_read_another_encoding_names_the_line() -> None:
    content = 'a = 1\nb = "Miłki"\n'.encode("cp1250")

    assert problems(content) == (faults.UnreadableText(2),)


FIELDS = sorted(
    {"programme", "privacy_notice", "events", "key", "title", "sessions", "rules", "date", "start"}
    | {"end", "deadline", "capacity", "kind", "version", "pl", "days_before", "at", "starts_on"}
)
LEAVES = st.one_of(
    st.integers(),
    st.booleans(),
    st.sampled_from(['"+999"', '"-999 24:00"', '"99:99"', "2027-01-15", "nan", "23:59:59", '""']),
    st.sampled_from(["0001-01-01", "9999-12-31T23:59:59Z", '"9999-12-31 23:59"', '"\\u0000"']),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    ),
    max_leaves=12,
)


def written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {written(each)}' for key, each in value.items())}}}"
    return str(value)


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6))
def test_read_any_values_raise_nothing_but_file_refused(fields: dict[str, Any]) -> None:
    text = "\n".join(f"{key} = {written(value)}" for key, value in fields.items())

    assert problems(text) != ()


@given(st.binary(max_size=200))
def test_read_any_bytes_raise_nothing_but_file_refused(content: bytes) -> None:
    assert problems(content) != ()


@given(st.integers(0, len(HEAD + EVENT) - 1), st.characters(codec="utf-8"))
def test_read_one_letter_changed_is_read_or_refused(position: int, letter: str) -> None:
    text = HEAD + EVENT
    changed = text[:position] + letter + text[position + 1 :]

    with suppress(FileRefused):
        assert read(changed).events != ()
