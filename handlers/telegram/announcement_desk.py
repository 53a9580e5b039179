"""The weekly digest: what waits for it, taken out and put back; a whole text for its reader."""

from telegram import Update

from delivery.compose import compose_chat
from handlers.telegram import announcement_screens as screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import announcements, staff
from programme.conversations import StaffMember


async def _member(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="announcements", now=turn.now)


async def show(_update: Update, context: Context) -> None:
    """List the announcements that wait for their digest."""
    turn = context.turn
    found = await announcements.waiting(turn.tx, member=await _member(turn))
    await turn.say(screens.waiting(turn.t, found))


async def ask_withdraw(update: Update, context: Context) -> None:
    """Show one announcement and ask whether it shall be taken out."""
    turn = context.turn
    member = await _member(turn)
    number = pressed(update).number()
    found = await announcements.one(turn.tx, member=member, announcement_id=number)
    await turn.say(screens.one(turn.t, found))


async def withdraw(update: Update, context: Context) -> None:
    """Take an announcement out of its digest."""
    turn = context.turn
    member = await _member(turn)
    number = pressed(update).number()
    gone = await announcements.withdraw(
        turn.tx, member=member, announcement_id=number, now=turn.now
    )
    await turn.say(screens.withdrawn(turn.t, gone))


async def put_back(update: Update, context: Context) -> None:
    """Put an announcement back that was taken out by mistake."""
    turn = context.turn
    member = await _member(turn)
    back = await announcements.put_back(
        turn.tx,
        member=member,
        announcement_id=pressed(update).number(),
        now=turn.now,
        zone=turn.desk.zone,
    )
    await turn.say(screens.is_back(turn.t, back))


async def read_whole(update: Update, context: Context) -> None:
    """Send the whole of an announcement to somebody who got the digest with it."""
    turn = context.turn
    facts = await announcements.read_whole(
        turn.tx, person=turn.chat.person, announcement_id=pressed(update).number()
    )
    await turn.say(compose_chat(announcements.WHOLE, facts, turn.t.locale))
