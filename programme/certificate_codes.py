"""The number and the code of a certificate: how they are made, and how a typed code is read.

The number counts a programme's certificates one by one, so it can be guessed; the code cannot.
"""

import secrets
import unicodedata

# No two of these look alike, on paper or in handwriting: 8 and B, 2 and Z, 5 and S, U and V, …
ALPHABET = "2346789ACDEFGHJKMNPQRTWXY"
LENGTH = 10
GROUP = 4
# What somebody may take a printed sign for, where only one can have been meant.
LOOK_ALIKES = str.maketrans({"B": "8", "Z": "2"})
LONGEST_INITIALS = 6
SHORTEST_WORD = 3
# Behind a longer text there is no code, whatever it says.
LONGEST_TYPED = 60


def number(title: str, *, year: int, count: int) -> str:
    """Write a certificate's number: "AW/2027/0007"."""
    return f"{initials(title)}/{year}/{count:04d}"


def initials(title: str) -> str:
    """Take the first letters of a programme's longer words: "Akademia Współpracy" gives "AW"."""
    composed = unicodedata.normalize("NFC", title)
    words = "".join(sign if sign.isalpha() else " " for sign in composed).split()
    longer = [word for word in words if len(word) >= SHORTEST_WORD] or words
    # One sign each: the capital of some letters is two.
    return "".join(word[0].upper()[0] for word in longer[:LONGEST_INITIALS]) or "Z"


def new_code() -> str:
    """Draw a code that nobody can guess: "K7MF-2QXA-9P"."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def _grouped(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read_code(typed: str) -> str | None:
    """Read a code as people type it: small letters, spaces, no hyphens; None when it is none."""
    if len(typed) > LONGEST_TYPED:
        return None
    signs = unicodedata.normalize("NFKC", typed).upper().translate(LOOK_ALIKES)
    code = "".join(sign for sign in signs if sign.isalnum())
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return _grouped(code)
