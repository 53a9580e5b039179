import math
from collections import Counter
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from programme import survey_statistics as statistics

VALUES = st.lists(st.integers(-5, 11), min_size=2, max_size=40)


@given(st.integers(0, 60), st.integers(1, 60))
def test_wilson_is_that_of_scipy(count: int, n: int) -> None:
    count = min(count, n)
    expected = stats.binomtest(count, n).proportion_ci(0.95, method="wilson")

    assert statistics.wilson(count, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_wilson_gives_the_published_example() -> None:
    """81 of 263: 0.2553 to 0.3662 (Newcombe, Statistics in Medicine 17, 1998, table I)."""
    low, high = statistics.wilson(81, 263)

    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_wilson_of_nobody_says_nothing() -> None:
    assert statistics.wilson(0, 0) == (0.0, 1.0)
    assert statistics.share("yes", "Tak", 0, 0) == statistics.Share("yes", "Tak", 0, 0.0, 0.0, 1.0)


@given(VALUES)
def test_figures_are_those_of_numpy_and_scipy(values: list[int]) -> None:
    found = statistics.figures(Counter(map(float, values)))

    assert found is not None
    mean, sd = np.mean(values), np.std(values, ddof=1)
    assert (found.n, found.mean, found.sd) == pytest.approx((len(values), mean, sd))
    assert (found.q1, found.median, found.q3) == pytest.approx(
        tuple(np.quantile(values, [0.25, 0.5, 0.75]))
    )
    half = float(stats.t.ppf(0.975, len(values) - 1)) * sd / math.sqrt(len(values))
    assert (found.low, found.high) == pytest.approx((mean - half, mean + half))


def test_figures_of_students_sleep_give_the_published_interval() -> None:
    """Student's sleep data, the differences: mean 1.58, interval 0.70 to 2.46 (R, `t.test`)."""
    found = statistics.figures(Counter([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]))

    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert [round(one, 2) for one in (found.mean, found.low, found.high)] == [1.58, 0.70, 2.46]


def test_figures_of_none_one_and_two() -> None:
    assert statistics.figures({}) is None
    assert statistics.figures({4.0: 1}) == statistics.Figures(1, 4.0, None, None, None, 4, 4, 4)
    two = statistics.figures({4.0: 2})
    assert two == statistics.Figures(2, 4.0, 4.0, 4.0, 0.0, 4, 4, 4)


def test_ranks_leave_out_whoever_did_not_rank_an_option() -> None:
    orders = {("a", "b", "c"): 2, ("b", "a"): 1}

    found = statistics.ranks(orders, [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")])

    assert [(one.key, one.n, one.first) for one in found] == [
        ("a", 3, 2),
        ("b", 3, 1),
        ("c", 2, 0),
        ("d", 0, 0),
    ]
    assert [one.mean for one in found] == [pytest.approx(4 / 3), pytest.approx(5 / 3), 3, None]


def test_days_give_the_middle_and_no_ends_where_these_are_one_persons() -> None:
    counted = {date(2027, 5, 1): 1, date(2027, 5, 9): 2, date(2027, 6, 1): 1}

    assert statistics.days(counted) == statistics.Days(
        date(2027, 5, 1), date(2027, 5, 9), date(2027, 6, 1)
    )
    assert statistics.days(counted, with_ends=False) == statistics.Days(
        None, date(2027, 5, 9), None
    )
    assert statistics.days({}) is None
