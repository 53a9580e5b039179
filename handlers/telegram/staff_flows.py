"""The dialogue in which staff write a quick poll."""

import dataclasses

from handlers.telegram import broadcasts, rights, staff_screens
from handlers.telegram.turn import Turn
from handlers.telegram.words import refused
from programme import poll_steps
from programme.asking import Asked
from programme.conversations import Conversation
from programme.poll_refusals import ClosesTooSoon
from programme.refusals import AnswerRefused, AudienceEmpty, PollUnfit, TextTooLong

MEND = (AnswerRefused, AudienceEmpty, ClosesTooSoon, PollUnfit, TextTooLong)


async def put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    """Ask a question of a staff dialogue."""
    await turn.keep(asked.conversation)
    seen = dataclasses.replace(asked, facts=asked.facts | {"zone": turn.desk.zone})
    *before, last = staff_screens.question(turn.t, seen)
    for message in before:
        await turn.say(message)
    text = f"{note}\n\n{last.text}" if note else last.text
    await turn.say(dataclasses.replace(last, text=text))


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question of a quick poll again."""
    member = await rights.allowed(turn, "poll", flow=turn.state.flow)
    await put(
        turn,
        await poll_steps.ask(
            turn.tx, state=turn.state, now=turn.now, member=member, quiet=turn.desk.quiet
        ),
        note=note,
    )


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer about a quick poll; what can be mended is asked again."""
    try:
        await _poll(turn, raw)
    except MEND as refusal:
        await ask(turn, note=refused(turn.t, refusal, zone=turn.desk.zone))


async def _poll(turn: Turn, raw: str) -> None:
    member = await rights.allowed(turn, "poll", flow=turn.state.flow)
    following = await poll_steps.answer(
        turn.tx,
        state=turn.state,
        raw=raw,
        member=member,
        quiet=turn.desk.quiet,
        now=turn.now,
    )
    if isinstance(following, Asked):
        await put(turn, following)
    else:
        state, asked = following
        await under_way(turn, state, asked.broadcast_id)


async def under_way(turn: Turn, state: Conversation, broadcast_id: int) -> None:
    """End the dialogue, and show from now on how far the sending has come."""
    await turn.keep(state)
    await broadcasts.announce(turn, broadcast_id)
