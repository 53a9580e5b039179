"""Answer a mail as people's programs do: words above the quoted letter, or a calendar's answer."""

import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from uuid import uuid4

from playground.mail import StoredMail
from playground.persona import Persona

ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED")
_SAID = {
    "ACCEPTED": "Zaakceptowano",
    "TENTATIVE": "Wstępnie zaakceptowano",
    "DECLINED": "Odrzucono",
}
_KEPT = re.compile(
    r"^(?:UID|SEQUENCE|DTSTART|DTEND|ORGANIZER|SUMMARY|LOCATION)[;:][^\n]*(?:\n[ \t][^\n]*)*",
    re.MULTILINE,
)


class PostBox:
    """A Maildir into which the answers of people go, as a mail server would put them there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def post(self, mail: EmailMessage) -> None:
        """Deliver a mail: written whole before it has the name by which it is found."""
        name = f"{uuid4().hex}.playground"
        written = self._folder / "tmp" / name
        written.write_bytes(mail.as_bytes(policy=SMTP))
        written.replace(self._folder / "new" / name)


def words(persona: Persona, mail: StoredMail, text: str, *, now: datetime) -> EmailMessage:
    """Write an answer above the original, whose every line is marked."""
    answer = _begun(persona, mail, now=now)
    name, address = parseaddr(str(mail.message.get("From", mail.sender)))
    quoted = "".join(f"> {line}\n" for line in mail.text.splitlines())
    heading = f"{now:%d.%m.%Y %H:%M} {name} <{address}> napisał(a):"
    answer.set_content(f"{text.strip()}\n\n{heading}\n\n{quoted}", charset="utf-8")
    return answer


def calendar(persona: Persona, mail: StoredMail, partstat: str, *, now: datetime) -> EmailMessage:
    """Answer the invitation of a mail as a calendar on the web does; raises ValueError."""
    if mail.calendar is None or partstat not in ANSWERS:
        raise ValueError(partstat)
    invited = mail.calendar.decode().replace("\r\n", "\n")
    title = re.search(r"^SUMMARY[^:\n]*:(.*(?:\n[ \t].*)*)", invited, re.MULTILINE)
    said = re.sub(r"\n[ \t]", "", title[1]) if title else ""
    answer = _begun(persona, mail, now=now)
    del answer["Subject"]
    answer["Subject"] = f"{_SAID[partstat]}: {said}"
    answer.set_content(f"{persona.first_name}: {_SAID[partstat].lower()}\n", charset="utf-8")
    lines = [
        *("BEGIN:VCALENDAR", "PRODID:-//Example Web//Calendar 1.0//EN", "VERSION:2.0"),
        *("CALSCALE:GREGORIAN", "METHOD:REPLY", "BEGIN:VEVENT"),
        *(kept[0] for kept in _KEPT.finditer(invited)),
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat}:",
        f" mailto:{persona.email}",
        *("STATUS:CONFIRMED", "END:VEVENT", "END:VCALENDAR", ""),
    ]
    content = "\n".join(lines).replace("\n", "\r\n")
    answer.add_alternative(content, subtype="calendar", charset="utf-8", params={"method": "REPLY"})
    return answer


def _begun(persona: Persona, mail: StoredMail, *, now: datetime) -> EmailMessage:
    answer = EmailMessage()
    name = f"{persona.first_name} {persona.last_name}".strip()
    answer["From"] = f'"{name}" <{persona.email}>'
    answer["To"] = str(mail.message.get("Reply-To") or mail.message.get("From", mail.sender))
    answer["Subject"] = f"Odp: {mail.subject}"
    answer["Date"] = format_datetime(now)
    answer["Message-ID"] = f"<{uuid4().hex}@mail.example.org>"
    if mail.message_id:
        answer["In-Reply-To"] = mail.message_id
        answer["References"] = mail.message_id
    return answer
