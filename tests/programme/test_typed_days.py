"""Days and hours as people write them; what cannot be read whole is refused, never guessed."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import event_refusals as why
from programme.refusals import AnswerRefused
from programme.typed_days import MOST_DAYS, days_and_hours, moment

TODAY = date(2027, 1, 4)
TWO_HOURS = timedelta(hours=2)
_MONTHS = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
)


def read(raw: str) -> list[str]:
    found = days_and_hours(raw, today=TODAY, lasts=TWO_HOURS)
    return [f"{starts:%Y-%m-%d %H:%M}-{ends:%H:%M}" for starts, ends in found]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("10 lutego 16-18", ["2027-02-10 16:00-18:00"]),
        ("10 lutego o 16", ["2027-02-10 16:00-18:00"]),
        ("10 lutego o godz. 16", ["2027-02-10 16:00-18:00"]),
        ("10 lutego 2015 16:00", ["2015-02-10 16:00-18:00"]),
        ("w środę 10 lutego 2027 r. o godz. 16", ["2027-02-10 16:00-18:00"]),
        ("10.02.2027 r., godz. 16:00", ["2027-02-10 16:00-18:00"]),
        ("2027-02-10 16:00-18:30", ["2027-02-10 16:00-18:30"]),
        ("10 lutego 23:00", ["2027-02-10 23:00-23:59"]),
        ("jutro o 16", ["2027-01-05 16:00-18:00"]),
        ("pojutrze 9-10", ["2027-01-06 09:00-10:00"]),
        ("3 stycznia 9-10", ["2028-01-03 09:00-10:00"]),
        ("4 stycznia 9-10", ["2027-01-04 09:00-10:00"]),
    ],
)
def test_one_day(raw: str, found: list[str]) -> None:
    assert read(raw) == found


FIFTEENTH_AND_SIXTEENTH = ["2027-01-15 09:00-15:00", "2027-01-16 09:00-15:00"]


@pytest.mark.parametrize(
    "raw",
    [
        "15 i 16 stycznia 9-15",
        "15-16 stycznia 2027, 9-15",
        "15 – 16 stycznia od 9 do 15",
        "15, 16 STYCZNIA 2027 roku w godz. 9:00–15:00",
        "15 i 16.01.2027 9.00-15.00",
        "15.01 i 16.01 9:00-15:00",
        "15.01.2027-16.01.2027 9-15",
        "15 stycznia 9-15; 16 stycznia 9-15",
        "16 stycznia 9-15\n15 stycznia 9-15.",
        "15 stycznia 9-15, 16 stycznia 9-15",
        "15 stycznia 9-15 oraz 16 stycznia 9-15",
        "pt 15 stycznia i sob. 16 stycznia 9-15",
        "15 and 16 January from 9 to 15",
    ],
)
def test_two_days_are_written_in_many_ways(raw: str) -> None:
    assert read(raw) == FIFTEENTH_AND_SIXTEENTH


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (
            "15, 16 i 22 stycznia 9-15",
            [*FIFTEENTH_AND_SIXTEENTH, "2027-01-22 09:00-15:00"],
        ),
        (
            "15 stycznia, 9-15, 20 stycznia 10-12",
            ["2027-01-15 09:00-15:00", "2027-01-20 10:00-12:00"],
        ),
        (
            "30 stycznia, 2-3 lutego 9-15",
            ["2027-01-30 09:00-15:00", "2027-02-02 09:00-15:00", "2027-02-03 09:00-15:00"],
        ),
        (
            "31 stycznia do 2 lutego 9-15",
            ["2027-01-31 09:00-15:00", "2027-02-01 09:00-15:00", "2027-02-02 09:00-15:00"],
        ),
        (
            "30 grudnia i 2 stycznia 2029 9-15",
            ["2028-12-30 09:00-15:00", "2029-01-02 09:00-15:00"],
        ),
    ],
)
def test_several_days(raw: str, found: list[str]) -> None:
    assert read(raw) == found


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        ("", why.DaysUnclear),
        ("za tydzień", why.DaysUnclear),
        ("jutro", why.HoursMissing),
        ("15", why.DaysUnclear),
        (";", why.DaysUnclear),
        ("15 stycznia 9-15;", why.DaysUnclear),
        ("15 stycznia 9-15 i potem obiad", why.DaysUnclear),
        ("16-15 stycznia 9-15", why.DaysUnclear),
        ("15 stycznia 1815 9-15", why.DaysUnclear),
        ("15 stycznia", why.HoursMissing),
        ("15 stycznia rano", why.HoursMissing),
        ("15 stycznia 25-26", why.HoursMissing),
        ("15 stycznia 9-15 z przerwą", why.HoursMissing),
        ("31 lutego 9-15", why.DayImpossible),
        ("29 lutego 2027 9-15", why.DayImpossible),
        ("we wtorek 10 lutego 16-18", why.WeekdayWrong),
        ("15 stycznia 15-9", why.EndBeforeStart),
        ("15 stycznia 9-9", why.EndBeforeStart),
        ("1 stycznia 2028 - 1 marca 2028 9-15", why.DaysTooMany),
        ("1-31 stycznia 2028 9-15", why.DaysTooMany),
    ],
)
def test_what_is_wrong_is_named(raw: str, refusal: type[AnswerRefused]) -> None:
    with pytest.raises(AnswerRefused) as refused:
        read(raw)

    assert type(refused.value) is refusal


@given(st.dates(TODAY, date(2100, 12, 31)), st.integers(0, 22), st.integers(0, 59))
def test_every_day_is_read_as_it_is_written(day: date, hour: int, minute: int) -> None:
    named = f"{day.day} {_MONTHS[day.month - 1]} {day.year} {hour}:{minute:02d}-23:59"
    figures = f"{day:%d.%m.%Y} {hour}.{minute:02d} do 23.59"

    starts = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 -- a wall time
    for raw in (named, figures):
        [(begins, ends)] = days_and_hours(raw, today=TODAY, lasts=TWO_HOURS)
        assert (begins, ends) == (starts, starts.replace(hour=23, minute=59))


@given(st.text("0123456789 .,-:;iodostycznialutego\n", max_size=40))
def test_whatever_is_typed_is_read_or_refused(raw: str) -> None:
    try:
        found = days_and_hours(raw, today=TODAY, lasts=TWO_HOURS)
    except AnswerRefused:
        return
    assert 1 <= len(found) <= MOST_DAYS
    assert all(starts < ends for starts, ends in found)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("8 lutego", "2027-02-08 23:59"),
        ("jutro", "2027-01-05 23:59"),
        ("do 8 lutego", "2027-02-08 23:59"),
        ("najpóźniej do 8.02.2027 r.", "2027-02-08 23:59"),
        ("8 lutego 15:00", "2027-02-08 15:00"),
        ("8 lutego do 15", "2027-02-08 15:00"),
        ("do 8 lutego, godz. 12", "2027-02-08 12:00"),
    ],
)
def test_deadline(raw: str, found: str) -> None:
    assert f"{moment(raw, today=TODAY):%Y-%m-%d %H:%M}" == found


@pytest.mark.parametrize(
    "raw", ["", "za tydzień", "8 i 9 lutego", "8 lutego 9-12", "8 lutego rano"]
)
def test_deadline_that_is_not_one_moment_is_refused(raw: str) -> None:
    with pytest.raises(why.DeadlineUnclear):
        moment(raw, today=TODAY)
