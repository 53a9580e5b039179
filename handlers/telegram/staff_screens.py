"""What staff see while they write an invitation or a quick poll."""

from collections.abc import Callable
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons, letter_screens, poll_screens
from handlers.telegram.labels import shorten
from programme.asking import Asked
from texts.translator import Translator

LABEL_LENGTH = 40
Screen = tuple[str, list[tuple[str, str]]]
Rows = tuple[tuple[Button, ...], ...]


def question(t: Translator, asked: Asked) -> list[ChatMessage]:
    """Ask the open question; the last look at an invitation comes with the letter itself."""
    text, options = SCREENS[asked.question](t, asked.facts)
    version = asked.conversation.version
    rows: Rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(version, value)),)
        for label, value in options
    )
    screen = ChatMessage(text, letter_screens.in_pairs(t, asked, rows))
    return [*letter_screens.letter_before(t, asked), screen]


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    **letter_screens.SCREENS,
    **poll_screens.SCREENS,
}
