"""Check a chat message against Telegram's limits before it is queued.

One outbox row is one Bot API call: a message with a file says its words as the file's caption.
Telegram counts what is visible after the markup is read, in UTF-16 units.
"""

import re
from html import unescape

from delivery.chat import Button, ChatMessage, PollQuestion
from delivery.failures import (
    AttachmentsCollide,
    ButtonWrong,
    CaptionTooLong,
    PollWrong,
    TextMissing,
    TextTooLong,
)

TEXT_LENGTH = 4096
CAPTION_LENGTH = 1024
BUTTON_DATA_BYTES = 64
BUTTONS = 100
BUTTONS_IN_A_ROW = 8
QUESTION_LENGTH = 300
OPTION_LENGTH = 100
OPTION_COUNTS = range(2, 13)

_TAG = re.compile(r"<[^>]*>")


def visible_length(html: str) -> int:
    """Count a Telegram HTML text as Telegram does."""
    return _units(unescape(_TAG.sub("", html)))


def check_limits(message: ChatMessage) -> None:
    """Raise the named CompositionError when Telegram could not take the message as one call."""
    _check_attachments(message)
    _check_text(message)
    _check_keyboard(message.buttons)
    if message.poll is not None:
        _check_poll(message.poll)


def _check_attachments(message: ChatMessage) -> None:
    carried = sum(part is not None for part in (message.document, message.photo, message.poll))
    if carried > (0 if message.edits is not None else 1):
        raise AttachmentsCollide


def _check_text(message: ChatMessage) -> None:
    length = visible_length(message.text)
    if message.document or message.photo or message.poll or message.captioned:
        if length > CAPTION_LENGTH:
            raise CaptionTooLong(f"{length} of {CAPTION_LENGTH}")
    elif length > TEXT_LENGTH:
        raise TextTooLong(f"{length} of {TEXT_LENGTH}")
    elif not message.text.strip() and (message.edits is None or message.text):
        raise TextMissing


def _check_keyboard(rows: tuple[tuple[Button, ...], ...]) -> None:
    lengths = [len(row) for row in rows]
    if sum(lengths) > BUTTONS or max(lengths, default=0) > BUTTONS_IN_A_ROW:
        raise ButtonWrong(f"{sum(lengths)} buttons, at most {max(lengths)} in a row")
    for row in rows:
        for button in row:
            _check_button(button)


def _check_button(button: Button) -> None:
    has_one_meaning = (button.data is None) != (button.url is None)
    data = (button.data or "").encode("utf-8", "replace")
    fits = button.label.strip() and has_one_meaning and len(data) <= BUTTON_DATA_BYTES
    if not fits or not (button.data or button.url):
        # The label may be somebody's name, and the data a secret: neither belongs in a log.
        raise ButtonWrong(f"{len(button.label)} characters, {len(data)} bytes")


def _check_poll(poll: PollQuestion) -> None:
    lengths = [_units(option) for option in poll.options]
    if not 1 <= _units(poll.question) <= QUESTION_LENGTH:
        raise PollWrong(f"question of {_units(poll.question)} characters")
    if len(lengths) not in OPTION_COUNTS:
        raise PollWrong(f"{len(lengths)} options")
    if min(lengths) == 0 or max(lengths) > OPTION_LENGTH:
        raise PollWrong(f"options of {lengths} characters")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
