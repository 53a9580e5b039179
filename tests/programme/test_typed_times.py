from datetime import date, datetime

import pytest

from programme.desk_refusals import DayUnclear, WhenUnclear
from programme.typed_times import day_alone, day_and_hours

NINE_TO_THREE = (
    datetime.fromisoformat("2027-01-20T09:00"),
    datetime.fromisoformat("2027-01-20T15:00"),
)


@pytest.mark.parametrize(
    "raw",
    [
        "20.01.2027 9:00-15:00",
        "20.1.2027, 9.00 – 15.00",
        " 20.01.2027 r.  godz. 9-15. ",
        "20-01-2027 od 9:00 do 15:00",
        "20/01/2027 9—15",
    ],
)
def test_day_and_hours_are_read_however_they_are_typed(raw: str) -> None:
    assert day_and_hours(raw) == NINE_TO_THREE


@pytest.mark.parametrize(
    "raw",
    [
        *("", "jutro", "20.01.2027", "9:00-15:00", "20.01 9:00-15:00", "31.02.2027 9-15"),
        *("20.01.2027 9-25", "20.01.2027 15:00-9:00", "20.01.2027 9:00-9:00", "🌻" * 40),
        *(
            "0.0.0000 9-15",
            "01.01.0001 9-15",
            "31.12.9999 9-15",
            "20.01.2027 9:60-15:00",
            "20.01.2027 9-15 " + "x" * 500,
        ),
    ],
)
def test_anything_else_is_unclear(raw: str) -> None:
    with pytest.raises(WhenUnclear):
        day_and_hours(raw)


@pytest.mark.parametrize("raw", ["21.01.2027", " 21.1.2027 r. ", "21-01-2027", "21/1/2027 roku"])
def test_day_alone_is_read_however_it_is_typed(raw: str) -> None:
    assert day_alone(raw) == date(2027, 1, 21)


@pytest.mark.parametrize(
    "raw",
    [
        *("", "jutro", "21.01", "21.01.27", "31.02.2027", "0.0.0000", "01.01.0001", "31.12.9999"),
        *("21.01.2027 9:00-15:00", "🌻" * 40, "21.01.2027" + "x" * 500),
    ],
)
def test_anything_but_a_day_is_unclear(raw: str) -> None:
    with pytest.raises(DayUnclear):
        day_alone(raw)
