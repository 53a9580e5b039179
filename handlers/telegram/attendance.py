"""Attendance in a chat: people confirm that they are there, and staff see how it stands."""

from telegram import Update

from delivery.attendance_sheets import code_picture, code_sheet_file, signing_list_file
from delivery.chat import ChatMessage
from handlers.telegram import attendance_screens, buttons, check_in, paper_list_flows
from handlers.telegram.answers import take_code
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import (
    attendance,
    attendance_desk,
    attendance_paper_steps,
    staff,
)
from programme.conversations import StaffMember


async def confirm(_update: Update, context: Context) -> None:
    """Note attendance by the code after the command, or ask for the code."""
    turn = context.turn
    code = check_in.typed(" ".join(context.args or ()))
    if code is not None:
        await take_code(turn, code)
    elif turn.state.flow:
        await turn.say(check_in.how_to_at_once(turn.t))
    else:
        await turn.say(check_in.how_to(turn.t))


async def _allowed(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="attendance", now=turn.now)


async def show_sessions(update: Update, context: Context) -> None:
    """Show the sessions of an event, or the only one."""
    turn = context.turn
    member = await _allowed(turn)
    view = await attendance_desk.sittings_of(
        turn.tx, event_id=pressed(update).number(), member=member, now=turn.now
    )
    if len(view.sittings) == 1:
        await _show(turn, member, view.sittings[0].session_id)
    else:
        await turn.say(attendance_screens.sittings(turn.t, view))


async def show_session(update: Update, context: Context) -> None:
    """Show one session with its code."""
    member = await _allowed(context.turn)
    await _show(context.turn, member, pressed(update).number())


async def _show(turn: Turn, member: StaffMember, session_id: int) -> None:
    view = await attendance_desk.one(turn.tx, session_id=session_id, member=member, now=turn.now)
    await turn.say(attendance_screens.session(turn.t, view))


async def show_ticks(update: Update, context: Context) -> None:
    """Show a page of the tick list; turning a page rewrites the message."""
    member = await _allowed(context.turn)
    press = pressed(update)
    await _ticks(update, context.turn, member, press.number(), press.number(1))


async def tick(update: Update, context: Context) -> None:
    """Note what the button said; two of staff who press at once mean the same."""
    turn, press = context.turn, pressed(update)
    member = await _allowed(turn)
    await attendance.correct(
        turn.tx,
        session_id=press.number(),
        registration_id=press.number(1),
        present=press.number(2) == 1,
        member=member,
        now=turn.now,
    )
    await _ticks(update, turn, member, press.number(), press.number(3))


async def _ticks(
    update: Update, turn: Turn, member: StaffMember, session_id: int, page: int
) -> None:
    view = await attendance_desk.tick_page(
        turn.tx, session_id=session_id, page=page, member=member, now=turn.now
    )
    message = update.callback_query.message if update.callback_query else None
    # The list rewrites itself; under any other message it begins anew.
    edits = None
    if message is not None and _is_tick_list(update):
        edits = message.message_id
    await turn.say(attendance_screens.tick_list(turn.t, view, edits=edits))


def _is_tick_list(update: Update) -> bool:
    markup = getattr(update.effective_message, "reply_markup", None)
    rows = markup.inline_keyboard if markup else ()
    return any(
        buttons.read(str(one.callback_data or "")).action == buttons.TICK
        for row in rows
        for one in row
    )


async def send_picture(update: Update, context: Context) -> None:
    """Send the code and its QR as a picture for a screen."""
    turn = context.turn
    facts, link = await _code(update, turn)
    picture = code_picture(facts, link=link, bot=turn.desk.bot_name)
    await turn.say(ChatMessage(turn.t("The code to be shown on a screen."), photo=picture))


async def send_sheet(update: Update, context: Context) -> None:
    """Send the code and its QR as a sheet to hang up."""
    turn = context.turn
    facts, link = await _code(update, turn)
    sheet = code_sheet_file(facts, link=link, bot=turn.desk.bot_name)
    await turn.say(ChatMessage(turn.t("The code to be printed and hung up."), document=sheet))


async def _code(update: Update, turn: Turn) -> tuple[dict[str, object], str]:
    member = await _allowed(turn)
    session_id = pressed(update).number()
    facts = await attendance_desk.door_code(
        turn.tx, session_id=session_id, member=member, now=turn.now
    )
    wish = buttons.write(buttons.ATTENDANCE, facts["code"]).replace(buttons.SEPARATOR, "_")
    return facts, f"https://t.me/{turn.desk.bot_name}?start={wish}"


async def send_list(update: Update, context: Context) -> None:
    """Send the list to be signed, for one session."""
    turn = context.turn
    member = await _allowed(turn)
    facts = await attendance_desk.signing_list(
        turn.tx, session_id=pressed(update).number(), member=member, now=turn.now
    )
    words = turn.t(
        "The list to be signed. What is signed can be noted here later, by the numbers on it."
    )
    await turn.say(ChatMessage(words, document=signing_list_file(facts)))


async def begin_paper(update: Update, context: Context) -> None:
    """Begin to note attendance from a signed list."""
    turn = context.turn
    member = await _allowed(turn)
    asked = await attendance_paper_steps.begin(
        turn.tx,
        state=turn.state,
        session_id=pressed(update).number(),
        member=member,
        now=turn.now,
    )
    await paper_list_flows.put(turn, asked)
