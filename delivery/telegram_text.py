"""Post a plain message as the bot library would, without building the library's objects.

Most of what leaves is words with buttons. For these the library's `Bot.send_message` spends more
time on objects that nobody reads than on the wire; the parameters here are the same, letter by
letter, and only the number of the message is read from the answer.
"""

import json
from dataclasses import dataclass, field
from typing import Any, cast

from telegram import Bot
from telegram.request import RequestData

from delivery.chat import Button, ChatMessage

_NO_PREVIEW = json.dumps({"is_disabled": True})


@dataclass(frozen=True)
class _Form:
    """Parameters that are encoded already, with the two attributes that a request reads."""

    json_parameters: dict[str, str]
    multipart_data: dict[str, Any] = field(default_factory=dict)


async def post_text(bot: Bot, words: dict[str, str]) -> int:
    """Call sendMessage and return the message's number; raises what `Bot.send_message` raises.

    An answer that does not hold the number raises KeyError or TypeError.
    """
    form = _Form(words)
    result = await bot.request.post(f"{bot.base_url}/sendMessage", cast("RequestData", form))
    return _number(result)


def parameters(message: ChatMessage, chat_id: int) -> dict[str, str]:
    """Give the parameters of sendMessage as they stand in the request's body."""
    words = {
        "chat_id": str(chat_id),
        "text": message.text,
        "link_preview_options": _NO_PREVIEW,
        "parse_mode": "HTML",
    }
    if message.buttons:
        keyboard = [[_button(each) for each in row] for row in message.buttons]
        words["reply_markup"] = json.dumps({"inline_keyboard": keyboard})
    return words


def _button(button: Button) -> dict[str, str]:
    meanings = {"text": button.label, "url": button.url, "callback_data": button.data}
    return {name: value for name, value in meanings.items() if value is not None}


def _number(result: Any) -> int:
    number = result["message_id"]
    if not isinstance(number, int):
        raise TypeError(repr(number))
    return number
