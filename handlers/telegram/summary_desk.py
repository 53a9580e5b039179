"""The daily summary when a coordinator asks for it, and what did not arrive."""

from telegram import Update

from delivery.compose import compose_chat
from handlers.telegram import summary_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import staff, summaries
from programme.conversations import StaffMember


async def _member(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="summary", now=turn.now)


async def show(_update: Update, context: Context) -> None:
    """Tell what has happened since the last summary, and what waits now."""
    turn = context.turn
    zone, now = turn.desk.zone, turn.now
    member = await _member(turn)
    since = await summaries.since(turn.tx, member=member, zone=zone, now=now)
    found = await summaries.look(turn.tx, member=member, since=since, now=now)
    facts = await summaries.facts(turn.tx, member, found, zone, now)
    await turn.say(compose_chat(summaries.KIND, facts, turn.t.locale))


async def show_undelivered(update: Update, context: Context) -> None:
    """List a page of the messages that did not arrive, or perhaps did not."""
    turn = context.turn
    page = await summaries.undelivered(
        turn.tx, member=await _member(turn), number=pressed(update).number(), now=turn.now
    )
    await turn.say(summary_screens.undelivered(turn.t, page, zone=turn.desk.zone))
