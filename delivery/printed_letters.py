"""Set a letter to many as one file for the printer: a page, or more, for each who gets it by post.

The letters are for envelopes and for the office's files, so they are in Polish whoever asks.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from delivery import typeset
from delivery.characters import one_line, printable
from delivery.chat import ChatFile
from delivery.typography import bind
from programme import placeholders
from texts.dates import date_line, days_line, session_line, until
from texts.translator import Translator, load

PDF = "application/pdf"
LOCALE = "pl"
ZONE = "Europe/Warsaw"
# The office's own place, where its postal address or its name tells it.
_PLACE = re.compile(r"\b\d{2}-\d{3}\s+([^,;\n]+)|\b(?:Gminy|Miasta)\s+([A-ZĄĆĘŁŃÓŚŹŻ][^,;\n]*)")
# A word so long cannot be set on a line; it may be broken after so many letters.
_LONG_WORD = re.compile(r"(\S{30})(?=\S)")


def chat_file(letters: Mapping[str, Any]) -> ChatFile:
    """Set the letters as a file for a chat."""
    return ChatFile(file_name(letters), pdf(letters), PDF)


def file_name(letters: Mapping[str, Any]) -> str:
    """Name the file after the number of the letter."""
    t = load(LOCALE)
    # Translators: the beginning of a file's name; keep it in plain letters.
    name = t("letters-to-print")
    return f"{name}-{letters['broadcast_id']}.pdf"


def pdf(letters: Mapping[str, Any]) -> bytes:
    """Set all letters as one PDF behind a list of addresses; the same facts give the same bytes."""
    return typeset.pdf("letters", sheet_facts(letters))


def sheet_facts(letters: Mapping[str, Any]) -> dict[str, Any]:
    """Write all that stands on the sheets, ready to be set."""
    t, facts = load(LOCALE), letters["facts"]
    return {
        "title": t("Letters to print"),
        "subtitle": _set(_filled(facts["subject"], facts, {})),
        "columns": [t("Item no."), t("Organisation"), t("Postal address")],
        "page": t("page no."),
        "programme": {
            name: _set(facts["programme"][name]) for name in ("title", "organiser", "funder_line")
        },
        "place_and_date": _place_and_date(facts),
        "case_label": t("Case number"),
        "case_number": one_line(facts.get("case_number") or ""),
        "details": _details(t, facts),
        "after": _after(t, facts),
        "signature": _set(facts.get("signature") or ""),
        "sign_here": t("signature and stamp"),
        "letters": [_letter(each, facts) for each in letters["to"]],
    }


def _place_and_date(facts: Mapping[str, Any]) -> str:
    dated = facts.get("dated")
    day = f"{date_line(date.fromisoformat(dated), LOCALE)}\u00a0r." if dated else ""
    found = _PLACE.search(one_line(facts["programme"]["organiser"]))
    place = (found[1] or found[2]).strip() if found else ""
    return ", ".join(part for part in (place, day) if part)


def _letter(each: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    body = printable(_filled(facts["body"], facts, each["placeholders"]))
    paragraphs = [part for part in re.split(r"\n\s*\n", body.strip()) if part.strip()]
    return {
        "to": {
            "name": _set(each["name"]),
            "lines": [_set(line) for line in each["address"].splitlines() if line.strip()],
        },
        "subject": _set(_filled(facts["subject"], facts, each["placeholders"])),
        "paragraphs": [[_set(line) for line in part.splitlines()] for part in paragraphs],
    }


def _filled(text: str, facts: Mapping[str, Any], own: Mapping[str, str]) -> str:
    return placeholders.fill(text, {**_of_event(facts), **own})


def _of_event(facts: Mapping[str, Any]) -> dict[str, str]:
    event = facts.get("event")
    if not event:
        return {}
    # As in the chat and in the e-mail.
    places = dict.fromkeys(each["place"] or event["place"] for each in event["sessions"])
    return {
        placeholders.EVENT: event["title"],
        placeholders.DATE: days_line(event["sessions"], LOCALE),
        placeholders.PLACE: ", ".join(place for place in places if place),
    }


def _sittings(sessions: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        session_line(each["starts_at"], each["ends_at"], each["zone"], LOCALE) for each in sessions
    ]


def _details(t: Translator, facts: Mapping[str, Any]) -> list[list[str]]:
    event = facts.get("event")
    if not event:
        return []
    zone = event["sessions"][0]["zone"] if event["sessions"] else ZONE
    rows = [
        [t("Event"), _set(event["title"])],
        [t("Date"), "\n".join(_set(line) for line in _sittings(event["sessions"]))],
        [t("Place"), _set(_of_event(facts)[placeholders.PLACE])],
    ]
    if facts.get("deadline"):
        rows.append([t("Register by"), until(facts["deadline"], zone, LOCALE)])
    return rows


def _after(t: Translator, facts: Mapping[str, Any]) -> list[str]:
    contact = one_line(facts["programme"]["contact"])
    lines = []
    if facts.get("event") and contact:
        lines.append(t("To register, please call or write to us: %(contact)s", contact=contact))
    if facts.get("file"):
        lines.append(t("Attached: %(name)s", name=one_line(facts["file"]["filename"])))
    return [_set(line) for line in lines]


def _set(text: str) -> str:
    """Let no line end in a word of one letter, as Polish typography asks."""
    return _LONG_WORD.sub("\\1\u200b", bind(one_line(text)))
