from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.wall_time import at, next_showing, read, to_moment, to_wall, write

WARSAW = "Europe/Warsaw"
ZONES = st.sampled_from(
    [WARSAW, "UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo"]
)
WALLS = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)).map(  # noqa: DTZ001 -- walls
    lambda wall: wall.replace(second=0, microsecond=0)
)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2026-01-15T09:00", "2026-01-15T08:00"),
        ("2026-07-15T09:00", "2026-07-15T07:00"),
        # The clock goes from 02:00 to 03:00.
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T02:00", "2026-03-29T01:00"),
        ("2026-03-29T02:30", "2026-03-29T01:00"),
        ("2026-03-29T02:59", "2026-03-29T01:00"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        # The clock goes from 03:00 back to 02:00.
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T02:00", "2026-10-25T00:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_to_moment_in_warsaw(wall: str, moment: str) -> None:
    assert to_moment(read(wall), WARSAW) == _utc(moment)


@given(wall=WALLS, zone=ZONES)
def test_to_moment_is_the_first_that_shows_the_wall_time_or_more(wall: datetime, zone: str) -> None:
    moment = to_moment(wall, zone)

    shown, minute_before = to_wall(moment, zone), to_wall(moment - timedelta(minutes=1), zone)
    assert shown >= wall
    # Shown exactly, unless the wall time lies in a gap that has just been jumped over.
    assert shown == wall or minute_before < wall


@given(moment=WALLS.map(lambda wall: wall.replace(tzinfo=UTC)), zone=ZONES)
def test_to_moment_of_what_a_clock_shows_is_that_moment_or_an_hour_that_comes_twice(
    moment: datetime, zone: str
) -> None:
    again = to_moment(to_wall(moment, zone), zone)

    assert again == moment or (
        moment - timedelta(hours=1) <= again < moment
        and to_wall(again, zone) == to_wall(moment, zone)
    )


@pytest.mark.parametrize(
    ("clock", "after", "moment"),
    [
        ("08:00", "2026-07-15T05:59", "2026-07-15T06:00"),
        ("08:00", "2026-07-15T06:00", "2026-07-16T06:00"),
        ("02:30", "2026-03-28T22:00", "2026-03-29T01:00"),
        ("02:30", "2026-10-25T00:29", "2026-10-25T00:30"),
        ("02:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("02:30", "2026-10-25T01:30", "2026-10-26T01:30"),
    ],
)
def test_next_showing_in_warsaw(clock: str, after: str, moment: str) -> None:
    assert next_showing(time.fromisoformat(clock), _utc(after), WARSAW) == _utc(moment)


@given(wall=WALLS)
def test_read_gives_back_what_write_wrote(wall: datetime) -> None:
    assert read(write(wall)) == wall


@pytest.mark.parametrize("text", ["", "2026-03-29", "2026-03-29T02:30:00", "29.03.2026 02:30"])
def test_read_of_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time data|unconverted"):
        read(text)


def test_at_joins_day_and_clock() -> None:
    assert write(at(date(2026, 3, 29), "09:05")) == "2026-03-29T09:05"
