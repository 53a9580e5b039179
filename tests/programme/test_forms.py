import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.forms import (
    Condition,
    ConditionLater,
    ConditionUnknown,
    Form,
    FormBroken,
    KeyRepeated,
    KeyUnfit,
    KindUnknown,
    Option,
    OptionsUnfit,
    Question,
    asked,
    check,
    next_question,
)
from programme.refusals import AnswerEmpty, AnswerNotText, AnswerRefused, OptionUnknown

YES_NO = (Option("yes", "Yes"), Option("no", "No"))
BEEN = Question("been", "choice", "Have you been to a consultation?", YES_NO)
WHAT = Question(
    "what",
    "multiple",
    "What did you do there?",
    (Option("spoke", "I spoke"), Option("wrote", "I wrote"), Option("listened", "I listened")),
    when=Condition("been", ("yes",)),
)
WORDS = Question("words", "text", "What did you write?", when=Condition("what", ("wrote", "spoke")))
MAIL = Question("mail", "address", "Your e-mail address?", required=False)
FORM = Form("consultations", 3, (BEEN, WHAT, WORDS, MAIL))


def test_form_survives_json() -> None:
    written = json.dumps(FORM.to_json())

    assert Form.from_json(json.loads(written)) == FORM


def test_form_as_json_names_everything() -> None:
    form = Form("f", 1, (BEEN, Question("why", "text", "Why?", when=Condition("been", ("no",)))))

    assert form.to_json() == {
        "key": "f",
        "version": 1,
        "questions": [
            {
                "key": "been",
                "kind": "choice",
                "label": "Have you been to a consultation?",
                "options": [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}],
                "required": True,
                "max_length": 500,
                "when": None,
            },
            {
                "key": "why",
                "kind": "text",
                "label": "Why?",
                "options": [],
                "required": True,
                "max_length": 500,
                "when": {"question": "been", "options": ["no"]},
            },
        ],
    }


def _when(question: str, *options: str) -> Question:
    return Question("b", "text", "B", when=Condition(question, options))


@pytest.mark.parametrize(
    ("questions", "error", "key"),
    [
        pytest.param((Question("a", "text", "A"),) * 2, KeyRepeated, "a", id="question twice"),
        pytest.param(
            (Question("a", "choice", "A", (Option("x", "X"), Option("x", "Y"))),),
            KeyRepeated,
            "a",
            id="option twice",
        ),
        pytest.param((Question("a b", "text", "A"),), KeyUnfit, "a b", id="space in key"),
        pytest.param((Question("", "text", "A"),), KeyUnfit, "", id="no key"),
        pytest.param((Question("a" * 41, "text", "A"),), KeyUnfit, "a" * 41, id="long key"),
        pytest.param(
            (Question("a", "choice", "A", (Option("ż", "X"),)),), KeyUnfit, "a", id="option's key"
        ),
        pytest.param((Question("a", "colour", "A"),), KindUnknown, "a", id="kind"),
        pytest.param((Question("a", "choice", "A"),), OptionsUnfit, "a", id="no options"),
        pytest.param(
            (Question("a", "text", "A", YES_NO),), OptionsUnfit, "a", id="options of a text"
        ),
        pytest.param((_when("c", "x"),), ConditionUnknown, "b", id="unknown question"),
        pytest.param((BEEN, _when("been", "maybe")), ConditionUnknown, "b", id="unknown option"),
        pytest.param((BEEN, _when("been")), ConditionUnknown, "b", id="no option"),
        pytest.param((_when("been", "yes"), BEEN), ConditionLater, "b", id="later question"),
        pytest.param((_when("b", "yes"),), ConditionLater, "b", id="itself"),
    ],
)
def test_form_that_cannot_be_asked(
    questions: tuple[Question, ...], error: type[FormBroken], key: str
) -> None:
    with pytest.raises(error) as caught:
        Form("f", 1, questions)

    assert caught.value.key == key
    assert str(caught.value) == f"{error.__doc__} ({key!r})"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, BEEN),
        ({"been": "yes"}, WHAT),
        ({"been": "no"}, MAIL),
        ({"been": "yes", "what": ["listened"]}, MAIL),
        ({"been": "yes", "what": ("wrote", "listened")}, WORDS),
        ({"been": "yes", "what": ["wrote"], "words": "Nothing"}, MAIL),
        ({"been": "no", "what": ["wrote"]}, MAIL),
        ({"been": "no", "mail": None}, None),
        ({"been": None, "mail": None}, BEEN),
        ({"been": "no", "mail": "anna@example.org"}, None),
    ],
)
def test_next_question(answers: dict[str, Any], expected: Question | None) -> None:
    assert next_question(FORM, answers) == expected


