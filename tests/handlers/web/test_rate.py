"""How often somebody may ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from handlers.web.rate import MOST_REMEMBERED, Limit, Rate, visitor


def test_burst_is_allowed_and_comes_back_with_time() -> None:
    moment = [0.0]
    rate = Rate(Limit(burst=2, per_minute=6), seconds=lambda: moment[0])

    first = [rate.wait("a") for _ in range(3)]
    other = rate.wait("b")
    moment[0] = 10.0
    later = [rate.wait("a") for _ in range(2)]

    assert (first, other, later) == ([0, 0, 11], 0, [0, 11])


@given(steps=st.lists(st.floats(min_value=0, max_value=20), max_size=60))
def test_nobody_is_let_in_more_often_than_the_limit_says(steps: list[float]) -> None:
    moment, passed = [0.0], 0
    limit = Limit(burst=3, per_minute=30)
    rate = Rate(limit, seconds=lambda: moment[0])

    for step in steps:
        moment[0] += step
        passed += rate.wait("a") == 0

    assert passed <= limit.burst + moment[0] * limit.per_minute / 60


def test_those_quiet_for_longest_are_forgotten() -> None:
    rate = Rate(Limit(burst=1, per_minute=1), seconds=lambda: 0.0)

    for number in range(MOST_REMEMBERED + 1):
        rate.wait(str(number))

    assert (rate.wait("0"), rate.wait(str(MOST_REMEMBERED))) == (0, 61)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::/64"),
        ("127.0.0.1", ""),
        ("192.168.1.2", ""),
        ("::ffff:10.0.0.1", ""),
        ("unix", ""),
    ],
)
def test_visitor_is_whoever_connects(host: str, name: str) -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"forwarded", b"for=198.51.100.1")]
    request = Request({"type": "http", "client": (host, 1), "headers": headers})

    assert visitor(request) == name
    assert visitor(Request({"type": "http", "client": None, "headers": headers})) == ""


def test_neighbours_in_one_network_of_the_newer_kind_are_one_visitor() -> None:
    named = {
        visitor(Request({"type": "http", "client": (f"2a01:db9:1:{net}::{end}", 1), "headers": []}))
        for net, end in (("1", "1"), ("1", "ffff"), ("2", "1"))
    }

    assert named == {"2a01:db9:1:1::/64", "2a01:db9:1:2::/64"}
