"""What the residents and participants of the tour answer: made up, and the same in every run.

After the programme more residents know the organisations and trust them, so that the comparison
has something to show. Forty of the residents of the endline were there at the baseline.
"""

import random
from collections.abc import Mapping
from typing import Any

BASELINE, ENDLINE = "baseline", "endline"
# Who answers in each wave, by number: the first twenty do not answer again, five are new.
RESIDENTS = {BASELINE: range(60), ENDLINE: range(20, 65)}
# How many of those who know the organisations better now also trust them more.
SOME = 0.6
_PLACES = ("milki", "rydzewo", "ruda", "staswiny", "wyszowate")
_AGES = ("under-25", "25-44", "45-64", "65-plus")
_CLUBS = ("village-clubs", "fire-brigades", "sports-clubs", "seniors-clubs", "associations")
_WISHES = ("culture", "children", "seniors", "nature", "health", "sport")
_SOURCES = ("neighbours", "posters", "internet", "church", "office")
_MISSING = (
    "Zajęć dla dzieci w ferie.",
    "Wspólnego ogrodu przy świetlicy.",
    "Dowozu seniorów na spotkania.",
    "Warsztatów z udzielania pierwszej pomocy.",
)
_MOTHERS = ("Anna", "Zofia", "Maria", "Helena", "Irena", "Wanda")
_FATHERS = ("Jan", "Józef", "Adam", "Piotr", "Marek", "Łukasz")
_TOWNS = ("Giżycko", "Orzysz", "Ełk", "Miłki", "Pisz", "Mrągowo")


def residents(wave: str) -> list[Mapping[str, Any]]:
    """Give what the residents answer in a wave, with the parts of their own codes."""
    return [_resident(number, wave) for number in RESIDENTS[wave]]


def _resident(number: int, wave: str) -> dict[str, Any]:
    """Answer as one resident; who they are stays, what they think moves."""
    who = random.Random(f"who {number}")  # noqa: S311 -- a story, no secret
    said = random.Random(f"{wave} {number}")  # noqa: S311 -- as above
    # Three of four have become better acquainted with the organisations.
    gain = int(wave == ENDLINE and number % 4 != 0)
    knows, trusts = who.choice((1, 2, 2, 3, 3, 4)), who.choice((2, 3, 3, 4))
    took_part = who.random() < (0.7 if gain else 0.35)
    answers: dict[str, Any] = {
        "knowledge": _point(knows + gain),
        "took-part": "yes" if took_part else "no",
        "what": said.sample(("fete", "classes", "sport", "seniors"), 2),
        **{f"trust.{club}": _point(trusts + gain * (said.random() < SOME)) for club in _CLUBS},
        "difference": _point(trusts + gain * (said.random() < SOME)),
        "cooperation": _point(3 + said.choice((-1, 0, 0, gain))),
        "wanted": said.sample(_WISHES, 3),
        "source": said.sample(_SOURCES, 2),
        "join": said.choice(("gladly", "sometimes", "no", "_hard_to_say")),
        "locality": _PLACES[number % len(_PLACES)],
        "age": _AGES[number % len(_AGES)],
        "c-mother": who.choice(_MOTHERS),
        "c-father": who.choice(_FATHERS),
        "c-birth_day": str(1 + number % 31),
        "c-birth_place": _TOWNS[number // 31 % len(_TOWNS)],
    }
    if number % 5 == 0:
        answers["missing"] = said.choice(_MISSING)
    return answers


def _point(wanted: int) -> str:
    return str(max(1, min(5, wanted)))
