"""Forms that are filled in all at once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import filled_forms, forms
from programme.forms import Condition, Form, Option, Question
from programme.refusals import AddressWrong, AnswerEmpty, AnswerTooLong, OptionUnknown

CHOICE = Question("diet", "choice", "?", (Option("meat", "m"), Option("other", "o")))
WHICH = Question("which", "text", "?", max_length=5, when=Condition("diet", ("other",)))
DAYS = Question("days", "multiple", "?", (Option("a", "A"), Option("b", "B")), required=False)
COPY = Question("copy", "address", "?", required=False)
FORM = Form("event:x", 1, (CHOICE, WHICH, DAYS, COPY))


@pytest.mark.parametrize(
    ("given", "answers", "wrong"),
    [
        ({"diet": ["meat"]}, {"diet": "meat"}, {}),
        ({"diet": ["meat"], "which": ["ryba"]}, {"diet": "meat"}, {}),
        ({"diet": ["other"], "which": [" ryba "]}, {"diet": "other", "which": "ryba"}, {}),
        ({"diet": ["other"], "which": [""]}, {"diet": "other"}, {"which": AnswerEmpty}),
        ({"diet": ["other"], "which": ["!?"]}, {"diet": "other"}, {"which": AnswerEmpty}),
        ({"diet": ["other"], "which": ["za długie"]}, {"diet": "other"}, {"which": AnswerTooLong}),
        ({}, {}, {"diet": AnswerEmpty}),
        ({"diet": ["fish"]}, {}, {"diet": OptionUnknown}),
        ({"diet": ["meat"], "days": ["b", "a"]}, {"diet": "meat", "days": ["a", "b"]}, {}),
        ({"diet": ["meat"], "days": ["z"]}, {"diet": "meat"}, {"days": OptionUnknown}),
        ({"diet": ["meat"], "copy": [" "]}, {"diet": "meat"}, {}),
        ({"diet": ["meat"], "copy": ["x"]}, {"diet": "meat"}, {"copy": AddressWrong}),
        ({"diet": ["meat"], "stranger": ["x"]}, {"diet": "meat"}, {}),
    ],
)
def test_form_is_taken_as_a_dialogue_would_keep_it(
    given: dict[str, list[str]], answers: dict[str, Any], wrong: dict[str, type]
) -> None:
    filled = filled_forms.take(FORM, given)

    assert filled.answers == answers
    assert {key: type(refusal) for key, refusal in filled.wrong.items()} == wrong


@given(
    st.dictionaries(
        st.sampled_from(["diet", "which", "days", "copy", "other"]),
        st.lists(st.text(max_size=12) | st.sampled_from(["meat", "other", "a", "b"]), max_size=3),
    )
)
def test_whatever_is_sent_the_answers_fit_the_form(given: dict[str, list[str]]) -> None:
    filled = filled_forms.take(FORM, given)

    asked = {one.key for one in forms.asked(FORM, filled.answers)}
    assert set(filled.answers) <= asked
    assert (
        filled.wrong
        or forms.next_question(FORM, {"days": None, "copy": None} | filled.answers) is None
    )
