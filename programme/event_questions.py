"""Ask what an event wants to know of those who register: one question after another.

The version of the form is chosen when the first question is asked and stays, even if staff
import other questions meanwhile: an answer always belongs to what was asked.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import forms
from programme.asking import Asked, ended, following, fresh
from programme.forms import Form, Question
from programme.refusals import AnswerEmpty, EventUnknown, OptionUnknown, QuestionPassed
from storage import events
from storage import forms as store
from storage.conversations import Conversation
from storage.database import Tx

FLOW = "questions"
# No key of an option has this sign, so that these never stand for one.
SKIP, NEXT = "=skip", "=next"
REGISTER = "register"


@dataclass(frozen=True)
class Answered:
    """All questions are answered; `purpose` says what the answers are for.

    `form_id` is None and there are no answers when the event asks nothing.
    """

    conversation: Conversation
    event_id: int
    purpose: str
    answers: dict[str, Any]
    form_id: int | None


async def keep(
    tx: Tx, *, event_key: str, questions: tuple[Question, ...], now: datetime
) -> int | None:
    """Keep an event's questions and return the number of this version, None for no questions."""
    if not questions:
        return None
    form = Form(f"event:{event_key}", 1, questions)
    content = {"questions": form.to_json()["questions"]}
    return (await store.save(tx, key=form.key, content=content, now=now)).id


async def asks(tx: Tx, *, event_id: int) -> bool:
    """Tell whether an event has questions; an unknown number raises EventUnknown."""
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    return event.form_id is not None


async def begin(
    tx: Tx, *, state: Conversation, event_id: int, purpose: str, now: datetime
) -> Asked | Answered:
    """Ask the first question; an event without questions is answered at once."""
    del now
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    if event.form_id is None:
        return Answered(state, event_id, purpose, {}, None)
    begun = fresh(state, FLOW, event_id=event_id, purpose=purpose, form_id=event.form_id)
    return await _onward(tx, begun, {})


async def ask(tx: Tx, *, state: Conversation) -> Asked:
    """Gather what the open question needs."""
    form = await _form(tx, state)
    event = await events.get(tx, state.data["event_id"])
    question = _open(form, state)
    answers = state.data["answers"]
    listed = forms.asked(form, answers)
    facts = {
        "title": event.title if event else "",
        "question": question,
        "chosen": tuple(state.data.get("chosen", ())),
        "number": [one.key for one in listed].index(question.key) + 1,
    }
    return Asked(state, "event_question", facts)


async def answer(tx: Tx, *, state: Conversation, raw: str) -> Asked | Answered:
    """Take the answer to the open question; what does not fit raises a kind of AnswerRefused.

    `raw` is what was typed, the key of an option, SKIP, or NEXT after the last of several.
    """
    form = await _form(tx, state)
    question = _open(form, state)
    if raw == SKIP:
        if question.required:
            raise AnswerEmpty
        return await _onward(tx, state, {question.key: None})
    if question.kind == "text" and not any(each.isalnum() for each in raw):
        raise AnswerEmpty
    if question.kind != "multiple":
        value = forms.check(question, _key(question, raw))
        return await _onward(tx, state, {question.key: value})
    chosen = state.data.get("chosen", [])
    if raw != NEXT:
        return await ask(tx, state=_toggled(state, question, raw))
    if not chosen:
        raise OptionUnknown
    return await _onward(tx, state, {question.key: list(forms.check(question, chosen))})


async def _form(tx: Tx, state: Conversation) -> Form:
    row = await store.get(tx, state.data["form_id"])
    return Form.from_json({"key": row.key, "version": row.version, **row.content})


def _open(form: Form, state: Conversation) -> Question:
    for question in form.questions:
        if question.key == state.step:
            return question
    raise QuestionPassed


def _key(question: Question, raw: str) -> str:
    """Find the option that somebody has typed instead of pressing its button."""
    words = " ".join(raw.split()).casefold()
    for option in question.options:
        if words == option.label.casefold():
            return option.key
    return raw


def _toggled(state: Conversation, question: Question, raw: str) -> Conversation:
    key = _key(question, raw)
    if key not in {option.key for option in question.options}:
        raise OptionUnknown
    before = state.data.get("chosen", [])
    chosen = [each for each in before if each != key] if key in before else [*before, key]
    data = {**state.data, "chosen": chosen}
    return dataclasses.replace(state, version=state.version + 1, data=data)


async def _onward(tx: Tx, state: Conversation, answered: Mapping[str, Any]) -> Asked | Answered:
    form = await _form(tx, state)
    coming = following(state, "", **answered)
    answers = coming.data["answers"]
    question = forms.next_question(form, answers)
    if question is not None:
        data = {**coming.data, "chosen": []}
        return await ask(tx, state=dataclasses.replace(coming, step=question.key, data=data))
    asked = {one.key for one in forms.asked(form, answers)}
    given = {key: value for key, value in answers.items() if key in asked and value is not None}
    return Answered(
        ended(state), state.data["event_id"], state.data["purpose"], given, state.data["form_id"]
    )
