"""Write a survey for a screen: as people see it, with the keys that files and exports have."""

import textwrap
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.outbox_words import moment_words
from delivery.question_kinds import QUESTION_KINDS
from programme import forms, survey_length
from programme.forms import Form
from programme.questions import HARD_TO_SAY, NO_ANSWER, Question
from storage.surveys import Survey
from storage.waves import Wave
from texts.translator import Translator, mark

WIDTH = 90
INDENT = "   "
PRIVACY = {
    "named": mark("with names"),
    "pseudonymous": mark("under a code, without names"),
    "anonymous": mark("anonymous"),
}
STATES = {"planned": mark("planned"), "open": mark("open"), "closed": mark("closed")}
MISSING = {HARD_TO_SAY: mark("Hard to say"), NO_ANSWER: mark("I don't want to answer")}


@dataclass(frozen=True)
class Held:
    """A wave with how many were asked, have answered, and have handed everything in."""

    wave: Wave
    asked: int
    answered: int
    complete: int


@dataclass(frozen=True)
class Printed:
    """All that is printed of a survey."""

    survey: Survey
    form: Form
    versions: tuple[int, ...]
    waves: tuple[Held, ...]


def page(one: Printed, *, locale: str, zone: ZoneInfo, url: str, t: Translator) -> str:
    """Write the survey, its versions and its waves; `url` is where public pages begin."""
    form = forms.in_words_of(one.form, locale)
    lines = [*_heading(one, form, t), ""]
    if form.intro:
        lines += [*_wrapped(form.intro, ""), ""]
    for number, question in enumerate(form.questions, start=1):
        lines += [*_question(question, number, form, t), ""]
    if form.thanks:
        lines += [*_wrapped(form.thanks, ""), ""]
    versions = ", ".join(str(version) for version in one.versions)
    lines.append(t("Versions of the questions: %(versions)s.", versions=versions))
    if one.survey.schedule:
        lines.append(_schedule(one.survey, t))
    if not one.waves:
        lines.append(t("No wave is planned."))
    return "\n".join([*lines, *(_wave(each, zone, url, t) for each in one.waves)])


def _heading(one: Printed, form: Form, t: Translator) -> list[str]:
    minutes = survey_length.minutes(one.form)
    facts = [
        one.survey.key,
        t(PRIVACY[one.survey.privacy]),
        t("version %(version)s", version=form.version),
        t.plural("%(n)s question", "%(n)s questions", len(form.questions)),
        t.plural("about %(n)s minute", "about %(n)s minutes", minutes),
        t("results from %(n)s answers on", n=one.survey.threshold),
    ]
    if form.linked:
        facts.append(t("waves linked by a code"))
    return [form.title or one.survey.key, *_wrapped(" · ".join(facts), "")]


def _question(question: Question, number: int, form: Form, t: Translator) -> list[str]:
    words = [question.key, t(QUESTION_KINDS[question.kind])]
    if question.kind != "info" and not question.required:
        words.append(t("may be skipped"))
    label = f"{question.label} [{', '.join([*words, *_bounds(question, t)])}]"
    lines = textwrap.wrap(
        label, WIDTH, initial_indent=f"{number}. ", subsequent_indent=INDENT, break_on_hyphens=False
    )
    if question.hint:
        lines += _wrapped(question.hint, INDENT)
    if question.points:
        ends = (question.low_label, question.high_label)
        low, high = (f" – {end}" if end else "" for end in ends)
        lines += _wrapped(f"{question.low}{low} … {question.high}{high}", INDENT)
    for option in (*question.rows, *question.options):
        lines += _wrapped(f"• {option.label} ({option.key})", INDENT)
    for code in question.missing:
        lines += _wrapped(f"• {t(MISSING[code])} ({code})", INDENT)
    for condition in question.conditions:
        lines += _wrapped(_condition(form, condition, t), INDENT)
    return lines


def _bounds(question: Question, t: Translator) -> list[str]:
    found = []
    if question.minimum is not None:
        found.append(t("at least %(n)s", n=f"{question.minimum:g}"))
    if question.maximum is not None:
        found.append(t("at most %(n)s", n=f"{question.maximum:g}"))
    if question.at_most:
        found.append(t("at most %(n)s", n=question.at_most))
    return [*found, *([question.unit] if question.unit else [])]


def _condition(form: Form, condition: forms.Condition, t: Translator) -> str:
    asked = forms.flat(form).question(condition.question)
    labels = {one.key: one.label for one in asked.options} if asked else {}
    labels |= {code: t(words) for code, words in MISSING.items()}
    answers = ", ".join(labels.get(key, key) for key in condition.options)
    return t(
        "only if “%(question)s” is answered: %(answers)s",
        question=asked.label if asked else condition.question,
        answers=answers,
    )


def _schedule(survey: Survey, t: Translator) -> str:
    rules = survey.schedule
    return t(
        "Opens by itself %(days)s days after each event (%(kinds)s) at %(at)s, for "
        "%(open_days)s days.",
        days=rules["days"],
        kinds=", ".join(rules["kinds"]),
        at=rules["at"],
        open_days=rules["open_days"],
    )


def _wave(one: Held, zone: ZoneInfo, url: str, t: Translator) -> str:
    wave = one.wave
    span = moment_words(wave.opens_at, zone)
    if wave.closes_at is not None:
        span += f" – {moment_words(wave.closes_at, zone)}"
    parts = [f"{wave.key or '–'}: {t(STATES[wave.state])}", span]
    if wave.public_key:
        parts.append(f"{url}/a/{wave.public_key}")
    if one.asked:
        parts.append(t("asked: %(n)s", n=one.asked))
    answers = t("answers: %(n)s, whole: %(whole)s", n=one.answered, whole=one.complete)
    return " · ".join([*parts, answers])


def _wrapped(words: str, indent: str) -> list[str]:
    return [
        line
        for part in words.splitlines() or [""]
        for line in textwrap.wrap(
            part, WIDTH, initial_indent=indent, subsequent_indent=indent + "  " * bool(indent)
        )
        or [""]
    ]
