"""Where somebody is in a survey that they answer in a chat, with all that a screen shows of it."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from programme import forms, linking_code, survey_length, survey_pages
from programme.fillings import ORGANISATION, Filling
from programme.forms import Form, Question
from programme.questions import worded
from programme.survey_ticks import picked
from storage import organisations
from storage.conversations import Conversation
from storage.database import Tx

# The last look is named so that typed words never answer it.
INTRO, QUESTION, CODE, PICK, LOOK = "intro", "question", "code", "pick", "look_confirm"


@dataclass(frozen=True)
class Look:
    """What a screen shows of a survey: where somebody is, and what they have said.

    `question`, `matrix` and `form` are in the reader's language; `question` is None where none is
    asked. `picked` are the ticks, in the order of a ranking; `listed` the questions that were
    asked so far, and `page` which of them are shown to choose from. `is_changed` says that what
    was handed in before is being changed.
    """

    filling: Filling
    form: Form
    question: Question | None = None
    matrix: Question | None = None
    number: int = 0
    total: int = 0
    answered: int = 0
    value: Any = None
    picked: tuple[str, ...] = ()
    has_earlier: bool = False
    is_changed: bool = False
    part: str = ""
    listed: tuple[tuple[int, Question, Any], ...] = ()
    page: int = 0
    minutes: int = 1
    organisation: str = ""


def asked_now(state: Conversation, filling: Filling) -> Question | None:
    """Find the question that is open; None where none is, or it is asked no more."""
    if state.step != QUESTION:
        return None
    return next((one for one in filling.asked if one.key == state.data["at"]), None)


async def look(tx: Tx, state: Conversation, filling: Filling, question: Question | None) -> Look:
    """Gather what a screen shows."""
    whole = (await survey_pages.steps(tx, filling)).form
    form = forms.in_words_of(whole, state.locale)
    listed = counted(filling)
    part = linking_code.following(state.data.get("parts", {})) if state.step == CODE else None
    found = Look(
        filling,
        form,
        total=len(listed),
        answered=sum(filling.answers.get(one.key) is not None for one in listed),
        is_changed=filling.is_done and await survey_pages.is_begun(tx, filling),
        part=part.key if part else "",
        listed=tuple(
            (place, worded(one, state.locale), filling.answers.get(one.key))
            for place, one in enumerate(listed, start=1)
        ),
        page=state.data.get("page", 0),
        minutes=survey_length.minutes(whole),
        organisation=await _organisation(tx, filling.owner),
    )
    if question is None:
        return found
    keys = [one.key for one in listed]
    return dataclasses.replace(
        found,
        question=worded(question, state.locale),
        matrix=form.question(question.part_of) if question.part_of else None,
        number=keys.index(question.key) + 1 if question.key in keys else 0,
        value=filling.answers.get(question.key),
        picked=tuple(picked(filling, question)),
        has_earlier=earlier(filling, question) is not None,
    )


async def _organisation(tx: Tx, owner: str) -> str:
    """Name the organisation on whose behalf somebody answers; empty for themselves."""
    if not owner.startswith(ORGANISATION):
        return ""
    found = await organisations.get(tx, int(owner.removeprefix(ORGANISATION)))
    return found.name if found else ""


def counted(filling: Filling) -> list[Question]:
    """List what is asked; what is only read has no number."""
    return [one for one in filling.asked if one.kind != "info"]


def earlier(filling: Filling, question: Question) -> Question | None:
    """Give the question that was asked before this one."""
    found = None
    for one in filling.asked:
        if one.key == question.key:
            return found
        if one.kind != "info":
            found = one
    return None
