"""What people type, turned into the values of answers: numbers, days, words, missing codes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.form_values import check
from programme.questions import HARD_TO_SAY, NO_ANSWER, Option, Question
from programme.refusals import (
    AnswerEmpty,
    AnswerNotText,
    AnswerRefused,
    AnswerTooLong,
    OptionUnknown,
)
from programme.survey_refusals import (
    ChosenTooFew,
    ChosenTooMany,
    DateWrong,
    FileWanted,
    NumberWrong,
)

ABC = tuple(Option(key, key.upper()) for key in "abc")
MEMBERS = Question("n", "number", "Ilu?", minimum=0, maximum=5000, unit="osób", unit_en="people")
FREE = Question("n", "number", "Ile?", hard_to_say=True)
DAY = Question("d", "date", "Kiedy?", no_answer=True)
SCALE = Question("s", "scale", "Jak?", low=0, high=10, hard_to_say=True)
SOME = Question("m", "multiple", "Co?", ABC, at_least=2, at_most=2, no_answer=True)
ORDER = Question("r", "ranking", "Co najpierw?", ABC, at_most=2)
LONG = Question("l", "long_text", "Dlaczego?", max_length=2000)
FILE = Question("f", "file", "Plik?")
INFO = Question("i", "info", "Proszę przeczytać.")
ALL = (MEMBERS, FREE, DAY, SCALE, SOME, ORDER, LONG, FILE, INFO)
NOVEL = "Był sobie król. " * 60_000


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12,5", "12.5"),
        ("1 200", "1200"),
        ("1\u00a0200,50", "1200.5"),
        ("12 345 678", "12345678"),
        ("+7", "7"),
        ("−3", "-3"),
        ("007", "7"),
        ("-0", "0"),
        ("0,125", "0.125"),
        ("1,125", "1.125"),
        ("0.000001", "0.000001"),
        (" 40 ", "40"),
    ],
)
def test_number_is_read_as_poles_write_it(typed: str, value: str) -> None:
    assert check(FREE, typed) == value


@pytest.mark.parametrize("typed", ["40 osób", "40osób", "40 OSÓB", "40 people", "40"])
def test_number_may_carry_its_unit(typed: str) -> None:
    assert check(MEMBERS, typed) == "40"


@pytest.mark.parametrize(
    "typed",
    # "1.200" is a thousand and two hundred to one and little more than one to another.
    [
        "1.200",
        "12,000",
        "1 2",
        "1200 200",
        "dużo",
        "1e5",
        "٣",
        "−٣",
        "nan",
        "12-15",
        "ok. 40",
        NOVEL,
    ],
)
def test_number_that_is_not_clear_is_refused(typed: str) -> None:
    with pytest.raises(NumberWrong):
        check(FREE, typed)


@pytest.mark.parametrize("typed", ["-1", "5001", "5000,01"])
def test_number_outside_its_limits_is_refused_with_them(typed: str) -> None:
    with pytest.raises(NumberWrong) as refused:
        check(MEMBERS, typed)

    assert (refused.value.minimum, refused.value.maximum) == (0, 5000)


@pytest.mark.parametrize(
    "typed",
    [
        "23.11.2026",
        "23.11.2026 r.",
        "23-11-2026",
        "23/11/2026",
        "2026-11-23",
        "23 listopada 2026",
        "23 Listopada 2026 roku",
        "poniedziałek, 23 listopada 2026",
        "23 XI 2026",
        "23.xi.2026 r.",
        "23 November 2026",
        " 23.11.2026 ",
    ],
)
def test_day_is_read_as_people_write_it(typed: str) -> None:
    assert check(DAY, typed) == "2026-11-23"


@pytest.mark.parametrize(
    "typed",
    [
        "31.02.2026",
        "23.11",
        "23.11.26",
        "dziś",
        "wtorek, 23 listopada 2026",
        "12 i 13 maja 2026",
        "23 XIII 2026",
        "kiedyś",
        NOVEL,
    ],
)
def test_day_that_is_not_clear_is_refused(typed: str) -> None:
    with pytest.raises(DateWrong):
        check(DAY, typed)


@pytest.mark.parametrize(
    ("question", "raw", "refusal"),
    [
        (LONG, NOVEL, AnswerTooLong),
        (LONG, " \n", AnswerEmpty),
        (MEMBERS, "", AnswerEmpty),
        (MEMBERS, "osób", AnswerEmpty),
        (DAY, " ", AnswerEmpty),
        (SCALE, "11", OptionUnknown),
        (SCALE, "", AnswerEmpty),
        (SCALE, NO_ANSWER, OptionUnknown),
        (SCALE, ["5"], AnswerNotText),
        (SOME, ["a"], ChosenTooFew),
        (SOME, ["a", "b", "c"], ChosenTooMany),
        (SOME, ["a", NO_ANSWER], OptionUnknown),
        (ORDER, ["a", "a"], OptionUnknown),
        (FILE, "photo.jpg", FileWanted),
    ],
)
def test_answer_that_does_not_fit_is_refused(
    question: Question, raw: str | list[str], refusal: type[AnswerRefused]
) -> None:
    with pytest.raises(AnswerRefused) as refused:
        check(question, raw)

    assert type(refused.value) is refusal


def test_what_is_said_instead_of_an_answer_is_kept_as_it_is() -> None:
    assert check(SCALE, HARD_TO_SAY) == HARD_TO_SAY
    assert check(SOME, [NO_ANSWER]) == NO_ANSWER
    assert check(DAY, NO_ANSWER) == NO_ANSWER


def test_ranking_keeps_its_order_and_several_that_of_the_form() -> None:
    assert check(ORDER, ["c", "a"]) == ("c", "a")
    assert check(SOME, ["c", "a", "c"]) == ("a", "c")


TYPED = st.one_of(
    st.text(),
    st.from_regex(r"[-+]?[0-9 ]{1,8}([.,][0-9]{1,4})?", fullmatch=True),
    st.dates().map(lambda day: f"{day:%d.%m.%Y}"),
    st.sampled_from((HARD_TO_SAY, NO_ANSWER, "a", "5", "40 osób")),
    st.lists(st.sampled_from(("a", "b", "c", NO_ANSWER, "x")), max_size=4),
)


@given(question=st.sampled_from(ALL), raw=TYPED)
def test_what_was_accepted_is_accepted_again_and_stays(
    question: Question, raw: str | list[str]
) -> None:
    try:
        value = check(question, raw)
    except AnswerRefused:
        return

    kept = json.loads(json.dumps(value))
    assert value
    assert check(question, kept) == value
