"""Forms: questions with stable keys, which question comes next, and which answer fits.

Nothing here knows which face asks. Labels are English gettext ids in the forms that come with
the program, and the words staff wrote in all others.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from programme.answers import Value, address, name, text
from programme.refusals import AnswerEmpty, AnswerNotText, OptionUnknown

WITH_OPTIONS = ("choice", "multiple")
KINDS = ("text", "name", "address", *WITH_OPTIONS)
KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")


class FormBroken(Exception):
    """The form cannot be asked; `key` is the question at fault."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{type(self).__doc__} ({key!r})")
        self.key = key


class KeyUnfit(FormBroken):
    """A key needs 1 to 40 plain letters, figures, hyphens or underscores."""


class KeyRepeated(FormBroken):
    """Two questions of a form, or two options of a question, have the same key."""


class KindUnknown(FormBroken):
    """The question's kind does not exist."""


class OptionsUnfit(FormBroken):
    """A choice needs options, and no other question may have any."""


class ConditionUnknown(FormBroken):
    """The condition names a question or an option that the form does not have."""


class ConditionLater(FormBroken):
    """The condition names the question itself or one that comes later."""


@dataclass(frozen=True)
class Option:
    """One answer to choose; answers keep the key, people see the label."""

    key: str
    label: str


@dataclass(frozen=True)
class Condition:
    """Ask only if the answer to an earlier choice has one of these options."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question; a question that is not required may be skipped by the answer None."""

    key: str
    kind: str
    label: str
    options: tuple[Option, ...] = ()
    required: bool = True
    max_length: int = 500
    when: Condition | None = None


@dataclass(frozen=True)
class Form:
    """Questions in order; making one that cannot be asked raises a kind of FormBroken."""

    key: str
    version: int
    questions: tuple[Question, ...]

    def __post_init__(self) -> None:
        known: dict[str, Question] = {}
        keys = {question.key for question in self.questions}
        for question in self.questions:
            _check_key(question.key, question.key, known)
            _check_options(question)
            if question.when is not None:
                _check_condition(question.key, question.when, known, keys)
            known[question.key] = question

    def to_json(self) -> dict[str, Any]:
        """Write the form as JSON values."""
        questions = [_question_to_json(question) for question in self.questions]
        return {"key": self.key, "version": self.version, "questions": questions}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Form":
        """Read what `to_json` wrote."""
        questions = tuple(_question_from_json(each) for each in data["questions"])
        return cls(data["key"], data["version"], questions)


def _check_key(key: str, question_key: str, known: Mapping[str, Any] | set[str]) -> None:
    if not KEY.fullmatch(key):
        raise KeyUnfit(question_key)
    if key in known:
        raise KeyRepeated(question_key)


def _check_options(question: Question) -> None:
    if question.kind not in KINDS:
        raise KindUnknown(question.key)
    if bool(question.options) != (question.kind in WITH_OPTIONS):
        raise OptionsUnfit(question.key)
    seen: set[str] = set()
    for option in question.options:
        _check_key(option.key, question.key, seen)
        seen.add(option.key)


def _check_condition(
    key: str, when: Condition, earlier: Mapping[str, Question], keys: set[str]
) -> None:
    if when.question not in keys:
        raise ConditionUnknown(key)
    if when.question not in earlier:
        raise ConditionLater(key)
    options = {option.key for option in earlier[when.question].options}
    if not when.options or not options.issuperset(when.options):
        raise ConditionUnknown(key)


def _question_to_json(question: Question) -> dict[str, Any]:
    when = question.when
    return {
        "key": question.key,
        "kind": question.kind,
        "label": question.label,
        "options": [{"key": option.key, "label": option.label} for option in question.options],
        "required": question.required,
        "max_length": question.max_length,
        "when": {"question": when.question, "options": list(when.options)} if when else None,
    }


def _question_from_json(data: Mapping[str, Any]) -> Question:
    when = data["when"]
    return Question(
        data["key"],
        data["kind"],
        data["label"],
        tuple(Option(option["key"], option["label"]) for option in data["options"]),
        data["required"],
        data["max_length"],
        Condition(when["question"], tuple(when["options"])) if when else None,
    )


def _holds(when: Condition, answers: Mapping[str, Any]) -> bool:
    given = answers.get(when.question)
    chosen = [given] if isinstance(given, str) else given or ()
    return any(option in when.options for option in chosen)


def asked(form: Form, answers: Mapping[str, Any]) -> list[Question]:
    """List the questions that these answers lead to; those whose condition fails are left out.

    An answer to a question that is no longer asked opens no other question.
    """
    found: list[Question] = []
    valid: dict[str, Any] = {}
    for question in form.questions:
        if question.when is None or _holds(question.when, valid):
            found.append(question)
            valid[question.key] = answers.get(question.key)
    return found


def next_question(form: Form, answers: Mapping[str, Any]) -> Question | None:
    """Give the first question that is still open, None when the form is complete.

    The answer None means skipped, which leaves a required question open.
    """
    for question in asked(form, answers):
        if answers.get(question.key) is None and (question.required or question.key not in answers):
            return question
    return None


def check(question: Question, raw: str | Sequence[str]) -> Value:
    """Turn what was typed, or the keys of the buttons pressed, into the value to keep.

    Raises a kind of AnswerRefused when it does not fit, and nothing else whatever was typed.
    """
    if question.kind == "multiple":
        return _chosen(question, [raw] if isinstance(raw, str) else raw)
    if not isinstance(raw, str):
        raise AnswerNotText
    if question.kind == "choice":
        return _chosen(question, [raw])[0]
    if question.kind == "name":
        return name(raw, question.max_length)
    if question.kind == "address":
        return address(raw)
    return text(raw, question.max_length)


def _chosen(question: Question, keys: Sequence[str]) -> tuple[str, ...]:
    known = [option.key for option in question.options]
    if not keys:
        raise AnswerEmpty
    if not set(keys) <= set(known):
        raise OptionUnknown
    return tuple(key for key in known if key in keys)
