"""Questions of a survey as fields of a page: what they show, and what was sent in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from handlers.telegram.survey_words import limits
from handlers.web.bodies import Typed
from programme.form_values import check
from programme.questions import HARD_TO_SAY, MISSING, WITH_WORDS, Option, Question, parts, worded
from programme.refusals import AnswerEmpty
from programme.survey_page_refusals import AnswerDoubled, PlacesRepeated
from texts.translator import Translator

PREFIX, MISSING_PREFIX = "q-", "m-"
# Where one chooses with a press, "hard to say" is one more thing to press.
_PRESSED = ("choice", "yes_no", "multiple", "scale")
_SEVERAL = ("multiple", "ranking")
_LONG = 120


def field_of(key: str) -> str:
    """Name the field of a question."""
    return PREFIX + key


def given(typed: Typed, question: Question) -> str | list[str] | None:
    """Read what was sent for a question; None when nothing was chosen or written.

    Raises AnswerDoubled and PlacesRepeated; whether it fits otherwise is not looked at.
    """
    field = field_of(question.key)
    said = [value for value in typed.all(field) if value.strip()]
    ticked = [value for value in typed.all(MISSING_PREFIX + question.key) if value]
    codes = [value for value in (*said, *ticked) if value in question.missing]
    if codes and len(said) + len(ticked) > 1:
        raise AnswerDoubled
    if codes:
        return codes[0]
    if not said:
        return None
    if question.kind == "ranking" and len(set(said)) < len(said):
        raise PlacesRepeated
    return said if question.kind in _SEVERAL else said[-1]


def checked(typed: Typed, question: Question) -> str | list[str] | None:
    """Read what fits; raises a kind of AnswerRefused for what does not, or is missing.

    A file never comes in a field; what was answered with one stays.
    """
    raw = given(typed, question)
    if raw is None:
        if question.required:
            raise AnswerEmpty
        return None
    check(question, raw)
    return raw


def shown(
    t: Translator,
    question: Question,
    answers: Mapping[str, Any],
    typed: Typed,
    errors: Mapping[str, str],
) -> dict[str, Any]:
    """Describe a question, a matrix whole, for the macros of pages/_survey.html."""
    said = worded(question, t.locale)
    if question.kind == "matrix":
        rows = [_shown(t, part, answers, typed, errors) for part in parts(said)]
        for row, statement in zip(rows, said.rows, strict=True):
            row["label"] = statement.label
        return _shown(t, said, answers, typed, errors) | {
            "rows": rows,
            "error": next((row["error"] for row in rows if row["error"]), ""),
        }
    return _shown(t, said, answers, typed, errors)


def _shown(
    t: Translator,
    question: Question,
    answers: Mapping[str, Any],
    typed: Typed,
    errors: Mapping[str, str],
) -> dict[str, Any]:
    field = field_of(question.key)
    chosen = _chosen(t, question, answers.get(question.key), typed)
    return {
        "field": field,
        "kind": question.kind,
        "label": question.label,
        "hint": " ".join(part for part in (question.hint, _hint(t, question)) if part),
        "options": _options(t, question.options),
        "codes": _options(t, [Option(code, code_label(t, code)) for code in question.missing]),
        "codes_field": field if question.kind in _PRESSED else MISSING_PREFIX + question.key,
        "points": list(question.points),
        "low": question.low_label,
        "high": question.high_label,
        "unit": question.unit,
        "places": question.at_most or len(question.options),
        "chosen": chosen,
        "value": chosen[-1] if chosen and chosen[-1] not in MISSING else "",
        "is_long": question.kind == "long_text"
        or (question.kind in WITH_WORDS and question.max_length > _LONG),
        "required": question.required,
        "error": errors.get(field, ""),
    }


def code_label(t: Translator, code: str) -> str:
    """Word what somebody says instead of an answer."""
    return t("Hard to say") if code == HARD_TO_SAY else t("I do not want to answer")


def _options(t: Translator, options: Sequence[Option]) -> list[dict[str, str]]:
    del t
    return [{"key": one.key, "label": one.label} for one in options]


def _chosen(t: Translator, question: Question, answer: Any, typed: Typed) -> list[str]:
    """Give what stands in a field: what was typed just now, else what was answered before."""
    if typed.fields:
        sent = typed.all(field_of(question.key)) + typed.all(MISSING_PREFIX + question.key)
        return [] if question.kind == "file" and not sent else sent
    if answer is None:
        return []
    if isinstance(answer, str):
        return [_as_typed(t, question, answer)]
    return list(answer)


def _as_typed(t: Translator, question: Question, answer: str) -> str:
    if answer in MISSING:
        return answer
    if question.kind == "date":
        return f"{date.fromisoformat(answer):%d.%m.%Y}"
    if question.kind == "number" and t.locale == "pl":
        return answer.replace(".", ",")
    return answer


def _hint(t: Translator, question: Question) -> str:
    match question.kind:
        case "multiple" if question.at_most and question.at_most < len(question.options):
            return t.plural(
                "You can choose at most %(n)s answer.",
                "You can choose at most %(n)s answers.",
                question.at_most,
            )
        case "multiple":
            return t("You can choose several.")
        case "number":
            return t("A number%(limits)s.", limits=_limits(t, question))
        case "date":
            return t("For example 15.01.2027.")
        case "ranking":
            return t("Put the answers in order: the most important one first.")
        case "file":
            return t("A photo or a PDF file.")
        case _:
            return ""


def _limits(t: Translator, question: Question) -> str:
    return limits(t, question.minimum, question.maximum)


def told(t: Translator, question: Question, answer: Any) -> str:
    """Word an answer for whoever gave it; empty when there is none."""
    if answer is None:
        return ""
    if isinstance(answer, str) and answer in MISSING:
        return code_label(t, answer)
    said = worded(question, t.locale)
    labels = {one.key: one.label for one in said.options}
    if isinstance(answer, str):
        if question.kind == "file":
            return t("a file")
        known = labels.get(answer) or _as_typed(t, question, answer)
        return f"{known} {question.unit}".strip() if question.kind == "number" else known
    named = [labels.get(key, key) for key in answer]
    if question.kind == "ranking":
        return "; ".join(f"{number}. {each}" for number, each in enumerate(named, start=1))
    return "; ".join(named)
