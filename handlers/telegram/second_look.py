"""The second pair of eyes: look at a colleague's letter, send it, or give it back."""

from telegram import Update

from delivery.chat import ChatMessage, to_json
from delivery.compose import compose_chat
from delivery.letter_room import too_many
from handlers.telegram import broadcasts, letter_flows, letter_screens, rights
from handlers.telegram import second_look_screens as shown
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from handlers.telegram.words import refused
from programme import (
    asking,
    invitation_sending,
    letter_looks,
    notices,
    second_look_steps,
    staff,
)
from programme.broadcasting import Started
from programme.conversations import StaffMember
from programme.invitation_refusals import LetterChanged, LetterClosed, LetterUnknown
from programme.invitation_sending import Other
from texts.dates import date_line
from texts.translator import load

FLOW = second_look_steps.FLOW
ACTION = "second look"
GONE = (LetterChanged, LetterClosed, LetterUnknown)


async def _looker(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action=ACTION, now=turn.now)


async def show(update: Update, context: Context) -> None:
    """Show a colleague's letter as its readers will see it, and whom it goes to."""
    turn = context.turn
    member = await _looker(turn)
    look = await invitation_sending.look(
        turn.tx, member=member, invitation_id=pressed(update).number(), now=turn.now
    )
    await turn.say(compose_chat(letter_looks.KIND, look.facts, turn.t.locale))
    await turn.say(shown.last_look(turn.t, look.letter, look.audience, zone=turn.desk.zone))


async def confirm(update: Update, context: Context) -> None:
    """Let a colleague's letter leave, the very one that was shown."""
    turn, press = context.turn, pressed(update)
    member = await _looker(turn)
    gone = await invitation_sending.confirm_second(
        turn.tx,
        member=member,
        invitation_id=press.number(),
        revision=press.number(1),
        rules=letter_flows.rules(turn),
        room=too_many,
        now=turn.now,
    )
    await _say_gone(turn, gone)
    await _tell_author(turn, member, press.number(), gone)


async def _tell_author(
    turn: Turn, member: StaffMember, number: int, gone: Started | invitation_sending.InDigest
) -> None:
    letter, author = await invitation_sending.with_author(
        turn.tx, member=member, invitation_id=number
    )
    key = f"second_look:{letter.id}:{letter.revision}:confirmed"
    t = load(author.locale)
    message = shown.confirmed(t, letter, member.name, gone, zone=turn.desk.zone)
    await _tell(turn, author, key, message)


async def _say_gone(turn: Turn, gone: Started | invitation_sending.InDigest) -> None:
    if isinstance(gone, Started):
        await broadcasts.announce(turn, gone.broadcast_id)
    else:
        await turn.say(letter_screens.in_digest(turn.t, date_line(gone.day, turn.t.locale)))


async def _tell(turn: Turn, other: Other, key: str, message: ChatMessage) -> None:
    await notices.reply(
        turn.tx,
        chat_id=other.chat_id,
        key=key,
        message=to_json(message),
        locale=other.locale,
        now=turn.now,
    )


async def ask_remark(update: Update, context: Context) -> None:
    """Ask what a colleague has to change."""
    turn, press = context.turn, pressed(update)
    member = await _looker(turn)
    asked = await second_look_steps.begin(
        turn.tx,
        state=turn.state,
        member=member,
        invitation_id=press.number(),
        revision=press.number(1),
    )
    await turn.ask(asked, shown.ask_remark(turn.t, asked))


async def ask(turn: Turn, note: str = "") -> None:
    """Ask for the remark once more; a letter that is decided on by now ends the question."""
    member = await rights.allowed(turn, ACTION, flow=FLOW)
    try:
        asked = await second_look_steps.ask(turn.tx, state=turn.state, member=member)
    except GONE as refusal:
        await turn.keep(asking.ended(turn.state))
        await turn.say(ChatMessage(refused(turn.t, refusal, zone=turn.desk.zone)))
        return
    await turn.ask(asked, shown.ask_remark(turn.t, asked), note)


async def answer(turn: Turn, raw: str) -> None:
    """Give the letter back with these words."""
    member = await rights.allowed(turn, ACTION, flow=FLOW)
    try:
        back = await second_look_steps.answer(
            turn.tx, state=turn.state, raw=raw, member=member, now=turn.now
        )
    except GONE as refusal:
        await turn.keep(asking.ended(turn.state))
        await turn.say(ChatMessage(refused(turn.t, refusal, zone=turn.desk.zone)))
        return
    await turn.keep(back.conversation)
    await turn.say(shown.sent_back(turn.t))
    message = shown.has_come_back(load(back.author.locale), back, member.name)
    key = f"second_look:{back.letter.id}:{back.letter.revision}:back"
    await _tell(turn, back.author, key, message)
