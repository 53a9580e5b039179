"""The team of staff in a chat: who is in it, links for new ones, roles, events, removal."""

from telegram import Update

from handlers.telegram import team_flows, team_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import staff, staff_team
from programme.conversations import StaffMember


async def _chief(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="staff", now=turn.now)


async def show(update: Update, context: Context) -> None:
    """List the staff."""
    turn = context.turn
    member = await _chief(turn)
    found = await staff_team.team(turn.tx, member=member, now=turn.now)
    page = max(0, pressed(update).number())
    await turn.say(team_screens.team(turn.t, found, zone=turn.desk.zone, page=page))


async def show_one(update: Update, context: Context) -> None:
    """Show one of staff and what can be changed."""
    turn = context.turn
    await _card(turn, await _chief(turn), pressed(update).number())


async def _card(turn: Turn, member: StaffMember, staff_id: int, *, note: str = "") -> None:
    found = await staff_team.one(turn.tx, staff_id=staff_id, member=member)
    await turn.say(team_screens.one(turn.t, found, zone=turn.desk.zone, note=note))


async def invite(_update: Update, context: Context) -> None:
    """Begin to invite somebody."""
    await team_flows.begin(context.turn, await _chief(context.turn))


async def show_links(_update: Update, context: Context) -> None:
    """List the links that nobody has opened yet."""
    turn = context.turn
    member = await _chief(turn)
    found = await staff_team.team(turn.tx, member=member, now=turn.now)
    await turn.say(team_screens.links(turn.t, found, zone=turn.desk.zone))


async def drop_link(update: Update, context: Context) -> None:
    """Withdraw a link."""
    turn = context.turn
    member = await _chief(turn)
    name = await staff_team.withdraw_link(
        turn.tx, link_id=pressed(update).number(), member=member, now=turn.now
    )
    found = await staff_team.team(turn.tx, member=member, now=turn.now)
    note = team_screens.dropped(turn.t, name)
    await turn.say(team_screens.links(turn.t, found, zone=turn.desk.zone, note=note))


async def ask_role(update: Update, context: Context) -> None:
    """Offer the roles."""
    turn = context.turn
    member = await _chief(turn)
    found = await staff_team.one(turn.tx, staff_id=pressed(update).number(), member=member)
    await turn.say(team_screens.roles(turn.t, found))


async def set_role(update: Update, context: Context) -> None:
    """Give somebody another role; giving up one's own rights is asked once more."""
    turn, press = context.turn, pressed(update)
    member, role = await _chief(turn), team_flows.role_of(press)
    found = await staff_team.one(turn.tx, staff_id=press.number(), member=member)
    if found.is_me and role not in staff.COORDINATORS and press.number(2) != 1:
        await turn.say(team_screens.surely_own_role(turn.t, found, role))
        return
    await staff_team.change_role(
        turn.tx, staff_id=found.colleague.id, role=role, member=member, now=turn.now
    )
    await team_flows.role_given(turn, member, found, role)


async def show_events(update: Update, context: Context) -> None:
    """Offer the events that a trainer can be given."""
    turn, press = context.turn, pressed(update)
    await _events(turn, await _chief(turn), press.number(), max(0, press.number(1)))


async def _events(turn: Turn, member: StaffMember, staff_id: int, page: int) -> None:
    found = await staff_team.one(turn.tx, staff_id=staff_id, member=member)
    events = await staff_team.choosable(turn.tx, member=member, now=turn.now)
    await turn.say(team_screens.events(turn.t, found, events, page=page))


async def set_event(update: Update, context: Context) -> None:
    """Give a trainer an event, or take it."""
    turn, press = context.turn, pressed(update)
    member = await _chief(turn)
    change = staff_team.give_event if press.number(2) == 1 else staff_team.take_event
    await change(
        turn.tx, staff_id=press.number(), event_id=press.number(1), member=member, now=turn.now
    )
    await _events(turn, member, press.number(), max(0, press.number(3)))


async def ask_remove(update: Update, context: Context) -> None:
    """Ask once more before somebody is removed."""
    turn = context.turn
    member = await _chief(turn)
    found = await staff_team.one(turn.tx, staff_id=pressed(update).number(), member=member)
    await turn.say(team_screens.surely_remove(turn.t, found))


async def remove(update: Update, context: Context) -> None:
    """Remove somebody at once."""
    turn, number = context.turn, pressed(update).number()
    member = await _chief(turn)
    gone = await staff_team.remove(turn.tx, staff_id=number, member=member, now=turn.now)
    await turn.say(team_screens.removed(turn.t, gone.name, is_me=number == member.id))
