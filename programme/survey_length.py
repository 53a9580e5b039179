"""Estimate how long a survey takes somebody who reads slowly and writes on a phone."""

import math

from programme.forms import Form
from programme.questions import WITH_OPTIONS, Question

WORDS_A_SECOND = 1.8
# Seconds to answer once the question is read; the rest takes as long as a choice.
_TO_ANSWER = {
    "yes_no": 5,
    "scale": 8,
    "number": 10,
    "date": 12,
    "name": 12,
    "text": 30,
    "address": 25,
    "long_text": 60,
    "file": 60,
    "info": 2,
}
_A_CHOICE, _A_ROW, _A_PLACE = 7, 8, 7
# Whoever need not write often does not, and a condition often fails.
_OFTEN_SKIPPED = 0.5


def minutes(form: Form) -> int:
    """Estimate the minutes that a survey takes, at least one, rounded up."""
    seconds = _reading(form.intro) + sum(_seconds(question) for question in form.questions)
    return max(1, math.ceil(seconds / 60))


def _seconds(question: Question) -> float:
    seconds = _reading(question.label) + _reading(question.hint)
    seconds += sum(_reading(one.label) for one in (*question.options, *question.rows))
    if question.kind == "matrix":
        seconds += _A_ROW * len(question.rows)
    elif question.kind == "ranking":
        seconds += _A_PLACE * (question.at_most or len(question.options))
    else:
        seconds += _TO_ANSWER.get(question.kind, _A_CHOICE)
    is_skipped = question.conditions or (
        not question.required and question.kind not in WITH_OPTIONS
    )
    return seconds * (_OFTEN_SKIPPED if is_skipped else 1)


def _reading(words: str) -> float:
    return len(words.split()) / WORDS_A_SECOND
