"""Attendance codes: six digits that are easy to read aloud, and what people type for them.

Digits alone, because everybody knows such codes from their bank and no keyboard has to be
changed twice. 0 and 1 are left out: on a flip chart they look like letters.
"""

import re
import secrets
import unicodedata

DIGITS = "23456789"
LENGTH = 6
GROUP = 3
LONGEST_MESSAGE = 60
# What a code is taken for: one that was begun or got a digit too many.
NEAR = range(LENGTH - 2, LENGTH + 2)
# Letters that people read instead of a digit.
_LIKE_DIGITS = str.maketrans("oqilzsbg", "00112586")
_BETWEEN = re.compile(r"[\s.,;:!?\-–—_/\\|'\"„”“’()\[\]#*]+")
_WITHIN_WORDS = re.compile(r"(?<!\d)(?<!\d[ .\-–])\d(?:[ .\-–]?\d){5}(?![ .\-–]?\d)")


def draw() -> str:
    """Draw a code; never three equal digits in a row, which are miscounted."""
    while True:
        code = "".join(secrets.choice(DIGITS) for _ in range(LENGTH))
        if not re.search(r"(.)\1\1", code):
            return code


def spaced(code: str) -> str:
    """Write a code in two groups, as it is read aloud."""
    return f"{code[:GROUP]} {code[GROUP:]}"


def read(text: str) -> str | None:
    """Find the code in what somebody typed; None when there is none, or more than one.

    Spaces, hyphens, dots and letters that look like digits are forgiven, and so are a few words
    around six clear digits.
    """
    plain = _plain(text)
    if plain is None:
        return None
    tight = _BETWEEN.sub("", plain).translate(_LIKE_DIGITS)
    if len(tight) == LENGTH and _is_number(tight) and any(map(str.isdecimal, plain)):
        return tight
    found = _WITHIN_WORDS.findall(plain)
    return re.sub(r"\D", "", found[0]) if len(found) == 1 else None


def is_near(text: str) -> bool:
    """Tell whether somebody seems to have mistyped a code: digits alone, some too few or many."""
    plain = _plain(text)
    if plain is None:
        return False
    tight = _BETWEEN.sub("", plain)
    return len(tight) in NEAR and _is_number(tight)


def _plain(text: str) -> str | None:
    """Fold what is typed on any keyboard; a long message is no code."""
    if len(text) > LONGEST_MESSAGE:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_digit(sign) for sign in folded)


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
