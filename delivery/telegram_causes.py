"""Name what went wrong on the wire as httpx names it, whichever client has been at work.

delivery/telegram_failures.py decides by these names whether bytes may have left, so it need not
know the client.
"""

import asyncio

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientOSError,
    ConnectionTimeoutError,
    InvalidURL,
    SocketTimeoutError,
)

from delivery.redaction import redact


class WireError(Exception):
    """The request got no whole answer; the subclass says at which step."""


class WireTimeout(WireError):
    """A step took longer than it may."""


class PoolTimeout(WireTimeout):
    """All connections stayed busy; nothing was sent."""


class ConnectTimeout(WireTimeout):
    """No connection came about in time; nothing was sent."""


class WriteTimeout(WireTimeout):
    """The other side stopped taking the request."""


class ReadTimeout(WireTimeout):
    """The request was sent and the answer stays away."""


class ConnectError(WireError):
    """There is no connection, by name, route or certificate; nothing was sent."""


class ProxyError(WireError):
    """The proxy does not let us through; nothing was sent."""


class UnsupportedProtocol(WireError):
    """The address is none that this client can speak to; nothing was sent."""


class ReadError(WireError):
    """The connection broke while the request or its answer was under way."""


class RemoteProtocolError(WireError):
    """The other side hung up, or answered something that is not HTTP."""


_CAUSES: tuple[tuple[type[Exception], type[WireError]], ...] = (
    (ConnectionTimeoutError, ConnectTimeout),
    (SocketTimeoutError, ReadTimeout),
    (ClientConnectorError, ConnectError),
    (ClientHttpProxyError, ProxyError),
    (InvalidURL, UnsupportedProtocol),
    (ClientOSError, ReadError),
    (asyncio.TimeoutError, ReadTimeout),
)


def cause_of(error: ClientError | OSError) -> WireError:
    """Give the cause in httpx's words; what is not known any closer may have left."""
    if isinstance(error.__cause__, WireError):
        return error.__cause__
    for theirs, ours in _CAUSES:
        if isinstance(error, theirs):
            return ours(_told(error))
    return RemoteProtocolError(_told(error))


def _told(error: Exception) -> str:
    return redact(f"{type(error).__name__}: {error}")
