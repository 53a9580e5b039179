"""What a mail says, taken out of its bytes: the value that every other module here works on."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MailFile:
    """A file that came with a mail; the name is what the sender calls it."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class ReadMail:
    """One mail as it was understood; nothing in it is proved.

    `text` is the whole of what a reader sees, `words` the part above quoted originals and without
    the signature. `headers` has every header under its name in lower case, decoded, in the order
    of the mail, controls taken out. Addresses are in lower case and without names.
    `message_id` and `references` (In-Reply-To first) are without angle brackets, in the case they
    were written in. `recipients` are To and Cc, then Delivered-To, X-Original-To and Envelope-To.
    A mail within the mail adds its text to `text`, never to `words`, and is a file as well.
    """

    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    words: str
    references: tuple[str, ...]
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calendars: tuple[bytes, ...] = ()
    files: tuple[MailFile, ...] = ()
    # The content types of all parts, from the outside in.
    structure: tuple[str, ...] = ()
    # Parts of a delivery report as text, by content type, and the headers of the returned mail.
    reports: tuple[tuple[str, str], ...] = ()
    is_cut: bool = False

    def header(self, name: str) -> str:
        """Give the first header of a name, empty when there is none."""
        return next(iter(self.headers.get(name.lower(), ())), "")
