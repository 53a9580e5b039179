"""Questions and forms of every kind: as JSON, in both languages, and on every path of answers."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import questions as kinds
from programme.form_values import check
from programme.forms import (
    ConditionUnknown,
    Form,
    LimitsUnfit,
    RowsUnfit,
    asked,
    flat,
    in_words_of,
    next_question,
)
from programme.questions import (
    NO,
    YES,
    Condition,
    Option,
    Question,
    parts,
    question_from_json,
    question_to_json,
)

WORDS = st.text(max_size=6)
KEYS = st.from_regex(r"\A[a-z0-9_-]{1,8}\Z")
OPTIONS = st.lists(
    st.builds(Option, KEYS, WORDS, WORDS), min_size=2, max_size=4, unique_by=lambda one: one.key
).map(tuple)
YES_NO = (Option(YES, "Tak", "Yes"), Option(NO, "Nie", "No"))
OLD = {
    "key": "been",
    "kind": "choice",
    "label": "Byli Państwo?",
    "options": [{"key": "yes", "label": "Tak"}],
    "required": False,
    "max_length": 500,
    "when": {"question": "q", "options": ["a"]},
}


@st.composite
def _question(draw: st.DrawFn, key: str) -> Question:
    kind = draw(st.sampled_from(kinds.KINDS))
    options = draw(OPTIONS) if kind in kinds.WITH_OPTIONS else ()
    low = draw(st.integers(-2, 1))
    at_most = draw(st.integers(0, len(options))) if kind in ("multiple", "ranking") else 0
    return Question(
        key,
        kind,
        draw(WORDS),
        YES_NO if kind == "yes_no" else options,
        required=draw(st.booleans()),
        max_length=draw(st.integers(1, 4000)),
        label_en=draw(WORDS),
        hint=draw(WORDS),
        hint_en=draw(WORDS),
        low=low,
        high=low + draw(st.integers(1, 10)),
        low_label=draw(WORDS),
        high_label_en=draw(WORDS),
        rows=draw(OPTIONS) if kind == "matrix" else (),
        minimum=draw(st.none() | st.floats(-9, 0)),
        maximum=draw(st.none() | st.floats(1, 9)),
        unit=draw(WORDS),
        unit_en=draw(WORDS),
        at_most=at_most,
        hard_to_say=draw(st.booleans()),
        no_answer=draw(st.booleans()),
    )


@st.composite
def any_form(draw: st.DrawFn) -> Form:
    """Draw a form of all kinds whose questions hang on none, one or several earlier ones."""
    found: list[Question] = []
    for key in draw(st.lists(KEYS, max_size=6, unique=True)):
        question = draw(_question(key))
        on = [part for each in found for part in parts(each) if _answers(part)]
        parents = draw(st.lists(st.sampled_from(on), max_size=3, unique=True)) if on else []
        conditions = [
            Condition(one.key, tuple(draw(st.sets(st.sampled_from(_answers(one)), min_size=1))))
            for one in parents
        ]
        if conditions:
            question = replace(question, when=conditions[0], and_when=tuple(conditions[1:]))
        found.append(question)
    words = {name: draw(WORDS) for name in ("title", "title_en", "intro", "thanks_en")}
    return Form(draw(KEYS), 1, tuple(found), linked=draw(st.booleans()), **words)


def _answers(question: Question) -> list[str]:
    return [*(one.key for one in question.options), *question.points, *question.missing]


@given(form=any_form())
def test_any_form_and_its_flat_one_survive_json(form: Form) -> None:
    for each in (form, flat(form)):
        assert Form.from_json(json.loads(json.dumps(each.to_json()))) == each


@given(form=any_form(), locale=st.sampled_from(("pl", "en")))
def test_words_of_a_language_change_words_alone(form: Form, locale: str) -> None:
    worded = in_words_of(form, locale)

    assert in_words_of(worded, locale) == worded
    for before, after in zip(flat(form).questions, flat(worded).questions, strict=True):
        assert (after.key, after.kind, _answers(after)) == (
            before.key,
            before.kind,
            _answers(before),
        )
        wanted = before.label_en if locale == "en" and before.label_en else before.label
        assert after.label == wanted or after.part_of


@given(form=any_form(), data=st.data())
def test_any_path_of_answers_ends_and_asks_only_what_it_leads_to(
    form: Form, data: st.DataObject
) -> None:
    asks = flat(form)
    answers: dict[str, Any] = {}
    while (question := next_question(asks, answers)) is not None:
        earlier = [one.key for one in asked(asks, answers)]
        answers[question.key] = data.draw(_said(question), label=question.key)
        # What an answer opens or closes comes after it.
        spot = earlier.index(question.key)
        assert [one.key for one in asked(asks, answers)][: spot + 1] == earlier[: spot + 1]

    shown = asked(asks, answers)
    assert {one.key for one in shown} <= set(answers)
    for question in asks.questions:
        met = all(
            _chosen(answers, each.question) & set(each.options) for each in question.conditions
        )
        parents = {each.question for each in question.conditions}
        is_open = met and parents <= {one.key for one in shown}
        assert (question in shown) == is_open
    assert [one.key for one in asked(form, answers)] == list(
        dict.fromkeys(one.part_of or one.key for one in shown)
    )


def _said(question: Question) -> st.SearchStrategy[Any]:
    kept = {"number": "0", "date": "23.11.2026", "file": "7", "address": "jan@example.org"}
    raw: st.SearchStrategy[Any] = st.just(kept.get(question.kind, "x"))
    if _answers(question):
        raw = st.sampled_from(_answers(question))
    if question.kind in ("multiple", "ranking"):
        keys = [one.key for one in question.options]
        most = question.at_most or len(keys)
        raw |= st.lists(st.sampled_from(keys), min_size=1, max_size=most, unique=True)
    given_ = raw.map(lambda said: _kept(question, said))
    return given_ if question.required else given_ | st.none()


def _kept(question: Question, said: str | list[str]) -> Any:
    value = check(question, said)
    return list(value) if isinstance(value, tuple) else value


def _chosen(answers: dict[str, Any], key: str) -> set[str]:
    given_ = answers.get(key)
    return {given_} if isinstance(given_, str) else set(given_ or ())


def test_question_written_before_there_were_others_is_read() -> None:
    question = question_from_json(OLD)

    assert question == Question(
        "been",
        "choice",
        "Byli Państwo?",
        (Option("yes", "Tak"),),
        required=False,
        when=Condition("q", ("a",)),
    )
    assert question_to_json(question) == OLD


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (Question("q", "matrix", "Q"), RowsUnfit),
        (Question("q", "scale", "Q", low=5, high=5), LimitsUnfit),
        (Question("q", "scale", "Q", low=0, high=11), LimitsUnfit),
        (Question("q", "number", "Q", minimum=2, maximum=1), LimitsUnfit),
        (Question("q", "multiple", "Q", YES_NO, at_least=3), LimitsUnfit),
        (Question("q", "ranking", "Q", YES_NO, at_most=3), LimitsUnfit),
        (Question("q", "text", "Q", and_when=(Condition("p", ("a",)),)), ConditionUnknown),
    ],
)
def test_question_that_cannot_be_asked(question: Question, error: type[Exception]) -> None:
    with pytest.raises(error):
        Form("f", 1, (question,))
