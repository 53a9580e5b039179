"""The record of what staff did, read in a chat."""

from telegram import Update

from handlers.telegram import audit_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import audit_trail, staff
from programme.conversations import StaffMember


async def _reader(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="audit", now=turn.now)


async def show(update: Update, context: Context) -> None:
    """Show a part of the record, the newest first."""
    turn, press = context.turn, pressed(update)
    member = await _reader(turn)
    which = press.arguments[0] if press.arguments else audit_trail.EVERYTHING
    before = press.number(1) if press.number(1) > 0 else None
    found = await audit_trail.page(turn.tx, which=which, before=before, member=member)
    message = audit_screens.page(turn.t, found, zone=turn.desk.zone, newest=before is None)
    await turn.say(message)


async def show_people(_update: Update, context: Context) -> None:
    """Offer whose deeds to show."""
    turn = context.turn
    member = await _reader(turn)
    found = await audit_trail.people(turn.tx, member=member)
    await turn.say(audit_screens.people(turn.t, found))
