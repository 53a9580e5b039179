"""Set the printed sheets of a fair: the programme for residents, the needs for the office.

Both are in the language of the translator that is handed over, whoever asks for them.
"""

import re
from collections.abc import Mapping
from typing import Any

from delivery import typeset
from delivery.characters import one_line
from delivery.typography import bind
from texts.dates import session_line
from texts.translator import Translator

# An abbreviation stays with the next word; a word without end may be broken.
_BOUND = re.compile(r"(?<!\S)(godz\.|ul\.|nr|tel\.) (?=\w)")
_LONG_WORD = re.compile(r"(\S{24})(?=\S)")


def programme(facts: Mapping[str, Any], t: Translator) -> bytes:
    """Set the programme of the fair as a PDF: who stands where, and what they show."""
    return typeset.pdf("fair_programme", programme_facts(facts, t))


def programme_pictures(facts: Mapping[str, Any], t: Translator) -> list[bytes]:
    """Set the programme of the fair as one PNG a page."""
    return typeset.pictures("fair_programme", programme_facts(facts, t))


def needs(facts: Mapping[str, Any], t: Translator) -> bytes:
    """Set what the stands need as a PDF, with sums, and what they offer to the office."""
    return typeset.pdf("fair_needs", needs_facts(facts, t))


def needs_pictures(facts: Mapping[str, Any], t: Translator) -> list[bytes]:
    """Set what the stands need as one PNG a page."""
    return typeset.pictures("fair_needs", needs_facts(facts, t))


def programme_facts(facts: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """Write all that stands in the programme, ready to be set."""
    return {
        **_frame(facts, t),
        "heading": t("Who stands where"),
        "stands": [
            {
                "number": each["number"],
                "name": _set(each["organisation"]),
                "words": _set(each["for_residents"]),
            }
            for each in facts["stands"]
        ],
        "nobody": t("No organisation is registered yet."),
    }


def needs_facts(facts: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """Write all that stands on the sheet of needs, ready to be set."""
    stands = facts["stands"]
    tables = sum(each["tables"] for each in stands)
    with_power = sum(each["power"] for each in stands)
    return {
        **_frame(facts, t),
        "heading": t("Needs of the stands"),
        "columns": [t("Stand no."), t("Organisation"), t("Tables"), t("Power"), t("Other needs")],
        "rows": [
            [
                str(each["number"]),
                _set(each["organisation"]),
                _set(each["contact"]),
                str(each["tables"]),
                t("yes") if each["power"] else "–",
                _set(each["needs"]) or "–",
            ]
            for each in stands
        ],
        "sums": [
            t.plural("%(n)s stand in all", "%(n)s stands in all", len(stands)),
            str(tables),
            str(with_power),
        ],
        "offers_heading": t("What the organisations offer to the office"),
        "offers": [
            {
                "number": each["number"],
                "name": _set(each["organisation"]),
                "words": _set(each["for_office"]),
            }
            for each in stands
            if each["for_office"]
        ],
        "nobody": t("No organisation is registered yet."),
    }


def _frame(facts: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    event, whole = facts["event"], facts["programme"]
    places = {each["place"] or event["place"] for each in event["sessions"]}
    when = []
    for each in event["sessions"]:
        line = session_line(each["starts_at"], each["ends_at"], each["zone"], t.locale)
        place = each["place"] or event["place"]
        when.append(line if len(places) == 1 else f"{line}, {_set(place)}")
    return {
        "lang": t.locale,
        "programme": {name: _set(whole[name]) for name in ("title", "funder_line", "organiser")},
        "title": _set(event["title"]),
        "when": when,
        "place": _set(places.pop()) if len(places) == 1 else "",
    }


def _set(text: str) -> str:
    bound = _BOUND.sub("\\1\u00a0", bind(one_line(text)))
    return _LONG_WORD.sub("\\1\u200b", bound)
