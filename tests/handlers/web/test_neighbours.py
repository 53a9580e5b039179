"""Figures are for this machine and its private network."""

from typing import Any

import pytest
from starlette.requests import Request

from handlers.web.neighbours import is_neighbour


def request(host: str | None, *headers: str) -> Request:
    scope: dict[str, Any] = {
        "type": "http",
        "headers": [(name.lower().encode(), b"x") for name in headers],
        "client": (host, 1) if host is not None else None,
    }
    return Request(scope)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.8.8.8", "::1", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
        *("192.168.7.7", "fd12::7", "::ffff:10.1.2.3"),
    ],
)
def test_machine_and_private_network_are_neighbours(host: str) -> None:
    assert is_neighbour(request(host))


@pytest.mark.parametrize(
    "host",
    [
        *("8.8.8.8", "172.32.0.1", "192.169.0.1", "203.0.113.9", "2001:db8::1", "100.64.0.1"),
        *("::ffff:8.8.8.8", "testclient", "", None),
    ],
)
def test_everybody_else_is_not(host: str | None) -> None:
    assert not is_neighbour(request(host))


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_whom_a_proxy_speaks_for_is_not(header: str) -> None:
    assert not is_neighbour(request("127.0.0.1", header))
