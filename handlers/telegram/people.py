"""What staff do with people: find one, look at who may be doubled, join two or tell them apart."""

from telegram import Update

from handlers.telegram import card_flows, deed_desk, people_flows, people_screens, walk_in_flows
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import deed_actions, duplicates, merging, staff
from programme.conversations import StaffMember


async def _staff(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="people", now=turn.now)


async def _reader(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="search", now=turn.now)


async def find(update: Update, context: Context) -> None:
    """Ask for a part of a name; with a number, for whom that person is the same as."""
    turn = context.turn
    other = pressed(update).number()
    await (_staff if other >= 0 else _reader)(turn)
    await people_flows.begin(turn, same_as=other if other >= 0 else None)


async def find_by_command(_update: Update, context: Context) -> None:
    """Ask for a part of a name, or look at once for what stands behind the command."""
    turn = context.turn
    await _reader(turn)
    await people_flows.begin(turn, ask_first=not context.args)
    if context.args:
        await people_flows.answer(turn, " ".join(context.args))


async def show_person(update: Update, context: Context) -> None:
    """Show one person."""
    turn = context.turn
    member = await _reader(turn)
    await card_flows.end_search(turn)
    await card_flows.say_person(turn, member, pressed(update).number())


async def show_duplicates(update: Update, context: Context) -> None:
    """List who may be in the list twice."""
    turn = context.turn
    member = await _staff(turn)
    await card_flows.end_search(turn)
    listed = await duplicates.pairs(turn.tx, member=member)
    await turn.say(people_screens.pairs(turn.t, listed, page=pressed(update).number()))


async def show_pair(update: Update, context: Context) -> None:
    """Show two entries side by side."""
    turn, press = context.turn, pressed(update)
    member = await _staff(turn)
    await card_flows.end_search(turn)
    pair = await duplicates.one_pair(
        turn.tx, first_id=press.number(), second_id=press.number(1), member=member
    )
    await turn.say(people_screens.one_pair(turn.t, pair, zone=turn.desk.zone))


async def ask_merge(update: Update, context: Context) -> None:
    """Say what joining two people will do."""
    turn, press = context.turn, pressed(update)
    member = await _staff(turn)
    view = await merging.preview(
        turn.tx, kept_id=press.number(), gone_id=press.number(1), member=member
    )
    await turn.say(people_screens.surely(turn.t, view))


async def merge(update: Update, context: Context) -> None:
    """Let the joining of two people wait, so that it can be taken back."""
    turn, press = context.turn, pressed(update)
    member = await _staff(turn)
    pair = {"kept_id": press.number(), "gone_id": press.number(1)}
    view = await merging.preview(turn.tx, **pair, member=member)
    about = {"name": people_screens.pair_name(view)}
    await deed_desk.wait(turn, update, member, deed_actions.MERGE, {**pair, "about": about})


async def walk_in(update: Update, context: Context) -> None:
    """Ask who stands at the door of an event."""
    await walk_in_flows.begin(context.turn, event_id=pressed(update).number())


async def tell_apart(update: Update, context: Context) -> None:
    """Keep that two entries are two people, and go on with the list."""
    turn, press = context.turn, pressed(update)
    member = await _staff(turn)
    await duplicates.tell_apart(
        turn.tx,
        first_id=press.number(),
        second_id=press.number(1),
        member=member,
        now=turn.now,
    )
    listed = await duplicates.pairs(turn.tx, member=member)
    await turn.say(people_screens.pairs(turn.t, listed, page=0))
