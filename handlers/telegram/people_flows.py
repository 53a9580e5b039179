"""The dialogue in which staff look for a person or an organisation by a part of the name."""

from handlers.telegram import found_screens, people_screens, rights
from handlers.telegram.turn import Turn
from programme import directory_search, people_desk, staff
from programme.conversations import StaffMember
from programme.directory import ORGANISATIONS, PEOPLE


async def begin(
    turn: Turn,
    *,
    same_as: int | None = None,
    of: str = people_desk.PEOPLE,
    ask_first: bool = True,
) -> None:
    """Ask whom they look for."""
    await turn.keep(people_desk.begin(turn.state, same_as=same_as, of=of))
    if ask_first:
        await ask(turn)


async def allowed(turn: Turn, action: str = "people") -> StaffMember:
    """Give the staff member; one whose rights were taken away leaves the dialogue."""
    return await rights.allowed(turn, action, flow=turn.state.flow)


def _action(turn: Turn) -> str:
    """Looking is for all of the office, joining two people is not."""
    return "search" if turn.state.data.get("same_as") is None else "people"


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    member = await allowed(turn, _action(turn))
    same_as = turn.state.data.get("same_as")
    if people_desk.looks_for(turn.state) == people_desk.ORGANISATIONS:
        message = people_screens.ask_organisation(turn.t)
    else:
        name = ""
        if same_as is not None:
            name = (await people_desk.card(turn.tx, person_id=same_as, member=member)).person.name
        may_join = member.role in staff.ACTIONS["people"]
        message = people_screens.ask_words(turn.t, same_as=name, may_join=may_join)
    await turn.say(people_screens.with_note(message, note) if note else message)


async def answer(turn: Turn, raw: str) -> None:
    """Show who was found; the question stays open for another try."""
    member = await allowed(turn, _action(turn))
    words = people_desk.checked(raw)
    same_as = turn.state.data.get("same_as")
    if people_desk.looks_for(turn.state) == people_desk.ORGANISATIONS:
        units = await directory_search.organisations_of(turn.tx, words=words, member=member)
        await turn.say(found_screens.found(turn.t, ORGANISATIONS, units, words=words))
        return
    found = await people_desk.find(turn.tx, words=words, member=member)
    if same_as is None:
        await turn.say(found_screens.found(turn.t, PEOPLE, found, words=words))
    else:
        await turn.say(people_screens.other_half(turn.t, found, same_as=same_as))
