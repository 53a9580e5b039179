"""How a person says that they are there: a code typed in the chat, or the QR at the door."""

from html import escape

from delivery.attendance_sheets import part
from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.turn import Turn
from programme import attendance, attendance_codes
from programme.attendance import CheckedIn
from programme.attendance_refusals import CodeUnfinished, StaffHaveNoSeat
from programme.refusals import PersonUnknown
from texts.dates import hour
from texts.translator import Translator

TITLE = 300


async def by_code(turn: Turn, code: str, *, door: str = "code") -> None:
    """Note that the person is at the session with this code."""
    person = turn.chat.person
    if person is None:
        raise StaffHaveNoSeat if turn.chat.member else PersonUnknown
    done = await attendance.check_in(
        turn.tx, code=code, person_id=person.id, door=door, now=turn.now
    )
    await turn.say(thanks(turn.t, done))


async def by_link(turn: Turn, press: buttons.Press) -> None:
    """Note it for somebody who pointed their phone at the QR."""
    code = attendance_codes.read(press.arguments[0] if press.arguments else "")
    if code is None:
        raise CodeUnfinished
    await by_code(turn, code, door="qr")


def typed(words: str) -> str | None:
    """Find an attendance code in what was typed while no question was open.

    Raises CodeUnfinished for digits that are almost one.
    """
    code = attendance_codes.read(words)
    if code is None and attendance_codes.is_near(words):
        raise CodeUnfinished
    return code


def wish(code: str) -> str:
    """Write what somebody unknown wanted, for after they have introduced themselves."""
    return buttons.write(buttons.ATTENDANCE, code)


def thanks(t: Translator, done: CheckedIn) -> ChatMessage:
    """Say that the attendance is noted, now or before."""
    what = f"<b>{escape(shorten(done.title, TITLE))}</b>"
    which = part(t, number=done.number, count=done.sessions, days=done.days)
    what = f"{what}, {which}" if which else what
    if done.fresh:
        text = t("Your attendance is confirmed: %(what)s. Thank you.", what=what)
    else:
        text = t(
            "Your attendance was confirmed already at %(hour)s: %(what)s. You need not do "
            "anything more.",
            hour=hour(done.noted_at, done.zone, t.locale),
            what=what,
        )
    return ChatMessage(text, ((Button(t("My trainings"), buttons.write(buttons.MINE)),),))


def how_to(t: Translator) -> ChatMessage:
    """Ask for the code."""
    return ChatMessage(
        t(
            "To confirm that you are here, please write the code that hangs at the entrance: six "
            "digits, for example 472 936."
        )
    )


def how_to_at_once(t: Translator) -> ChatMessage:
    """Ask for the code in one message with the command, because another question is open."""
    return ChatMessage(
        t(
            "Another question is still open here. Please write the command and the code in one "
            "message, for example: /obecnosc 472 936."
        )
    )
