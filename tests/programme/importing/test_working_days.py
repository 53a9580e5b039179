from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.importing import working_days

FRIDAY = date(2026, 11, 20)
SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, date(2026, 11, 23)),
        (FRIDAY, -1, date(2026, 11, 19)),
        (SATURDAY, 0, date(2026, 11, 23)),
        (SATURDAY, 1, date(2026, 11, 23)),
        (SATURDAY, -1, FRIDAY),
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
    ],
)
def test_shift_counts_working_days(start: date, count: int, day: date) -> None:
    assert working_days.shift(start, count) == day


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(1, 200))
def test_shift_forwards_keeps_days_apart_and_in_order(start: date, count: int) -> None:
    day = working_days.shift(start, count)

    assert start < day < working_days.shift(start, count + 1)
    assert working_days.is_working_day(day)


def test_holiday_name_in_both_languages() -> None:
    epiphany = date(2027, 1, 6)

    assert working_days.holiday_name(epiphany) == "Święto Trzech Króli"
    assert working_days.holiday_name(epiphany, "en") == "Epiphany"
    assert working_days.holiday_name(epiphany + timedelta(days=1)) is None
