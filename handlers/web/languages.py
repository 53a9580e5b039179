"""In which language somebody reads a page that they opened without a letter of ours.

Polish, unless they press the link to English or their browser asks for English and not for
Polish. What was pressed stands in every address from there on, and in a cookie for the next time.
"""

import re

from starlette.requests import Request

from texts.translator import LOCALES

POLISH, ENGLISH = LOCALES
FIELD, COOKIE = "lang", "jezyk"
# A language is named in itself, for whoever can read no other.
NAMES = {POLISH: "Polski", ENGLISH: "English"}
MOST_READ = 500
_RANGE = re.compile(
    r"\s*([a-z]{2,3})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", re.IGNORECASE
)


def pressed(request: Request) -> str:
    """Give the language that the address names; empty when it names none of ours."""
    asked = request.query_params.get(FIELD, "")
    return asked if asked in LOCALES else ""


def of(request: Request) -> str:
    """Tell in which language a page is to be written."""
    kept = request.cookies.get(COOKIE, "")
    return pressed(request) or (kept if kept in LOCALES else _of_browser(request))


def other(locale: str) -> str:
    """Give the language to change to."""
    return POLISH if locale == ENGLISH else ENGLISH


def _of_browser(request: Request) -> str:
    wished: dict[str, float] = {}
    for one in request.headers.get("Accept-Language", "")[:MOST_READ].split(","):
        if found := _RANGE.fullmatch(one):
            name, weight = found[1].lower(), float(found[2] or 1)
            wished[name] = max(weight, wished.get(name, 0.0))
    wanted = {name for name, weight in wished.items() if weight > 0}
    if ENGLISH not in wanted or POLISH in wanted:
        return POLISH
    return ENGLISH if wished[ENGLISH] == max(wished.values()) else POLISH
