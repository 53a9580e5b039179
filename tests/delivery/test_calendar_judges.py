"""What we write into calendars, judged by three programs that are not ours."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from delivery.calendar import CalendarEntry, cancel, feed, publish, request
from delivery.characters import one_line, printable
from delivery.compose import compose_chat, compose_letter
from tests.delivery.judges import CREATED, FOUND, CalDav, objections, radicale

WARSAW = ZoneInfo("Europe/Warsaw")
STAMP = datetime(2026, 1, 4, 8, 30, tzinfo=UTC)
GOLDEN = Path(__file__).parent / "golden" / "facts.json"
CASES: dict[str, dict[str, Any]] = json.loads(GOLDEN.read_text("utf-8"))
PEOPLE = {
    "organiser_name": "Urząd Gminy Miłki",
    "organiser_address": "szkolenia@example.org",
    "attendee_name": "Żaneta Świątek",
    "attendee_address": "zaneta@ngo.example.org",
}
ENTRY = CalendarEntry(
    uid="5f1d7a0c-9be2-4d0c-8f5e-0d8ce5f0a1b2",
    sequence=3,
    starts_at=datetime(2026, 7, 1, 9, 0, tzinfo=WARSAW),
    ends_at=datetime(2026, 7, 1, 15, 0, tzinfo=WARSAW),
    summary="Szkolenie: wnioski; dzień 1",
    place="GOK, ul. Kościelna 4",
    description="Zaczynamy o 9:00.",
)
WAYS: dict[str, Callable[[CalendarEntry], bytes]] = {
    "request": lambda entry: request(entry, **PEOPLE, stamp=STAMP),
    "cancel": lambda entry: cancel(entry, **PEOPLE, stamp=STAMP),
    "file": lambda entry: publish([entry], stamp=STAMP),
    "published": lambda entry: publish(
        [entry], stamp=STAMP, organiser_name="Urząd", organiser_address="a@example.org"
    ),
    "feed": lambda entry: feed([entry], name="Akademia", stamp=STAMP),
}
MOMENTS = [
    datetime(2026, 3, 28, 9, 0, tzinfo=WARSAW),
    datetime(2026, 3, 29, 1, 30, tzinfo=WARSAW),
    datetime(2026, 3, 29, 3, 0, tzinfo=WARSAW),
    datetime(2026, 3, 29, 9, 0, tzinfo=WARSAW),
    datetime(2026, 7, 1, 9, 0, tzinfo=WARSAW),
    datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW),
    datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=1),
    datetime(2026, 10, 25, 9, 0, tzinfo=WARSAW),
    datetime(2026, 12, 1, 9, 0, tzinfo=WARSAW),
]
words = st.text(max_size=300)
# An event always has a title.
titles = words.filter(lambda text: bool(printable(text).strip()))


@pytest.fixture(scope="module")
def caldav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalDav]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        assert server.make_calendar("/anna/academy/") == CREATED
        yield server


def test_libical_finds_what_is_wrong() -> None:
    sound = WAYS["request"](ENTRY)

    assert objections(sound) == []
    assert objections(sound.replace(b"ORGANIZER", b"X-ORGANIZER")) != []
    assert objections(sound.replace(b"DTSTART:2026", b"DTSTART:abcd")) != []


@pytest.mark.parametrize("way", list(WAYS))
@example(summary="?", place="", description="", name="")
@given(summary=titles, place=words, description=words, name=words)
def test_libical_and_ical_read_any_words_back(
    way: str, summary: str, place: str, description: str, name: str
) -> None:
    entry = replace(ENTRY, summary=summary, place=place, description=description)
    people = {**PEOPLE, "attendee_name": name, "organiser_name": name}
    own: dict[str, Callable[[], bytes]] = {
        "request": lambda: request(entry, **people, stamp=STAMP),
        "cancel": lambda: cancel(entry, **people, stamp=STAMP),
        "feed": lambda: feed([entry], name=name, stamp=STAMP),
    }

    content = own[way]() if way in own else WAYS[way](entry)

    theirs = IcsCalendarStream.calendar_from_ics(content.decode())
    ours = icalendar.Calendar.from_ical(content)
    (event,) = ours.walk("VEVENT")
    assert objections(content) == []
    assert [one.uid for one in theirs.events] == [ENTRY.uid]
    assert str(event["SUMMARY"]) == printable(summary)
    assert str(event.get("LOCATION", "")) == _said(place)
    assert str(event.get("DESCRIPTION", "")) == _said(description)
    attendees = event.get("ATTENDEE", [])
    if way in {"request", "cancel"}:
        assert isinstance(attendees, icalendar.vCalAddress)
        assert attendees.params.get("CN", "") == one_line(name).replace("\\", "/")
    else:
        assert attendees == []


def _said(text: str) -> str:
    shown = printable(text)
    return shown if shown.strip() else ""


@pytest.mark.parametrize("starts_at", MOMENTS, ids=str)
@pytest.mark.parametrize("way", list(WAYS))
def test_radicale_gives_back_the_same_instants(
    caldav: CalDav, starts_at: datetime, way: str
) -> None:
    begins = starts_at.astimezone(UTC)
    uid = f"{way}-{begins:%Y%m%dT%H%M%S}"
    entry = replace(ENTRY, uid=uid, starts_at=starts_at, ends_at=begins + timedelta(hours=6))
    path = f"/anna/academy/{uid}.ics"

    put, _ = caldav.ask("PUT", path, WAYS[way](entry))
    status, body = caldav.ask("GET", path)

    (event,) = icalendar.Calendar.from_ical(body).events
    assert (put, status) == (CREATED, FOUND)
    assert (event.start, event.end) == (begins, begins + timedelta(hours=6))
    assert (str(event["SUMMARY"]), event.sequence) == (ENTRY.summary, ENTRY.sequence)


def test_radicale_takes_a_whole_feed_and_an_update_in_place(caldav: CalDav) -> None:
    both = [ENTRY, replace(ENTRY, uid="second", summary="Dzień 2")]
    moved = replace(
        ENTRY, sequence=4, starts_at=ENTRY.starts_at + timedelta(days=1),
        ends_at=ENTRY.ends_at + timedelta(days=1),
    )  # fmt: skip

    feed_status, _ = caldav.ask("PUT", "/anna/feed/", feed(both, name="Akademia", stamp=STAMP))
    _, whole = caldav.ask("GET", "/anna/feed/")
    caldav.ask("PUT", "/anna/academy/same.ics", WAYS["request"](ENTRY))
    caldav.ask("PUT", "/anna/academy/same.ics", WAYS["request"](moved))
    _, one = caldav.ask("GET", "/anna/academy/same.ics")

    found = icalendar.Calendar.from_ical(whole).walk("VEVENT")
    (event,) = icalendar.Calendar.from_ical(one).events
    assert feed_status == CREATED
    assert sorted(str(each["UID"]) for each in found) == sorted([ENTRY.uid, "second"])
    assert (event.start, event.sequence) == (moved.starts_at.astimezone(UTC), 4)


def _with(fact: str) -> list[str]:
    return [case for case, facts in CASES.items() if facts.get(fact)]


@pytest.mark.parametrize("case", _with("calendar"))
def test_every_letter_with_a_calendar_passes_libical(case: str) -> None:
    letter = compose_letter(
        case.split("-", maxsplit=1)[0],
        CASES[case],
        locale="pl",
        to_address="anna@example.org",
        mail_from="Urząd Gminy Miłki <akademia@example.org>",
        now=STAMP,
    )

    assert letter.calendar is not None
    assert objections(letter.calendar.content) == []
    (event,) = icalendar.Calendar.from_ical(letter.calendar.content).walk("VEVENT")
    assert event["ORGANIZER"] == "mailto:akademia@example.org"
    assert event["ATTENDEE"] == "mailto:anna@example.org"


@pytest.mark.parametrize("case", _with("calendar_entries"))
def test_every_file_in_the_chat_passes_libical(case: str) -> None:
    message = compose_chat(case.split("-", maxsplit=1)[0], CASES[case], "pl", now=STAMP)

    assert message.document is not None
    assert objections(message.document.content) == []
