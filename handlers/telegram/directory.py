"""Staff page through lists of people, organisations and registrations, and narrow them."""

from telegram import Update

from handlers.telegram import directory_screens, found_screens, people_flows
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import directory, directory_search, event_desk, people_desk, staff
from programme.conversations import StaffMember
from programme.directory import Selection


async def _reader(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="search", now=turn.now)


async def _show(turn: Turn, selection: Selection, number: int) -> None:
    member = await _reader(turn)
    page = await directory.page(turn.tx, selection=selection, number=number, member=member)
    await turn.say(directory_screens.listed(turn.t, page))


def _written(update: Update, at: int) -> str:
    words = pressed(update).arguments
    return words[at] if at < len(words) else ""


async def show_people(update: Update, context: Context) -> None:
    """Show a page of the people."""
    selection = directory.read(directory.PEOPLE, _written(update, 1))
    await _show(context.turn, selection, pressed(update).number())


async def show_organisations(update: Update, context: Context) -> None:
    """Show a page of the organisations."""
    selection = directory.read(directory.ORGANISATIONS, _written(update, 1))
    await _show(context.turn, selection, pressed(update).number())


async def show_registrations(update: Update, context: Context) -> None:
    """Show a page of the registrations."""
    selection = directory.read(directory.REGISTRATIONS, _written(update, 1))
    await _show(context.turn, selection, pressed(update).number())


async def organisations_by_command(_update: Update, context: Context) -> None:
    """Show the list and ask for a name, or look at once for what stands behind the command."""
    turn = context.turn
    await _reader(turn)
    await people_flows.begin(turn, of=people_desk.ORGANISATIONS, ask_first=False)
    if context.args:
        await people_flows.answer(turn, " ".join(context.args))
    else:
        await _show(turn, Selection(directory.ORGANISATIONS), 0)


async def registrations_by_command(_update: Update, context: Context) -> None:
    """Show the newest registrations."""
    await _show(context.turn, Selection(directory.REGISTRATIONS), 0)


async def ask_organisation(_update: Update, context: Context) -> None:
    """Ask for a part of an organisation's name."""
    await _reader(context.turn)
    await people_flows.begin(context.turn, of=people_desk.ORGANISATIONS)


async def show_facets(update: Update, context: Context) -> None:
    """Offer what a list can be narrowed to."""
    turn = context.turn
    member = await _reader(turn)
    selection = directory.read(_written(update, 0), _written(update, 1))
    events = []
    if selection.of == directory.REGISTRATIONS:
        events = await event_desk.events_in_care(turn.tx, member=member, now=turn.now)
    await turn.say(directory_screens.facets(turn.t, selection, events))


async def show_localities(update: Update, context: Context) -> None:
    """Offer the places where organisations are."""
    turn = context.turn
    found = await directory.localities(
        turn.tx,
        selection=directory.read(_written(update, 0), _written(update, 2)),
        number=pressed(update).number(1),
        member=await _reader(turn),
    )
    await turn.say(directory_screens.localities(turn.t, found))


async def show_found(update: Update, context: Context) -> None:
    """Show another page of what a search found; the words stand in the button."""
    turn = context.turn
    member = await _reader(turn)
    of, words = _written(update, 0), _written(update, 2)
    find = directory_search.people
    if of == directory.ORGANISATIONS:
        find = directory_search.organisations_of
    found = await find(turn.tx, words=words, member=member)
    page = pressed(update).number(1)
    await turn.say(found_screens.found(turn.t, of, found, words=words, page=page))
