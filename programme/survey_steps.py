"""Answer a survey in a chat: one question after another, in a state that any moment may end.

Answers lie in the draft, ticks of a question that is not finished too; the conversation knows the
wave, for which organisation somebody answers, and which question is open. What is not asked any
more stays in the draft and is not handed in.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import (
    answer_files,
    linking_code,
    survey_filling,
    survey_mine,
    survey_pages,
)
from programme.asking import Asked, ended, following, fresh, number
from programme.documents import Kept
from programme.fillings import ORGANISATION, Filling
from programme.form_values import SEEN
from programme.forms import Question
from programme.refusals import AnswerEmpty, AnswerNotText, OptionUnknown, QuestionPassed
from programme.survey_look import (
    CODE,
    INTRO,
    LOOK,
    PICK,
    QUESTION,
    Look,
    asked_now,
    counted,
    earlier,
    look,
)
from programme.survey_refusals import FileWanted, SurveyUnfinished
from programme.survey_ticks import DOOR, SEVERAL, keys_of, picked, save, toggle
from storage import chats
from storage.conversations import Conversation
from storage.database import Tx

FLOW = "survey"
# No key of an option has the second sign, so that these never stand for one.
BEGIN, LATER, BACK, SKIP, KEEP = "=.begin", "=.later", "=.back", "=.skip", "=.keep"
DONE, SEND, MEND, TO_LOOK = "=.done", "=.send", "=.mend", "=.look"
NUMBERED, PAGE = "=.q", "=.p"


@dataclass(frozen=True)
class Left:
    """The survey is left for now; what was answered is kept."""

    conversation: Conversation
    wave_id: int
    organisation_id: int | None
    look: Look


@dataclass(frozen=True)
class HandedIn:
    """The answers are in the survey store."""

    conversation: Conversation
    look: Look


async def begin(
    tx: Tx,
    *,
    state: Conversation,
    wave_id: int,
    organisation_id: int | None,
    person_id: int,
    now: datetime,
) -> Asked:
    """Begin a survey or go on where it was left; raises what survey_filling.open_for raises."""
    opened = fresh(state, FLOW, wave=wave_id, organisation=organisation_id, at="")
    filling = await _open(tx, opened, person_id, now)
    if filling.owner.startswith(ORGANISATION):
        # Kept, so that a colleague's answer meanwhile does not move this one to another.
        unit = int(filling.owner.removeprefix(ORGANISATION))
        opened = fresh(state, FLOW, wave=wave_id, organisation=unit, at="")
    if filling.is_done or await survey_pages.is_begun(tx, filling):
        return await _onward(tx, opened, filling)
    return await _ask(tx, following(opened, INTRO), filling)


async def ask(tx: Tx, *, state: Conversation, person_id: int, now: datetime) -> Asked:
    """Gather what the open question needs; one that is asked no more leads to the next."""
    return await _ask(tx, state, await _open(tx, state, person_id, now))


async def answer(tx: Tx, *, asked: Asked, raw: str, now: datetime) -> Asked | Left | HandedIn:
    """Take the answer to the open question; what does not fit raises a kind of AnswerRefused.

    `asked` is what `ask` gave in the same transaction, and `raw` what was typed, or "=" and what
    a button stands for.
    """
    state, filling = asked.conversation, asked.facts["look"].filling
    match state.step:
        case "intro":
            return await _answer_intro(tx, state, filling, raw)
        case "question":
            return await _answer_question(tx, state, filling, raw, now)
        case "code":
            return await _answer_code(tx, state, filling, raw, now)
        case "pick":
            return await _answer_pick(tx, state, filling, raw)
    return await _answer_look(tx, state, filling, raw, now)


async def tick(tx: Tx, *, state: Conversation, key: str, person_id: int, now: datetime) -> Asked:
    """Tick an option or take its tick away; the question stays open, with its buttons."""
    filling = await _open(tx, state, person_id, now)
    question = asked_now(state, filling)
    if question is None or question.kind not in SEVERAL:
        raise QuestionPassed
    return await _ask(
        tx, state, await toggle(tx, filling=filling, question=question, keys=[key], now=now)
    )


async def take_file(
    tx: Tx, *, state: Conversation, file: Kept, person_id: int, now: datetime
) -> Asked:
    """Take a file as the answer; raises AnswerNotText where none is asked for."""
    filling = await _open(tx, state, person_id, now)
    question = asked_now(state, filling)
    if question is None or question.kind != "file":
        raise AnswerNotText
    held = await answer_files.hold(tx, filling=filling, file=file, now=now)
    return await _onward(
        tx, state, await save(tx, filling=filling, given={question.key: held}, now=now)
    )


async def expects_file(tx: Tx, *, chat_id: int) -> bool:
    """Tell whether a file from this chat is meant as an answer."""
    found = await chats.known(tx, chat_id)
    state = found.conversation
    return state is not None and state.flow == FLOW and bool(state.data.get("file"))


def wave_of(state: Conversation) -> tuple[int, int | None] | None:
    """Name the wave that is being answered, and for which organisation; None for no survey."""
    if state.flow != FLOW:
        return None
    return state.data["wave"], state.data["organisation"]


# --- where somebody is ---


async def _open(tx: Tx, state: Conversation, person_id: int, now: datetime) -> Filling:
    wave_id: int = state.data["wave"]
    owner = await survey_mine.owner(
        tx,
        wave_id=wave_id,
        person_id=person_id,
        organisation_id=state.data["organisation"],
    )
    filling = await survey_pages.take_up(tx, wave_id=wave_id, owner=owner, now=now)
    if filling.is_done and not await survey_pages.is_begun(tx, filling):
        # What was skipped or only read is not in the store, and is not asked once more.
        passed = {one.key: SEEN if one.kind == "info" else None for one in filling.asked}
        return dataclasses.replace(filling, answers=passed | filling.answers)
    return filling


def _at(state: Conversation, step: str, **changed: Any) -> Conversation:
    known = {"at": "", "file": False, **changed}
    return following(dataclasses.replace(state, data={**state.data, **known}), step)


def _at_question(state: Conversation, filling: Filling, question: Question) -> Conversation:
    is_file = question.kind == "file" and not filling.survey.is_anonymous
    return _at(state, QUESTION, at=question.key, file=is_file)


async def _onward(tx: Tx, state: Conversation, filling: Filling) -> Asked:
    """Go to the first question that is open, then to the code, then to the last look."""
    question = filling.open
    if question is not None:
        return await _ask(tx, _at_question(state, filling, question), filling)
    wants_code = filling.form.linked and not filling.link_hash and not filling.is_done
    if wants_code and not state.data.get("no_code"):
        return await _ask(tx, _at(state, CODE, parts={}), filling)
    return await _ask(tx, _at(state, LOOK), filling)


async def _ask(tx: Tx, state: Conversation, filling: Filling) -> Asked:
    question = asked_now(state, filling)
    if state.step == QUESTION and question is None:
        # Answered by the page meanwhile, so that it is asked no more.
        return await _onward(tx, state, filling)
    seen = await look(tx, state, filling, question)
    return Asked(state, f"survey_{state.step}", {"look": seen})


# --- what is answered ---


async def _answer_intro(tx: Tx, state: Conversation, filling: Filling, raw: str) -> Asked | Left:
    if raw == BEGIN:
        return await _onward(tx, state, filling)
    if raw == LATER:
        return await _leave(tx, state, filling)
    raise OptionUnknown


async def _leave(tx: Tx, state: Conversation, filling: Filling) -> Left:
    seen = await look(tx, state, filling, None)
    return Left(ended(state), filling.wave.id, state.data["organisation"], seen)


async def _answer_question(
    tx: Tx, state: Conversation, filling: Filling, raw: str, now: datetime
) -> Asked:
    question = asked_now(state, filling)
    if question is None:
        return await _onward(tx, state, filling)
    if raw == BACK:
        before = earlier(filling, question)
        if before is None:
            raise OptionUnknown
        return await _ask(tx, _at_question(state, filling, before), filling)
    if raw == KEEP and filling.answers.get(question.key) is not None:
        return await _onward(tx, state, await save(tx, filling=filling, given={}, now=now))
    if raw == SKIP:
        if question.required:
            raise AnswerEmpty
        return await _onward(
            tx, state, await save(tx, filling=filling, given={question.key: None}, now=now)
        )
    value = _pressed(question, raw)
    if question.kind in SEVERAL and value not in question.missing:
        return await _answer_several(tx, state, filling, question, raw, now)
    if question.kind == "file" and value not in question.missing:
        # The number of a file comes from a file alone: a typed one may be anybody's.
        raise FileWanted
    return await _onward(
        tx, state, await save(tx, filling=filling, given={question.key: value}, now=now)
    )


def _pressed(question: Question, raw: str) -> str:
    """Take the sign from what a button stands for; an answer may begin with the same sign."""
    value = raw.removeprefix("=")
    known = {*(one.key for one in question.options), *question.points, *question.missing}
    return value if value in known else raw


async def _answer_several(
    tx: Tx, state: Conversation, filling: Filling, question: Question, raw: str, now: datetime
) -> Asked:
    ticked = picked(filling, question)
    if raw == DONE:
        if not ticked:
            raise OptionUnknown
        saved = await save(tx, filling=filling, given={question.key: ticked}, now=now)
        return await _onward(tx, state, saved)
    kept = await toggle(tx, filling=filling, question=question, keys=keys_of(raw), now=now)
    return await _ask(tx, _at_question(state, kept, question), kept)


async def _answer_code(
    tx: Tx, state: Conversation, filling: Filling, raw: str, now: datetime
) -> Asked:
    parts: dict[str, str] = state.data["parts"]
    open_now = linking_code.following(parts)
    if raw == SKIP or open_now is None:
        return await _onward(tx, _at(state, CODE, parts={}, no_code=True), filling)
    if raw == BACK:
        last = [one.key for one in linking_code.PARTS if one.key in parts][-1:]
        left = {key: said for key, said in parts.items() if key not in last}
        return await _ask(tx, _at(state, CODE, parts=left), filling)
    said = {**parts, open_now.key: linking_code.check(open_now, raw)}
    if linking_code.following(said) is not None:
        return await _ask(tx, _at(state, CODE, parts=said), filling)
    link_hash = linking_code.make(filling.survey, said)
    linked = await survey_filling.link(tx, filling=filling, link_hash=link_hash, door=DOOR, now=now)
    # What the code was made of is not kept.
    return await _onward(tx, _at(state, CODE, parts={}), linked)


async def _answer_pick(tx: Tx, state: Conversation, filling: Filling, raw: str) -> Asked:
    if raw == TO_LOOK:
        return await _onward(tx, state, filling)
    if raw.startswith(PAGE):
        page = number(raw.removeprefix(PAGE)) or 0
        return await _ask(tx, _at(state, PICK, page=page), filling)
    place = number(raw.removeprefix(NUMBERED)) or 0
    listed = counted(filling)
    if not raw.startswith(NUMBERED) or not 1 <= place <= len(listed):
        raise OptionUnknown
    return await _ask(tx, _at_question(state, filling, listed[place - 1]), filling)


async def _answer_look(
    tx: Tx, state: Conversation, filling: Filling, raw: str, now: datetime
) -> Asked | Left | HandedIn:
    if raw == MEND:
        return await _ask(tx, _at(state, PICK, page=0), filling)
    if raw == LATER:
        return await _leave(tx, state, filling)
    if raw != SEND:
        raise OptionUnknown
    seen = await look(tx, state, filling, None)
    try:
        await survey_filling.hand_in(tx, filling=filling, door=DOOR, now=now)
    except SurveyUnfinished:
        return await _onward(tx, state, filling)
    return HandedIn(ended(state), seen)
