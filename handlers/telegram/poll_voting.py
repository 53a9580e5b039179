"""Votes in quick polls by buttons: the message with them is rewritten to show what counts."""

from telegram import Update

from delivery import poll_messages
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import poll_ballots, poll_voting
from programme.poll_ballots import Ballot

CHAT = "chat"


async def vote(update: Update, context: Context) -> None:
    """Let the answer of the button count."""
    turn, press = context.turn, pressed(update)
    found = await poll_voting.choose(
        turn.tx,
        survey_id=press.number(),
        person_id=await _voter(turn, press.number()),
        number=press.number(1),
        door=CHAT,
        now=turn.received_at or turn.now,
    )
    await _show(turn, update, found)


async def tick(update: Update, context: Context) -> None:
    """Tick one of several answers, or take its tick away."""
    turn, press = context.turn, pressed(update)
    found = await poll_voting.tick(
        turn.tx,
        survey_id=press.number(),
        person_id=await _voter(turn, press.number()),
        number=press.number(1),
        door=CHAT,
        now=turn.received_at or turn.now,
    )
    await _show(turn, update, found)


async def send(update: Update, context: Context) -> None:
    """Let the ticked answers count."""
    turn, press = context.turn, pressed(update)
    found = await poll_ballots.send_ticks(
        turn.tx,
        survey_id=press.number(),
        person_id=await _voter(turn, press.number()),
        door=CHAT,
        now=turn.received_at or turn.now,
    )
    await _show(turn, update, found)


async def _voter(turn: Turn, survey_id: int) -> int:
    """Tell who presses; of an anonymous vote neither what was pressed nor what is shown stays."""
    if await poll_voting.is_anonymous(turn.tx, survey_id=survey_id):
        await turn.seal()
    return await poll_ballots.person_of(turn.tx, turn.chat_id)


async def _show(turn: Turn, update: Update, found: Ballot) -> None:
    query = update.callback_query
    edits = query.message.message_id if query is not None and query.message else None
    await turn.say(poll_messages.ballot(turn.t, found, zone=turn.desk.zone, edits=edits))
