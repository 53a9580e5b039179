import aiohttp
import httpx
import pytest

from delivery.telegram_causes import (
    ReadTimeout,
    RemoteProtocolError,
    WireError,
    WireTimeout,
    WriteTimeout,
    cause_of,
)


def leaves(kind: type[WireError]) -> list[type[WireError]]:
    below = kind.__subclasses__()
    return [leaf for each in below for leaf in leaves(each)] if below else [kind]


@pytest.mark.parametrize("kind", leaves(WireError))
def test_every_cause_has_the_name_that_httpx_gives_it(kind: type[WireError]) -> None:
    theirs = getattr(httpx, kind.__name__)

    assert issubclass(theirs, httpx.TransportError)
    assert issubclass(theirs, httpx.TimeoutException) is issubclass(kind, WireTimeout)


def test_own_cause_stands_behind_the_clients_error() -> None:
    error = aiohttp.ClientConnectionError("Failed to send bytes")
    error.__cause__ = WriteTimeout("0 of 9 bytes")

    assert cause_of(error) is error.__cause__


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (aiohttp.ClientPayloadError("half"), RemoteProtocolError),
        (aiohttp.ServerDisconnectedError(), RemoteProtocolError),
        (aiohttp.SocketTimeoutError(), ReadTimeout),
        (TimeoutError(), ReadTimeout),
    ],
    ids=repr,
)
def test_what_may_have_left_is_never_called_a_missing_connection(
    error: aiohttp.ClientError | OSError, cause: type[WireError]
) -> None:
    assert type(cause_of(error)) is cause


def test_cause_holds_no_token() -> None:
    told = str(cause_of(aiohttp.ClientError("http://127.0.0.1/bot123456:AAsecret-token/getMe")))

    assert told == "ClientError: http://127.0.0.1/bot***/getMe"
