"""Staff make events in the chat: drafts, their cards, and the dialogues that change them."""

from telegram import Update

from delivery.chat import Button, ChatMessage
from handlers.telegram import (
    buttons,
    event_card_screens,
    event_draft_screens,
    rights,
)
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from handlers.telegram.words import refused
from programme import asking, event_cards, event_draft_steps, event_edit_steps, staff
from programme.asking import Asked
from programme.conversations import StaffMember
from programme.desk_refusals import SessionsOverlap
from programme.event_draft_steps import Made
from programme.event_refusals import EventChanged, EventPublished
from programme.refusals import AnswerRefused
from programme.seat_refusals import CapacityWrong

MEND = (AnswerRefused, CapacityWrong, SessionsOverlap)


async def show_drafts(_update: Update, context: Context) -> None:
    """List the drafts."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="desk", now=turn.now)
    found = await event_cards.drafts(turn.tx, member=member)
    await turn.say(
        event_card_screens.draft_list(turn.t, found, may_change=staff.may(member, "events"))
    )


async def show_card(update: Update, context: Context) -> None:
    """Show an event with a button for each of its fields."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="desk", now=turn.now)
    await card(turn, pressed(update).number(), member)


async def card(turn: Turn, event_id: int, member: StaffMember, *, note: str = "") -> None:
    """Show the card of an event, a note before it."""
    view = await event_cards.look(turn.tx, event_id=event_id, member=member, now=turn.now)
    may = staff.may(member, "events")
    await turn.say(event_card_screens.card(turn.t, view, note, may_change=may))


async def new_event(_update: Update, context: Context) -> None:
    """Ask what kind of event it shall be."""
    turn = context.turn
    member = await _allowed(turn)
    asked = await event_draft_steps.begin(
        turn.tx, state=turn.state, member=member, zone=turn.desk.zone, now=turn.now
    )
    await _put(turn, asked)


async def copy(update: Update, context: Context) -> None:
    """Ask for the days of a copy."""
    turn = context.turn
    member = await _allowed(turn)
    asked = await event_draft_steps.begin_copy(
        turn.tx,
        state=turn.state,
        event_id=pressed(update).number(),
        member=member,
        zone=turn.desk.zone,
        now=turn.now,
    )
    await _put(turn, asked)


async def change_field(update: Update, context: Context) -> None:
    """Ask for the new value of one field."""
    turn, press = context.turn, pressed(update)
    member = await _allowed(turn)
    asked = await event_edit_steps.begin(
        turn.tx,
        state=turn.state,
        event_id=press.number(),
        field=press.arguments[1] if len(press.arguments) > 1 else "",
        member=member,
        now=turn.now,
    )
    await _put(turn, asked)


async def publish(update: Update, context: Context) -> None:
    """Show a draft once more before everybody sees it."""
    await _ask_deed(context.turn, pressed(update).number(), event_edit_steps.PUBLISH)


async def discard(update: Update, context: Context) -> None:
    """Ask once more before a draft is thrown away."""
    await _ask_deed(context.turn, pressed(update).number(), event_edit_steps.DISCARD)


async def _ask_deed(turn: Turn, event_id: int, deed: str) -> None:
    member = await _allowed(turn)
    try:
        asked = await event_edit_steps.begin_deed(
            turn.tx, state=turn.state, event_id=event_id, deed=deed, member=member, now=turn.now
        )
    except EventPublished as refusal:
        await card(turn, event_id, member, note=refused(turn.t, refusal, zone=turn.desk.zone))
        return
    await _put(turn, asked)


async def ask_new(turn: Turn, note: str = "") -> None:
    """Ask the open question about a new event again."""
    member = await _allowed(turn)
    asked = await event_draft_steps.ask(
        turn.tx, state=turn.state, member=member, zone=turn.desk.zone, now=turn.now
    )
    await _put(turn, asked, note=note)


