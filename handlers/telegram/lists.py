"""What staff take away: the lists of an event, and the funder's figures."""

import re
from html import escape

from telegram import Update

from delivery.chat import Button, ChatFile, ChatMessage
from delivery.list_words import Words
from handlers.telegram import buttons
from handlers.telegram.going import pressed
from handlers.telegram.labels import shorten
from handlers.telegram.turn import Context, Turn
from programme import event_desk, list_desk, staff
from programme.conversations import StaffMember
from programme.importing.spelling import fold
from programme.indicators import Figures, Indicators
from texts.translator import Translator

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVENTS_SHOWN = 15
TITLE_LENGTH = 100
_NO_WORD = re.compile(r"[^a-z0-9]+")


async def send_lists(update: Update, context: Context) -> None:
    """Send all lists of an event as one workbook."""
    turn = context.turn
    member = await staff.require(
        turn.tx, chat_id=turn.chat_id, action="registrations", now=turn.now
    )
    event_id = pressed(update).number()
    view = await event_desk.one(turn.tx, event_id=event_id, now=turn.now, member=member)
    content = await list_desk.workbook(
        turn.tx, event_id=event_id, words=Words(turn.t), member=member, now=turn.now
    )
    await turn.say(_workbook(turn.t, view.event.title, event_id, content))


def _workbook(t: Translator, title: str, event_id: int, content: bytes) -> ChatMessage:
    text = t(
        "Here are the lists of “%(title)s”. The file has personal data: please do not pass it on, "
        "and delete it when you no longer need it.",
        title=escape(shorten(title, TITLE_LENGTH)),
    )
    word = _NO_WORD.sub("-", fold(title)).strip("-")[:40]
    name = "-".join(part for part in (t("lists"), word) if part)
    back = ((Button(t("Back to the event"), buttons.write(buttons.DESK, event_id)),),)
    return ChatMessage(text, back, document=ChatFile(f"{name}.xlsx", content, XLSX))


async def show_indicators(_update: Update, context: Context) -> None:
    """Show the funder's figures shortly."""
    turn = context.turn
    member = await _reader(turn)
    await turn.say(summary(turn.t, await list_desk.figures(turn.tx, member=member)))


async def send_indicators(_update: Update, context: Context) -> None:
    """Send the funder's figures as a workbook."""
    turn = context.turn
    member = await _reader(turn)
    content = await list_desk.figures_file(turn.tx, words=Words(turn.t), member=member)
    name = turn.t("indicators")
    file = ChatFile(f"{name}.xlsx", content, XLSX)
    await turn.say(ChatMessage(turn.t("Here is the table. It names nobody."), document=file))


async def _reader(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="results", now=turn.now)


def summary(t: Translator, found: Indicators) -> ChatMessage:
    """Say the figures of all events together, and one line for each event with people."""
    total, head = found.total, t("The programme in figures")
    lines = [
        f"<b>{head}</b>",
        t(
            "People who came: <b>%(people)s</b> (office: %(clerks)s, NGOs: %(ngo)s)",
            people=total.people,
            clerks=total.clerks,
            ngo=total.ngo_people,
        ),
        t("NGOs represented: <b>%(ngos)s</b>", ngos=total.ngos),
        t(
            "Hours attended, all people together: <b>%(hours)s</b>",
            hours=_hours(total.person_hours, t),
        ),
        t("Certificates: <b>%(n)s</b>", n=total.certificates),
    ]
    attended = [row for row in found.events if row.people]
    if attended:
        lines += ["", t("By event:"), *(_line(t, row) for row in attended[-EVENTS_SHOWN:])]
    else:
        lines += ["", t("Nobody has been noted as present yet, so these figures are zero.")]
    button = Button(t("Get the table (Excel)"), buttons.write(buttons.INDICATORS_FILE))
    return ChatMessage("\n".join(lines), ((button,),))


def _line(t: Translator, row: Figures) -> str:
    figures = t(
        "%(people)s people, %(hours)s hours, %(certificates)s certificates",
        people=row.people,
        hours=_hours(row.person_hours, t),
        certificates=row.certificates,
    )
    return f"– {row.first_day} {escape(shorten(row.event, TITLE_LENGTH))}: {figures}"


def _hours(hours: float, t: Translator) -> str:
    written = f"{hours:g}" if hours < 1000 else f"{hours:.0f}"  # noqa: PLR2004 -- no 1e+03
    return written.replace(".", ",") if t.locale == "pl" else written
