"""Which language a browser asks for, and what is pressed over that."""

import pytest
from starlette.requests import Request

from handlers.web import languages


def asked(wishes: str, *, query: str = "", cookie: str = "") -> str:
    headers = [(b"accept-language", wishes.encode()), (b"cookie", cookie.encode())]
    return languages.of(
        Request({"type": "http", "headers": headers, "query_string": query.encode()})
    )


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("", "pl"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("EN-us;q=0.8, de;q=0.5", "en"),
        ("en,pl;q=0.1", "pl"),
        ("en,pl;q=0", "en"),
        ("pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("uk,en;q=0.7", "pl"),
        ("de", "pl"),
        ("en;q=0", "pl"),
        (";;,q=x,en;q=9", "pl"),
        ("*", "pl"),
        ("a" * 5_000, "pl"),
    ],
)
def test_browser_that_prefers_english_and_lacks_polish_gets_it(wishes: str, language: str) -> None:
    assert asked(wishes) == language


@pytest.mark.parametrize(
    ("query", "cookie", "language"),
    [
        ("lang=pl", "jezyk=en", "pl"),
        ("", "jezyk=pl", "pl"),
        ("lang=xx", "jezyk=pl", "pl"),
        ("lang=xx", "jezyk=xx", "en"),
    ],
)
def test_what_was_pressed_goes_before_what_the_browser_asks(
    query: str, cookie: str, language: str
) -> None:
    assert asked("en", query=query, cookie=cookie) == language
