"""Find an organisation in the register however a person spells it.

Words are compared without Polish tails and in any order. A word may be an abbreviation, be
inflected or mistyped; each counts by how rare it is in the register, so that "KGW Miłki" is
decided by the place and "Urząd Skarbowy Kraków" is not found by its first word.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from programme.importing.spelling import fold
from storage import organisations
from storage.database import Tx

# What people shorten, in folded letters; both forms are understood, in registers as in chats.
PHRASES = {
    "kgw": ("kolo", "gospodyn", "wiejskich"),
    "osp": ("ochotnicza", "straz", "pozarna"),
    "lks": ("ludowy", "klub", "sportowy"),
    "lzs": ("ludowy", "zespol", "sportowy"),
    "uks": ("uczniowski", "klub", "sportowy"),
    "gops": ("gminny", "osrodek", "pomocy", "spolecznej"),
    "gok": ("gminny", "osrodek", "kultury"),
    "ug": ("urzad", "gminy"),
    "sp": ("szkola", "podstawowa"),
}
WORDS = {"stow": "stowarzyszenie", "fund": "fundacja", "tow": "towarzystwo", "gm": "gminy"}
FILLERS = frozenset({"w", "we", "z", "ze", "na", "o", "i", "im", "przy", "dla", "rzecz", "nad"})
ENOUGH = 0.62
SAME_WORD = 0.7
STEM = 3
LONGEST_ENDING = 4
STRANGE = 0.5
_LONE_LETTERS = re.compile(r"\b\w(?: \w\b)+")


@dataclass(frozen=True)
class Ranked:
    """One name by its index, with a score from 0 to 1."""

    index: int
    score: float


@dataclass(frozen=True)
class Match:
    """One organisation of the register that a person may have meant."""

    id: int
    name: str
    kind: str
    locality: str
    score: float


async def find(tx: Tx, *, words: str, limit: int = 5) -> list[Match]:
    """List the organisations that the words may mean, the likeliest first."""
    register = await organisations.list_all(tx)
    names = [f"{each.name}, {each.locality}" for each in register]
    return [
        Match(each.id, each.name, each.kind, each.locality, ranked.score)
        for ranked in rank(words, names, limit=limit)
        for each in [register[ranked.index]]
    ]


def rank(words: str, names: Sequence[str], *, limit: int = 5) -> list[Ranked]:
    """Order names by how well they fit the words and leave out those that do not.

    1. Each word finds its likes among all words of the register, with a likeness.
    2. It weighs more the fewer names have it; one that nobody has weighs most.
    3. A name scores the share of weight it answers; its own words left over decide ties.
    """
    wanted = words_of(words)
    if not wanted:
        return []
    known = [_signature(name) for name in names]
    likes = [_likes(word, known) for word in wanted]
    weights = [_weight(each, known) for each in likes]
    scored = [
        Ranked(index, _score(signature, likes, weights)) for index, signature in enumerate(known)
    ]
    good = sorted((each for each in scored if each.score > 0), key=lambda each: -each.score)
    return good[:limit]


def _score(
    signature: tuple[str, ...], likes: Sequence[dict[str, float]], weights: Sequence[float]
) -> float:
    best = [max((found.get(word, 0.0) for word in signature), default=0.0) for found in likes]
    answers = sum(each * weight for each, weight in zip(best, weights, strict=True))
    covered = answers / sum(weights)
    if covered < ENOUGH:
        return 0.0
    answered = sum(any(word in found for found in likes) for word in signature)
    return 0.9 * covered + 0.1 * answered / len(signature)


def _likes(word: str, known: Iterable[tuple[str, ...]]) -> dict[str, float]:
    vocabulary = {each for signature in known for each in signature}
    likenesses = {each: likeness(word, each) for each in vocabulary}
    return {each: value for each, value in likenesses.items() if value >= SAME_WORD}


def _weight(likes: dict[str, float], known: Sequence[tuple[str, ...]]) -> float:
    names = sum(any(word in likes for word in signature) for signature in known)
    return math.log1p(len(known) / (names or STRANGE))


def likeness(one: str, other: str) -> float:
    """Say from 0 to 1 how surely two folded words are the same word."""
    if one == other:
        return 1.0
    shorter = min(len(one), len(other))
    stem = _common_start(one, other)
    endings = max(len(one), len(other)) - stem
    if stem >= max(STEM, shorter - 2) and endings <= LONGEST_ENDING:
        return 0.95 - 0.04 * endings
    if shorter <= STEM:
        return 0.0
    return 0.95 * float(OSA.normalized_similarity(one, other))


def _common_start(one: str, other: str) -> int:
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def words_of(text: str) -> list[str]:
    """Split what a person wrote into folded words; a phrase that has an abbreviation becomes it."""
    words = _split(text)
    for short, phrase in PHRASES.items():
        found = [_like_in(words, part) for part in phrase]
        if all(found):
            words = [short, *(word for word in words if word not in found)]
    return list(dict.fromkeys(words))


def _split(text: str) -> list[str]:
    """Split a text into folded words; letters that stand alone in a row are one: K.G.W."""
    words = _LONE_LETTERS.sub(lambda row: row[0].replace(" ", ""), fold(text)).split()
    return [WORDS.get(word, word) for word in words if word not in FILLERS]


def _like_in(words: Sequence[str], part: str) -> str | None:
    likest = max(words, key=lambda word: likeness(word, part), default="")
    return likest if likeness(likest, part) >= SAME_WORD else None


def _has_stem(words: Iterable[str], part: str) -> bool:
    stem = part[: len(part) - 2]
    return any(word.startswith(stem) for word in words)


@lru_cache(maxsize=20_000)
def _signature(name: str) -> tuple[str, ...]:
    """Split a name of the register; a phrase and its abbreviation stand for each other."""
    words = _split(name)
    for short, phrase in PHRASES.items():
        if short in words:
            words += phrase
        elif all(_has_stem(words, part) for part in phrase):
            words.append(short)
    return tuple(dict.fromkeys(words))
