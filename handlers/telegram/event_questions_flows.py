"""The dialogue in which somebody who registers answers the event's own questions."""

from collections.abc import Awaitable, Callable
from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons, registering
from handlers.telegram.labels import shorten
from handlers.telegram.turn import Turn
from programme import event_questions
from programme.asking import Asked, number
from programme.event_questions import NEXT, REGISTER, SKIP, Answered
from programme.forms import Question
from texts.translator import Translator

LABEL_LENGTH = 60
TITLE_LENGTH = 100
Finisher = Callable[[Turn, Answered], Awaitable[None]]


async def begin(turn: Turn, *, event_id: int, purpose: str) -> None:
    """Ask the event's questions, then do what `purpose` names; at once when there are none.

    The part of `purpose` before a colon names the row of FINISHERS.
    """
    following = await event_questions.begin(
        turn.tx, state=turn.state, event_id=event_id, purpose=purpose, now=turn.now
    )
    await _go_on(turn, following)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    await _put(turn, await event_questions.ask(turn.tx, state=turn.state), note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; after the last one the person gets what they came for."""
    await _go_on(turn, await event_questions.answer(turn.tx, state=turn.state, raw=raw))


async def _go_on(turn: Turn, following: Asked | Answered) -> None:
    if isinstance(following, Asked):
        await _put(turn, following)
        return
    # First the end, so that a refusal does not leave a question open that leads nowhere.
    await turn.keep(following.conversation)
    await FINISHERS[following.purpose.partition(":")[0]](turn, following)


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, question(turn.t, asked), note)


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask one question; of several options each is ticked and unticked by its button."""
    open_now: Question = asked.facts["question"]
    chosen = asked.facts["chosen"]
    parts = [f"<b>{escape(open_now.label)}</b>", _hint(t, open_now, chosen)]
    if asked.facts["number"] == 1 and not chosen:
        title = escape(shorten(asked.facts["title"], TITLE_LENGTH))
        parts.insert(0, t("Before we register you for “%(title)s”, please answer:", title=title))
    return ChatMessage("\n\n".join(parts), _rows(t, asked))


def _hint(t: Translator, open_now: Question, chosen: tuple[str, ...]) -> str:
    labels = [escape(one.label) for one in open_now.options if one.key in chosen]
    if labels:
        listed = "\n".join([t("Chosen so far:"), *(f"✓ {label}" for label in labels)])
        more = t("You can choose more. Then press “On to the next question”.")
        return f"{listed}\n\n{more}"
    if open_now.kind == "multiple":
        return t("You can choose several, one after another. Please press a button.")
    if open_now.kind == "choice":
        return t("Please press one of the buttons.")
    return t("Please write your answer below.")


def _rows(t: Translator, asked: Asked) -> tuple[tuple[Button, ...], ...]:
    open_now: Question = asked.facts["question"]
    chosen = asked.facts["chosen"]
    version = asked.conversation.version
    options = [
        (f"✓ {one.label}" if one.key in chosen else one.label, one.key) for one in open_now.options
    ]
    if chosen:
        options.append((t("On to the next question"), NEXT))
    elif not open_now.required:
        options.append((t("Skip this question"), SKIP))
    return tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(version, value)),)
        for label, value in options
    )


async def _register(turn: Turn, answered: Answered) -> None:
    # Somebody of two organisations has said for which one they come.
    organisation_id = number(answered.purpose.partition(":")[2])
    await registering.register(
        turn,
        answered.event_id,
        answers=answered.answers,
        form_id=answered.form_id,
        organisation_id=organisation_id,
    )


# What follows after the last answer, by the first word of the purpose.
FINISHERS: dict[str, Finisher] = {REGISTER: _register}
