"""Turn a letter into the bytes that a mail server is given.

The same letter, Message-ID and date give the same bytes, so a repeated sending is the same mail:

    multipart/mixed
    ├── multipart/alternative
    │   ├── text/plain
    │   ├── text/html
    │   └── text/calendar; method=…; charset=utf-8
    └── application/ics            the same calendar bytes, for programs that look only here

Without a calendar the letter is the alternative of plain text and HTML alone. Attachments come
last and make it a multipart/mixed. All bytes are ASCII: no relay has a reason to encode them
again, and a signature over them stays valid.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from delivery.characters import printable
from delivery.failures import NaiveInstant
from delivery.headers import (
    Mailbox,
    ids_header,
    links_header,
    mailbox_header,
    parse_mailbox,
    text_header,
    token_header,
)

_ASCII_ONLY = SMTP.clone(cte_type="7bit")
_FILENAMES = {"CANCEL": "odwolanie.ics"}


@dataclass(frozen=True)
class CalendarPart:
    """A finished iCalendar object and its METHOD, which the mail must repeat."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Attachment:
    """A file that travels with a letter; its name is ASCII."""

    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Letter:
    """One mail to one person, in words; addresses are ASCII already."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    calendar: CalendarPart | None = None
    list_unsubscribe: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    kind: str = ""
    reply_to: str = ""
    list_id: str = ""
    # The Message-ID of the mail that this one answers, and of those before it.
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def to_bytes(letter: Letter, *, mail_from: str, message_id: str, date: datetime) -> bytes:
    """Write the finished mail; a header that would carry a second header is refused."""
    if date.tzinfo is None:
        raise NaiveInstant(date.isoformat())
    body = _body(letter)
    _name_boundaries(body, message_id)
    headers = _headers(letter, parse_mailbox(mail_from), message_id, date)
    return headers.encode("ascii") + body.as_bytes()


def _headers(letter: Letter, sender: Mailbox, message_id: str, date: datetime) -> str:
    lines = [
        mailbox_header("From", sender),
        mailbox_header("To", Mailbox(letter.to_name, letter.to_address)),
        text_header("Subject", letter.subject),
        token_header("Date", format_datetime(date)),
        token_header("Message-ID", f"<{message_id.strip('<>')}>"),
        *_of_answer(letter),
        token_header("X-Auto-Response-Suppress", "All"),
    ]
    if letter.reply_to and letter.reply_to != sender.address:
        lines.append(mailbox_header("Reply-To", Mailbox("", letter.reply_to)))
    if letter.kind:
        lines.append(token_header("X-Akademia-Kind", letter.kind))
    return "".join([*lines, *_of_list(letter, sender)])


def _of_answer(letter: Letter) -> list[str]:
    """Say what a mail answers, and that nobody typed it (RFC 3834 section 5)."""
    if not letter.in_reply_to:
        return [token_header("Auto-Submitted", "auto-generated")]
    return [
        token_header("In-Reply-To", letter.in_reply_to),
        ids_header("References", letter.references or (letter.in_reply_to,)),
        token_header("Auto-Submitted", "auto-replied"),
    ]


def _of_list(letter: Letter, sender: Mailbox) -> list[str]:
    """Say of a mail that nobody asked for how to leave the list, and whose it is."""
    lines = []
    if letter.list_id:
        lines = [
            token_header("List-Id", f"<{letter.list_id}>"),
            links_header("List-Help", [f"mailto:{sender.address}"]),
            links_header("List-Owner", [f"mailto:{sender.address}"]),
        ]
    if letter.list_unsubscribe:
        lines.append(links_header("List-Unsubscribe", letter.list_unsubscribe))
    if any(link.startswith("https:") for link in letter.list_unsubscribe):
        lines.append(token_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return lines


def _body(letter: Letter) -> EmailMessage:
    body = EmailMessage(policy=_ASCII_ONLY)
    # The same encoding whatever the words are: a name then changes its own bytes alone.
    body.set_content(printable(letter.text), cte="base64")
    body.add_alternative(printable(letter.html), subtype="html", cte="base64")
    if letter.calendar is not None:
        _add_calendar(body, letter.calendar)
    for attachment in letter.attachments:
        maintype, _, subtype = attachment.content_type.partition("/")
        body.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=attachment.filename
        )
    return body


def _add_calendar(body: EmailMessage, calendar: CalendarPart) -> None:
    body.add_alternative(
        calendar.content,
        maintype="text",
        subtype="calendar",
        params={"method": calendar.method, "charset": "utf-8"},
    )
    body.add_attachment(
        calendar.content,
        maintype="application",
        subtype="ics",
        filename=_FILENAMES.get(calendar.method, "zaproszenie.ics"),
    )


def boundary_core(message_id: str) -> str:
    """Derive what the boundaries have in common from the Message-ID."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]


def _name_boundaries(body: EmailMessage, message_id: str) -> None:
    """Name the boundaries after the Message-ID; the library would draw them by lot.

    Neither base64 nor quoted-printable text can contain "=_".
    """
    digest = boundary_core(message_id)
    multiparts = [part for part in body.walk() if part.is_multipart()]
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{digest}_{number}")
