import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

LONGEST_FAREWELL = 2.0


class HttpServer:
    """Serve an ASGI app on loopback in the running loop, and cut connections when told to.

    uvicorn's own Server is left out: it takes over the process's signals and sleeps on its way out.
    """

    def __init__(self, app: ASGIApp, *, port: int = 0) -> None:
        self.port = port
        self._config = Config(
            app, lifespan="off", log_config=None, access_log=False, ws="none", timeout_keep_alive=60
        )
        self._state = ServerState()
        self._transports: dict[Any, asyncio.Transport] = {}
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; after stop() the same port is used again."""
        if not self._config.loaded:
            self._config.load()
        self._server = await asyncio.get_running_loop().create_server(
            self._protocol(), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and all connections, and let the handlers end."""
        if self._server is None:
            return
        self._server.close()
        for transport in list(self._transports.values()):
            transport.abort()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=LONGEST_FAREWELL)
        await self._server.wait_closed()
        self._server = None
        await asyncio.sleep(0)

    def cut(self, client: tuple[str, int]) -> None:
        """Close one client's connection without an answer."""
        self._transports[client].abort()

    def _protocol(self) -> Callable[[], H11Protocol]:
        transports, config, state = self._transports, self._config, self._state

        class Connection(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                transports[transport.get_extra_info("peername")] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.transport.get_extra_info("peername"), None)
                super().connection_lost(exc)

        return lambda: Connection(config=config, server_state=state, app_state={})
