"""The dialogue in which staff choose whom a letter is for; typed words look for somebody."""

from handlers.telegram import audience_screens as shown
from handlers.telegram import rights
from handlers.telegram.turn import Turn
from programme import audience_building
from programme.audience_building import CHOOSE
from programme.conversations import StaffMember


async def allowed(turn: Turn) -> StaffMember:
    """Give the staff member; one whose rights were taken away leaves the dialogue."""
    return await rights.allowed(turn, "invite", flow=audience_building.FLOW)


async def begin(turn: Turn, member: StaffMember, letter_id: int, *, step: str = CHOOSE) -> None:
    """Let what is typed from now on mean somebody to add, or to leave out."""
    opened = await audience_building.opened(
        turn.tx, member=member, state=turn.state, letter_id=letter_id, step=step
    )
    await turn.keep(opened)


async def ask(turn: Turn, note: str = "") -> None:
    """Show the choice again, a note before it."""
    member = await allowed(turn)
    await show(turn, member, turn.state.data["letter"], note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Look for people and organisations by what was typed."""
    member = await allowed(turn)
    letter = turn.state.data["letter"]
    who = await audience_building.find(turn.tx, member=member, letter_id=letter, words=raw)
    await turn.say(shown.found(turn.t, letter, turn.state.step, who))


async def show(
    turn: Turn, member: StaffMember, letter: int, *, note: str = "", edits: int | None = None
) -> None:
    """Show the choice as it stands."""
    look = await audience_building.look(turn.tx, member=member, letter_id=letter, now=turn.now)
    await turn.say(shown.main(turn.t, look, note=note, edits=edits))
