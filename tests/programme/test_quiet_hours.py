from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from programme.quiet_hours import QuietHours, is_silent_day
from programme.wall_time import read, to_moment, to_wall, write

WARSAW = "Europe/Warsaw"
NIGHT = QuietHours(time(20), time(8))
NOON = QuietHours(time(12), time(14, 30))
NONE = QuietHours(time(8), time(8))
MINUTES = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
HOURS = st.builds(QuietHours, MINUTES, MINUTES)
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 -- Hypothesis adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001 -- as above
    timezones=st.just(UTC),
) | st.integers(-300, 300).flatmap(
    lambda minutes: st.sampled_from(
        [
            datetime(2026, month, day, 1, tzinfo=UTC) + timedelta(minutes=minutes)
            for month, day in ((3, 29), (10, 25))
        ]
    )
)


def _moment(wall: str) -> datetime:
    return to_moment(read(wall), WARSAW)


@pytest.mark.parametrize(
    ("quiet", "wall", "covered"),
    [
        (NIGHT, "2026-07-15T19:59", False),
        (NIGHT, "2026-07-15T20:00", True),
        (NIGHT, "2026-07-16T00:00", True),
        (NIGHT, "2026-07-16T07:59", True),
        (NIGHT, "2026-07-16T08:00", False),
        (NOON, "2026-07-15T11:59", False),
        (NOON, "2026-07-15T12:00", True),
        (NOON, "2026-07-15T14:30", False),
        (NONE, "2026-07-15T08:00", False),
    ],
)
def test_cover(quiet: QuietHours, wall: str, covered: bool) -> None:
    assert quiet.cover(_moment(wall), WARSAW) is covered


@pytest.mark.parametrize(
    ("quiet", "wall", "waking"),
    [
        (NIGHT, "2026-07-15T12:00", "2026-07-15T12:00"),
        (NIGHT, "2026-07-15T21:00", "2026-07-16T08:00"),
        (NIGHT, "2026-07-16T03:00", "2026-07-16T08:00"),
        (NIGHT, "2026-03-28T22:00", "2026-03-29T08:00"),
        (NIGHT, "2026-10-24T22:00", "2026-10-25T08:00"),
        (NOON, "2026-07-15T12:00", "2026-07-15T14:30"),
        (NONE, "2026-07-15T03:00", "2026-07-15T03:00"),
    ],
)
def test_next_waking(quiet: QuietHours, wall: str, waking: str) -> None:
    assert write(to_wall(quiet.next_waking(_moment(wall), WARSAW), WARSAW)) == waking


