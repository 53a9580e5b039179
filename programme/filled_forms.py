"""Take a form that somebody has filled in all at once, on a page or in a letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from programme import forms
from programme.forms import Form, Question
from programme.refusals import AnswerEmpty, AnswerRefused

WITHOUT_WORDS = "text"


@dataclass(frozen=True)
class Filled:
    """The answers worth keeping, as a dialogue would keep them, and what is wrong by question."""

    answers: dict[str, Any]
    wrong: dict[str, AnswerRefused]


def take(form: Form, given: Mapping[str, Sequence[str]]) -> Filled:
    """Check what was given, by the key of the question.

    What was given to a question that the other answers do not lead to is left out, and a question
    that is not required may stay empty.
    """
    answers: dict[str, Any] = {}
    wrong: dict[str, AnswerRefused] = {}
    for question in form.questions:
        if question not in forms.asked(form, answers):
            continue
        words = [each for each in given.get(question.key, ()) if each.strip()]
        if not words and not question.required:
            continue
        try:
            answers[question.key] = _value(question, words)
        except AnswerRefused as refusal:
            wrong[question.key] = refusal
    return Filled(answers, wrong)


def _value(question: Question, words: Sequence[str]) -> Any:
    if not words:
        raise AnswerEmpty
    if question.kind == "multiple":
        return list(forms.check(question, words))
    if question.kind == WITHOUT_WORDS and not any(each.isalnum() for each in words[-1]):
        raise AnswerEmpty
    return forms.check(question, words[-1])
