"""Write the header lines of a letter as finished ASCII.

The standard library's policies lose spaces in Polish subjects, write encoded words longer than
75 characters and encode long List-Unsubscribe links. The lines are therefore finished here, by
the older `email.header.Header`, which folds encoded words rightly; nothing folds them again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header

from delivery.characters import has_controls
from delivery.failures import HeaderRefused, MailboxWrong

CRLF = "\r\n"
_FOLD_AT = 76
_LONGEST_LINE = 998
_SPECIAL_IN_NAMES = re.compile(r"[^A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]")
_NAMED = re.compile(r"\s*(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*")
_ADDRESS = re.compile(r"[\x21-\x7e]+@[A-Za-z0-9.\[\]:-]+")


@dataclass(frozen=True)
class Mailbox:
    """An ASCII address with the name people see beside it; the name may be empty."""

    name: str
    address: str


def parse_mailbox(text: str) -> Mailbox:
    """Read `address@domain` or `Name <address@domain>`, as MAIL_FROM is written."""
    named = _NAMED.fullmatch(text)
    name, address = (named["name"], named["address"]) if named else ("", text)
    mailbox = Mailbox(name.strip('"').strip(), address.strip())
    if has_controls(text) or not is_address(mailbox.address):
        raise MailboxWrong(repr(text))
    return mailbox


def is_address(text: str) -> bool:
    """Tell whether a text can stand in an envelope: visible ASCII around one @, no brackets."""
    return (
        _ADDRESS.fullmatch(text) is not None
        and text.count("@") == 1
        and not set(text) & set('<>,;"\\()')
    )


def text_header(name: str, value: str) -> str:
    """Write a header of free text, as encoded words where plain ASCII would not survive."""
    _refuse_controls(name, value)
    plain = f"{name}: {value}"
    if value.isascii() and len(plain) <= _FOLD_AT and "=?" not in value and value == value.strip():
        return plain + CRLF
    return f"{name}: {_encoded(name, value)}{CRLF}"


def mailbox_header(name: str, mailbox: Mailbox) -> str:
    """Write From or To; the address goes to its own line when the name fills the first."""
    _refuse_controls(name, mailbox.name)
    if not is_address(mailbox.address):
        raise HeaderRefused(f"{name}: {mailbox.address!r}")
    if not mailbox.name:
        return f"{name}: {mailbox.address}{CRLF}"
    shown = _phrase(name, mailbox.name)
    last_line = f"{name}: {shown}".rsplit(CRLF, 1)[-1]
    gap = " " if len(last_line) + len(mailbox.address) + 3 <= _FOLD_AT else CRLF + " "
    return f"{name}: {shown}{gap}<{mailbox.address}>{CRLF}"


def token_header(name: str, value: str) -> str:
    """Write a header that machines read and that must arrive letter by letter."""
    _refuse_controls(name, value)
    line = f"{name}: {value}"
    if not value.isascii() or len(line) > _LONGEST_LINE:
        raise HeaderRefused(line)
    return line + CRLF


def links_header(name: str, links: Iterable[str]) -> str:
    """Write a list of links in angle brackets, one on each line, none broken or encoded."""
    lines = []
    for link in links:
        _refuse_controls(name, link)
        if not link.isascii() or set(link) & set("<> ") or len(link) + 4 > _LONGEST_LINE:
            raise HeaderRefused(f"{name}: {link!r}")
        lines.append(f"<{link}>")
    return f"{name}: " + f",{CRLF} ".join(lines) + CRLF


def ids_header(name: str, ids: Iterable[str]) -> str:
    """Write a list of Message-IDs, one on each line."""
    lines = []
    for one in ids:
        _refuse_controls(name, one)
        if not one.isascii() or " " in one or len(one) > _LONGEST_LINE - len(name) - 2:
            raise HeaderRefused(f"{name}: {one!r}")
        lines.append(one)
    return f"{name}: " + f"{CRLF} ".join(lines) + CRLF


def _phrase(header: str, name: str) -> str:
    if name.isascii() and "=?" not in name and len(name) + len(header) + 4 <= _FOLD_AT:
        if _SPECIAL_IN_NAMES.search(name) or name != name.strip() or "  " in name:
            escaped = name.replace("\\", r"\\").replace('"', r"\"")
            return f'"{escaped}"'
        return name
    return _encoded(header, name)


def _encoded(header: str, value: str) -> str:
    return Header(value, "utf-8", header_name=header, maxlinelen=_FOLD_AT).encode(linesep=CRLF)


def _refuse_controls(name: str, value: str) -> None:
    if has_controls(value):
        raise HeaderRefused(f"{name}: {value!r}")