def test_asked_leaves_out_what_an_answer_changed_later_had_opened() -> None:
    answers = {"been": "no", "what": ["wrote"], "words": "A letter"}

    assert asked(FORM, answers) == [BEEN, MAIL]


def test_check_gives_the_key_of_an_option() -> None:
    assert check(BEEN, "yes") == "yes"


def test_check_gives_several_options_once_and_in_the_forms_order() -> None:
    assert check(WHAT, ["listened", "spoke", "listened"]) == ("spoke", "listened")


def test_check_takes_one_button_for_several_options() -> None:
    assert check(WHAT, "wrote") == ("wrote",)


def test_check_makes_a_name_one_line() -> None:
    question = Question("name", "name", "Your name?")

    assert check(question, "  Anna\n Nowak ") == "Anna Nowak"


def test_check_writes_an_address_in_ascii() -> None:
    assert check(MAIL, " Anna@Żuraw.example.org ") == "Anna@xn--uraw-99a.example.org"


@pytest.mark.parametrize(
    ("question", "raw", "error"),
    [
        (BEEN, "maybe", OptionUnknown),
        (BEEN, "Yes", OptionUnknown),
        (BEEN, ["yes"], AnswerNotText),
        (WHAT, [], AnswerEmpty),
        (WHAT, ["spoke", "sang"], OptionUnknown),
        (WORDS, " \n", AnswerEmpty),
        (MAIL, "", AnswerEmpty),
    ],
)
def test_check_refuses(
    question: Question, raw: str | list[str], error: type[AnswerRefused]
) -> None:
    with pytest.raises(error):
        check(question, raw)


NAME = Question("name", "name", "Your name?")


@given(question=st.sampled_from((*FORM.questions, NAME)), raw=st.text() | st.lists(st.text()))
def test_check_never_raises_anything_but_a_refusal(
    question: Question, raw: str | list[str]
) -> None:
    try:
        value = check(question, raw)
    except AnswerRefused:
        return

    assert value
    assert check(question, value) == value
    json.dumps(value).encode()


KEYS = st.from_regex(r"\A[a-z0-9_-]{1,12}\Z")
OPTIONS = st.lists(
    st.builds(Option, KEYS, st.text()), min_size=1, max_size=4, unique_by=lambda option: option.key
).map(tuple)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    questions: list[Question] = []
    for key in draw(st.lists(KEYS, max_size=6, unique=True)):
        kind = draw(st.sampled_from(("text", "name", "address", "choice", "multiple")))
        choices = [question for question in questions if question.options]
        when: Condition | None = None
        on = draw(st.sampled_from([None, *choices]))
        if on is not None:
            chosen = draw(st.lists(st.sampled_from(on.options), min_size=1, max_size=2))
            when = Condition(on.key, tuple(option.key for option in chosen))
        questions.append(
            Question(
                key,
                kind,
                draw(st.text()),
                draw(OPTIONS) if kind in {"choice", "multiple"} else (),
                draw(st.booleans()),
                draw(st.integers(1, 4000)),
                when,
            )
        )
    return Form(draw(KEYS), draw(st.integers(1, 99)), tuple(questions))


@given(form=forms())
def test_any_form_survives_json(form: Form) -> None:
    assert Form.from_json(json.loads(json.dumps(form.to_json()))) == form


@given(form=forms(), data=st.data())
def test_answering_one_question_after_another_ends(form: Form, data: st.DataObject) -> None:
    answers: dict[str, Any] = {}
    while (question := next_question(form, answers)) is not None:
        keys = [option.key for option in question.options]
        answers[question.key] = data.draw(st.sampled_from(keys)) if keys else "words"
        if not question.required and data.draw(st.booleans()):
            answers[question.key] = None

    assert list(answers) == [question.key for question in asked(form, answers)]
