"""Until when a seat is offered, and to whom."""

from datetime import UTC, datetime, time, timedelta

import pytest

from programme import offering
from programme.offering import AT_ONCE, Terms
from programme.quiet_hours import QuietHours
from programme.wall_time import to_wall
from storage.events import Event, Session

QUIET = QuietHours(time(20), time(8))
HOUR = timedelta(hours=1)
ZONE = "Europe/Warsaw"
# A Monday at eleven in Warsaw; the event begins on Friday of the next week at nine there.
NOON = datetime(2027, 1, 4, 10, tzinfo=UTC)
BEGINS = datetime(2027, 1, 15, 8, tzinfo=UTC)


def _event(*, offer_hours: int = 0, last_minute_hours: int = 0) -> Event:
    return Event(
        *(1, "e", 1, "Szkolenie", "training", "Miłki", "", 20, 20, "all", None, ZONE, "published"),
        offer_hours=offer_hours,
        last_minute_hours=last_minute_hours,
    )


def _session(starts_at: datetime) -> Session:
    return Session(1, 1, 1, starts_at, starts_at + 6 * HOUR, "", "", ZONE, "Miłki", 0)


def _warsaw(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2027-01-{day:02}T{clock}+01:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "hours", "ends"),
    [
        pytest.param(_warsaw(4, "11:00"), 4, _warsaw(4, "15:00"), id="within a day"),
        pytest.param(_warsaw(4, "11:00"), 24, _warsaw(5, "11:00"), id="over a night"),
        pytest.param(_warsaw(4, "18:00"), 4, _warsaw(5, "10:00"), id="not in the night"),
        pytest.param(_warsaw(4, "16:00"), 4, _warsaw(5, "10:00"), id="not when it begins"),
        pytest.param(_warsaw(4, "23:00"), 4, _warsaw(5, "12:00"), id="counted from the morning"),
        pytest.param(_warsaw(5, "03:00"), 4, _warsaw(5, "12:00"), id="counted after midnight"),
        pytest.param(_warsaw(4, "23:00"), 12, _warsaw(6, "10:00"), id="two nights"),
        pytest.param(_warsaw(14, "11:00"), 48, _warsaw(15, "08:45"), id="before the last call"),
        pytest.param(_warsaw(15, "08:10"), 2, _warsaw(15, "08:45"), id="short, but some time"),
    ],
)
def test_offer_ends_in_waking_hours_and_before_the_event(
    now: datetime, hours: int, ends: datetime
) -> None:
    event = _event(offer_hours=hours)

    assert offering.terms(event, [_session(BEGINS)], QUIET, now) == Terms(
        holds_seat=True, until=ends
    )


def test_last_call_in_the_quiet_hours_is_their_beginning() -> None:
    early = _warsaw(15, "08:10")
    found = offering.terms(_event(offer_hours=48), [_session(early)], QUIET, _warsaw(14, "11:00"))

    assert found == Terms(holds_seat=True, until=_warsaw(14, "19:59:59"))


@pytest.mark.parametrize("now", [_warsaw(14, "22:00"), _warsaw(15, "08:05")])
def test_no_seat_is_held_when_nobody_could_answer_in_time(now: datetime) -> None:
    early = _warsaw(15, "08:10")

    found = offering.terms(_event(offer_hours=4), [_session(early)], QUIET, now)

    assert found == Terms(holds_seat=False, until=early)


@pytest.mark.parametrize("offer_hours", [0, 24])
@pytest.mark.parametrize(("before", "asks_all"), [(48 * HOUR, True), (48.1 * HOUR, False)])
def test_last_minute_begins_to_the_second(
    offer_hours: int, before: timedelta, *, asks_all: bool
) -> None:
    event = _event(offer_hours=offer_hours, last_minute_hours=48)
    found = offering.terms(event, [_session(BEGINS)], QUIET, BEGINS - before)

    assert (found == Terms(holds_seat=False, until=BEGINS)) is asks_all


def test_nobody_is_asked_where_the_event_says_so() -> None:
    assert offering.terms(_event(), [_session(BEGINS)], QUIET, NOON) == AT_ONCE


def test_earliest_session_counts_whatever_its_number() -> None:
    sessions = [_session(BEGINS), _session(NOON + 3 * HOUR)]
    found = offering.terms(_event(offer_hours=48), sessions, QUIET, NOON)

    assert found.until == NOON + 3 * HOUR - timedelta(minutes=15)


@pytest.mark.parametrize("hours", [1, 5, 12, 24, 100])
def test_no_offer_made_in_a_week_ends_in_the_quiet_hours(hours: int) -> None:
    event, sessions = _event(offer_hours=hours), [_session(BEGINS)]
    for quarter in range(7 * 24 * 4):
        now = NOON + quarter * timedelta(minutes=15)
        until = offering.terms(event, sessions, QUIET, now).until
        assert until is not None
        assert not QUIET.cover(until, ZONE), to_wall(until, ZONE)
        assert now < until <= BEGINS - timedelta(minutes=15)


def test_without_quiet_hours_the_hours_are_just_counted() -> None:
    none = QuietHours(time(8), time(8))
    found = offering.terms(_event(offer_hours=10), [_session(BEGINS)], none, _warsaw(4, "23:00"))

    assert found.until == _warsaw(5, "09:00")
