"""Forms: questions with stable keys, and which question comes next.

Which answer fits a question is said in form_values.py.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from programme.form_values import check
from programme.questions import (
    KEY,
    KINDS,
    MISSING,
    NO,
    PART_KEY,
    WITH_OPTIONS,
    WITH_POINTS,
    YES,
    Condition,
    Option,
    Question,
    parts,
    question_from_json,
    question_to_json,
    worded,
)

__all__ = ["KEY", "KINDS", "WITH_OPTIONS", "Condition", "Form", "Option", "Question", "check"]
MOST_POINTS = 11


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


class RowsUnfit(FormBroken):
    """A matrix needs statements, and no other question may have any."""


class LimitsUnfit(FormBroken):
    """The limits of the question leave no answer that fits."""


class ConditionUnknown(FormBroken):
    """The condition names a question or an option that the form does not have."""


class ConditionLater(FormBroken):
    """The condition names the question itself or one that comes later."""


@dataclass(frozen=True)
class Form:
    """Questions in order; making one that cannot be asked raises a kind of FormBroken.

    `title`, `intro` and `thanks` are for surveys alone, and `linked` says that people make a code
    for themselves by which their answers of two waves are found to be one person's.
    """

    key: str
    version: int
    questions: tuple[Question, ...]
    title: str = ""
    title_en: str = ""
    intro: str = ""
    intro_en: str = ""
    thanks: str = ""
    thanks_en: str = ""
    linked: bool = False

    def __post_init__(self) -> None:
        known: dict[str, Question] = {}
        keys = {part.key for question in self.questions for part in parts(question)}
        for question in self.questions:
            _check_key(question, known)
            _check_options(question)
            _check_limits(question)
            for condition in question.conditions:
                _check_condition(question.key, condition, known, keys)
            known |= {part.key: part for part in parts(question)} | {question.key: question}

    def to_json(self) -> dict[str, Any]:
        """Write the form as JSON values; words that it does not have are left out."""
        questions = [question_to_json(question) for question in self.questions]
        words = {name: getattr(self, name) for name in _WORDS if getattr(self, name)}
        return {"key": self.key, "version": self.version, "questions": questions, **words}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Form":
        """Read what `to_json` wrote."""
        questions = tuple(question_from_json(each) for each in data["questions"])
        words = {name: data[name] for name in _WORDS if name in data}
        return cls(data["key"], data["version"], questions, **words)

    def question(self, key: str) -> Question | None:
        """Find a question by its key."""
        return next((one for one in self.questions if one.key == key), None)


_WORDS = tuple(
    one.name for one in dataclasses.fields(Form) if one.default is not dataclasses.MISSING
)


def flat(form: Form) -> Form:
    """Take each matrix apart into scales: this is how a form is asked, kept and counted."""
    return dataclasses.replace(
        form, questions=tuple(part for question in form.questions for part in parts(question))
    )


def speaks_english(form: Form) -> bool:
    """Tell whether a form has English words to be shown."""
    return bool(form.title_en) or any(question.label_en for question in form.questions)


def in_words_of(form: Form, locale: str) -> Form:
    """Give a form in the words of a language; what has none stays Polish."""
    if locale != "en":
        return form
    english = {
        name: getattr(form, f"{name}_en") or getattr(form, name)
        for name in ("title", "intro", "thanks")
    }
    questions = tuple(worded(question, locale) for question in form.questions)
    return dataclasses.replace(form, questions=questions, **english)


def _check_key(question: Question, known: Mapping[str, Any]) -> None:
    pattern = PART_KEY if question.part_of else KEY
    if not pattern.fullmatch(question.key):
        raise KeyUnfit(question.key)
    if question.key in known:
        raise KeyRepeated(question.key)


def _check_options(question: Question) -> None:
    if question.kind not in KINDS:
        raise KindUnknown(question.key)
    if bool(question.options) != (question.kind in WITH_OPTIONS):
        raise OptionsUnfit(question.key)
    if question.kind == "yes_no" and {one.key for one in question.options} != {YES, NO}:
        raise OptionsUnfit(question.key)
    if bool(question.rows) != (question.kind == "matrix"):
        raise RowsUnfit(question.key)
    _check_names(question.key, question.options)
    _check_names(question.key, question.rows)


def _check_names(key: str, options: Iterable[Option]) -> None:
    seen: set[str] = set()
    for option in options:
        if not KEY.fullmatch(option.key) or option.key in MISSING:
            raise KeyUnfit(key)
        if option.key in seen:
            raise KeyRepeated(key)
        seen.add(option.key)


def _check_limits(question: Question) -> None:
    number = (question.minimum, question.maximum)
    if None not in number and float(question.minimum or 0) > float(question.maximum or 0):
        raise LimitsUnfit(question.key)
    if question.kind in WITH_POINTS and not 1 <= question.high - question.low < MOST_POINTS:
        raise LimitsUnfit(question.key)
    if question.kind in ("multiple", "ranking"):
        most = question.at_most or len(question.options)
        if not 1 <= question.at_least <= most <= len(question.options):
            raise LimitsUnfit(question.key)


def _check_condition(
    key: str, when: Condition, earlier: Mapping[str, Question], keys: set[str]
) -> None:
    if when.question not in keys:
        raise ConditionUnknown(key)
    if when.question not in earlier:
        raise ConditionLater(key)
    question = earlier[when.question]
    known = {*(option.key for option in question.options), *question.points, *question.missing}
    if not when.options or not known.issuperset(when.options):
        raise ConditionUnknown(key)


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
        if all(_holds(condition, valid) for condition in question.conditions):
            found.append(question)
            valid |= {part.key: answers.get(part.key) for part in parts(question)}
    return found


def next_question(form: Form, answers: Mapping[str, Any]) -> Question | None:
    """Give the first question that is still open, None when the form is complete.

    The answer None means skipped, which leaves a required question open.
    """
    for question in asked(form, answers):
        if answers.get(question.key) is None and (question.required or question.key not in answers):
            return question
    return None
