"""From an event to the letter that invites to it."""

from telegram import Update

from handlers.telegram import letter_flows, staff_flows
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context
from programme import invitation_steps, staff


async def invite_to(update: Update, context: Context) -> None:
    """Begin a letter about an event; one that was begun before is offered first."""
    turn = context.turn
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="invite", now=turn.now)
    asked = await invitation_steps.begin(turn.tx, state=turn.state, member=member, now=turn.now)
    if asked.question != "invitation_event":
        await staff_flows.put(turn, asked)
        return
    await turn.keep(asked.conversation)
    await letter_flows.answer(turn, str(pressed(update).number()))
