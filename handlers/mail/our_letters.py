"""Find what looks like the token of a letter of ours in a mail that speaks of one."""

import re

from handlers.mail.read_mail import ReadMail

# As `programme.letter_doors.new_token` writes them.
_IN_ADDRESS = re.compile(r"\+([a-z2-7]{26})(?=@)", re.IGNORECASE)
_IN_MESSAGE_ID = re.compile(r"<([a-z2-7]{26})@[^<>\s]+>", re.IGNORECASE)
_ADDRESSED = ("delivered-to", "x-original-to", "envelope-to", "to", "x-envelope-to")
_MOST = 10


def tokens(mail: ReadMail) -> tuple[str, ...]:
    """List what may be a token: where the mail was sent to, what it answers, what it returns.

    Nothing of it is proved; only the database knows which of them opens a door.
    """
    found = [
        one
        for name in _ADDRESSED
        for value in mail.headers.get(name, ())
        for one in _IN_ADDRESS.findall(value)
    ]
    found += [one for address in mail.recipients for one in _IN_ADDRESS.findall(address)]
    texts = [
        *(f"<{one}>" for one in mail.references),
        *(text for _kind, text in mail.reports),
        mail.text,
    ]
    for text in texts:
        found += in_ids(text)
        found += _IN_ADDRESS.findall(text)
    return tuple(dict.fromkeys(one.lower() for one in found))[:_MOST]


def in_ids(text: str) -> list[str]:
    """List what stands in a text in the form of our Message-IDs."""
    return _IN_MESSAGE_ID.findall(text)
