"""Letters of the office to many: what all their kinds share, and the file that goes with them.

An invitation or a correction, a test of one to whoever writes it, and an earlier message that is
rewritten because it was corrected, are the same words. In a chat a file takes the words along as
its caption where they are short enough; where they are not, a button gives it.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from delivery.chat import Button, ChatFile
from delivery.letter import Attachment
from programme import placeholders
from programme.letter_doors import TO_MANY
from texts.dates import date_line, days_line
from texts.translator import Translator

TEST, AMENDED = "letter_test", "letter_amended"
LETTERS = TO_MANY | {TEST, AMENDED}
# What the templates of letters read where the facts do not state it.
LEFT_OUT: dict[str, Any] = {
    "dated": None,
    "signature": "",
    "file": None,
    "file_below": False,
    "captioned": False,
    "rehearsal": False,
    "amended": False,
}
# The button does what it says for whoever got the letter; a test has doors that do nothing.
FILE, NOTHING = "if", "it"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
# Letters that no accent makes of another.
_OTHERS = str.maketrans("łŁđøßæ", "lLdosa")


def add_words(kind: str, seen: dict[str, Any], t: Translator) -> None:
    """Put in what only letters to many have: the readers' own words, the date, what kind it is."""
    for name, value in LEFT_OUT.items():
        seen.setdefault(name, value)
    values = _values(seen, t)
    # The event's title, which may be the subject, is nothing that staff wrote braces into.
    for name in ("subject", "body"):
        seen[name] = placeholders.fill(seen[name], values)
    seen["written_on"] = (
        date_line(date.fromisoformat(seen["dated"]), t.locale) if seen["dated"] else ""
    )
    seen["rehearsal"], seen["amended"] = kind == TEST, kind == AMENDED


def _values(seen: Mapping[str, Any], t: Translator) -> dict[str, str]:
    own = seen.get("placeholders") or {}
    # A letter that nobody filled in, as a preview of nobody, names the person it is to.
    values = {placeholders.PERSON: seen["person"]["name"], **own}
    event = seen["event"]
    if event is not None:
        places = dict.fromkeys(each["place"] for each in seen["sittings"] if each["place"])
        values |= {
            placeholders.EVENT: event["title"],
            placeholders.DATE: days_line(event["sessions"], t.locale),
            placeholders.PLACE: ", ".join(places),
        }
    return values


def buttons(kind: str, seen: Mapping[str, Any], t: Translator) -> tuple[tuple[Button, ...], ...]:
    """Offer the registration, and the file that did not fit beside the words."""
    rows = []
    event = seen["event"]
    if event is not None:
        to_event = NOTHING if kind == TEST else f"e:{event['id']}"
        rows.append((Button(t("Register me"), data=to_event),))
    if seen.get("file_below"):
        to_file = NOTHING if kind == TEST else f"{FILE}:{seen['letter']}"
        rows.append((Button(t("Open the attached letter (PDF)"), data=to_file),))
    return tuple(rows)


def chat_file(kind: str, seen: Mapping[str, Any]) -> ChatFile | None:
    """Name the file that travels with the words; its bytes are read when they leave."""
    kept = seen.get("file") if kind != AMENDED else None
    if not kept or seen["file_below"]:
        return None
    return ChatFile(kept["filename"], b"", kept["content_type"], kept["stored"])


def attachment(facts: Mapping[str, Any], content: bytes | None) -> tuple[Attachment, ...]:
    """Give the file of a letter by mail; none where its bytes were not read."""
    kept = facts.get("file")
    if not kept or content is None:
        return ()
    return (Attachment(plain_name(kept["filename"]), content, kept["content_type"]),)


def plain_name(name: str) -> str:
    """Write a file's name in plain letters, which every mail program shows."""
    plain = unicodedata.normalize("NFKD", name.translate(_OTHERS)).encode("ascii", "ignore")
    stem, dot, ending = _NOT_PLAIN.sub("-", plain.decode("ascii")).rpartition(".")
    if not dot:
        stem, ending = ending, "pdf"
    return f"{stem.strip('-.') or 'pismo'}.{ending.strip('-') or 'pdf'}"
