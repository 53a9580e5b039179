"""The step on which somebody makes the code that links what they say now and next time."""

from collections.abc import Callable
from typing import Any

from handlers.web.bodies import Typed
from programme import linking_code
from programme.linking_code import PARTS
from programme.refusals import AnswerRefused, Refusal
from programme.survey_filling import Filling
from texts import linking_words
from texts.translator import Translator

PREFIX = "c-"


def code_facts(t: Translator, typed: Typed, *, has_code: bool) -> dict[str, Any]:
    """Describe the step; what the code is made of is kept nowhere, so it is shown only as typed."""
    return {
        "why": t(linking_words.INTRO),
        "has_code": has_code,
        "parts_asked": [
            {
                "field": PREFIX + one.key,
                "label": t(linking_words.LABELS[one.key]),
                "hint": t(linking_words.HINTS[one.key]),
                "value": typed.one(PREFIX + one.key),
            }
            for one in PARTS
        ],
    }


def code_given(
    typed: Typed, filling: Filling, why: Callable[[Refusal], str]
) -> tuple[str, dict[str, str]]:
    """Make the hash of the code; empty when nothing was written, and errors for what is unfit."""
    said = {one.key: typed.one(PREFIX + one.key) for one in PARTS}
    if not any(each.strip() for each in said.values()):
        return "", {}
    errors = {}
    for one in PARTS:
        try:
            linking_code.check(one, said[one.key])
        except AnswerRefused as refusal:
            errors[PREFIX + one.key] = why(refusal)
    return ("", errors) if errors else (linking_code.make(filling.survey, said), {})
