"""Speak HTTP for the bot library through aiohttp, with the library's own exceptions.

`AiohttpRequest` stands in place of `telegram.request.HTTPXRequest`, which spends most of the time
of a message in its connection pool. What goes wrong on the wire is raised as the library raises
it, and its cause bears the name that httpx gives to the same trouble (telegram_causes.py).
"""

import asyncio
import json
import select
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakSet

from aiohttp import (
    ClientError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from delivery.redaction import redact
from delivery.telegram_causes import PoolTimeout, WireTimeout, cause_of
from delivery.telegram_upload import PIECE, Upload, upload

# Telegram's own servers keep an idle connection for longer, so it is we who hang up.
KEPT_IDLE_SECONDS = 15.0
# The Bot API reads it as well as a form (core.telegram.org/bots/api#making-requests), and
# quoting a form takes ten times as long.
_JSON = "application/json"
_POOL_BUSY = (
    "Pool timeout: All connections in the connection pool are occupied. "
    "Request was *not* sent to Telegram. Consider adjusting the connection "
    "pool size or the pool timeout."
)
# Where the system cannot tell a half-closed connection, a closed one must do.
_GONE = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR


@dataclass(frozen=True)
class Limits:
    """How many requests may be under way, and how many seconds each step may take."""

    connections: int
    connect: float | None
    read: float | None
    write: float | None
    media_write: float | None
    pool: float | None


class ProxyUnusable(ValueError):
    """The proxy that the environment names is not an HTTP proxy."""


class StaleConnection(Exception):
    """The kept connection was closed by the other side before we used it again."""


class _Attempt(ClientRequest):
    """A request that looks whether its kept connection still lives before a byte leaves.

    A POST that meets a closed connection may or may not have arrived; nobody repeats it. So it
    must not be written there in the first place.
    """

    _used: ClassVar[WeakSet[ResponseHandler]] = WeakSet()

    async def send(self, conn: Connection) -> ClientResponse:
        protocol = conn.protocol
        if protocol is not None:
            if protocol in self._used and _is_gone(protocol):
                raise StaleConnection
            self._used.add(protocol)
        return await super().send(conn)


def _is_gone(protocol: ResponseHandler) -> bool:
    transport = protocol.transport
    if transport is None:
        return True
    poll = select.poll()
    poll.register(transport.get_extra_info("socket").fileno(), _GONE)
    return bool(poll.poll(0))


class AiohttpRequest(BaseRequest):
    """One pool of connections; any number of tasks may share it."""

    def __init__(
        self,
        limits: Limits,
        *,
        proxy: str | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits
        self._proxy = proxy
        self._tls = tls_context or True
        self._session: ClientSession | None = None
        self._closed = False
        self._free = asyncio.Semaphore(limits.connections)
        self._headers = {"User-Agent": self.USER_AGENT}
        self._json_headers = {**self._headers, "Content-Type": _JSON}
        self._timeouts: dict[tuple[float | None, float | None], ClientTimeout] = {}

    @property
    def read_timeout(self) -> float | None:
        """The seconds that an answer may take unless a call says otherwise."""
        return self._limits.read

    async def initialize(self) -> None:
        """Open the pool; also after shutdown()."""
        self._closed = False

    async def shutdown(self) -> None:
        """Close all connections."""
        self._closed = True
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request and return the status and the body of its answer.

        Raises TimedOut or NetworkError; their causes say whether bytes may have left.
        """
        files = request_data.multipart_data if request_data else None
        fields = request_data.json_parameters if request_data else None
        limits, headers = self._limits, self._headers
        body: bytes | Upload | None = None
        if files:
            patience = _or(write_timeout, limits.media_write)
            body = await upload(fields or {}, files, seconds=patience)
        elif fields:
            body, headers = json.dumps(fields).encode(), self._json_headers
            if len(body) > PIECE:
                patience = _or(write_timeout, limits.write)
                body = Upload(body, content_type=_JSON, seconds=patience)
        request = partial(
            self._opened().request,
            method,
            url,
            data=body,
            headers=headers,
            timeout=self._timeout(
                _or(connect_timeout, limits.connect), _or(read_timeout, limits.read)
            ),
            allow_redirects=False,
            proxy=self._proxy,
        )
        try:
            await self._take_place(_or(pool_timeout, limits.pool))
            try:
                return await _exchange(request)
            finally:
                self._free.release()
        except PoolTimeout as error:
            raise TimedOut(_POOL_BUSY) from error
        except (ClientError, OSError) as error:
            cause = cause_of(error)
            if isinstance(cause, WireTimeout):
                raise TimedOut from cause
            raise NetworkError(f"aiohttp.{type(cause).__name__}: {cause}") from cause

    def _opened(self) -> ClientSession:
        if self._closed:
            raise RuntimeError("This request is shut down.")
        if self._session is None:
            self._session = ClientSession(
                # The places are counted here, where waiting for one has its own time-out.
                connector=TCPConnector(limit=0, keepalive_timeout=KEPT_IDLE_SECONDS, ssl=self._tls),
                cookie_jar=DummyCookieJar(),
                request_class=_Attempt,
            )
        return self._session

    def _timeout(self, connect: float | None, read: float | None) -> ClientTimeout:
        try:
            return self._timeouts[connect, read]
        except KeyError:
            made = ClientTimeout(total=None, connect=connect, sock_read=read)
            return self._timeouts.setdefault((connect, read), made)

    async def _take_place(self, seconds: float | None) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise PoolTimeout from error


def environment_proxy(url: str) -> str | None:
    """Give the proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY name for an address.

    Raises ProxyUnusable for one that is asked in another way than by HTTP.
    """
    address = urlsplit(url)
    if proxy_bypass(address.netloc.rpartition("@")[2]):
        return None
    named = getproxies()
    proxy = named.get(address.scheme) or named.get("all")
    if proxy is None:
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(proxy).scheme not in {"http", "https"}:
        raise ProxyUnusable(redact(proxy))
    return proxy


async def _exchange(request: Callable[[], Awaitable[ClientResponse]]) -> tuple[int, bytes]:
    while True:
        try:
            response = await request()
            return response.status, await response.read()
        except StaleConnection:
            # It is closed by being refused, so this ends with a connection of our own at last.
            continue


def _or(given: Any, usual: float | None) -> float | None:
    """Resolve the library's "not given", which differs from None, "no limit"."""
    return usual if given is BaseRequest.DEFAULT_NONE else given
