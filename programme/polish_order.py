"""Order people's names as a Polish list has them: by surname, ł after l and ż at the end."""

import unicodedata

ALPHABET = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
_PLACES = {letter: place for place, letter in enumerate(ALPHABET, 1)}
# After all Polish letters, in the order of their numbers.
_STRANGE = 1000


def by_surname(name: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """Give the sorting key of a name that is written as one text, the surname last.

    Capital letters count as small ones, and a foreign letter as the one that it is made of.
    """
    words = name.split()
    surname, others = (words[-1], words[:-1]) if words else ("", [])
    return _key(surname), _key(" ".join(others)), name


def _key(text: str) -> tuple[int, ...]:
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
