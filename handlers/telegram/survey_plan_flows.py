"""The dialogue in which staff plan a wave of a survey."""

from handlers.telegram import rights, survey_plan_screens
from handlers.telegram.turn import Turn
from programme import survey_wave_steps as steps
from programme.asking import Asked
from programme.conversations import StaffMember


async def begin(turn: Turn, survey_id: int) -> None:
    """Ask whom a new wave is for."""
    member = await _allowed(turn)
    asked = await steps.begin(
        turn.tx,
        state=turn.state,
        survey_id=survey_id,
        member=member,
        zone=turn.desk.zone,
        now=turn.now,
    )
    await _put(turn, asked)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    member = await _allowed(turn)
    asked = await steps.ask(
        turn.tx, state=turn.state, member=member, zone=turn.desk.zone, now=turn.now
    )
    await _put(turn, asked, note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; the last one plans the wave."""
    member = await _allowed(turn)
    following = await steps.answer(
        turn.tx, state=turn.state, raw=raw, member=member, zone=turn.desk.zone, now=turn.now
    )
    if isinstance(following, Asked):
        await _put(turn, following)
        return
    await turn.keep(following.conversation)
    await turn.say(survey_plan_screens.settled(turn.t, following, zone=turn.desk.zone))


async def _allowed(turn: Turn) -> StaffMember:
    return await rights.allowed(turn, "surveys", flow=steps.FLOW)


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, survey_plan_screens.question(turn.t, asked), note)
