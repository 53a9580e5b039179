"""What staff do with a letter that is on its way to many: take back, pause, go on, stop."""

from telegram import Update

from delivery.broadcast_progress import message
from delivery.chat import to_json
from handlers.telegram import broadcast_screens as shown
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import broadcast_reports, broadcast_standing, broadcasting, staff
from programme.conversations import StaffMember


async def announce(turn: Turn, broadcast_id: int) -> None:
    """Queue the message that shows from now on how far a broadcast has come."""
    standing = await broadcast_standing.read(turn.tx, broadcast_id=broadcast_id)
    await broadcast_reports.announce(
        turn.tx,
        broadcast_id=broadcast_id,
        chat_id=turn.chat_id,
        message=to_json(message(turn.t, standing, zone=turn.desk.zone)),
        locale=turn.state.locale,
        now=turn.now,
    )


async def _doer(turn: Turn) -> StaffMember:
    return await staff.require(
        turn.tx, chat_id=turn.chat_id, action="broadcast control", now=turn.now
    )


async def take_back(update: Update, context: Context) -> None:
    """Take back a letter of which nothing has left."""
    turn, number = context.turn, pressed(update).number()
    member = await _doer(turn)
    taken = await broadcasting.take_back(turn.tx, member=member, broadcast_id=number, now=turn.now)
    # What its author wrote is a draft again with one more press.
    is_own_letter = taken.staff_id == member.id and taken.content.get("letter") is not None
    await turn.say(shown.taken_back(turn.t, number if is_own_letter else None))


async def pause(update: Update, context: Context) -> None:
    """Let nothing more leave for now."""
    turn, number = context.turn, pressed(update).number()
    member = await _doer(turn)
    waiting = await broadcasting.pause(turn.tx, member=member, broadcast_id=number, now=turn.now)
    await turn.say(shown.paused(turn.t, number, waiting))


async def go_on(update: Update, context: Context) -> None:
    """Let a paused letter go on where it was."""
    turn, number = context.turn, pressed(update).number()
    member = await _doer(turn)
    ahead = await broadcasting.go_on(turn.tx, member=member, broadcast_id=number, now=turn.now)
    standing = await broadcast_standing.read(turn.tx, broadcast_id=number)
    await turn.say(shown.goes_on(turn.t, standing, ahead, zone=turn.desk.zone))


async def ask_stop(update: Update, context: Context) -> None:
    """Pause a letter and ask whether it shall never go on."""
    turn, number = context.turn, pressed(update).number()
    member = await _doer(turn)
    waiting = await broadcasting.rest(turn.tx, member=member, broadcast_id=number, now=turn.now)
    await turn.say(shown.ask_stop(turn.t, number, waiting))


async def stop(update: Update, context: Context) -> None:
    """End a letter for good, and tell how many it has reached."""
    turn, number = context.turn, pressed(update).number()
    member = await _doer(turn)
    ended = await broadcasting.stop(turn.tx, member=member, broadcast_id=number, now=turn.now)
    await turn.say(shown.stopped(turn.t, ended))
