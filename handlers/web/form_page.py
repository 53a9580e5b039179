"""Show a form as a part of a page, all questions at once, and take what was filled in."""

from collections.abc import Mapping
from typing import Any

from handlers.web.bodies import Typed
from handlers.web.page_words import sentence
from handlers.web.visits import Mistyped, Visit
from programme import filled_forms
from programme.forms import Condition, Form, Question
from texts.translator import Translator

PREFIX = "q-"
# Whoever may write so much gets several lines to write it on.
ONE_LINE = 120


def shown(
    t: Translator, form: Form, typed: Typed, errors: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Describe the questions for the macro `questions`, with what was typed and what is wrong."""
    return [_shown(t, form, each, typed, errors) for each in form.questions]


def _shown(
    t: Translator, form: Form, question: Question, typed: Typed, errors: Mapping[str, str]
) -> dict[str, Any]:
    field = PREFIX + question.key
    return {
        "field": field,
        "kind": question.kind,
        "label": question.label,
        "options": [{"key": one.key, "label": one.label} for one in question.options],
        "chosen": typed.all(field),
        "value": typed.one(field),
        "input": _input(question),
        "required": question.required,
        "depends": question.when is not None,
        "hint": _hint(t, form, question),
        "error": errors.get(field, ""),
        "length": 0 if question.options else question.max_length,
    }


def _input(question: Question) -> str:
    if question.kind == "address":
        return "email"
    return "long" if question.kind == "text" and question.max_length > ONE_LINE else "text"


def _hint(t: Translator, form: Form, question: Question) -> str:
    hints = []
    if question.when is not None:
        hints.append(_only_if(t, form, question.when))
    if question.kind == "multiple":
        hints.append(t("You can choose several."))
    return " ".join(hints)


def _only_if(t: Translator, form: Form, when: Condition) -> str:
    asked = next(one for one in form.questions if one.key == when.question)
    labels = [f"„{one.label}”" for one in asked.options if one.key in when.options]
    return t(
        "Only if you chose %(answers)s for “%(question)s”.",
        answers=", ".join(labels),
        question=asked.label,
    )


def errors_of(visit: Visit, form: Form | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the answers worth keeping, and the sentences for those that do not fit, by field."""
    if form is None:
        return {}, {}
    given = {each.key: visit.typed.all(PREFIX + each.key) for each in form.questions}
    filled = filled_forms.take(form, given)
    wrong = {
        PREFIX + key: sentence(visit.t, refusal, zone=visit.desk.zone)
        for key, refusal in filled.wrong.items()
    }
    return filled.answers, wrong


def taken(visit: Visit, form: Form | None) -> dict[str, Any]:
    """Give the answers of a form that has been filled in; raises Mistyped."""
    answers, wrong = errors_of(visit, form)
    if wrong:
        raise Mistyped(wrong)
    return answers
