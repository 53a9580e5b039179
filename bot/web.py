"""The web port: a server that runs as one task among the others of the process."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any

from uvicorn import Config, Server

from bot.web_bind import WebBind, listen

# A connection that Telegram keeps open saves a handshake per update.
IDLE_CONNECTION = 75
LONGEST_FAREWELL = 10
MOST_AT_ONCE = 200
logger = logging.getLogger(__name__)


class _TaskServer(Server):
    """uvicorn without its grip on the signals: the process has its own way of stopping."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals as they are."""
        yield


class WebPort:
    """Serve pages from `open` on until `run` is cancelled."""

    def __init__(self, app: Callable[..., Any], bind: WebBind) -> None:
        self.port = bind.port
        self._bind = bind
        self._socket: socket.socket | None = None
        config = Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            http="h11",
            ws="none",
            # Nobody's word is taken for where a request came from.
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=IDLE_CONNECTION,
            timeout_graceful_shutdown=LONGEST_FAREWELL,
        )
        self._server = _TaskServer(config)

    def open(self) -> None:
        """Take the port; whoever connects waits until `run`. Raises PortTaken."""
        self._socket = listen(self._bind)
        self.port = int(self._socket.getsockname()[1])

    async def run(self) -> None:
        """Serve until cancelled; a request that is under way gets its answer first."""
        assert self._socket is not None, "open() comes first"  # noqa: S101 -- the caller's slip
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        try:
            await asyncio.shield(serving)
        finally:
            self._server.should_exit = True
            while not serving.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait({serving})
            self._socket.close()

    def close(self) -> None:
        """Give the port back when `run` never came."""
        if self._socket is not None:
            self._socket.close()
