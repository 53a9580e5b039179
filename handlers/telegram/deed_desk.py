"""How staff confirm a deed that waits, take it back, and hear what came of it."""

from typing import Any

from telegram import Update

from delivery.chat import to_json
from handlers.telegram import deed_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from handlers.telegram.words import refused
from programme import deeds, staff
from programme.conversations import StaffMember
from programme.deed_refusals import DeedDone
from programme.deeds import Deed, Ended
from programme.refusals import NotStaff
from texts.translator import load


async def wait(
    turn: Turn, update: Update, member: StaffMember, action: str, arguments: dict[str, Any]
) -> None:
    """Let what a button confirmed wait; the button's message and data name the confirmation."""
    query = update.callback_query
    message = query.message.message_id if query and query.message else 0
    pressed_data = (query.data or "") if query else ""
    deed = await deeds.ask(
        turn.tx,
        key=f"{turn.chat_id}:{message}:{pressed_data}",
        member=member,
        action=action,
        arguments=arguments,
        now=turn.now,
    )
    await say(turn, deed)


async def say(turn: Turn, deed: Deed) -> None:
    """Say that a deed waits; one that was confirmed before may be done by now."""
    if deed.state == deeds.DONE:
        raise DeedDone
    await turn.say(deed_screens.waiting(turn.t, deed))


async def take_back(update: Update, context: Context) -> None:
    """Take a deed back while it waits."""
    turn = context.turn
    member = await staff.require(
        turn.tx, chat_id=turn.chat_id, action="agenda change", now=turn.now
    )
    deed = await deeds.take_back(
        turn.tx, member=member, deed_id=pressed(update).number(), now=turn.now
    )
    await turn.say(deed_screens.undone(turn.t, deed))


def came_of(ended: Ended, locale: str, *, zone: str) -> dict[str, Any]:
    """Say what came of a deed, for whoever confirmed it."""
    t = load(locale)
    if ended.refusal is None:
        return to_json(deed_screens.done(t, ended.deed))
    sentence = refused(t, ended.refusal, zone=zone)
    if isinstance(ended.refusal, NotStaff):
        # They may no longer read whom or what it was about.
        return to_json(deed_screens.no_longer_staff(sentence))
    return to_json(deed_screens.refused(t, ended.deed, sentence))
