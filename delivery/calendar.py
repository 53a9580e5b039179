"""Write a session as an iCalendar object that calendars put in the right place.

Times leave as UTC: zone definitions are where calendar programs disagree, by an hour in summer.
A REQUEST or CANCEL has one entry with one attendee, so nobody reads another person's address.
The UID and the SEQUENCE are stored facts and are handed in, never computed here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from delivery.characters import one_line, printable
from delivery.failures import NaiveInstant, OrganiserInvited

_PRODUCT = "-//Akademia//Calendar invitations//PL"
# How often a program shall look again at a calendar that it has by its address.
REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class CalendarEntry:
    """One session as one person's calendar shows it."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    place: str
    description: str


def request(
    entry: CalendarEntry,
    *,
    organiser_name: str,
    organiser_address: str,
    attendee_name: str,
    attendee_address: str,
    stamp: datetime,
) -> bytes:
    """Invite the attendee, or tell of a new time or place under a higher sequence."""
    event = _event(entry, stamp=stamp, status="CONFIRMED")
    _add_people(event, organiser_name, organiser_address, attendee_name, attendee_address)
    return _calendar("REQUEST", [event])


def cancel(
    entry: CalendarEntry,
    *,
    organiser_name: str,
    organiser_address: str,
    attendee_name: str,
    attendee_address: str,
    stamp: datetime,
) -> bytes:
    """Take the entry out of the attendee's calendar; `entry.sequence` must be a new number."""
    event = _event(entry, stamp=stamp, status="CANCELLED")
    _add_people(event, organiser_name, organiser_address, attendee_name, attendee_address)
    return _calendar("CANCEL", [event])


def publish(
    entries: Iterable[CalendarEntry],
    *,
    stamp: datetime,
    organiser_name: str = "",
    organiser_address: str = "",
) -> bytes:
    """Write sessions to be saved by hand, as the chat's file: nobody is asked for an answer.

    Only with an organiser is it a message with a METHOD (RFC 5546 section 3.2.1 wants both).
    """
    events = [_event(entry, stamp=stamp, status="CONFIRMED") for entry in entries]
    if organiser_address:
        for event in events:
            event.add("organizer", _person(organiser_name, organiser_address), encode=False)
    return _calendar("PUBLISH" if organiser_address else "", events)


def feed(entries: Iterable[CalendarEntry], *, name: str, stamp: datetime) -> bytes:
    """Write sessions as a calendar that programs fetch again and again (RFC 7986).

    It is no message, so it has no METHOD. How often to fetch it is said twice: by the newer
    property, and by the one that Outlook and Google read.
    """
    about: dict[str, Any] = {
        "REFRESH-INTERVAL": vDuration(REFRESH, params={"VALUE": "DURATION"}),
        "X-PUBLISHED-TTL": vDuration(REFRESH),
    }
    if shown := one_line(name):
        about |= {"NAME": vText(shown), "X-WR-CALNAME": vText(shown)}
    events = [_event(entry, stamp=stamp, status="CONFIRMED") for entry in entries]
    return _calendar("", events, about)


def _calendar(method: str, events: list[Event], about: Mapping[str, Any] | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    for name, value in (about or {}).items():
        calendar[name] = value
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical(sorted=False))


def _event(entry: CalendarEntry, *, stamp: datetime, status: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", utc(stamp))
    event.add("dtstart", utc(entry.starts_at))
    event.add("dtend", utc(entry.ends_at))
    event.add("summary", printable(entry.summary))
    for name, said in (("location", entry.place), ("description", entry.description)):
        # Nothing but blanks is nothing, and libical takes it for a fault.
        if printable(said).strip():
            event.add(name, printable(said))
    event.add("status", status)
    event.add("transp", "OPAQUE")
    return event


def utc(instant: datetime) -> datetime:
    """Give the same instant in UTC; one without a zone is refused."""
    if instant.tzinfo is None:
        raise NaiveInstant(instant.isoformat())
    return instant.astimezone(UTC)


def _add_people(
    event: Event,
    organiser_name: str,
    organiser_address: str,
    attendee_name: str,
    attendee_address: str,
) -> None:
    if organiser_address.lower() == attendee_address.lower():
        raise OrganiserInvited(attendee_address)
    event.add("organizer", _person(organiser_name, organiser_address), encode=False)
    event.add("attendee", attendee(attendee_name, attendee_address), encode=False)


def attendee(name: str, address: str) -> vCalAddress:
    """Write the invited person as one who has not answered yet."""
    person = _person(name, address)
    person.params["CUTYPE"] = "INDIVIDUAL"
    person.params["ROLE"] = "REQ-PARTICIPANT"
    person.params["PARTSTAT"] = "NEEDS-ACTION"
    person.params["RSVP"] = "TRUE"
    return person


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    # RFC 5545 knows no escape in parameters, yet readers take a backslash for one.
    shown = one_line(name).replace("\\", "/")
    if shown:
        person.params["CN"] = shown
    return person
