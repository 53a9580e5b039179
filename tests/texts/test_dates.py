from datetime import UTC, datetime, timedelta, timezone

import pytest

from texts.dates import (
    NaiveInstant,
    day,
    days_line,
    hour,
    local_day,
    session_line,
    time_range,
    until,
)

WARSAW = "Europe/Warsaw"


def spoken(text: str) -> str:
    """Show the spaces that must not break as plain ones."""
    return text.replace("\u00a0", " ")


def on(*starts: str) -> list[dict[str, str]]:
    return [{"starts_at": each, "ends_at": each, "zone": WARSAW} for each in starts]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "polish", "english"),
    [
        (
            "2027-01-15T08:00:00+00:00",
            "2027-01-15T14:00:00+00:00",
            "piątek, 15 stycznia 2027, godz. 9:00–15:00",
            "Friday, 15 January 2027, 9:00–15:00",
        ),
        (
            "2027-07-14T07:00:00Z",
            "2027-07-14T13:30:00Z",
            "środa, 14 lipca 2027, godz. 9:00–15:30",
            "Wednesday, 14 July 2027, 9:00–15:30",
        ),
        (
            "2027-03-27T08:00:00Z",
            "2027-03-27T09:00:00Z",
            "sobota, 27 marca 2027, godz. 9:00–10:00",
            "Saturday, 27 March 2027, 9:00–10:00",
        ),
        (
            "2027-03-28T00:30:00Z",
            "2027-03-28T07:00:00Z",
            "niedziela, 28 marca 2027, godz. 1:30–9:00",
            "Sunday, 28 March 2027, 1:30–9:00",
        ),
        (
            "2027-10-30T22:30:00Z",
            "2027-10-31T08:00:00Z",
            "niedziela, 31 października 2027, godz. 0:30–9:00",
            "Sunday, 31 October 2027, 0:30–9:00",
        ),
        (
            "2027-10-30T07:00:00Z",
            "2027-10-30T08:00:00Z",
            "sobota, 30 października 2027, godz. 9:00–10:00",
            "Saturday, 30 October 2027, 9:00–10:00",
        ),
        (
            "2027-06-05T16:00:00Z",
            "2027-06-05T23:00:00Z",
            "sobota, 5 czerwca 2027, godz. 18:00 – niedziela, 6 czerwca 2027, godz. 1:00",
            "Saturday, 5 June 2027, 18:00 – Sunday, 6 June 2027, 1:00",
        ),
    ],
)
def test_session_line_says_day_and_hours_of_the_zone(
    starts_at: str, ends_at: str, polish: str, english: str
) -> None:
    lines = [session_line(starts_at, ends_at, WARSAW, locale) for locale in ("pl", "en")]

    assert [spoken(line) for line in lines] == [polish, english]


def test_session_line_keeps_numbers_with_their_units() -> None:
    line = session_line("2027-01-15T08:00:00Z", "2027-01-15T14:00:00Z", WARSAW, "pl")

    assert line == "piątek, 15\u00a0stycznia\u00a02027, godz.\u00a09:00–15:00"


def test_session_line_follows_the_zone_it_is_given() -> None:
    line = session_line("2027-01-15T08:00:00Z", "2027-01-15T14:00:00Z", "Europe/Lisbon", "pl")

    assert spoken(line) == "piątek, 15 stycznia 2027, godz. 8:00–14:00"


def test_parts_of_a_date_take_datetimes_of_any_offset() -> None:
    start = datetime(2027, 1, 15, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    end = datetime(2027, 1, 15, 14, 0, tzinfo=UTC)

    said = [
        day(start, WARSAW, "pl"),
        hour(start, WARSAW, "pl"),
        hour(start, WARSAW, "en"),
        time_range(start, end, WARSAW, "pl"),
        local_day(start, WARSAW).isoformat(),
    ]

    assert [spoken(each) for each in said] == [
        "piątek, 15 stycznia 2027",
        "godz. 9:00",
        "9:00",
        "9:00–15:00",
        "2027-01-15",
    ]


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2027-01-08T14:00:00Z", "piątek, 8 stycznia 2027, godz. 15:00"),
        ("2027-01-08T22:59:00Z", "piątek, 8 stycznia 2027"),
        ("2027-01-08T22:59:59Z", "piątek, 8 stycznia 2027"),
        ("2027-01-08T23:00:00Z", "sobota, 9 stycznia 2027, godz. 0:00"),
    ],
)
def test_until_leaves_the_hour_out_at_the_end_of_a_day(instant: str, said: str) -> None:
    assert spoken(until(instant, WARSAW, "pl")) == said


@pytest.mark.parametrize(
    ("starts", "polish", "english"),
    [
        ([], "", ""),
        (["2027-01-15T08:00:00Z"], "15 stycznia 2027", "15 January 2027"),
        (
            ["2027-01-15T08:00:00Z", "2027-01-15T13:00:00Z"],
            "15 stycznia 2027",
            "15 January 2027",
        ),
        (
            ["2027-01-16T08:00:00Z", "2027-01-15T08:00:00Z"],
            "15–16 stycznia 2027",
            "15–16 January 2027",
        ),
        (
            ["2027-01-31T08:00:00Z", "2027-02-01T08:00:00Z"],
            "31 stycznia – 1 lutego 2027",
            "31 January – 1 February 2027",
        ),
        (
            ["2026-12-31T08:00:00Z", "2027-01-01T08:00:00Z"],
            "31 grudnia 2026 – 1 stycznia 2027",
            "31 December 2026 – 1 January 2027",
        ),
        (
            ["2027-01-15T08:00:00Z", "2027-01-22T08:00:00Z"],
            "15 stycznia 2027 i 22 stycznia 2027",
            "15 January 2027 and 22 January 2027",
        ),
        (
            [f"2027-0{month}-15T08:00:00Z" for month in (1, 2, 3, 4)],
            "15 stycznia – 15 kwietnia 2027",
            "15 January – 15 April 2027",
        ),
    ],
)
def test_days_line_sums_an_event_up(starts: list[str], polish: str, english: str) -> None:
    lines = [days_line(on(*starts), locale) for locale in ("pl", "en")]

    assert [spoken(line) for line in lines] == [polish, english]


@pytest.mark.parametrize("instant", ["2027-01-15T08:00:00", datetime(2027, 1, 15)])  # noqa: DTZ001 - a naive time is the case
def test_instant_without_zone_is_refused(instant: str | datetime) -> None:
    with pytest.raises(NaiveInstant) as refusal:
        day(instant, WARSAW, "pl")

    assert refusal.value.instant == instant
