from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from delivery.calendar import CalendarEntry, cancel, publish, request
from delivery.characters import one_line, printable
from delivery.failures import NaiveInstant, OrganiserInvited

WARSAW = ZoneInfo("Europe/Warsaw")
STAMP = datetime(2027, 1, 4, 8, 30, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="5f1d7a0c9be24d0c8f5e0d8ce5f0a1b2@example.org",
    sequence=3,
    starts_at=datetime(2027, 7, 15, 9, 0, tzinfo=WARSAW),
    ends_at=datetime(2027, 7, 15, 15, 0, tzinfo=WARSAW),
    summary="Szkolenie: wnioski, sprawozdania; dzień 1",
    place="Gminny Ośrodek Kultury, ul. Kościelna 4",
    description="Zaczynamy o 9:00.\nProszę zabrać statut.",
)
PEOPLE = {
    "organiser_name": "Urząd Gminy Miłki",
    "organiser_address": "szkolenia@example.org",
    "attendee_name": "Żaneta Świątek-Źrebiec",
    "attendee_address": "zaneta@ngo.example.org",
}


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_request_is_what_calendars_understand() -> None:
    content = request(ENTRY, **PEOPLE, stamp=STAMP)

    assert unfolded(content) == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Akademia//Calendar invitations//PL",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:5f1d7a0c9be24d0c8f5e0d8ce5f0a1b2@example.org",
        "SEQUENCE:3",
        "DTSTAMP:20270104T083000Z",
        "DTSTART:20270715T070000Z",
        "DTEND:20270715T130000Z",
        r"SUMMARY:Szkolenie: wnioski\, sprawozdania\; dzień 1",
        r"LOCATION:Gminny Ośrodek Kultury\, ul. Kościelna 4",
        r"DESCRIPTION:Zaczynamy o 9:00.\nProszę zabrać statut.",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        'ORGANIZER;CN="Urząd Gminy Miłki":mailto:szkolenia@example.org',
        (
            'ATTENDEE;CN="Żaneta Świątek-Źrebiec";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;'
            "PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:zaneta@ngo.example.org"
        ),
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_cancel_names_the_same_entry_and_people() -> None:
    invited = unfolded(request(ENTRY, **PEOPLE, stamp=STAMP))

    cancelled = unfolded(cancel(ENTRY, **PEOPLE, stamp=STAMP))

    differing = [(a, b) for a, b in zip(invited, cancelled, strict=True) if a != b]
    assert differing == [
        ("METHOD:REQUEST", "METHOD:CANCEL"),
        ("STATUS:CONFIRMED", "STATUS:CANCELLED"),
    ]


def test_publish_has_all_entries_and_no_attendee() -> None:
    second = replace(ENTRY, uid="other@example.org", summary="Dzień 2")

    calendar = icalendar.Calendar.from_ical(publish([ENTRY, second], stamp=STAMP))

    events = calendar.walk("VEVENT")
    assert "METHOD" not in calendar
    assert [str(event["UID"]) for event in events] == [ENTRY.uid, "other@example.org"]
    assert [key for event in events for key in event if key in {"ATTENDEE", "ORGANIZER"}] == []


def test_publish_with_organiser_names_it_in_every_entry() -> None:
    content = publish(
        [ENTRY],
        stamp=STAMP,
        organiser_name="Urząd Gminy Miłki",
        organiser_address="szkolenia@example.org",
    )

    assert 'ORGANIZER;CN="Urząd Gminy Miłki":mailto:szkolenia@example.org' in unfolded(content)


@pytest.mark.parametrize("write", [request, cancel])
def test_invitation_of_the_organiser_is_refused(write: Callable[..., bytes]) -> None:
    people = {**PEOPLE, "attendee_address": "Szkolenia@Example.org"}

    with pytest.raises(OrganiserInvited) as refused:
        write(ENTRY, **people, stamp=STAMP)

    assert refused.value.detail == "Szkolenia@Example.org"


def test_entry_without_zone_is_refused() -> None:
    entry = replace(ENTRY, starts_at=datetime(2027, 7, 15, 9, 0))  # noqa: DTZ001 - the case

    with pytest.raises(NaiveInstant):
        request(entry, **PEOPLE, stamp=STAMP)


def test_entry_without_place_and_description_leaves_them_out() -> None:
    entry = replace(ENTRY, place="", description="")

    content = request(entry, **PEOPLE, stamp=STAMP)

    event = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
    assert {"LOCATION", "DESCRIPTION"} & event.keys() == set()


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 28, 9, 0, tzinfo=WARSAW),
        datetime(2026, 3, 29, 1, 59, tzinfo=WARSAW),
        datetime(2026, 3, 29, 3, 0, tzinfo=WARSAW),
        datetime(2026, 3, 29, 9, 0, tzinfo=WARSAW),
        datetime(2026, 7, 1, 9, 0, tzinfo=WARSAW),
        datetime(2026, 10, 24, 9, 0, tzinfo=WARSAW),
        datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW),
        datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=1),
        datetime(2026, 10, 25, 9, 0, tzinfo=WARSAW),
        datetime(2027, 1, 15, 9, 0, tzinfo=WARSAW),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH"])
def test_instants_are_read_alike_by_two_parsers(start: datetime, method: str) -> None:
    end = start.astimezone(UTC) + timedelta(hours=6)
    entry = replace(ENTRY, starts_at=start, ends_at=end)
    content = {
        "REQUEST": lambda: request(entry, **PEOPLE, stamp=STAMP),
        "CANCEL": lambda: cancel(entry, **PEOPLE, stamp=STAMP),
        "PUBLISH": lambda: publish([entry], stamp=STAMP),
    }[method]()

    ours = icalendar.Calendar.from_ical(content).events[0]
    theirs = IcsCalendarStream.calendar_from_ics(content.decode()).events[0]

    expected = (start.astimezone(UTC), end)
    assert (ours.start, ours.end) == expected
    assert (theirs.dtstart, theirs.dtend) == expected


def said(text: str) -> str:
    shown = printable(text)
    return shown if shown.strip() else ""


@example(summary="", place="", description="", name="\\")
@given(summary=st.text(), place=st.text(), description=st.text(), name=st.text())
def test_any_words_stay_words(summary: str, place: str, description: str, name: str) -> None:
    entry = replace(ENTRY, summary=summary, place=place, description=description)
    people = {**PEOPLE, "attendee_name": name, "organiser_name": name}

    content = request(entry, **people, stamp=STAMP)

    calendar = icalendar.Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    attendee = event["ATTENDEE"]
    assert str(event["SUMMARY"]) == printable(summary)
    assert str(event.get("LOCATION", "")) == said(place)
    assert str(event.get("DESCRIPTION", "")) == said(description)
    assert isinstance(attendee, icalendar.vCalAddress)
    assert attendee == "mailto:zaneta@ngo.example.org"
    assert attendee.params.get("CN", "") == one_line(name).replace("\\", "/")
    assert len(calendar.subcomponents) == 1


@given(text=st.text(alphabet="aążźł;,\\\"'^:\r\n 🎉", max_size=4096))
def test_lines_are_short_and_end_rightly(text: str) -> None:
    entry = replace(ENTRY, summary=text, place=text, description=text)

    content = request(entry, **{**PEOPLE, "attendee_name": text}, stamp=STAMP)

    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert content.count(b"BEGIN:VEVENT") == 1
