"""Find people and organisations by words that somebody of staff typed on a telephone.

Polish tails, the case of letters, inflection and a slip of the finger are forgiven. Words are
looked for in names, organisations and localities; what looks like an address or a telephone
number, among those.
"""

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from programme import organisations, staff
from programme.answers import text
from storage import directory_search as rows
from storage.database import Tx
from storage.directory_search import Candidate, Named
from storage.name_keys import fold
from storage.staff import StaffMember

# A word that is typed wrongly still means the same one from here on.
ENOUGH = 0.7
# A short word with one slip is only half a hint; one such word of several is enough.
SLIP, SHORT_WORD = 0.6, 4
SHORTEST = 2
# Whoever is found by the organisation alone comes after those who have the name.
BY_ORGANISATION = 0.9
DIGITS = 4
NATIONAL = 9
PHONE_SIGNS = frozenset("+-()./ ")
LIMIT = 50
WORDS_LENGTH = 100
_Tokens = Sequence[Sequence[Sequence[str]]]


def checked(raw: str) -> str:
    """Give the words to look for; raises a kind of AnswerRefused."""
    return str(text(raw, WORDS_LENGTH))


def spoken(words: str, size: int) -> str:
    """Write words so that they fit a button and still find the same: folded, whole words only.

    An address stays as it is, without the sign that parts a button's words.
    """
    kept = words.strip().lower().replace(":", "") if "@" in words else fold(words)
    while len(kept.encode()) > size:
        kept = kept.rpartition(" ")[0] or kept[:-1]
    return kept


async def people(tx: Tx, *, words: str, member: StaffMember, limit: int = LIMIT) -> list[Named]:
    """List the people whom the words may mean, the likeliest first."""
    staff.permit(member, "search")
    if "@" in words:
        return await _by_name(tx, await rows.people_at_address(tx, words.strip().lower()), limit)
    digits = _phone(words)
    if digits:
        return await _by_name(tx, await rows.people_by_phone(tx, digits), limit)
    tokens = _tokens(words)
    if not tokens:
        return []
    found = _weighed(tokens, await rows.people(tx, tokens))
    if not found:
        found = _weighed(tokens, await rows.everyone_by_name(tx))
    return await _named(tx, found[:limit])


async def organisations_of(
    tx: Tx, *, words: str, member: StaffMember, limit: int = LIMIT
) -> list[Named]:
    """List the organisations that the words may mean, the likeliest first."""
    staff.permit(member, "search")
    if "@" in words:
        return (await rows.organisations_at_address(tx, words.strip().lower()))[:limit]
    digits = _phone(words)
    if digits:
        return (await rows.organisations_by_phone(tx, digits))[:limit]
    register = await rows.register(tx)
    names = [f"{each.name}, {each.organisation}" for each in register]
    ranked = organisations.rank(words, names, limit=limit)
    return [register[one.index] for one in ranked]


async def _by_name(tx: Tx, found: list[Candidate], limit: int) -> list[Named]:
    listed = sorted(found, key=lambda one: (one.sort_name, one.id))[:limit]
    return await _named(tx, listed)


async def _named(tx: Tx, found: Sequence[Candidate]) -> list[Named]:
    known = await rows.named(tx, [one.id for one in found])
    return [known[one.id] for one in found]


def _phone(words: str) -> str:
    """Give the digits of what looks like a telephone number, without the country's; or nothing."""
    signs = words.strip()
    digits = "".join(sign for sign in signs if sign.isascii() and sign.isdigit())
    if len(digits) < DIGITS or not set(signs) <= {*digits, *PHONE_SIGNS}:
        return ""
    return digits[-NATIONAL:]


def _tokens(words: str) -> _Tokens:
    """Split what was typed; for each word, the groups of words any of which is meant by it."""
    typed = organisations.words_of(words) or fold(words).split()
    if max(map(len, typed), default=0) < SHORTEST:
        return []
    return [
        ((word,), organisations.PHRASES[word]) if word in organisations.PHRASES else ((word,),)
        for word in typed
    ]


class _Alike(dict[str, float]):
    """How alike the words of people are to one typed word; each is compared once."""

    def __init__(self, typed: str) -> None:
        super().__init__()
        self._typed = typed

    def __missing__(self, word: str) -> float:
        found = self[word] = likeness(self._typed, word)
        return found


def _weighed(tokens: _Tokens, found: list[Candidate]) -> list[Candidate]:
    typed = [[[_Alike(word) for word in group] for group in groups] for groups in tokens]
    # Many people have one organisation, so each is weighed once.
    rests: dict[str, list[float]] = {}
    scored = [(_score(typed, one, rests), one) for one in found]
    good = [(score, one) for score, one in scored if score > 0]
    good.sort(key=lambda each: (-each[0], each[1].sort_name, each[1].id))
    return [one for _score, one in good]


def _score(typed: list[list[list[_Alike]]], one: Candidate, rests: dict[str, list[float]]) -> float:
    name = one.folded_name.split()
    total, slips = 0.0, 0
    for at, groups in enumerate(typed):
        best = _best(groups, name)
        if best < ENOUGH and one.folded_rest:
            if one.folded_rest not in rests:
                words = one.folded_rest.split()
                rests[one.folded_rest] = [BY_ORGANISATION * _best(each, words) for each in typed]
            best = max(best, rests[one.folded_rest][at])
        slips += best < ENOUGH * BY_ORGANISATION
        if best < SLIP * BY_ORGANISATION or slips > 1:
            return 0.0
        total += best
    return total / len(typed)


def _best(groups: list[list[_Alike]], words: list[str]) -> float:
    if not words:
        return 0.0
    return max(min(max(alike[word] for word in words) for alike in group) for group in groups)


def likeness(word: str, part: str) -> float:
    """Say from 0 to 1 how surely a folded word means another one, or the beginning of it."""
    if part.startswith(word) and len(word) >= min(SHORTEST, len(part)):
        return 0.9 + 0.1 * len(word) / len(part)
    if part.startswith(word):
        return ENOUGH
    alike = organisations.likeness(word, part)
    if alike >= ENOUGH:
        return alike
    is_short = SHORTEST <= len(word) <= SHORT_WORD and len(part) <= SHORT_WORD
    return SLIP if is_short and OSA.distance(word, part) == 1 else 0.0


__all__ = ["LIMIT", "Named", "checked", "likeness", "organisations_of", "people", "spoken"]
