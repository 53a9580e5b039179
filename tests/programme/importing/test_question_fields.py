"""The questions of an event, as the programme file has them, and every fault of theirs."""

from datetime import date

import pytest

from bot.import_words import problem_words
from programme.forms import Condition, Option, Question
from programme.importing import problems as faults
from programme.importing.problems import FileProblem, FileRefused, Place
from programme.importing.programme_file import read_programme
from tests.programme.importing.test_programme_file import EVENT, HEAD
from texts.translator import load

IN_EVENT = Place("event", 1, "prawo")
MEAL = """
[[events.questions]]
key = "obiad"
kind = "choice"
label = "Czy zjedzą Państwo obiad?"
options = [{ key = "tak", label = "Tak" }, { key = "nie", label = "Nie" }]
"""


def questions(more: str) -> tuple[Question, ...]:
    file = read_programme((HEAD + EVENT + more).encode(), today=date(2026, 11, 23))
    return file.events[0].questions


def problems(more: str) -> tuple[FileProblem, ...]:
    with pytest.raises(FileRefused) as refused:
        questions(more)
    return refused.value.problems


def at(number: int, key: str) -> Place:
    return Place("question", number, key, IN_EVENT)


def test_event_without_questions_asks_nothing() -> None:
    assert questions("") == ()


def test_questions_are_read_with_their_conditions() -> None:
    more = """
[[events.questions]]
key = "dieta"
kind = "multiple"
label = "Na co zwrócić uwagę?"
required = false
options = [{ key = "wege", label = "Bez mięsa" }]
when = { question = "obiad", options = ["tak"] }

[[events.questions]]
key = "uwagi"
label = "Co jeszcze?"
max_length = 300
"""
    assert questions(MEAL + more) == (
        Question(
            "obiad",
            "choice",
            "Czy zjedzą Państwo obiad?",
            (Option("tak", "Tak"), Option("nie", "Nie")),
        ),
        Question(
            "dieta",
            "multiple",
            "Na co zwrócić uwagę?",
            (Option("wege", "Bez mięsa"),),
            required=False,
            when=Condition("obiad", ("tak",)),
        ),
        Question("uwagi", "text", "Co jeszcze?", max_length=300),
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(
            '[[events.questions]]\nkey = "a"\nkind = "choice"\nlabel = "A"',
            (faults.OptionsUnfit(at(1, "a"), "options"),),
            id="choice-without-options",
        ),
        pytest.param(
            '[[events.questions]]\nkey = "a"\nlabel = "A"\noptions = [{key = "b", label = "B"}]',
            (faults.OptionsUnfit(at(1, "a"), "options"),),
            id="text-with-options",
        ),
        pytest.param(
            f'{MEAL}[[events.questions]]\nkey = "obiad"\nlabel = "A"',
            (faults.DuplicateKey(at(2, "obiad"), "key", "obiad"),),
            id="key-twice",
        ),
        pytest.param(
            f'{MEAL}[[events.questions]]\nkey = "a"\nlabel = "A"\n'
            'when = {question = "obiad", options = ["moze"]}',
            (faults.ConditionUnknown(at(2, "a"), "when"),),
            id="unknown-option",
        ),
        pytest.param(
            '[[events.questions]]\nkey = "a"\nlabel = "A"\n'
            f'when = {{question = "obiad", options = ["tak"]}}\n{MEAL}',
            (faults.ConditionLater(at(1, "a"), "when"),),
            id="later-question",
        ),
        pytest.param(
            '[[events.questions]]\nkey = "a"\nlabel = "A"\nrequired = "tak"',
            (faults.WrongType(at(1, "a"), "required", "yes or no"),),
            id="required-in-words",
        ),
        pytest.param(
            '[[events.questions]]\nkey = "a"\nlabel = "A"\nwhen = 5',
            (
                faults.WrongType(Place("when", inside=at(1, "a")), "", "table"),
                faults.MissingField(Place("when", inside=at(1, "a")), "question"),
                faults.MissingField(Place("when", inside=at(1, "a")), "options"),
                faults.ConditionUnknown(at(1, "a"), "when"),
            ),
            id="condition-is-a-number",
        ),
        pytest.param(
            f'{MEAL}[[events.questions]]\nkey = "a"\nlabel = "A"\n'
            'when = {question = "obiad", options = "tak"}',
            (
                faults.WrongType(Place("when", inside=at(2, "a")), "options", "list"),
                faults.ConditionUnknown(at(2, "a"), "when"),
            ),
            id="condition-without-a-list",
        ),
        pytest.param(
            '[[events.questions]]\nkey = "a"\nkind = "email"\nlabel = "A"\ncolour = 1',
            (
                faults.BadChoice(at(1, "a"), "kind", "email", ("text", "choice", "multiple")),
                faults.UnknownField(at(1, "a"), "colour"),
            ),
            id="unknown-kind-and-field",
        ),
    ],
)
def test_every_fault_is_named_with_its_place(more: str, expected: tuple[FileProblem, ...]) -> None:
    assert problems(more) == expected


def test_faults_of_several_questions_are_all_named() -> None:
    more = """
[[events.questions]]
key = "a"
kind = "choice"
label = "A"

[[events.questions]]
key = "b"
label = "B"
when = { question = "nic", options = ["x"] }
"""
    assert problems(more) == (
        faults.OptionsUnfit(at(1, "a"), "options"),
        faults.ConditionUnknown(at(2, "b"), "when"),
    )


def test_fault_is_said_in_polish_with_its_place() -> None:
    problem = faults.ConditionLater(at(2, "dieta"), "when")

    assert problem_words(problem, t=load("pl")) == (
        "wydarzenie 1 (prawo), pytanie 2 (dieta), when: warunek wskazuje to samo pytanie albo "
        "pytanie późniejsze. Prosimy umieścić tamto pytanie wcześniej."
    )
