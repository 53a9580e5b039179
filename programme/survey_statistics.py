"""Shares, means and medians of counted answers.

Shares have a Wilson interval and means an interval by Student's t, both of 95 %. They say how far
chance alone may have moved the figure if those who answered were drawn at random; who did not
answer is another matter. scipy is loaded when it is needed, because it is slow to load.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LEVEL = 0.95
_Z = 1.959963984540054  # the normal quantile of 0.975


@dataclass(frozen=True)
class Share:
    """How many of those who answered chose an option; `low` and `high` are the 95 % interval.

    Of one that is hidden nothing is known, because too few people of a group chose it.
    """

    key: str
    label: str
    count: int
    share: float
    low: float
    high: float
    is_hidden: bool = False


@dataclass(frozen=True)
class Figures:
    """A scale's or number's mean with its 95 % interval, and its quartiles.

    `sd`, `low` and `high` are None for one answer, which says nothing about others.
    """

    n: int
    mean: float
    low: float | None
    high: float | None
    sd: float | None
    q1: float
    median: float
    q3: float


@dataclass(frozen=True)
class Rank:
    """How an option was ranked: the mean of its ranks, by `n` people, `first` put it first."""

    key: str
    label: str
    n: int
    first: int
    mean: float | None


@dataclass(frozen=True)
class Days:
    """The middle of the days that were answered; the ends are None where they are one person's."""

    first: date | None
    median: date
    last: date | None


def wilson(count: int, n: int) -> tuple[float, float]:
    """Give the Wilson score interval of a share; of nobody anything may be true."""
    if n == 0:
        return 0.0, 1.0
    share, square = count / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == n else min(1.0, middle + half)
    return low, high


def share(key: str, label: str, count: int, n: int) -> Share:
    """Work out one option's share of the people who answered."""
    low, high = wilson(count, n)
    return Share(key, label, count, count / n if n else 0.0, low, high)


def figures(values: Mapping[float, int]) -> Figures | None:
    """Work out mean and quartiles of values with their counts; None when there are none.

    Quartiles are interpolated between the two nearest values, as spreadsheets do it.
    """
    ordered = sorted((value, count) for value, count in values.items() if count > 0)
    n = sum(count for _, count in ordered)
    if n == 0:
        return None
    mean = math.fsum(value * count for value, count in ordered) / n
    q1, median, q3 = (_quantile(ordered, n, part) for part in (0.25, 0.5, 0.75))
    if n == 1:
        return Figures(n, mean, None, None, None, q1, median, q3)
    squares = math.fsum(count * (value - mean) ** 2 for value, count in ordered)
    sd = math.sqrt(squares / (n - 1))
    half = _t_quantile(n - 1) * sd / math.sqrt(n)
    return Figures(n, mean, mean - half, mean + half, sd, q1, median, q3)


def _t_quantile(freedom: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 -- slow to load, and few need it

    return float(stdtrit(freedom, 1 - (1 - LEVEL) / 2))


def _quantile(ordered: Sequence[tuple[float, int]], n: int, part: float) -> float:
    place = (n - 1) * part
    below = math.floor(place)
    low, high = _at(ordered, below), _at(ordered, min(below + 1, n - 1))
    return low + (high - low) * (place - below)


def _at(ordered: Sequence[tuple[float, int]], index: int) -> float:
    passed = 0
    for value, count in ordered:
        passed += count
        if index < passed:
            return value
    raise IndexError(index)


def ranks(
    orders: Mapping[tuple[str, ...], int], options: Sequence[tuple[str, str]]
) -> tuple[Rank, ...]:
    """Work out the mean rank of each option (key, label) from the orders that people made.

    Whoever left an option out of their order says nothing about its rank.
    """
    found = []
    for key, label in options:
        places: Counter[int] = Counter()
        for order, count in orders.items():
            if key in order:
                places[order.index(key) + 1] += count
        n = places.total()
        mean = sum(place * count for place, count in places.items()) / n if n else None
        found.append(Rank(key, label, n, places[1], mean))
    return tuple(found)


def days(counted: Mapping[date, int], *, with_ends: bool = True) -> Days | None:
    """Find the earliest, middle and latest day; of an even number the earlier middle one."""
    ordered = sorted((day.toordinal(), count) for day, count in counted.items() if count > 0)
    n = sum(count for _, count in ordered)
    if n == 0:
        return None
    median = date.fromordinal(int(_at(ordered, (n - 1) // 2)))
    if not with_ends:
        return Days(None, median, None)
    return Days(date.fromordinal(ordered[0][0]), median, date.fromordinal(ordered[-1][0]))
