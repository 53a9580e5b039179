"""Telegram HTML without its tags, for the case that Telegram refuses them."""

import re
from html import escape, unescape

# Only what may be meant as markup: an address written as <jan@example.org> is words.
_NAMES = (
    "a|b|blockquote|br|code|del|div|em|h[1-6]|i|ins|li|ol|p|pre|s|span|strike|strong|"
    "tg-emoji|tg-spoiler|u|ul"
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def without_markup(text: str) -> str:
    """Give the words alone, escaped so that they are sound Telegram HTML again."""
    return escape(unescape(_TAG.sub("", text)), quote=False)
