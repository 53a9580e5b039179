"""A survey as pages: a few questions on each, in the order of the form.

Which page follows depends on the answers so far, and never on what is chosen on the same page: a
question stands on a later page than what its condition asks for, so that no page needs a script.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from programme import survey_filling, surveys
from programme.form_values import SEEN
from programme.forms import Form
from programme.questions import Question, parts
from programme.survey_filling import Filling
from programme.survey_pouring import form_in
from programme.survey_refusals import WaveUnknown
from storage import survey_drafts, waves
from storage import surveys as store
from storage.database import Tx
from storage.surveys import Survey
from storage.waves import Wave

# What one screen of a phone bears; a matrix is as long as several questions.
MOST_ON_PAGE = 4
_WEIGHTS = {"matrix": 3, "ranking": 2, "long_text": 2, "info": 0}
CODE, CHECK, THANKS = "code", "check", "thanks"


@dataclass(frozen=True)
class Steps:
    """The pages of a survey as its answers lead through them.

    `form` is the version that is asked, with each matrix whole; `sections` are all its pages, and
    `order` names those that are shown: their numbers, the code if there is one, and the check.
    """

    filling: Filling
    form: Form
    sections: tuple[tuple[Question, ...], ...]
    order: tuple[str, ...]

    def section(self, step: str) -> tuple[Question, ...]:
        """Give the questions of a page; none for a step that asks nothing."""
        is_number = step.isascii() and step.isdecimal() and len(step) <= len(str(len(self)))
        number = int(step) if is_number else 0
        return self.sections[number - 1] if 0 < number <= len(self) else ()

    def __len__(self) -> int:
        """Count all pages with questions, shown or not."""
        return len(self.sections)

    def after(self, step: str) -> str:
        """Name what follows a step, also one that is not shown any more."""
        return next((each for each in self.order if _rank(each) > _rank(step)), CHECK)

    def before(self, step: str) -> str:
        """Name what comes before a step; empty for the beginning."""
        earlier = [each for each in self.order if _rank(each) < _rank(step)]
        return earlier[-1] if earlier else ""

    def place(self, step: str) -> int:
        """Tell how many steps there are up to this one, itself counted."""
        return sum(_rank(each) <= _rank(step) for each in self.order)

    def of_question(self, key: str) -> str:
        """Name the page of a question or of a part of a matrix."""
        for number, section in enumerate(self.sections, start=1):
            if key in {part.key for question in section for part in parts(question)}:
                return str(number)
        return CHECK

    @property
    def first_open(self) -> str:
        """Name the page where something is still open; the check when nothing is."""
        question = read_through(self.filling).open
        return CHECK if question is None else self.of_question(question.key)


def _rank(step: str) -> tuple[int, int]:
    if step.isdecimal():
        return (0, int(step))
    return ((CODE, CHECK, THANKS).index(step) + 1 if step in (CODE, CHECK, THANKS) else -1, 0)


def sections(form: Form) -> tuple[tuple[Question, ...], ...]:
    """Divide a form into pages, the same way for the same version.

    A file has a page to itself, and an information begins one.
    """
    found: list[list[Question]] = []
    weight = 0
    for question in form.questions:
        own = _WEIGHTS.get(question.kind, 1)
        here = found[-1] if found else []
        if not here or weight + own > MOST_ON_PAGE or _breaks(here, question):
            found.append([])
            weight = 0
        found[-1].append(question)
        weight += own
    return tuple(tuple(each) for each in found)


def _breaks(here: Sequence[Question], question: Question) -> bool:
    keys = {part.key for each in here for part in parts(each)}
    depends = any(condition.question in keys for condition in question.conditions)
    is_alone = question.kind == "file" or here[-1].kind == "file"
    return depends or is_alone or question.kind == "info"


def read_through(filling: Filling) -> Filling:
    """Take every information for read: whoever saw its page has."""
    seen = {one.key: SEEN for one in filling.form.questions if one.kind == "info"}
    return dataclasses.replace(filling, answers={**filling.answers, **seen})


async def steps(tx: Tx, filling: Filling) -> Steps:
    """Lay out what somebody is asked."""
    form = await _whole(tx, filling)
    pages = sections(form)
    asked = {question.key for question in filling.asked}
    shown = [
        str(number)
        for number, section in enumerate(pages, start=1)
        if asked & {part.key for question in section for part in parts(question)}
    ]
    code = [CODE] if form.linked else []
    return Steps(filling, form, pages, (*shown, *code, CHECK))


async def _whole(tx: Tx, filling: Filling) -> Form:
    return await form_in(tx, filling.survey, version=filling.form.version)


async def take_up(tx: Tx, *, wave_id: int, owner: str, now: datetime) -> Filling:
    """Open a survey to change it: whoever else changes the same draft waits.

    Raises what `survey_filling.open_for` raises.
    """
    await survey_drafts.get(tx, wave_id, owner, hold=True)
    return await survey_filling.open_for(tx, wave_id=wave_id, owner=owner, now=now)


async def look_at(tx: Tx, *, wave_id: int, owner: str, now: datetime) -> Filling:
    """Open a survey to look at it; raises what `survey_filling.open_for` raises."""
    return await survey_filling.open_for(tx, wave_id=wave_id, owner=owner, now=now)


async def is_begun(tx: Tx, filling: Filling) -> bool:
    """Tell whether there are answers on their way."""
    return await survey_drafts.get(tx, filling.wave.id, filling.owner) is not None


def asked_here(found: Steps, section: Sequence[Question]) -> list[Question]:
    """Give those questions of a page that the answers lead to, a matrix whole."""
    keys = {question.key for question in found.filling.asked}
    return [each for each in section if keys & {part.key for part in parts(each)}]


async def hand_in(tx: Tx, filling: Filling, *, door: str, now: datetime) -> None:
    """Hand in what is answered; raises what `survey_filling.hand_in` raises."""
    await survey_filling.hand_in(tx, filling=read_through(filling), door=door, now=now)


@dataclass(frozen=True)
class Ended:
    """What is said of a survey once it was answered."""

    survey: Survey
    wave: Wave
    form: Form


async def ended(tx: Tx, *, wave_id: int) -> Ended:
    """Give what a page of thanks says; raises WaveUnknown."""
    wave = await waves.get(tx, wave_id)
    if wave is None:
        raise WaveUnknown
    survey = await store.get(tx, wave.survey_id)
    return Ended(survey, wave, await surveys.form_of(tx, survey))
