"""Cut words that other people wrote so that they fit on a button or in a list.

Lengths are counted as Telegram counts them, in UTF-16 units.
"""

SHORTEST_SHARE = 3
TRAILING = " ,;:.–-(„“”"


def shorten(text: str, limit: int) -> str:
    """Cut at the end of a word and say so with "…"; only a single long word is cut inside."""
    if _units(text) <= limit:
        return text
    kept = text.encode("utf-16-le", "replace")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    if not text[len(kept)].isspace():
        whole, _space, _torn = kept.rpartition(" ")
        kept = whole if len(whole) * SHORTEST_SHARE >= limit else kept
    return f"{_without_small_words(kept)}…"


def _without_small_words(text: str) -> str:
    """Leave no "w" or "–" at the end: they belong to the word that was cut."""
    kept = text.rstrip(TRAILING)
    before, _space, last = kept.rpartition(" ")
    return before.rstrip(TRAILING) if before and len(last) == 1 and last.isalpha() else kept


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
