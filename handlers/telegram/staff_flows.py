"""The dialogues in which staff write an invitation or a quick poll."""

import dataclasses

from delivery.chat import ChatMessage, to_json
from handlers.telegram import rights, staff_screens
from handlers.telegram.turn import Turn
from handlers.telegram.words import refused
from programme import broadcast_reports, invitation_steps, poll_steps
from programme.asking import Asked
from programme.conversations import Conversation, StaffMember
from programme.refusals import AnswerRefused, AudienceEmpty, PollUnfit, TextTooLong

MEND = (AnswerRefused, AudienceEmpty, PollUnfit, TextTooLong)


async def put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    """Ask a question of a staff dialogue."""
    await turn.keep(asked.conversation)
    *before, last = staff_screens.question(turn.t, asked)
    for message in before:
        await turn.say(message)
    text = f"{note}\n\n{last.text}" if note else last.text
    await turn.say(dataclasses.replace(last, text=text))


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question of a staff dialogue again."""
    invites = turn.state.flow == invitation_steps.FLOW
    # The last look shows names of people.
    await _allowed(turn, "invite" if invites else "poll")
    steps = invitation_steps if invites else poll_steps
    await put(turn, await steps.ask(turn.tx, state=turn.state, now=turn.now), note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer in a staff dialogue; what can be mended is asked again."""
    try:
        if turn.state.flow == invitation_steps.FLOW:
            await _invitation(turn, raw)
        else:
            await _poll(turn, raw)
    except MEND as refusal:
        await ask(turn, note=refused(turn.t, refusal, zone=turn.desk.zone))


async def _allowed(turn: Turn, action: str) -> StaffMember:
    return await rights.allowed(turn, action, flow=turn.state.flow)


async def _invitation(turn: Turn, raw: str) -> None:
    member = await _allowed(turn, "invite")
    following = await invitation_steps.answer(
        turn.tx,
        state=turn.state,
        raw=raw,
        member=member,
        link=f"https://t.me/{turn.desk.bot_name}",
        quiet=turn.desk.quiet,
        now=turn.now,
        zone=turn.desk.zone,
    )
    if isinstance(following, Asked):
        await put(turn, following)
    else:
        state, sent = following
        await _under_way(turn, state, sent.broadcast_id, sent.rows)


async def _poll(turn: Turn, raw: str) -> None:
    member = await _allowed(turn, "poll")
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
        await _under_way(turn, state, asked.broadcast_id, asked.people)


async def _under_way(turn: Turn, state: Conversation, broadcast_id: int, rows: int) -> None:
    await turn.keep(state)
    words = turn.t.plural(
        "It is on its way to %(n)s recipient. This message will show how far it has come.",
        "It is on its way to %(n)s recipients. This message will show how far it has come.",
        rows,
    )
    await broadcast_reports.announce(
        turn.tx,
        broadcast_id=broadcast_id,
        chat_id=turn.chat_id,
        message=to_json(ChatMessage(words)),
        locale=turn.state.locale,
        now=turn.now,
    )
