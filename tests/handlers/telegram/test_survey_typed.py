"""Words typed instead of a button of a survey."""

import dataclasses

import pytest

from handlers.telegram import survey_screens
from handlers.telegram.survey_typed import value_of
from programme.forms import Option, Question
from programme.survey_look import PICK
from tests.handlers.telegram.survey_scene import AREAS, KNOWS, MATRIX, ORDER, WHICH, WORD
from tests.handlers.telegram.test_survey_screens import asked, look_at
from texts.translator import load

COMMAS = Question(
    "c", "multiple", "Co?", (Option("a", "Sport, kultura"), Option("b", "Sport", "Sports"))
)
SKIPPED = dataclasses.replace(AREAS, required=False, no_answer=True)


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        (KNOWS, " TAK! ", "=yes"),
        (KNOWS, "n", "=no"),
        (KNOWS, "Yes", "=yes"),
        (KNOWS, "trudno powiedzieć.", "=_hard_to_say"),
        (KNOWS, "‹ poprzednie pytanie", "=.back"),
        (KNOWS, "chyba tak", "chyba tak"),
        (WHICH, "3", "=lks"),
        (WHICH, "4", "4"),
        (WHICH, "lks", "=lks"),
        (WHICH, "Koło gospodyń wiejskich  w Miłkach i okolicy", "=kgw"),
        (AREAS, "1", "1"),
        (AREAS, "sport", "=sport"),
        (AREAS, "kultura, Sport", "=kultura sport"),
        (AREAS, "kultura, szachy", "kultura, szachy"),
        (AREAS, "Sport i osoby starsze", "=sport starsi"),
        (AREAS, ",;\n", ",;\n"),
        (COMMAS, "sport, kultura", "=a"),
        (COMMAS, "sports", "=b"),
        (ORDER, "las\nszkoła", "=las szkola"),
        (SKIPPED, "Nie chcę odpowiadać", "=_no_answer"),
        (SKIPPED, "pomiń to pytanie", "=.skip"),
        (MATRIX, "5", "=5"),
        (MATRIX, "0", "0"),
        (MATRIX, "+5", "+5"),
        (WORD, "Pomiń to pytanie", "=.skip"),
        (WORD, "Nie", "Nie"),
        (WORD, "1", "1"),
    ],
)
def test_typed_words_stand_for_the_button(question: Question, typed: str, value: str) -> None:
    look = look_at(question)
    message = survey_screens.question(load("pl"), asked(look))

    assert value_of(look, message, step="question", raw=typed) == value


@pytest.mark.parametrize(
    ("step", "typed", "value"),
    [
        ("intro", "Tak", "=.begin"),
        ("intro", "może", "może"),
        (PICK, "12", "=.q12"),
        (PICK, "²", "²"),
        ("code", "MA", "MA"),
    ],
)
def test_typed_words_at_the_other_steps(step: str, typed: str, value: str) -> None:
    look = dataclasses.replace(look_at(WORD), question=None)
    message = survey_screens.question(load("pl"), asked(look_at(WHICH)))

    assert value_of(look, message, step=step, raw=typed) == value
