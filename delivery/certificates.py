"""Set certificates from their frozen facts: one for a person, or all of an event for the printer.

The frozen facts are data; the fixed words of the sheet and the dates are written here, in the
language that was the person's when the certificate was issued.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from delivery import qr, typeset
from delivery.characters import one_line
from delivery.chat import ChatFile
from delivery.letter import Attachment
from delivery.typography import bind
from texts.dates import days_line
from texts.translator import Translator, load

PDF = "application/pdf"
# A word so long cannot be set on a line; it may be broken after so many letters.
_LONGEST_WORD = 30
_LONG_WORD = re.compile(rf"(\S{{{_LONGEST_WORD}}})(?=\S)")
_QUOTES = frozenset("„”“\"«»'‚’")


def chat_file(frozen: Mapping[str, Any]) -> ChatFile:
    """Set one certificate as a file for a chat."""
    return ChatFile(file_name(frozen), pdf([frozen]), PDF)


def attachment(frozen: Mapping[str, Any]) -> Attachment:
    """Set one certificate as an attachment of a letter."""
    return Attachment(file_name(frozen), pdf([frozen]), PDF)


def file_name(frozen: Mapping[str, Any]) -> str:
    """Name the file after the certificate's number, in plain letters."""
    # Translators: the beginning of a file's name; keep it in plain letters.
    name = f"{load(frozen['locale'])('certificate')}-{frozen['number']}"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-") + ".pdf"


def pdf(certificates: Sequence[Mapping[str, Any]]) -> bytes:
    """Set certificates as one PDF, a page each; the same facts give the same bytes."""
    return typeset.pdf("certificate", sheet_facts(certificates))


def sheet_facts(certificates: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Write all that stands on the sheets, ready to be set."""
    pages = [_page(each, load(each["locale"])) for each in certificates]
    title = pages[0]["title"] if len(pages) == 1 else load(pages[0]["lang"])("Certificates")
    return {"title": title, "lang": pages[0]["lang"], "pages": pages}


def _page(frozen: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    event, programme = frozen["event"], frozen["programme"]
    heading = t("Certificate")
    return {
        "lang": t.locale,
        "title": f"{heading} {frozen['number']}",
        "organiser": _set(programme["organiser"]),
        "programme": _set(programme["title"]),
        "funder_line": _set(programme["funder_line"]),
        "heading": heading,
        "number": t("No. %(number)s", number=frozen["number"]),
        "about": _about(event["kind"], t),
        "event": _quoted(_set(event["title"]), t),
        "receives": t("is awarded to"),
        "name": _breakable(one_line(frozen["name"])),
        "facts": [
            [t("Date"), _days(event["sessions"], t)],
            [t("Place"), _set(_place(event))],
            [t("Hours attended"), hours(event["sessions"])],
        ],
        "issued": t("Issued on %(day)s", day=_day(frozen, t)),
        "signature": t("signature and stamp of the organiser"),
        "code": t("Code: %(code)s", code=frozen["code"]),
        "check": t("To check it, write to our bot in Telegram: /sprawdz and the code."),
        "qr": qr.svg(frozen["link"], border=0) if frozen["link"] else "",
        "qr_words": t("QR code: check this certificate"),
    }


def _about(kind: str, t: Translator) -> str:
    words = {
        "training": t("of attendance at the training"),
        "meeting": t("of attendance at the meeting"),
    }
    return words.get(kind) or t("of attendance at the event")


def hours(sessions: Sequence[Mapping[str, Any]]) -> str:
    """Say how long the sessions were in all, breaks included: "12", or "5:30"."""
    spans = [
        datetime.fromisoformat(each["ends_at"]) - datetime.fromisoformat(each["starts_at"])
        for each in sessions
    ]
    minutes = sum(spans, timedelta()) // timedelta(minutes=1)
    whole, rest = divmod(minutes, 60)
    return f"{whole}:{rest:02d}" if rest else str(whole)


def _place(event: Mapping[str, Any]) -> str:
    places = {each.get("place") or event["place"] for each in event["sessions"]}
    return places.pop() if len(places) == 1 else str(event["place"])


def _days(sessions: Sequence[Mapping[str, Any]], t: Translator) -> str:
    return _with_year(days_line(sessions, t.locale), t)


def _day(frozen: Mapping[str, Any], t: Translator) -> str:
    issued = {"starts_at": frozen["issued_at"], "zone": frozen["zone"]}
    return _with_year(days_line([issued], t.locale), t)


def _with_year(line: str, t: Translator) -> str:
    # In an official paper the year is followed by "r." in Polish.
    return f"{line}\u00a0r." if t.locale == "pl" else line


def _quoted(title: str, t: Translator) -> str:
    """Put a title into quotation marks, unless it brings some of its own."""
    if _QUOTES & set(title):
        return title
    return f"„{title}”" if t.locale == "pl" else f"“{title}”"


def _set(text: str) -> str:
    """Let no line end in a word of one letter, as Polish typography asks."""
    return _breakable(bind(one_line(text)))


def _breakable(text: str) -> str:
    return _LONG_WORD.sub("\\1\u200b", text)
