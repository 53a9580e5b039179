"""Every outcome of a mail has its sentence, in both languages."""

from typing import get_args

import pytest

from delivery.mail_answer_words import KNOWN, lines, sort_of
from programme import mail_outcomes
from texts.translator import load

ZONE = "Europe/Warsaw"
ALL = {
    what
    for group in (
        mail_outcomes.Done,
        mail_outcomes.Known,
        mail_outcomes.Refused,
        mail_outcomes.Next,
        mail_outcomes.Read,
    )
    for what in get_args(group)
}


def test_every_outcome_has_words() -> None:
    assert set(KNOWN) == ALL


@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("what", sorted(ALL))
def test_words_are_filled_in(what: str, locale: str) -> None:
    detail = "2027-01-08T14:00:00+00:00" if what == "deadline_passed" else "7"

    said = lines([{"what": what, "name": "Jan", "detail": detail}], ZONE, load(locale))

    assert len(said) == 1
    assert said[0][0].isupper()
    assert "%(" not in said[0]


def test_line_about_nobody_begins_without_a_name() -> None:
    said = lines([{"what": "not_possible", "name": "", "detail": ""}], ZONE, load("pl"))

    assert said == ["Tego nie mogliśmy zrobić."]


def test_same_sentence_is_said_once() -> None:
    one = {"what": "event_over", "name": "Jan", "detail": ""}
    other = {"what": "event_over", "name": "Anna", "detail": ""}

    assert len(lines([one, other], ZONE, load("pl"))) == 1


def _sort(*what: str) -> dict[str, bool]:
    return sort_of([{"what": one, "name": "", "detail": ""} for one in what])


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (("read_nothing",), {"is_undone"}),
        (("read_person", "read_yes"), {"is_read", "is_undone"}),
        (("paper_taken", "read_yes"), {"is_read"}),
        (("letter_too_old",), {"is_old"}),
        (("named", "named_untold"), {"is_read", "is_step"}),
        (("registered",), {"is_read"}),
    ],
)
def test_answer_is_of_the_sort_that_its_outcomes_make(
    what: tuple[str, ...], expected: set[str]
) -> None:
    assert {name for name, is_so in _sort(*what).items() if is_so} == expected
