"""The steps of a survey on a page: show one, take what was sent, and say which comes next.

Who answers, by a letter's door or by a public link, is settled by whoever calls. What fits is
kept with every press, whichever button it was; what does not stands beside its field as typed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from handlers.web import survey_fields
from handlers.web.bodies import NOTHING, Typed
from handlers.web.page_words import sentence
from handlers.web.survey_code_step import code_facts, code_given
from handlers.web.visits import Arrived, Show
from programme import answer_files, forms, survey_filling, survey_length, survey_pages
from programme.form_values import SEEN
from programme.questions import Question, parts
from programme.refusals import AnswerEmpty, AnswerRefused, Refusal
from programme.survey_filling import Filling
from programme.survey_page_refusals import FileNeedsCode
from programme.survey_pages import CHECK, CODE, THANKS, Steps
from storage.database import Tx
from texts.dates import until
from texts.translator import Translator

BACK, HAND_IN = "back", "hand_in"


@dataclass(frozen=True)
class Place:
    """Where a survey is asked.

    `query` stands behind every address of the page and `hidden` in every form, `door` is how the
    store names the way in, and `is_public` says that nobody was asked by name. Where `takes_files`
    is false, anybody could fill our disk. `said` is what came of the press before.
    """

    tx: Tx
    t: Translator
    now: datetime
    zone: str
    here: str
    door: str
    typed: Typed = NOTHING
    arrived: Arrived | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = False
    takes_files: bool = True
    said: str = ""

    def address(self, step: str, **more: str) -> str:
        """Give the address of a step, from the host on."""
        asked = {**self.query, **({"page": step} if step else {}), **more}
        return self.here + (f"?{urlencode(asked)}" if asked else "")

    def why(self, refusal: Refusal) -> str:
        """Say why something cannot be taken."""
        return sentence(self.t, refusal, zone=self.zone)


@dataclass(frozen=True)
class Taken:
    """What became of a press: the step to be shown next, or the same again with what is wrong."""

    filling: Filling
    step: str
    errors: Mapping[str, str] = field(default_factory=dict)
    said: str = ""


async def look(
    place: Place, filling: Filling, step: str, errors: Mapping[str, str] | None = None
) -> Show:
    """Show a step; one that is not there leads to where something is open."""
    found = await survey_pages.steps(place.tx, filling)
    if step == THANKS and filling.is_done:
        return await thank(place, filling.wave.id)
    if step == CODE and CODE in found.order:
        facts = code_facts(place.t, place.typed, has_code=bool(filling.link_hash))
        facts |= _frame(place, found, CODE) | {"errors": dict(errors or {})}
        return Show("survey_code", facts, 422 if errors else 200)
    if step == CHECK:
        return Show("survey_check", _frame(place, found, CHECK) | _checked(place, found))
    if step:
        shown = step if step in found.order and step.isdecimal() else found.first_open
        if shown == CHECK:
            return await look(place, filling, CHECK)
        return _questions(place, found, shown, errors or {})
    is_begun = await survey_pages.is_begun(place.tx, filling)
    return Show("survey", _frame(place, found) | _intro(place, found, is_begun=is_begun))


async def thank(place: Place, wave_id: int, *, name: str = "survey_thanks") -> Show:
    """Show that the answers are in, also to whom nothing can be shown any more."""
    end = await survey_pages.ended(place.tx, wave_id=wave_id)
    form = forms.in_words_of(end.form, place.t.locale)
    return Show(
        name,
        {
            "title": form.title or end.survey.key,
            "thanks": form.thanks,
            "can_change": not end.survey.is_anonymous,
            "closes": _closes(place, end.wave.closes_at),
            "again": place.address("1"),
            "step": THANKS if name == "survey_thanks" else "",
            "has_english": forms.speaks_english(end.form),
        },
    )


def _closes(place: Place, closes_at: datetime | None) -> str:
    return until(closes_at, place.zone, place.t.locale) if closes_at else ""


def _frame(place: Place, found: Steps, step: str = "") -> dict[str, Any]:
    form = forms.in_words_of(found.form, place.t.locale)
    before = found.before(step) if step else ""
    return {
        "title": form.title or found.filling.survey.key,
        "intro": form.intro,
        "step": step,
        "place": found.place(step) if step else 0,
        "steps": len(found.order),
        "version": found.form.version,
        "action": place.address(step),
        "back": place.address(before) if step else "",
        "hidden": dict(place.hidden),
        "said": place.said,
        "privacy": found.filling.survey.privacy,
        "is_public": place.is_public,
        "has_english": forms.speaks_english(found.form),
        "can_change": not found.filling.survey.is_anonymous,
    }


def _intro(place: Place, found: Steps, *, is_begun: bool) -> dict[str, Any]:
    filling = found.filling
    first = found.first_open if is_begun else next(iter(found.order))
    return {
        "closes": _closes(place, filling.wave.closes_at),
        "begin": place.address(first),
        "is_begun": is_begun,
        "is_done": filling.is_done,
        "is_linked": found.form.linked,
        "minutes": survey_length.minutes(found.form),
    }


def _questions(place: Place, found: Steps, step: str, errors: Mapping[str, str]) -> Show:
    section = survey_pages.asked_here(found, found.section(step))
    shown = [
        survey_fields.shown(place.t, each, found.filling.answers, place.typed, errors)
        for each in section
    ]
    wrong = [(name, words) for name, words in errors.items() if words]
    facts = _frame(place, found, step) | {
        "questions": shown,
        "takes_file": any(each.kind == "file" for each in section),
        "errors": dict(wrong),
    }
    return Show("survey_questions", facts, 422 if wrong else 200)


def _checked(place: Place, found: Steps) -> dict[str, Any]:
    answers = found.filling.answers
    asked = {one.key for one in found.filling.asked}
    rows = []
    for number, section in enumerate(found.sections, start=1):
        said = [
            {
                "label": part.label_en if place.t.locale == "en" and part.label_en else part.label,
                "answer": survey_fields.told(place.t, part, answers.get(part.key)),
            }
            for question in section
            for part in parts(question)
            if part.key in asked and part.kind != "info"
        ]
        if said:
            rows.append({"said": said, "change": place.address(str(number)), "number": number})
    first_open = found.first_open
    return {
        "sections": rows,
        "is_done": found.filling.is_done,
        "open": "" if first_open == CHECK else place.address(first_open),
        "begin": place.address(""),
    }


async def take(place: Place, filling: Filling) -> Taken:
    """Take what a form sent, and tell what is to be shown next; handing in is not done here."""
    step = place.typed.one("step")
    found = await survey_pages.steps(place.tx, filling)
    goes_back = place.typed.one("deed") == BACK
    if step == CODE and CODE in found.order:
        return await _take_code(place, found, goes_back=goes_back)
    if step == CHECK:
        return Taken(filling, found.before(CHECK) if goes_back else CHECK)
    is_stale = place.typed.one("version") != str(found.form.version)
    section = found.form.questions if is_stale else found.section(step)
    here = [part for each in survey_pages.asked_here(found, section) for part in parts(each)]
    if is_stale:
        here = [part for part in here if survey_fields.field_of(part.key) in place.typed.fields]
    read, errors = await _read(place, filling, here)
    filling = await _keep(place, filling, read)
    if is_stale:
        found = await survey_pages.steps(place.tx, filling)
        return Taken(filling, found.first_open, said="changed")
    if errors and not (goes_back and _only_open(place, errors)):
        return Taken(filling, step, errors)
    found = await survey_pages.steps(place.tx, filling)
    return Taken(filling, found.before(step) if goes_back else found.after(step))


def _only_open(place: Place, errors: Mapping[str, str]) -> bool:
    """Tell whether nothing was typed that would be lost by going back."""
    typed = place.typed
    return not any(value.strip() for name in errors for value in typed.all(name)) and (
        place.arrived is None
    )


async def _keep(place: Place, filling: Filling, read: Mapping[str, Any]) -> Filling:
    """Keep what fits; a draft begins with the first answer, not with a page turned over."""
    known = {key: filling.answers.get(key, "") for key in read}
    says = any(value not in (None, SEEN) for value in read.values())
    if not says and not await survey_pages.is_begun(place.tx, filling):
        return filling
    if known == dict(read):
        return filling
    return await survey_filling.save(
        place.tx, filling=filling, given=read, door=place.door, now=place.now
    )


async def _read(
    place: Place, filling: Filling, questions: Iterable[Question]
) -> tuple[dict[str, Any], dict[str, str]]:
    read: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in questions:
        try:
            if question.kind == "file":
                read |= await _file(place, filling, question)
            elif question.kind == "info":
                read[question.key] = SEEN
            else:
                read[question.key] = survey_fields.checked(place.typed, question)
        except AnswerRefused as refusal:
            errors[survey_fields.field_of(question.key)] = place.why(refusal)
            if isinstance(refusal, AnswerEmpty) and filling.answers.get(question.key) is not None:
                read[question.key] = None
        except Refusal as refusal:
            errors[survey_fields.field_of(question.key)] = place.why(refusal)
    return read, errors


async def _file(place: Place, filling: Filling, question: Question) -> dict[str, Any]:
    """Keep the file that came; one from before stays until another comes."""
    arrived = place.arrived
    if arrived is not None and arrived.refusal is not None:
        raise arrived.refusal
    if arrived is not None and arrived.kept is not None:
        if not place.takes_files:
            raise FileNeedsCode
        number = await answer_files.hold(
            place.tx, filling=filling, file=arrived.kept, now=place.now
        )
        arrived.taken = True
        return {question.key: number}
    code = survey_fields.given(place.typed, question)
    if isinstance(code, str) and code in question.missing:
        return {question.key: code}
    if filling.answers.get(question.key) is not None:
        return {}
    if question.required:
        raise AnswerEmpty
    return {question.key: None}


async def _take_code(place: Place, found: Steps, *, goes_back: bool) -> Taken:
    filling = found.filling
    made, errors = code_given(place.typed, filling, place.why)
    if errors and not goes_back:
        return Taken(filling, CODE, errors)
    if made:
        filling = await survey_filling.link(
            place.tx, filling=filling, link_hash=made, door=place.door, now=place.now
        )
    return Taken(filling, found.before(CODE) if goes_back else found.after(CODE))
