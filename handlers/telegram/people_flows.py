"""The dialogue in which staff look for a person by a part of the name."""

from handlers.telegram import people_screens, rights
from handlers.telegram.turn import Turn
from programme import people_desk
from programme.conversations import StaffMember


async def begin(turn: Turn, *, same_as: int | None = None, ask_first: bool = True) -> None:
    """Ask whom they look for."""
    await turn.keep(people_desk.begin(turn.state, same_as=same_as))
    if ask_first:
        await ask(turn)


async def allowed(turn: Turn) -> StaffMember:
    """Give the staff member; one whose rights were taken away leaves the dialogue."""
    return await rights.allowed(turn, "people", flow=turn.state.flow)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    await allowed(turn)
    same_as = turn.state.data.get("same_as")
    name = ""
    if same_as is not None:
        name = (await people_desk.card(turn.tx, person_id=same_as)).person.name
    message = people_screens.ask_words(turn.t, same_as=name)
    if note:
        await turn.say(people_screens.with_note(message, note))
    else:
        await turn.say(message)


async def answer(turn: Turn, raw: str) -> None:
    """Show who was found; the question stays open for another try."""
    await allowed(turn)
    found = await people_desk.find(turn.tx, words=people_desk.checked(raw))
    same_as = turn.state.data.get("same_as")
    await turn.say(people_screens.found(turn.t, found, same_as=same_as))
