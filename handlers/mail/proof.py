"""Find in a mail the tokens of our letters: what proves that its writer had one of them.

A From line can be forged by anybody, a token of 128 bits cannot. It comes back by three ways: in
the address that Reply-To names, in the Message-ID that In-Reply-To and References repeat, and in
the link to our page that stands in the quoted letter.
"""

import re
from collections.abc import Iterable

from handlers.mail.read_mail import ReadMail

MOST = 20
_TOKEN = r"[a-z2-7]{26}"  # noqa: S105 - what a token looks like, not one
_MESSAGE_ID = re.compile(rf"<({_TOKEN})@[^<>@\s]+>")
_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")


def tokens(mail: ReadMail, *, our_address: str, public_url: str) -> tuple[str, ...]:
    """Give what looks like tokens of our letters, the likeliest first; the database decides.

    A plus address names the letter that is answered; the references go back through the whole
    conversation, the newest last; a quoted link may be of an older letter.
    """
    found = [
        *_of_addresses(mail, our_address),
        *_MESSAGE_ID.findall(" ".join(mail.headers.get("in-reply-to", ())).lower()),
        *reversed(_MESSAGE_ID.findall(" ".join(_bracketed(mail.references)).lower())),
        *_of_links(mail.text, public_url),
    ]
    return tuple(dict.fromkeys(found))[:MOST]


def _of_addresses(mail: ReadMail, our_address: str) -> Iterable[str]:
    local, _, domain = our_address.lower().partition("@")
    ours = re.compile(rf"(?<![\w.+-]){re.escape(local)}\+({_TOKEN})@{re.escape(domain)}(?![\w.-])")
    named = [
        *mail.recipients,
        *(each for name in _DELIVERED_TO for each in mail.headers.get(name, ())),
    ]
    return ours.findall(" ".join(named).lower())


def _bracketed(references: Iterable[str]) -> Iterable[str]:
    return (one if one.startswith("<") else f"<{one}>" for one in references)


def _of_links(text: str, public_url: str) -> Iterable[str]:
    if not public_url:
        return ()
    link = re.compile(
        rf"{re.escape(public_url.rstrip('/'))}/l/({_TOKEN})(?![a-z0-9])", re.IGNORECASE
    )
    return (token.lower() for token in link.findall(text))
