"""Measure whether a letter to many fits into one chat message, whoever reads it."""

from collections.abc import Mapping
from typing import Any

from delivery.compose_facts import view
from delivery.limits import CAPTION_LENGTH, TEXT_LENGTH, visible_length
from texts.translator import LOCALES, load

# The same as composing keeps free.
SPARE = 40


def too_many(facts: Mapping[str, Any]) -> int:
    """Tell by how many characters, as Telegram counts them, a letter is too long; 0 when it fits.

    Readers may have either language, and the words around the letter differ.
    """
    return max(0, *(_length(facts, locale) for locale in LOCALES))


def _length(facts: Mapping[str, Any], locale: str) -> int:
    t = load(locale)
    seen = view("invitation", "chat", facts, t)
    length = visible_length(t.render("notices/invitation/chat.txt", seen))
    if seen["file"] and length > CAPTION_LENGTH - SPARE:
        seen["file_below"] = True
        length = visible_length(t.render("notices/invitation/chat.txt", seen))
    return length - (TEXT_LENGTH - SPARE)
