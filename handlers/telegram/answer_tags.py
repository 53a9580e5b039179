"""What staff press about what people wrote: read it, tag it, write a new tag."""

import dataclasses

from telegram import Update

from handlers.telegram import buttons, rights
from handlers.telegram import open_answer_screens as screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import open_answers, staff
from programme.conversations import StaffMember


async def _member(turn: Turn) -> StaffMember:
    return await staff.require(
        turn.tx, chat_id=turn.chat_id, action=open_answers.RIGHT, now=turn.now
    )


async def show(update: Update, context: Context) -> None:
    """Show a page of answers, all or those with one tag."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    found = await open_answers.page(
        turn.tx,
        wave_id=press.number(),
        place=press.number(1),
        number=press.number(2),
        tag=press.number(3),
        locale=turn.state.locale,
        member=member,
    )
    await turn.say(screens.page(turn.t, found))


async def show_one(update: Update, context: Context) -> None:
    """Show one answer with the tags."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    await _say_one(turn, member, press.number(), press.number(1), _handle(press.arguments))


async def switch(update: Update, context: Context) -> None:
    """Put a tag on an answer, or take it off."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    wave_id, place, handle = press.number(), press.number(1), _handle(press.arguments)
    await open_answers.switch_known(
        turn.tx,
        wave_id=wave_id,
        place=place,
        handle=handle,
        number=press.number(3),
        member=member,
        now=turn.now,
    )
    await _say_one(turn, member, wave_id, place, handle)


async def begin(update: Update, context: Context) -> None:
    """Ask for a new tag."""
    turn, press = context.turn, pressed(update)
    member = await _member(turn)
    state = await open_answers.begin(
        turn.tx,
        state=turn.state,
        wave_id=press.number(),
        place=press.number(1),
        handle=_handle(press.arguments),
        member=member,
    )
    await turn.keep(state)
    await turn.say(screens.ask(turn.t))


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    await rights.allowed(turn, open_answers.RIGHT, flow=open_answers.FLOW)
    message = screens.ask(turn.t)
    text = f"{note}\n\n{message.text}" if note else message.text
    await turn.say(dataclasses.replace(message, text=text))


async def answer(turn: Turn, raw: str) -> None:
    """Tag the answer with what was typed, and show it."""
    member = await rights.allowed(turn, open_answers.RIGHT, flow=open_answers.FLOW)
    about = turn.state.data
    state = await open_answers.answer(
        turn.tx, state=turn.state, raw=raw, member=member, now=turn.now
    )
    await turn.keep(state)
    await _say_one(turn, member, about["wave_id"], about["place"], about["handle"])


def _handle(arguments: tuple[str, ...]) -> str:
    return arguments[2] if len(arguments) > 2 else ""  # noqa: PLR2004 -- wave, question, answer


async def _say_one(turn: Turn, member: StaffMember, wave_id: int, place: int, handle: str) -> None:
    found, known = await open_answers.one(
        turn.tx, wave_id=wave_id, place=place, handle=handle, member=member
    )
    await turn.say(screens.answer(turn.t, found, known, wave_id=wave_id, place=place))


PRESSES = {
    buttons.OPEN_ANSWERS: show,
    buttons.OPEN_ANSWER: show_one,
    buttons.ANSWER_TAG: switch,
    buttons.ANSWER_TAG_NEW: begin,
}
