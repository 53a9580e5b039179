from dataclasses import fields
from datetime import date, datetime
from typing import Any

import pytest

from bot.import_words import PROBLEMS, place_words, problem_words
from handlers.telegram.doubt_words import DOUBTS, doubt_words
from programme import doubts
from programme.importing import problems as faults
from programme.importing.problems import Place
from texts.translator import load

EVENT = Place("event", 2, "aktywne-konsultacje")
wall = datetime.fromisoformat
VALUES: dict[str, Any] = {
    "place": Place("session", 1, "", EVENT),
    "field": "title",
    "days": 372,
    "deadline": wall("2013-01-08 23:59"),
    "starts": wall("2014-01-06 09:00"),
    "ends": wall("2014-01-06 15:00"),
    "wall": wall("2014-03-30 02:30"),
    "starts_on": date(2013, 11, 1),
    "ends_on": date(2015, 4, 30),
    "expected": "text",
    "changes": ("place", "sessions", "state"),
    "choices": ("training", "fair"),
}


def leaves(kind: type[Any]) -> list[type[Any]]:
    inner = kind.__subclasses__()
    return [leaf for each in inner for leaf in leaves(each)] if inner else [kind]


def sample(kind: type[Any]) -> Any:
    values = {each.name: VALUES.get(each.name, 7) for each in fields(kind)}
    if kind is doubts.OutsideProgramme:
        values["days"] = (date(2016, 1, 1), date(2016, 1, 2))
    if kind in (faults.MissingColumn, faults.DuplicateColumn):
        values["column"] = "name"
    return kind(**values)


@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("kind", leaves(doubts.Doubt))
def test_doubt_words_every_doubt_has_whole_sentences(kind: type[doubts.Doubt], locale: str) -> None:
    words = doubt_words(sample(kind), t=load(locale))

    assert words.endswith((".", "?"))
    assert "%(" not in words


@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("kind", leaves(faults.FileProblem))
def test_problem_words_every_problem_has_whole_sentences(
    kind: type[faults.FileProblem], locale: str
) -> None:
    words = problem_words(sample(kind), t=load(locale))

    assert words.endswith(".")
    assert "%(" not in words


def test_words_are_kept_for_nothing_else() -> None:
    assert set(DOUBTS) == set(leaves(doubts.Doubt))
    assert set(PROBLEMS) == set(leaves(faults.FileProblem))


def test_doubt_words_say_dates_as_people_write_them() -> None:
    doubt = doubts.DeadlineLongBefore(
        "prawo", "Prawo", wall("2013-01-08 23:59"), wall("2014-01-15 09:00"), 372
    )

    assert doubt_words(doubt, t=load("en")) == (
        "“Prawo”: the deadline (08.01.2013, 23:59) is 372 days before the first session "
        "(15.01.2014, 9:00). Is the year right?"
    )


def test_doubt_words_name_the_holiday() -> None:
    starts, ends = wall("2027-01-06 09:00"), wall("2027-01-06 15:00")
    doubt = doubts.SessionOnHoliday("prawo", "Prawo", 1, starts, ends)

    assert doubt_words(doubt, t=load("en")) == (
        "“Prawo”, session 1: 06.01.2027, 9:00 is a public holiday (Epiphany)."
    )


def test_problem_words_begin_with_the_place() -> None:
    problem = faults.BadTime(Place("session", 1, "", EVENT), "start", "25:00")

    assert problem_words(problem, t=load("en")) == (
        "event 2 (aktywne-konsultacje), session 1, start: “25:00” is not a time. Write for "
        "example 09:00, or with its day 2027-01-08 15:00."
    )


def test_problem_words_of_the_whole_file_begin_with_the_field() -> None:
    problem = faults.MissingField(Place("file"), "programme")

    assert problem_words(problem, t=load("en")) == "programme: this is missing or empty."


def test_place_words_name_a_plain_table() -> None:
    assert place_words(Place("privacy_notice"), t=load("en")) == "privacy_notice"
