"""Staff look at the people of an event, and decide about an application."""

from telegram import Update

from handlers.telegram import desk_list_screens, seat_desk_flows, seat_desk_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import approval, event_desk, seat_desk_steps, staff


async def _page(turn: Turn, update: Update, group: str) -> None:
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="desk", now=turn.now)
    press = pressed(update)
    page = await event_desk.page(
        turn.tx, event_id=press.number(), group=group, number=press.number(1), member=member
    )
    await turn.say(desk_list_screens.people_page(turn.t, page))


async def show_participants(update: Update, context: Context) -> None:
    """Show a page of those who have a seat."""
    await _page(context.turn, update, event_desk.SEATED)


async def show_line(update: Update, context: Context) -> None:
    """Show a page of the waiting list."""
    await _page(context.turn, update, event_desk.IN_LINE)


async def show_applications(update: Update, context: Context) -> None:
    """Show a page of the applications."""
    await _page(context.turn, update, event_desk.APPLYING)


async def show_person(update: Update, context: Context) -> None:
    """Show one registration."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="desk", now=turn.now)
    found = await event_desk.person(
        turn.tx, registration_id=pressed(update).number(), member=member
    )
    await turn.say(desk_list_screens.one_person(turn.t, found))


async def grant(update: Update, context: Context) -> None:
    """Accept an application and say what the person has by it."""
    turn, number = context.turn, pressed(update).number()
    member = await staff.require(
        turn.tx, chat_id=turn.chat_id, action="registrations", now=turn.now
    )
    found = await event_desk.person(turn.tx, registration_id=number, member=member)
    got = await approval.approve(
        turn.tx, registration_id=number, member=member, now=turn.now, quiet=turn.desk.quiet
    )
    standing = await seat_desk_steps.standing(turn.tx, got, member=member)
    await turn.say(seat_desk_screens.got(turn.t, standing, found.event.id))


async def refuse(update: Update, context: Context) -> None:
    """Ask why an application is refused."""
    await seat_desk_flows.begin_with_reason(
        context.turn, pressed(update).number(), seat_desk_steps.REFUSE
    )


async def take_off(update: Update, context: Context) -> None:
    """Ask why somebody is taken off the list."""
    await seat_desk_flows.begin_with_reason(
        context.turn, pressed(update).number(), seat_desk_steps.TAKE_OFF
    )
