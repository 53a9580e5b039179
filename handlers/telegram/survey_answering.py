"""What a member presses about surveys: begin one or go on, all of one's own, a tick."""

from telegram import Update

from handlers.telegram import answers, buttons, survey_flows
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context
from programme.refusals import QuestionPassed


async def begin(update: Update, context: Context) -> None:
    """Begin a survey or go on; a question of another kind is not dropped for it."""
    try:
        await survey_flows.begin(context.turn, pressed(update))
    except QuestionPassed:
        await answers.pass_over(context.turn)


async def show_own(_update: Update, context: Context) -> None:
    """List the surveys that are open for somebody; who is unknown is asked who they are first."""
    turn = context.turn
    if turn.chat.person is None:
        await answers.introduce(turn, then=buttons.write(buttons.SURVEYS_MINE))
        return
    await survey_flows.show_own(turn)


async def tick(update: Update, context: Context) -> None:
    """Tick an option of the open question."""
    message = update.effective_message
    message_id = message.message_id if message else None
    try:
        await survey_flows.tick(context.turn, pressed(update), message_id)
    except QuestionPassed:
        await answers.pass_over(context.turn)
