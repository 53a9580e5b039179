from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property


@dataclass(frozen=True)
class StoredMail:
    """One mail as it was accepted: the envelope, the bytes, and the parts a reader asks for."""

    number: int
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime

    @cached_property
    def message(self) -> EmailMessage:
        """The parsed mail."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def message_id(self) -> str:
        """The Message-ID header, or an empty string."""
        return str(self.message.get("Message-ID", ""))

    @property
    def subject(self) -> str:
        """The decoded subject, or an empty string."""
        return str(self.message.get("Subject", ""))

    @property
    def text(self) -> str:
        """The first plain text that is not an attachment."""
        return self._words("text/plain")

    @property
    def html(self) -> str:
        """The first HTML text that is not an attachment."""
        return self._words("text/html")

    @property
    def calendar(self) -> bytes | None:
        """The first text/calendar part, wherever in the tree it is."""
        for part in self.message.walk():
            if part.get_content_type() == "text/calendar":
                return _content(part)
        return None

    @property
    def attachments(self) -> dict[str, bytes]:
        """All parts that bear a file name."""
        return {
            name: _content(part) for part in self.message.walk() if (name := part.get_filename())
        }

    def is_for(self, address: str) -> bool:
        """Say whether the address is among the recipients, whatever its letter case."""
        return address.casefold() in (recipient.casefold() for recipient in self.recipients)

    def _words(self, content_type: str) -> str:
        for part in self.message.walk():
            if part.get_content_type() == content_type and not part.get_filename():
                charset = part.get_content_charset() or "utf-8"
                return _content(part).decode(charset, errors="replace").replace("\r\n", "\n")
        return ""


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
