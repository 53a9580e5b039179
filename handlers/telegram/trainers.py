"""What a trainer sees: their own events, each leading to its attendance and nowhere else."""

from telegram import Update

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.turn import Context, Turn
from programme import staff, trainer_desk
from programme.trainer_desk import Event
from texts.translator import Translator

LISTED = 30
ON_BUTTON = 40


async def show_own(_update: Update, context: Context) -> None:
    """List a trainer's own events."""
    await show_events(context.turn)


async def show_events(turn: Turn) -> None:
    """List a trainer's own events."""
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="own events", now=turn.now)
    found = await trainer_desk.own_events(turn.tx, member=member)
    await turn.say(events(turn.t, found))


def events(t: Translator, found: list[Event]) -> ChatMessage:
    """Offer a trainer's events."""
    if not found:
        return ChatMessage(
            t(
                "No event is entrusted to you at the moment. If this is a mistake, please ask the "
                "coordinator."
            )
        )
    rows = tuple(
        (Button(shorten(event.title, ON_BUTTON), buttons.write(buttons.SESSIONS, event.id)),)
        for event in found[:LISTED]
    )
    text = t("Your events. To note who is there, please press the button of the event.")
    return ChatMessage(text, rows)
