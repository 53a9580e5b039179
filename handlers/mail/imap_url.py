"""Read the address of the mailbox from one setting."""

import base64
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

Security = Literal["none", "starttls", "tls"]
_SCHEMES: dict[str, tuple[Security, int]] = {
    "imap": ("none", 143),
    "imap+starttls": ("starttls", 143),
    "imaps": ("tls", 993),
}
INBOX = "INBOX"


class ImapLoginMissing(ValueError):
    """The address of the mailbox names no user, or no password."""


class ImapEndingUnknown(ValueError):
    """The address of the mailbox ends with something else than a folder and `?move=Folder`."""


@dataclass(frozen=True)
class ImapUrl:
    """Where the mailbox is: server, login, folder, and where a mail goes that was taken in.

    Without `moved_to` a mail stays where it is and is marked as read. The password is not shown
    by repr.
    """

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    folder: str = INBOX
    moved_to: str = ""

    @classmethod
    def parse(cls, text: str) -> "ImapUrl":
        """Read imap://, imap+starttls:// or imaps://; raises ValueError, which shows no secret.

        User, password and folder may be %-encoded. The folder is the path, and `?move=Folder`
        names the other one.
        """
        try:
            parts = urlsplit(text)
            security, usual_port = _SCHEMES[parts.scheme]
            port = parts.port or usual_port
        except (ValueError, KeyError):
            # The library's own words would show the password.
            raise ValueError("the address of the mailbox cannot be read") from None
        if not parts.hostname:
            raise ValueError("the address of the mailbox names no server")
        if not parts.username or not parts.password:
            raise ImapLoginMissing
        asked = parse_qs(parts.query)
        if parts.fragment or (parts.query and asked.keys() != {"move"}):
            raise ImapEndingUnknown("the address of the mailbox ends with something unknown")
        return cls(
            host=parts.hostname,
            port=port,
            security=security,
            username=unquote(parts.username),
            password=unquote(parts.password),
            folder=unquote(parts.path.strip("/")) or INBOX,
            moved_to=asked.get("move", [""])[0],
        )


def quoted(text: str) -> str:
    """Write a word of a command so that spaces and quotes in it stay what they are."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def wire_name(folder: str) -> str:
    """Write the name of a folder as RFC 3501 section 5.1.3 wants it: `Zg&AUI-oszenia`."""
    written, foreign = [], ""
    for sign in [*folder, ""]:
        if sign and not " " <= sign <= "~":
            foreign += sign
            continue
        if foreign:
            packed = base64.b64encode(foreign.encode("utf-16-be")).rstrip(b"=").decode()
            written.append(f"&{packed.replace('/', ',')}-")
            foreign = ""
        written.append("&-" if sign == "&" else sign)
    return quoted("".join(written))
