"""What staff see of one event, and where they go from there."""

from telegram import Update

from handlers.telegram import desk_screens, event_drafts, trainers
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context
from programme import asking, event_cards, event_desk, staff, task_desk, walk_in_steps


async def show_events(update: Update, context: Context) -> None:
    """List the events that staff may want to look after; a trainer's are their own."""
    turn = context.turn
    if turn.chat.member is not None and turn.chat.member.role == staff.TRAINER:
        await trainers.show_events(turn)
        return
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="desk", now=turn.now)
    found = await event_desk.events_in_care(turn.tx, now=turn.now, member=member)
    to_do = await task_desk.count(turn.tx, member=member)
    begun = await event_cards.count_drafts(turn.tx, member=member)
    page, may = pressed(update).number(), staff.may(member, "events")
    await turn.say(
        desk_screens.event_list(turn.t, found, page, to_do=to_do, drafts=begun, may_make=may)
    )


async def show_event(update: Update, context: Context) -> None:
    """Show how one event stands, with a button for everything that can be done."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="desk", now=turn.now)
    if turn.state.flow == walk_in_steps.FLOW:
        # Its questions have a button that leads here, so they are left by it.
        await turn.keep(asking.ended(turn.state))
    view = await event_desk.one(
        turn.tx, event_id=pressed(update).number(), now=turn.now, member=member
    )
    if view.event.state == "draft":
        await event_drafts.card(turn, view.event.id, member)
        return
    await turn.say(desk_screens.event_desk(turn.t, view, member))


async def show_changes(update: Update, context: Context) -> None:
    """Show what can be changed at an event that lies ahead."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="desk", now=turn.now)
    view = await event_desk.one(
        turn.tx, event_id=pressed(update).number(), now=turn.now, member=member
    )
    await turn.say(desk_screens.event_changes(turn.t, view, member))
