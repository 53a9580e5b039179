"""Take out of people's text the characters that no letter and no calendar can carry."""

import re
import unicodedata

# Control characters, halves of surrogate pairs and the two line ends that are letters to Python.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}


def printable(text: str) -> str:
    """Keep every visible character, tabs and line breaks; write line breaks as a bare newline.

    Half of a surrogate pair becomes a question mark, other control characters vanish.
    """
    if _UNPRINTABLE.search(text) is None:
        return text
    for line_end, newline in _LINE_ENDS.items():
        text = text.replace(line_end, newline)
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def one_line(text: str) -> str:
    """Join the words of a text with single spaces, for names and subjects."""
    return " ".join(printable(text).split())


def has_controls(text: str) -> bool:
    """Tell whether a text could break out of the line it is put on."""
    return _CONTROL.search(text) is not None
