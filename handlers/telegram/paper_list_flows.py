"""The dialogue in which staff type in what was signed on paper."""

from handlers.telegram import paper_list_screens, rights
from handlers.telegram.turn import Turn
from programme import attendance_paper_steps
from programme.asking import Asked
from programme.conversations import StaffMember


async def put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    """Ask a question of the dialogue."""
    await turn.keep(asked.conversation)
    for message in paper_list_screens.question(turn.t, asked, note=note):
        await turn.say(message)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    # The last look shows names of people.
    member = await _allowed(turn)
    asked = await attendance_paper_steps.ask(turn.tx, state=turn.state, member=member, now=turn.now)
    await put(turn, asked, note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take what was typed or pressed; the last button notes the attendance."""
    following = await attendance_paper_steps.answer(
        turn.tx, state=turn.state, raw=raw, member=await _allowed(turn), now=turn.now
    )
    if isinstance(following, Asked):
        await put(turn, following)
        return
    state, noted = following
    await turn.keep(state)
    for message in paper_list_screens.noted(turn.t, noted):
        await turn.say(message)


async def _allowed(turn: Turn) -> StaffMember:
    return await rights.allowed(turn, "attendance", flow=attendance_paper_steps.FLOW)
