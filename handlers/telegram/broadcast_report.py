"""What staff ask of a letter that has left: who got it, who answered, and what to do with them."""

from telegram import Update

from delivery.report_words import Words
from handlers.telegram import broadcast_report_screens as shown
from handlers.telegram.going import pressed
from handlers.telegram.staff_flows import put
from handlers.telegram.turn import Context, Turn
from programme import (
    broadcast_reporting,
    broadcast_reports,
    invitation_steps,
    letter_printing,
    staff,
)
from programme.conversations import StaffMember


async def _member(turn: Turn, action: str = "broadcasts") -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action=action, now=turn.now)


async def show_letters(update: Update, context: Context) -> None:
    """List the letters that were sent, the newest first."""
    turn = context.turn
    page = await broadcast_reporting.past(
        turn.tx, member=await _member(turn), number=pressed(update).number()
    )
    await turn.say(shown.letters(turn.t, page, zone=turn.desk.zone))


async def show_report(update: Update, context: Context) -> None:
    """Show what became of a letter."""
    turn = context.turn
    await _show(turn, await _member(turn), pressed(update).number())


async def _show(turn: Turn, member: StaffMember, number: int, *, note: str = "") -> None:
    found = await broadcast_reporting.report(turn.tx, member=member, broadcast_id=number)
    old = None
    if not found.recorded:
        old = await broadcast_reports.report(turn.tx, broadcast_id=number)
    told = shown.report(turn.t, found, member, zone=turn.desk.zone, old=old, note=note)
    await turn.say(told)


async def show_group(update: Update, context: Context) -> None:
    """Show a page of the recipients behind one count."""
    turn, press = context.turn, pressed(update)
    page = await broadcast_reporting.group_page(
        turn.tx,
        member=await _member(turn),
        broadcast_id=press.number(),
        group=press.arguments[1] if len(press.arguments) > 1 else "",
        number=press.number(2),
    )
    await turn.say(shown.group(turn.t, page, zone=turn.desk.zone))


async def send_workbook(update: Update, context: Context) -> None:
    """Send the whole report as a workbook."""
    turn, number = context.turn, pressed(update).number()
    content = await broadcast_reporting.workbook(
        turn.tx,
        member=await _member(turn, "registrations"),
        broadcast_id=number,
        words=Words(turn.t),
        now=turn.now,
        zone=turn.desk.zone,
    )
    await turn.say(shown.workbook(turn.t, number, content))


async def remind(update: Update, context: Context) -> None:
    """Begin a reminder to those who are silent; it is shown and not sent."""
    turn, number = context.turn, pressed(update).number()
    member = await _member(turn, "invite")
    letter = await broadcast_reporting.remind(
        turn.tx,
        member=member,
        broadcast_id=number,
        opening=shown.reminder_opening(),
        now=turn.now,
        zone=turn.desk.zone,
    )
    asked = await invitation_steps.go_back_to(
        turn.tx, state=turn.state, member=member, invitation_id=letter.id, now=turn.now
    )
    await put(turn, asked)


async def print_letters(update: Update, context: Context) -> None:
    """Send the letters that go by post as one file for the printer."""
    turn, number = context.turn, pressed(update).number()
    member = await _member(turn, "broadcast control")
    letters = await letter_printing.letters(
        turn.tx, member=member, broadcast_id=number, now=turn.now
    )
    await turn.say(shown.printed(turn.t, number, letters))


async def mark_posted(update: Update, context: Context) -> None:
    """Note that the printed letters were posted."""
    turn, number = context.turn, pressed(update).number()
    member = await _member(turn, "broadcast control")
    count = await letter_printing.mark_posted(
        turn.tx, member=member, broadcast_id=number, now=turn.now
    )
    await _show(turn, member, number, note=shown.posted(turn.t, count))
