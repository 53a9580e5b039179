"""What only a person of the office can do: the list, one task, done, and undone again."""

from telegram import Update

from handlers.telegram import task_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import staff, task_desk
from programme.conversations import StaffMember


async def _reader(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="task list", now=turn.now)


async def _doer(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="tasks", now=turn.now)


async def show_list(update: Update, context: Context) -> None:
    """List what is to be done, the oldest first."""
    turn = context.turn
    member = await _reader(turn)
    found = await task_desk.page(turn.tx, number=pressed(update).number(), member=member)
    await turn.say(task_screens.listed(turn.t, found, zone=turn.desk.zone))


async def show_one(update: Update, context: Context) -> None:
    """Show one task."""
    turn = context.turn
    member = await _reader(turn)
    await _say_one(turn, member, pressed(update).number())


async def done(update: Update, context: Context) -> None:
    """Note that a task is done and show it with the way back."""
    turn, number = context.turn, pressed(update).number()
    member = await _doer(turn)
    await task_desk.done(turn.tx, task_id=number, member=member, now=turn.now)
    await _say_one(turn, member, number)


async def undo(update: Update, context: Context) -> None:
    """Put a task back on the list."""
    turn, number = context.turn, pressed(update).number()
    member = await _doer(turn)
    await task_desk.undo(turn.tx, task_id=number, member=member, now=turn.now)
    await _say_one(turn, member, number)


async def send_text(update: Update, context: Context) -> None:
    """Send all that somebody wrote as a file."""
    turn = context.turn
    member = await _reader(turn)
    view = await task_desk.one(turn.tx, task_id=pressed(update).number(), member=member)
    await turn.say(task_screens.whole_text(turn.t, view))


async def send_file(update: Update, context: Context) -> None:
    """Send a file that came with a mail."""
    turn, press = context.turn, pressed(update)
    member = await _doer(turn)
    file = await task_desk.file_of(
        turn.tx, task_id=press.number(), index=press.number(1), member=member
    )
    await turn.say(task_screens.sent_file(turn.t, press.number(), file))


async def _say_one(turn: Turn, member: StaffMember, task_id: int) -> None:
    view = await task_desk.one(turn.tx, task_id=task_id, member=member)
    may_act = member.role in staff.ACTIONS["tasks"]
    await turn.say(task_screens.card(turn.t, view, zone=turn.desk.zone, may_act=may_act))
