"""The agenda in the chat: what will be sent, and what staff do with one line of it."""

from html import escape

from telegram import Update

from delivery.chat import Button, ChatMessage
from delivery.compose import compose_chat, compose_letter
from delivery.limits import TEXT_LENGTH
from handlers.telegram import agenda_screens as screens
from handlers.telegram import buttons, deed_desk
from handlers.telegram.going import pressed
from handlers.telegram.labels import shorten
from handlers.telegram.turn import Context, Turn
from programme import agenda_desk, deed_actions, staff
from programme.agenda_desk import PER_PAGE, Looked, Sample, Span, Whom
from programme.agenda_refusals import OccurrenceGone
from programme.conversations import StaffMember

# Kept free for the words that stand before what somebody would read.
_SPARE = 600


def _span(turn: Turn) -> Span:
    desk = turn.desk
    return Span(turn.now, desk.zone, desk.quiet, summary_at=desk.summary_at)


async def _member(turn: Turn, action: str = "agenda") -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action=action, now=turn.now)


async def _look(turn: Turn, update: Update, member: StaffMember, page: int = 0) -> Looked:
    name = _name(update)
    first = max(0, page) * PER_PAGE
    return await agenda_desk.look(turn.tx, member=member, name=name, span=_span(turn), first=first)


def _name(update: Update) -> str:
    return next(iter(pressed(update).arguments), "")


async def show(update: Update, context: Context) -> None:
    """Show a page of all that will be sent in the next fourteen days."""
    turn = context.turn
    member = await _member(turn)
    span = _span(turn)
    lines = await agenda_desk.occurrences(turn.tx, member=member, span=span)
    await turn.say(screens.agenda(turn.t, lines, pressed(update).number(), span))


async def show_one(update: Update, context: Context) -> None:
    """Show one line: when, whom, by which channel."""
    turn = context.turn
    member = await _member(turn)
    found = await _look(turn, update, member, pressed(update).number(1))
    may_change = staff.may(member, "agenda change")
    await turn.say(screens.one(turn.t, found, _span(turn), may_change=may_change))


async def show_text(update: Update, context: Context) -> None:
    """Show what the first of them would read, as it would look."""
    turn = context.turn
    found = await _look(turn, update, await _member(turn))
    if found.sample is None or not found.people:
        raise OccurrenceGone
    await turn.say(_as_it_looks(turn, found, found.sample))


def _as_it_looks(turn: Turn, found: Looked, sample: Sample) -> ChatMessage:
    t, name = turn.t, escape(shorten(found.people[0].name, screens.NAME_LENGTH))
    if sample.channel == "telegram":
        head = t("This is how it will look in the chat of: %(name)s", name=name)
        text = compose_chat(sample.kind, sample.facts, sample.locale, now=turn.now).text
    else:
        head = t("This is the letter by e-mail to: %(name)s", name=name)
        letter = compose_letter(
            sample.kind,
            sample.facts,
            locale=sample.locale,
            to_address=sample.address or turn.desk.our_address,
            mail_from=turn.desk.our_address,
            now=turn.now,
        )
        words = shorten(letter.text, TEXT_LENGTH - _SPARE)
        text = f"<b>{escape(letter.subject)}</b>\n\n{escape(words)}"
    line = found.occurrence
    back = Button(t("Back"), buttons.write(buttons.AGENDA_ONE, line.name, 0))
    return ChatMessage(f"<i>{head}</i>\n\n{text}", ((back,),))


async def ask_stop(update: Update, context: Context) -> None:
    """Ask once more before nobody gets it."""
    turn = context.turn
    found = await _look(turn, update, await _member(turn, "agenda change"))
    await turn.say(screens.surely_stop(turn.t, found, _span(turn)))


async def stop(update: Update, context: Context) -> None:
    """Let nobody get it."""
    turn = context.turn
    member, span = await _member(turn, "agenda change"), _span(turn)
    found = await _look(turn, update, member)
    name = found.occurrence.name
    count = await agenda_desk.stop(turn.tx, member=member, name=name, span=span)
    await turn.say(screens.stopped(turn.t, found.occurrence, count))


async def ask_now(update: Update, context: Context) -> None:
    """Ask once more before it is sent sooner."""
    turn = context.turn
    member, span = await _member(turn, "agenda change"), _span(turn)
    found = await agenda_desk.check_hurry(turn.tx, member=member, name=_name(update), span=span)
    leaves_at = agenda_desk.leaves_at(found.occurrence, span)
    await turn.say(screens.surely_now(turn.t, found, span, leaves_at))


async def send_now(update: Update, context: Context) -> None:
    """Let the sending wait half a minute, so that it can be taken back."""
    turn = context.turn
    member, span = await _member(turn, "agenda change"), _span(turn)
    found = await agenda_desk.check_hurry(turn.tx, member=member, name=_name(update), span=span)
    line = found.occurrence
    about = {"name": screens.name_of(turn.t, line), "count": line.count}
    arguments = {"occurrence": line.name, "zone": span.zone, "about": about}
    await deed_desk.wait(turn, update, member, deed_actions.SEND_NOW, arguments)


async def ask_leave_out(update: Update, context: Context) -> None:
    """Ask once more before one of them does not get it."""
    turn = context.turn
    member = await _member(turn, "agenda change")
    found, whom = await _whom(turn, update, member)
    await turn.say(screens.surely_leave_out(turn.t, found, whom, _span(turn)))


async def _whom(turn: Turn, update: Update, member: StaffMember) -> tuple[Looked, Whom]:
    press = pressed(update)
    return await agenda_desk.find_whom(
        turn.tx,
        member=member,
        name=_name(update),
        number=press.number(1),
        first=max(0, press.number(2)) * PER_PAGE,
        span=_span(turn),
    )


async def leave_out(update: Update, context: Context) -> None:
    """Let one of them not get it."""
    turn, press = context.turn, pressed(update)
    member, span = await _member(turn, "agenda change"), _span(turn)
    found, whom = await _whom(turn, update, member)
    await agenda_desk.leave_out(
        turn.tx, member=member, name=_name(update), number=press.number(1), span=span
    )
    await turn.say(screens.left_out(turn.t, found.occurrence, whom))
