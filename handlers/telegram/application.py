"""Which handler takes which update."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from telegram import Bot, BotCommand, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    filters,
)

from handlers.telegram import answers, buttons, member, screens, staff_commands
from handlers.telegram.turn import Context, current
from handlers.telegram.words import refused
from programme import conversations, listing
from programme.refusals import Refusal
from texts.translator import LOCALES, load, mark

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
BotApplication = Application[Any, Context, Any, Any, Any, Any]
PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE

COMMANDS: dict[str, Handler] = {
    "start": member.start,
    "szkolenia": member.show_list,
    "moje": member.show_mine,
    "pomoc": member.show_help,
    "help": member.show_help,
    "jezyk": member.ask_language,
    "anuluj": member.stop,
    "zaproszenie": staff_commands.invite,
    "pytanie": staff_commands.ask_poll,
    "wyniki": staff_commands.show_results,
}
PRESSES: dict[str, Handler] = {
    buttons.EVENT: member.show_event,
    buttons.REGISTER: member.register,
    buttons.LIST: member.show_list,
    buttons.MINE: member.show_mine,
    buttons.CANCEL: member.ask_cancel,
    buttons.CANCEL_SURELY: member.cancel,
    buttons.HELP: member.show_help,
    buttons.LANGUAGE: member.change_language,
    buttons.ANSWER: answers.take_press,
    buttons.RESULTS: staff_commands.show_survey,
}
MENU = {
    "szkolenia": mark("Events and registration"),
    "moje": mark("My trainings"),
    "pomoc": mark("Help"),
    "jezyk": mark("Language: Polski / English"),
    "anuluj": mark("Stop answering this question"),
}


def kindly(handler: Handler) -> Handler:
    """Let a handler's refusal become a sentence to the person who caused it."""

    @wraps(handler)
    async def guarded(update: Update, context: Context) -> None:
        try:
            await handler(update, context)
        except Refusal as refusal:
            turn = context.turn
            text = refused(turn.t, refusal, zone=turn.desk.zone)
            contact = await listing.contact(turn.tx)
            await turn.say(screens.with_help(text, turn.t, contact=contact))

    return guarded


async def _close_chat(update: Update, context: Context) -> None:
    change = update.my_chat_member
    if change is not None and change.new_chat_member.status == "kicked":
        turn = context.turn
        await conversations.chat_closed(turn.tx, chat_id=turn.chat_id, now=turn.now)


async def _keep_error(_update: object, context: Context) -> None:
    # The library would log the error and go on; the update must fail as a whole instead.
    current.get().error = context.error


def build(bot: Bot) -> BotApplication:
    """Wire every handler; the application is only fed, it never polls by itself."""
    application: BotApplication = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=Context))
        .build()
    )
    for name, handler in COMMANDS.items():
        application.add_handler(CommandHandler(name, kindly(handler), filters=PRIVATE))
    for action, handler in PRESSES.items():
        pattern = rf"^{action}(:|$)"
        application.add_handler(CallbackQueryHandler(kindly(handler), pattern=pattern))
    application.add_handler(CallbackQueryHandler(kindly(answers.take_unknown_press)))
    application.add_handler(PollAnswerHandler(answers.take_vote))
    application.add_handler(ChatMemberHandler(_close_chat, ChatMemberHandler.MY_CHAT_MEMBER))
    text = filters.TEXT & ~filters.COMMAND & PRIVATE
    application.add_handler(MessageHandler(text, kindly(answers.take_text)))
    unknown = filters.COMMAND & PRIVATE
    application.add_handler(MessageHandler(unknown, kindly(answers.take_unknown_command)))
    application.add_handler(MessageHandler(PRIVATE, kindly(answers.take_other)))
    application.add_error_handler(_keep_error)
    return application


async def show_menu(bot: Bot) -> None:
    """Tell Telegram which commands the menu shows, in both languages."""
    for locale in LOCALES:
        t = load(locale)
        commands = [BotCommand(name, t(words)) for name, words in MENU.items()]
        await bot.set_my_commands(commands, language_code=None if locale == "pl" else locale)
