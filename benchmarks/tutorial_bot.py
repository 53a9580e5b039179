"""A registration bot as tutorials write it: what ours is measured against, never an example.

It answers from the update itself, keeps conversations in memory and in a pickle, counts seats
before it inserts, opens a connection for every mail and forgets its reminders when it stops.
Environment: API, SMTP, FOLDER.
"""

import os
import sqlite3
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import aiosqlite
from icalendar import Calendar, Event
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from benchmarks.peer import TOKEN

Context = ContextTypes.DEFAULT_TYPE
FOLDER = Path(os.environ["FOLDER"])
DATABASE = FOLDER / "tutorial.db"
SEATS = 5000
NAME, MAIL, TRAINING, CONFIRM = range(4)


def _keyboard(*options: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(words, callback_data=data)] for words, data in options]
    )


async def _start(update: Update, _context: Context) -> int:
    assert update.message  # noqa: S101 -- the handler takes messages alone
    await update.message.reply_text("Hello! What is your name?")
    return NAME


async def _name(update: Update, context: Context) -> int:
    assert update.message and context.user_data is not None  # noqa: S101, PT018 -- as above
    context.user_data["name"] = update.message.text
    await update.message.reply_text("What is your e-mail address?")
    return MAIL


async def _mail(update: Update, context: Context) -> int:
    assert update.message and context.user_data is not None  # noqa: S101, PT018 -- as above
    context.user_data["mail"] = update.message.text
    keyboard = _keyboard(("First aid", "1"), ("Fundraising", "2"))
    await update.message.reply_text("Which training?", reply_markup=keyboard)
    return TRAINING


async def _training(update: Update, context: Context) -> int:
    assert update.callback_query and context.user_data is not None  # noqa: S101, PT018 -- as above
    context.user_data["training"] = update.callback_query.data
    await update.callback_query.answer()
    await _say(update, context, "Shall I register you?", _keyboard(("Yes", "yes")))
    return CONFIRM


async def _confirm(update: Update, context: Context) -> int:
    assert update.callback_query and context.user_data is not None  # noqa: S101, PT018 -- as above
    await update.callback_query.answer()
    known: dict[str, Any] = context.user_data
    async with aiosqlite.connect(DATABASE) as database:
        count = "SELECT count(*) FROM registration WHERE training = ?"
        row = await (await database.execute(count, (known["training"],))).fetchone()
        if row is None or row[0] >= SEATS:
            await _say(update, context, "All seats are taken.")
            return ConversationHandler.END
        await database.execute(
            "INSERT INTO registration(name, mail, training) VALUES (?, ?, ?)",
            (known["name"], known["mail"], known["training"]),
        )
        await database.commit()
    port = int(os.environ["SMTP"])
    message = _letter(known["mail"])
    await aiosmtplib.send(message, hostname="127.0.0.1", port=port, start_tls=False)
    await _say(update, context, "You are registered!")
    return ConversationHandler.END


async def _say(
    update: Update, context: Context, words: str, keyboard: InlineKeyboardMarkup | None = None
) -> None:
    assert update.effective_chat  # noqa: S101 -- as above
    await context.bot.send_message(update.effective_chat.id, words, reply_markup=keyboard)


def _letter(address: str) -> EmailMessage:
    event = Event()
    event.add("uid", "1@bench.example.org")
    event.add("summary", "Training")
    event.add("dtstart", datetime(2027, 7, 5, 9, tzinfo=UTC))
    event.add("dtend", datetime(2027, 7, 5, 16, tzinfo=UTC))
    calendar = Calendar()
    calendar.add("prodid", "-//bench//")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    letter = EmailMessage()
    letter["From"], letter["To"] = "bot@bench.example.org", address
    letter["Subject"] = "You are registered"
    letter.set_content("See you there!")
    letter.add_attachment(
        calendar.to_ical(), maintype="text", subtype="calendar", filename="training.ics"
    )
    return letter


def main() -> None:
    """Listen until killed."""
    database = sqlite3.connect(DATABASE)
    database.execute("CREATE TABLE registration(id INTEGER PRIMARY KEY, name, mail, training)")
    database.commit()
    database.close()
    words = filters.TEXT & ~filters.COMMAND
    conversation = ConversationHandler(
        [CommandHandler("start", _start)],
        {
            NAME: [MessageHandler(words, _name)],
            MAIL: [MessageHandler(words, _mail)],
            TRAINING: [CallbackQueryHandler(_training)],
            CONFIRM: [CallbackQueryHandler(_confirm)],
        },
        [],
        name="registration",
        persistent=True,
    )
    base = os.environ["API"]
    application = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .job_queue(None)
        .persistence(PicklePersistence(FOLDER / "tutorial.pickle"))
        .build()
    )
    application.add_handler(conversation)
    application.run_polling()


if __name__ == "__main__":
    main()
