"""What is kept beside a name, so that a database orders and finds it without knowing Polish.

The order of a Polish list and the forgiving of Polish tails differ between SQLite, PostgreSQL and
their collations; so both are written into columns of plain signs, which every database compares
by their bytes.
"""

import unicodedata
from collections.abc import Callable, Mapping

from sqlalchemy import Text
from sqlalchemy.engine.default import DefaultExecutionContext

ALPHABET = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
_PLACES = {letter: place for place, letter in enumerate(ALPHABET, 1)}
# After all Polish letters, in the order of their numbers.
_STRANGE = 1000
# Letters that do not fall apart into a base letter and a mark.
_WHOLE = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae"})
# Names are longer only by mistake, and an index of PostgreSQL takes no endless key.
LONGEST_KEY = 200
# Compared by its bytes: SQLite does so always, PostgreSQL when it is told.
PlainText = Text().with_variant(Text(collation="C"), "postgresql")


def fold(text: str) -> str:
    """Write a text in plain small letters and figures with single spaces between words."""
    # Taking a sign apart may bring a capital letter to light, so both are done twice.
    parts = _apart(_apart(text))
    letters = (letter for letter in parts if not unicodedata.combining(letter))
    return " ".join("".join(each if each.isalnum() else " " for each in letters).split())


def _apart(text: str) -> str:
    return unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE))


def places(text: str) -> tuple[int, ...]:
    """Give the place of each letter in the Polish alphabet.

    Capital letters count as small ones, and a foreign letter as the one that it is made of.
    """
    return tuple(
        place
        for letter in unicodedata.normalize("NFC", text.casefold())
        for place in _places(letter)
    )


def _places(letter: str) -> tuple[int, ...]:
    if letter in _PLACES:
        return (_PLACES[letter],)
    if letter in " -'’":
        # A double surname comes after the single one and before every longer word.
        return (0,)
    plain = (each for each in unicodedata.normalize("NFKD", letter))
    return tuple(
        _PLACES.get(each, _STRANGE + ord(each)) for each in plain if not unicodedata.combining(each)
    )


def surname_last(name: str) -> tuple[str, str]:
    """Split a name that is written as one text into the surname and all that is before it."""
    words = name.split()
    return (words[-1], " ".join(words[:-1])) if words else ("", "")


def key_of_person(name: str) -> str:
    """Give the key by which a person stands in a list: by surname, then by first name."""
    surname, others = surname_last(name)
    return f"{_written(surname)} {_written(others)}"[:LONGEST_KEY]


def key_of_organisation(name: str) -> str:
    """Give the key by which an organisation stands in a list."""
    return _written(" ".join(name.split()))[:LONGEST_KEY]


def _written(text: str) -> str:
    """Write places as signs whose bytes have the same order; the end comes before every sign."""
    return "".join(
        chr(ord("0") + place) if place < _STRANGE else f"~{place:06x}" for place in places(text)
    )


# What a column is made of: the column it follows, and how.
Follower = tuple[str, Callable[[str], str]]
OF_PERSON: Mapping[str, Follower] = {
    "sort_name": ("name", key_of_person),
    "folded_name": ("name", fold),
    "folded_organisation": ("organisation_text", fold),
}
OF_ORGANISATION: Mapping[str, Follower] = {
    "sort_name": ("name", key_of_organisation),
    "folded_name": ("name", fold),
    "folded_locality": ("locality", fold),
}


def with_keys_of_person(values: dict[str, object]) -> dict[str, object]:
    """Add to changed columns of a person those that follow them."""
    return _with_keys(values, OF_PERSON)


def with_keys_of_organisation(values: dict[str, object]) -> dict[str, object]:
    """Add to changed columns of an organisation those that follow them."""
    return _with_keys(values, OF_ORGANISATION)


def _with_keys(values: dict[str, object], made: Mapping[str, Follower]) -> dict[str, object]:
    keys = {
        name: make(str(values[source])) for name, (source, make) in made.items() if source in values
    }
    return values | keys


def following(name: str, made: Mapping[str, Follower]) -> Callable[[DefaultExecutionContext], str]:
    """Make the default of a column that follows another one of the same new row."""
    source, make = made[name]

    def value(context: DefaultExecutionContext) -> str:
        row: dict[str, object] = context.get_current_parameters()  # type: ignore[no-untyped-call]
        return make(str(row.get(source) or ""))

    return value
