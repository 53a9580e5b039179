"""Letters without what people leave out when they type: Polish tails, case, punctuation."""

import unicodedata

# Letters that do not fall apart into a base letter and a mark.
_WHOLE = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae"})


def fold(text: str) -> str:
    """Write a text in plain small letters and figures with single spaces between words."""
    # Taking a sign apart may bring a capital letter to light, so both are done twice.
    parts = _apart(_apart(text))
    letters = (letter for letter in parts if not unicodedata.combining(letter))
    return " ".join("".join(each if each.isalnum() else " " for each in letters).split())


def _apart(text: str) -> str:
    return unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE))
