"""Order people's names as a Polish list has them: by surname, ł after l and ż at the end."""

from storage.name_keys import ALPHABET, places, surname_last


def by_surname(name: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """Give the sorting key of a name that is written as one text, the surname last.

    Capital letters count as small ones, and a foreign letter as the one that it is made of.
    """
    surname, others = surname_last(name)
    return places(surname), places(others), name


__all__ = ["ALPHABET", "by_surname"]