async def answer_new(turn: Turn, raw: str) -> None:
    """Take an answer about a new event; what can be mended is asked again."""
    member = await _allowed(turn)
    try:
        following = await event_draft_steps.answer(
            turn.tx, state=turn.state, raw=raw, member=member, zone=turn.desk.zone, now=turn.now
        )
    except MEND as refusal:
        await ask_new(turn, refused(turn.t, refusal, zone=turn.desk.zone))
        return
    if isinstance(following, Made):
        await turn.keep(following.conversation)
        note = turn.t("The draft is kept. Nobody but the office sees it, and nothing is sent.")
        await card(turn, following.event_id, member, note=note)
        return
    await _put(turn, following)


async def ask_edit(turn: Turn, note: str = "") -> None:
    """Ask the open question about an event again; when it has changed meanwhile, end."""
    member = await _allowed(turn)
    try:
        asked = await event_edit_steps.ask(turn.tx, state=turn.state, member=member, now=turn.now)
    except EventChanged:
        await changed_meanwhile(turn, member)
        return
    await _put(turn, asked, note=note)


async def answer_edit(turn: Turn, raw: str) -> None:
    """Take an answer about an event; nothing is saved over what somebody else has changed."""
    member = await _allowed(turn)
    try:
        following = await event_edit_steps.answer(
            turn.tx,
            state=turn.state,
            raw=raw,
            member=member,
            quiet=turn.desk.quiet,
            now=turn.now,
        )
    except (EventChanged, EventPublished):
        await changed_meanwhile(turn, member)
    except MEND as refusal:
        await ask_edit(turn, refused(turn.t, refusal, zone=turn.desk.zone))
    else:
        await _go_on(turn, member, following)


async def _go_on(turn: Turn, member: StaffMember, following: Asked | event_edit_steps.Done) -> None:
    if isinstance(following, Asked):
        await _put(turn, following)
        return
    await turn.keep(following.conversation)
    if following.deed == event_edit_steps.DISCARD:
        await turn.say(_gone(turn))
    elif following.deed == event_edit_steps.PUBLISH:
        await turn.say(_published(turn, following.event_id))
    else:
        kept = following.deed == event_edit_steps.KEPT
        note = turn.t("Nothing was changed.") if kept else ""
        words = note or event_draft_screens.done(turn.t, following)
        await card(turn, following.event_id, member, note=words)


def _gone(turn: Turn) -> ChatMessage:
    rows = (
        (Button(turn.t("Drafts"), buttons.write(buttons.DRAFTS)),),
        (Button(turn.t("Other events"), buttons.write(buttons.DESK_EVENTS)),),
    )
    return ChatMessage(turn.t("The draft is thrown away."), rows)


def _published(turn: Turn, event_id: int) -> ChatMessage:
    t = turn.t
    words = t(
        "The event is published: it is on the list, and people can register. Nobody has got a "
        "message yet."
    )
    rows = (
        (Button(t("Write an invitation"), buttons.write(buttons.INVITE_TO, event_id)),),
        (Button(t("To the event"), buttons.write(buttons.DESK, event_id)),),
        (Button(t("Other events"), buttons.write(buttons.DESK_EVENTS)),),
    )
    return ChatMessage(words, rows)


async def changed_meanwhile(turn: Turn, member: StaffMember) -> None:
    """Say what somebody else has changed since it was shown, and show the card anew."""
    event_id, shown = turn.state.data["event_id"], turn.state.data["shown"]
    view = await event_cards.look(turn.tx, event_id=event_id, member=member, now=turn.now)
    found = event_cards.differences(shown, view.event)
    words = refused(turn.t, EventChanged(), zone=turn.desk.zone)
    if found:
        head = turn.t("What has changed meanwhile:")
        words = f"{words}\n\n{head}\n{event_card_screens.differences(turn.t, found, view)}"
    await turn.keep(asking.ended(turn.state))
    await card(turn, event_id, member, note=words)


async def _allowed(turn: Turn) -> StaffMember:
    flows = (event_draft_steps.FLOW, event_edit_steps.FLOW)
    flow = turn.state.flow if turn.state.flow in flows else event_draft_steps.FLOW
    return await rights.allowed(turn, "events", flow=flow)


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, event_draft_screens.question(turn.t, asked), note)
