"""Send one chat message as one Bot API call and say exactly how far it got."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    Poll,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from delivery.chat import ChatFile, ChatMessage, PollQuestion
from delivery.failures import OutcomeUnknown, Temporary
from delivery.telegram_failures import NOT_MODIFIED, POLL_CLOSED, failure_of
from delivery.telegram_request import AiohttpRequest, Limits, environment_proxy
from delivery.telegram_text import parameters, post_text

PUBLIC_API = "https://api.telegram.org"
ANSWER_SECONDS = 20.0

_CONNECTIONS = 64
_UPLOAD_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Call = Callable[[], Awaitable[Message | Poll | bool | int]]


@dataclass(frozen=True)
class Sent:
    """What Telegram said about an accepted message."""

    message_id: int
    poll_id: str | None
    answer: str


def make_bot(
    token: str, api_url: str = PUBLIC_API, *, answer_seconds: float = ANSWER_SECONDS
) -> Bot:
    """Build the client of one bot; the caller opens it with `async with` or initialize().

    After `answer_seconds` without an answer the outcome of a call is unknown, so be generous.
    """
    # Telegram's waiting times arrive as timedelta; without this the library warns each time.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    base = api_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=_request(api_url, connections=_CONNECTIONS, answer_seconds=answer_seconds),
        get_updates_request=_request(api_url, connections=2, answer_seconds=answer_seconds),
    )


class ChatSender:
    """Send chat messages; any number of tasks may share one sender."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(
        self, message: ChatMessage, *, chat_id: int, started: Callable[[], Awaitable[None]]
    ) -> Sent:
        """Send or edit one message, or raise a DeliveryFailure.

        `started` is awaited just before the call; what it raises goes to the caller and nothing
        has left. An edit that may have arrived is only Temporary: repeating it changes nothing.
        """
        # What is wrong with a message is found before it is said to be leaving.
        call = _call(self._bot, message, chat_id)
        await started()
        try:
            return _sent(await call(), message)
        except TelegramError as error:
            if message.edits is not None and _says_not_modified(error):
                return Sent(message.edits, None, NOT_MODIFIED)
            if message.stops and _says_closed(error):
                return Sent(message.edits or 0, None, POLL_CLOSED)
            failure = failure_of(error)
            if message.edits is not None and isinstance(failure, OutcomeUnknown):
                raise Temporary(failure.answer) from error
            raise failure from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Telegram accepted the call, and its result could not be read.
            raise OutcomeUnknown(f"{type(error).__name__}: {error}") from error


def _request(api_url: str, *, connections: int, answer_seconds: float) -> AiohttpRequest:
    limits = Limits(
        connections=connections,
        connect=_CONNECT_SECONDS,
        read=answer_seconds,
        write=answer_seconds,
        media_write=_UPLOAD_SECONDS,
        pool=_CONNECT_SECONDS,
    )
    # A proxy named in the environment is for the internet, not for a server on this machine.
    proxy = None if _is_this_machine(api_url) else environment_proxy(api_url)
    return AiohttpRequest(limits, proxy=proxy)


def _is_this_machine(api_url: str) -> bool:
    host = urlsplit(api_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _call(bot: Bot, message: ChatMessage, chat_id: int) -> Call:
    if message.stops:
        return partial(bot.stop_poll, chat_id=chat_id, message_id=message.edits or 0)
    if message.edits is not None:
        return _edit_call(bot, message, chat_id, message.edits)
    if message.poll is not None:
        return _poll_call(bot, message, message.poll, chat_id)
    if message.document is not None:
        document = _file(message.document)
        return partial(bot.send_document, document=document, **_beside_file(message, chat_id))
    if message.photo is not None:
        photo = _file(message.photo)
        return partial(bot.send_photo, photo=photo, **_beside_file(message, chat_id))
    return partial(post_text, bot, parameters(message, chat_id))


def _beside_file(message: ChatMessage, chat_id: int) -> dict[str, Any]:
    return {
        "chat_id": chat_id,
        "caption": message.text or None,
        "parse_mode": ParseMode.HTML,
        "reply_markup": _keyboard(message),
    }


def _edit_call(bot: Bot, message: ChatMessage, chat_id: int, message_id: int) -> Call:
    target: dict[str, Any] = {
        "chat_id": chat_id,
        "message_id": message_id,
        "reply_markup": _keyboard(message),
    }
    if not message.text:
        return partial(bot.edit_message_reply_markup, **target)
    if message.captioned:
        return partial(
            bot.edit_message_caption,
            caption=message.text,
            parse_mode=ParseMode.HTML,
            **target,
        )
    return partial(
        bot.edit_message_text,
        text=message.text,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        **target,
    )


def _poll_call(bot: Bot, message: ChatMessage, poll: PollQuestion, chat_id: int) -> Call:
    about: dict[str, Any] = {}
    if message.text:
        about = {"description": message.text, "description_parse_mode": ParseMode.HTML}
    return partial(
        bot.send_poll,
        chat_id=chat_id,
        question=poll.question,
        options=list(poll.options),
        is_anonymous=False,
        allows_multiple_answers=poll.multiple,
        reply_markup=_keyboard(message),
        **about,
    )


def _keyboard(message: ChatMessage) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(b.label, callback_data=b.data, url=b.url) for b in row]
            for row in message.buttons
        ]
    )


def _file(file: ChatFile) -> InputFile:
    document = InputFile(file.content, filename=file.filename)
    # The library guesses the type from the file's name; what the message says is right.
    document.mimetype = file.content_type
    return document


def _says_not_modified(error: TelegramError) -> bool:
    return isinstance(error, BadRequest) and NOT_MODIFIED in error.message.lower()


def _says_closed(error: TelegramError) -> bool:
    return isinstance(error, BadRequest) and POLL_CLOSED in error.message.lower()


def _sent(result: Message | Poll | bool | int, message: ChatMessage) -> Sent:
    match result:
        case bool() | Poll():
            return Sent(message.edits or 0, None, "ok")
        case int():
            return Sent(result, None, "ok")
    poll_id = result.poll.id if result.poll is not None else None
    return Sent(result.message_id, poll_id, "ok")
