"""The dialogue in which staff change an event's seats, a session, or call the event off."""

from telegram import Update

from handlers.telegram import deed_desk, event_change_screens, event_drafts, rights
from handlers.telegram.going import pressed
from handlers.telegram.seat_desk_screens import back_to_event
from handlers.telegram.turn import Context, Turn
from handlers.telegram.words import refused
from programme import asking, event_change_steps
from programme.asking import Asked
from programme.conversations import StaffMember
from programme.desk_refusals import NothingChanges, SessionsOverlap
from programme.event_refusals import EventChanged
from programme.refusals import AnswerRefused, Refusal, TimesWrong
from programme.seat_refusals import CapacityWrong

MEND = (CapacityWrong, TimesWrong, SessionsOverlap, NothingChanges)


async def change_capacity(update: Update, context: Context) -> None:
    """Ask how many seats there shall be."""
    await _begin(context.turn, update, event_change_steps.CAPACITY)


async def move_session(update: Update, context: Context) -> None:
    """Ask when an event, or one of its days, shall be."""
    await _begin(context.turn, update, event_change_steps.MOVE)


async def change_place(update: Update, context: Context) -> None:
    """Ask where an event, or one of its days, shall be."""
    await _begin(context.turn, update, event_change_steps.PLACE)


async def cancel_event(update: Update, context: Context) -> None:
    """Ask once more before an event is called off."""
    await _begin(context.turn, update, event_change_steps.CANCEL)


async def _begin(turn: Turn, update: Update, deed: str) -> None:
    member = await _allowed(turn)
    asked = await event_change_steps.begin(
        turn.tx,
        state=turn.state,
        event_id=pressed(update).number(),
        deed=deed,
        now=turn.now,
        member=member,
    )
    await _put(turn, asked)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again; when the event has changed meanwhile, end."""
    member = await _allowed(turn)
    try:
        asked = await event_change_steps.ask(turn.tx, state=turn.state, now=turn.now, member=member)
    except Refusal as refusal:
        await _give_up(turn, refusal)
        return
    await _put(turn, asked, note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; what can be mended is asked again, and a refusal ends the dialogue."""
    member = await _allowed(turn)
    try:
        following = await event_change_steps.answer(
            turn.tx,
            state=turn.state,
            raw=raw,
            member=member,
            quiet=turn.desk.quiet,
            now=turn.now,
        )
    except AnswerRefused:
        raise
    except EventChanged:
        await event_drafts.changed_meanwhile(turn, member)
        return
    except MEND as refusal:
        await ask(turn, refused(turn.t, refusal, zone=turn.desk.zone))
        return
    except Refusal as refusal:
        await _give_up(turn, refusal)
        return
    if isinstance(following, Asked):
        await _put(turn, following)
        return
    await turn.keep(following.conversation)
    if following.waits is not None:
        await deed_desk.say(turn, following.waits)
        return
    words = event_change_screens.changed(turn.t, following)
    await turn.say(back_to_event(turn.t, words, following.event_id))


async def _give_up(turn: Turn, refusal: Refusal) -> None:
    event_id = turn.state.data["event_id"]
    await turn.keep(asking.ended(turn.state))
    words = refused(turn.t, refusal, zone=turn.desk.zone)
    await turn.say(back_to_event(turn.t, words, event_id))


async def _allowed(turn: Turn) -> StaffMember:
    return await rights.allowed(turn, "registrations", flow=event_change_steps.FLOW)


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, event_change_screens.question(turn.t, asked), note)
