"""Say where the doors of a letter lead: the links in it and the addresses around it.

The tokens lie in the facts of the outbox row (programme/letter_doors.py). `reply` makes the
Message-ID, and the addresses for answers and returned mail where the mail server takes
`local+anything`; `page` and `out` make links where there is a web port.
"""

import re
from collections.abc import Mapping
from typing import Any

from delivery.compose_notices import MissingFact
from programme.letter_doors import OUT, PAGE, REGISTER, REPLY, UNASKED

# What a mail program of any age keeps in one piece.
LONGEST_LINK = 75
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>")
_MOST_REFERENCES = 10
_NOT_IN_LABELS = re.compile(r"[^A-Za-z0-9-]+")
_LEAVE = "?subject=unsubscribe"
_NONE: Mapping[str, str] = {}


def tokens(facts: Mapping[str, Any]) -> Mapping[str, str]:
    """Give the tokens of a letter by purpose, none for one without doors; raises MissingFact."""
    doors = facts.get("doors")
    if not isinstance(doors, Mapping):
        return _NONE
    for purpose, token in doors.items():
        if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
            raise MissingFact("letter", f"doors.{purpose}")
    return dict(doors)


def links(facts: Mapping[str, Any], public_url: str | None) -> dict[str, Any]:
    """Give templates the links of a letter; each is None where there is no door or no web port.

    `poll_links` has one link for each option of a poll, counted from 1.
    """
    doors = tokens(facts) if public_url else _NONE
    page, out = doors.get(PAGE), doors.get(OUT)
    register = doors.get(REGISTER)
    options = facts.get("options") or ()
    return {
        "page_link": (page and f"{public_url}/l/{page}")
        or (register and f"{public_url}/r/{register}"),
        "preferences_link": page and f"{public_url}/u/{page}",
        "out_link": out and f"{public_url}/o/{out}",
        "poll_links": [
            page and f"{public_url}/l/{page}/p/{number}" for number in range(1, len(options) + 1)
        ],
    }


def message_id(facts: Mapping[str, Any], domain: str) -> str | None:
    """Give the Message-ID that an answer will name; None for a letter that has no doors."""
    reply = tokens(facts).get(REPLY)
    return f"<{reply}@{domain}>" if reply else None


def answer_address(facts: Mapping[str, Any], address: str, *, plus: bool) -> str:
    """Give the address for answers and returned mail: our own, with the token where that works."""
    reply = tokens(facts).get(REPLY)
    if not plus or not reply:
        return address
    local, _, domain = address.rpartition("@")
    return f"{local}+{reply}@{domain}"


def ways_out(
    kind: str, facts: Mapping[str, Any], address: str, *, public_url: str | None, plus: bool
) -> tuple[str, ...]:
    """List what List-Unsubscribe offers of a letter that nobody asked for; nothing of others."""
    if kind not in UNASKED:
        return ()
    out = links(facts, public_url)["out_link"] or ""
    by_mail = f"mailto:{answer_address(facts, address, plus=plus)}{_LEAVE}"
    if len(by_mail) > LONGEST_LINK:
        by_mail = f"mailto:{address}{_LEAVE}"
    # RFC 8058 is for https alone, and the first link is the one preferred (RFC 2369).
    return (out, by_mail) if out.startswith("https:") else (by_mail,)


def list_id(kind: str, address: str) -> str:
    """Name the list that a letter which nobody asked for belongs to; empty for others."""
    if kind not in UNASKED:
        return ""
    local, _, domain = address.rpartition("@")
    label = _NOT_IN_LABELS.sub("-", local).strip("-") or "list"
    return f"invitations.{label}.{domain}"


def message_ids(given: Any) -> tuple[str, ...]:
    """Take the sound Message-IDs out of what a stranger's mail called its own; the last ones."""
    several = [given] if isinstance(given, str) else given or ()
    bracketed = [str(one) if "<" in str(one) else f"<{one}>" for one in several]
    found = [each for one in bracketed for each in _MESSAGE_ID.findall(one)]
    return tuple(dict.fromkeys(found))[-_MOST_REFERENCES:]
