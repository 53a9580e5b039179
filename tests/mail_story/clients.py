"""Mailboxes of people on the real servers, and what their mail programs write."""

import email
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime

from tests.mail_servers import Mailbox, MailServers

LINE = re.compile(r"^(DTSTART|DTEND|UID|SEQUENCE):(.*?)\r?$", re.MULTILINE)


class NothingCame(Exception):
    """A mailbox lacks the mail that it should have."""


@dataclass
class Reader:
    """Somebody who has a mailbox on the real mail server and answers like Gmail."""

    name: str
    mailbox: Mailbox
    servers: MailServers
    clock: Callable[[], datetime]
    written: int = 0
    told: set[str] = field(default_factory=set)

    @property
    def address(self) -> str:
        """Where they are written to."""
        return self.mailbox.address

    def letters(self) -> list[EmailMessage]:
        """Give all mails of the mailbox, the oldest first."""
        return [_parsed(raw) for raw in self.mailbox.mails()]

    def kinds(self) -> list[str]:
        """Tell which kinds of notices have come, the oldest first."""
        return [str(letter["X-Akademia-Kind"]) for letter in self.letters()]

    def newest(self, kind: str) -> EmailMessage:
        """Give the newest mail of one kind of notice."""
        for letter in reversed(self.letters()):
            if letter["X-Akademia-Kind"] == kind:
                found: EmailMessage = letter
                return found
        raise NothingCame(f"{self.address} has no {kind}.")

    def reply(self, letter: EmailMessage, words: str) -> EmailMessage:
        """Answer above the quoted original, as Gmail does."""
        answer = self._answer(letter)
        quoted = "".join(f"> {line}\n" for line in text_of(letter).splitlines())
        day = f"{self.clock():%d.%m.%Y o %H:%M}"
        answer.set_content(f"{words}\n\nW dniu {day} {letter['From']} napisał(a):\n\n{quoted}")
        self._send(answer)
        return answer

    def answer_calendar(self, letter: EmailMessage, partstat: str) -> EmailMessage:
        """Press Yes or No under an invitation, as Gmail's calendar answers it."""
        event = dict(LINE.findall(_calendar_of(letter).decode()))
        lines = [
            "BEGIN:VCALENDAR",
            "PRODID:-//Google Inc//Google Calendar 70.9054//EN",
            "VERSION:2.0",
            "CALSCALE:GREGORIAN",
            "METHOD:REPLY",
            "BEGIN:VEVENT",
            f"DTSTART:{event['DTSTART']}",
            f"DTEND:{event['DTEND']}",
            f"DTSTAMP:{self.clock():%Y%m%dT%H%M%SZ}",
            f"ORGANIZER:mailto:{_address(str(letter['From']))}",
            f"UID:{event['UID']}",
            f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat}:mailto:{self.address}",
            f"SEQUENCE:{event['SEQUENCE']}",
            "STATUS:CONFIRMED",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        answer = self._answer(letter)
        answer.set_content(f"{self.name} odpowiada na zaproszenie.\n")
        answer.add_alternative(
            "\r\n".join(lines).encode(),
            maintype="text",
            subtype="calendar",
            params={"method": "REPLY", "charset": "UTF-8"},
        )
        self._send(answer)
        return answer

    def _answer(self, letter: EmailMessage) -> EmailMessage:
        self.written += 1
        answer = EmailMessage(policy=SMTP)
        answer["From"] = f"{self.name} <{self.address}>"
        answer["To"] = str(letter["Reply-To"] or letter["From"])
        answer["Subject"] = f"Re: {letter['Subject']}"
        answer["Date"] = format_datetime(self.clock())
        answer["Message-ID"] = (
            f"<{self.mailbox.address.replace('@', '.')}.{self.written}@ngo.example.org>"
        )
        answer["In-Reply-To"] = str(letter["Message-ID"])
        answer["References"] = str(letter["Message-ID"])
        return answer

    def _send(self, answer: EmailMessage) -> None:
        self.servers.send(bytes(answer), sender=self.address, to=_address(str(answer["To"])))


def _address(header: str) -> str:
    return header.rpartition("<")[2].rstrip(">")


def text_of(letter: EmailMessage) -> str:
    """Give the plain text of a mail."""
    body = letter.get_body(("plain",))
    return body.get_content() if body is not None else ""


def _parsed(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _calendar_of(letter: EmailMessage) -> bytes:
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return content
    raise NothingCame("There is no invitation to a calendar in this mail.")