@pytest.mark.parametrize(
    ("quiet", "wall", "working"),
    [
        # An ordinary day, and a Saturday, are as they are.
        (NIGHT, "2026-07-15T12:00", "2026-07-15T12:00"),
        (NIGHT, "2026-07-18T12:00", "2026-07-18T12:00"),
        # Easter: from Saturday evening over Sunday and Monday.
        (NIGHT, "2026-04-03T21:00", "2026-04-04T08:00"),
        (NIGHT, "2026-04-04T19:59", "2026-04-04T19:59"),
        (NIGHT, "2026-04-04T20:00", "2026-04-07T08:00"),
        (NIGHT, "2026-04-05T12:00", "2026-04-07T08:00"),
        (NIGHT, "2026-04-06T12:00", "2026-04-07T08:00"),
        # 2 May is between two holidays and none itself; 3 May is a Sunday besides.
        (NIGHT, "2026-04-30T21:00", "2026-05-02T08:00"),
        (NIGHT, "2026-05-01T00:00", "2026-05-02T08:00"),
        (NIGHT, "2026-05-02T10:00", "2026-05-02T10:00"),
        (NIGHT, "2026-05-02T20:30", "2026-05-04T08:00"),
        # Whitsun and Corpus Christi.
        (NIGHT, "2026-05-24T09:00", "2026-05-25T08:00"),
        (NIGHT, "2026-06-04T09:00", "2026-06-05T08:00"),
        (NIGHT, "2026-11-10T20:00", "2026-11-12T08:00"),
        (NIGHT, "2026-11-11T23:59", "2026-11-12T08:00"),
        # 24 December is a holiday since 2025; then two more and a Sunday.
        (NIGHT, "2024-12-24T10:00", "2024-12-24T10:00"),
        (NIGHT, "2026-12-23T21:00", "2026-12-28T08:00"),
        (NIGHT, "2026-12-24T10:00", "2026-12-28T08:00"),
        (NIGHT, "2026-12-31T21:00", "2027-01-02T08:00"),
        # Both clock changes are in the night before a Sunday.
        (NIGHT, "2026-03-28T21:00", "2026-03-30T08:00"),
        (NIGHT, "2026-03-29T02:30", "2026-03-30T08:00"),
        (NIGHT, "2026-10-24T21:00", "2026-10-26T08:00"),
        (NIGHT, "2026-10-25T02:30", "2026-10-26T08:00"),
        # Where no quiet hours end in the morning, the office's day begins at eight.
        (NOON, "2026-05-01T09:00", "2026-05-02T08:00"),
        (QuietHours(time(22), time(6, 30)), "2026-05-01T09:00", "2026-05-02T06:30"),
        (QuietHours(time(7), time(9)), "2026-05-01T09:00", "2026-05-02T09:00"),
        (QuietHours(time(20), time(0)), "2026-05-01T09:00", "2026-05-02T08:00"),
        # Whoever wants no quiet hours wants no silent days.
        (NONE, "2026-04-05T03:00", "2026-04-05T03:00"),
    ],
)
def test_next_working(quiet: QuietHours, wall: str, working: str) -> None:
    assert write(to_wall(quiet.next_working(_moment(wall), WARSAW), WARSAW)) == working


@pytest.mark.parametrize(
    ("quiet", "wall", "evening"),
    [
        (NIGHT, "2026-07-15T12:00", "2026-07-15T20:00"),
        (NIGHT, "2026-07-15T08:00", "2026-07-15T20:00"),
        (NOON, "2026-07-15T15:00", "2026-07-16T12:00"),
    ],
)
def test_next_quiet(quiet: QuietHours, wall: str, evening: str) -> None:
    found = quiet.next_quiet(_moment(wall), WARSAW)

    assert found is not None
    assert write(to_wall(found, WARSAW)) == evening


def test_next_quiet_without_quiet_hours_never_comes() -> None:
    assert NONE.next_quiet(_moment("2026-07-15T12:00"), WARSAW) is None


@given(quiet=HOURS, moment=MOMENTS)
@example(  # the second 02:15 of a night in which the quiet hours end at 02:30, twice
    quiet=QuietHours(time(20), time(2, 30)), moment=datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
)
def test_next_waking_is_not_before_the_moment_and_not_quiet(
    quiet: QuietHours, moment: datetime
) -> None:
    waking = quiet.next_waking(moment, WARSAW)

    assert moment <= waking <= moment + timedelta(hours=25)
    assert not quiet.cover(waking, WARSAW)


@given(quiet=HOURS.filter(lambda quiet: quiet.begins != quiet.ends), moment=MOMENTS)
def test_next_working_is_neither_quiet_nor_on_a_silent_day_and_not_too_far(
    quiet: QuietHours, moment: datetime
) -> None:
    working = quiet.next_working(moment, WARSAW)

    assert moment <= working <= moment + timedelta(days=6)
    assert not quiet.cover(working, WARSAW)
    assert not is_silent_day(to_wall(working, WARSAW).date())
    assert quiet.next_working(working, WARSAW) == working


@given(quiet=HOURS.filter(lambda quiet: quiet.begins != quiet.ends), moment=MOMENTS)
@example(  # the second 02:15 of a night in which the quiet hours begin at 02:30, twice
    quiet=QuietHours(time(2, 30), time(8)), moment=datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
)
def test_next_quiet_is_the_first_moment_that_is_quiet_again(
    quiet: QuietHours, moment: datetime
) -> None:
    waking = quiet.next_waking(moment, WARSAW)

    evening = quiet.next_quiet(waking, WARSAW)

    assert evening is not None
    assert evening > waking
    assert quiet.cover(evening, WARSAW)
    assert not quiet.cover(evening - timedelta(minutes=1), WARSAW)
