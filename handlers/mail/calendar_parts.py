"""Read what a person's calendar program answers, as it comes by mail (RFC 6047).

Programs differ: one leaves out the organiser, one names two attendees, one sends two calendars in
one part, one writes "MAILTO:". Whatever cannot be read is no answer of a calendar but a letter,
which a person of the office sees. Nothing here raises.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar, Component, Event, vCalAddress

from handlers.mail import charsets
from handlers.mail.read_mail import ReadMail
from programme.calendar_answers import AnsweredEntry, Attendee, CalendarAnswer

# All of a mail's calendars together: to read much more takes seconds, and no answer is so long.
LARGEST = 256 * 1024
MOST_ENTRIES = 20
LONGEST_COMMENT = 2_000
LONGEST_UID = 300
LONGEST_ADDRESS = 320
# A REQUEST, CANCEL or PUBLISH is an organiser's word: ours come back, or somebody else's.
ANSWERS = frozenset({"REPLY", "COUNTER", "REFRESH", "ADD"})
_FILE_TYPES = frozenset({"application/ics", "text/calendar"})
_MOST_SEQUENCE = 2**31 - 1
logger = logging.getLogger(__name__)


def read(mail: ReadMail) -> CalendarAnswer | None:
    """Give what the calendars in a mail answer; None when none of them answers anything."""
    found: dict[tuple[object, ...], AnsweredEntry] = {}
    left = LARGEST
    for content in dict.fromkeys(_contents(mail)):
        if len(content) > left or len(found) >= MOST_ENTRIES:
            continue
        left -= len(content)
        for entry in _entries(content):
            # The same calendar stands in the text and in a file of the same mail.
            found.setdefault((entry.method, entry.uid, entry.sequence, entry.attendees), entry)
    entries = tuple(found.values())[:MOST_ENTRIES]
    if not entries:
        return None
    return CalendarAnswer(sender=mail.sender, entries=entries, original=_original(mail))


def _original(mail: ReadMail) -> str:
    return "\n\n".join(part for part in (mail.subject, mail.text.strip()) if part)


def _contents(mail: ReadMail) -> Iterator[bytes]:
    yield from mail.calendars
    for file in mail.files:
        if file.content_type in _FILE_TYPES or file.filename.lower().endswith(".ics"):
            yield file.content


def _entries(content: bytes) -> list[AnsweredEntry]:
    """Read one part; a broken one says nothing."""
    try:
        calendars = Calendar.from_ical(_text(content), multiple=True)
        return [entry for each in calendars for entry in _of_calendar(each)]
    except Exception as error:  # noqa: BLE001 -- a stranger's file may break the library anywhere
        logger.info("calendar_part_unread", extra={"error": type(error).__name__})
        return []


def _text(content: bytes) -> str:
    # PostgreSQL keeps no NUL, and no calendar needs one.
    content = content.replace(b"\0", b"")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1250", "replace")


def _of_calendar(calendar: Component) -> Iterator[AnsweredEntry]:
    method = str(calendar.get("METHOD", "")).strip().upper()
    if method not in ANSWERS:
        return
    for event in calendar.walk("VEVENT"):
        uid = str(event.get("UID", "")).strip()
        if isinstance(event, Event) and 0 < len(uid) <= LONGEST_UID:
            yield AnsweredEntry(
                method=method,
                uid=uid,
                sequence=_sequence(event),
                attendees=_attendees(event),
                stamped_at=_moment(event, "DTSTAMP"),
                comment=_comment(event),
                starts_at=_moment(event, "DTSTART"),
                ends_at=_moment(event, "DTEND"),
            )


def _several(event: Event, name: str) -> list[Any]:
    """Give a property that stands once as a value and twice as a list."""
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _sequence(event: Event) -> int:
    try:
        return min(max(0, int(_several(event, "SEQUENCE")[0])), _MOST_SEQUENCE)
    except (IndexError, TypeError, ValueError):
        return 0


def _attendees(event: Event) -> tuple[Attendee, ...]:
    found = []
    for one in _several(event, "ATTENDEE"):
        address = charsets.one_line(str(one))
        scheme, _, rest = address.partition(":")
        if scheme.lower() == "mailto":
            address = rest.strip()
        params = one.params if isinstance(one, vCalAddress) else {}
        partstat = str(params.get("PARTSTAT", "NEEDS-ACTION")).upper()
        if "@" in address:
            found.append(Attendee(address.lower()[:LONGEST_ADDRESS], partstat))
    return tuple(found)


def _comment(event: Event) -> str:
    """Give what the person wrote to the answer; Google keeps it beside the attendee."""
    said = [str(one) for one in _several(event, "COMMENT")]
    said += [
        str(one.params.get("X-RESPONSE-COMMENT", ""))
        for one in _several(event, "ATTENDEE")
        if isinstance(one, vCalAddress)
    ]
    kept = dict.fromkeys(words for each in said if (words := charsets.one_line(each)))
    return "\n".join(kept)[:LONGEST_COMMENT]


def _moment(event: Event, name: str) -> datetime | None:
    """Give an instant in UTC; None for a day without a time, or a zone that nobody knows."""
    try:
        value = getattr(event.get(name), "dt", None)
    except (TypeError, ValueError):
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    try:
        return value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
