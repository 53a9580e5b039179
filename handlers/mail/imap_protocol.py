"""The IMAP library's connection, with what it lacks: a lost connection ends whatever waits on it.

The library wakes no waiting command when the connection is lost, and does not speak STARTTLS. It
also writes all that it hears into its debug log, which here is people's mail.
"""

import asyncio
import socket
import ssl
from typing import Any

from aioimaplib import IMAP4
from aioimaplib.aioimaplib import Command, IMAP4ClientProtocol, IncompleteRead

# Seconds until the system asks a silent peer, and between its questions.
KEEPALIVE = ((socket.TCP_KEEPIDLE, 120), (socket.TCP_KEEPINTVL, 30), (socket.TCP_KEEPCNT, 4))
FAREWELL = 5.0


class TlsRefused(Exception):
    """The server does not begin to encrypt, and nothing is said to it in clear."""


class Wire(IMAP4ClientProtocol):  # type: ignore[misc]  # the library has no types
    """One connection; `lost` ends with it, and `news` is set when the server tells of new mail."""

    current_command: Command | None
    incomplete_line: bytes

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.lost = asyncio.Event()
        self.news = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the system notice a peer that has vanished."""
        super().connection_made(transport)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEPALIVE:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)

    def data_received(self, data: bytes) -> None:
        """Read what came; what cannot be read ends the connection and nothing else."""
        try:
            self._handle_responses(
                self.incomplete_line + data, self._handle_line, self.current_command
            )
        except IncompleteRead as incomplete:
            self.current_command, self.incomplete_line = incomplete.cmd, incomplete.data
        except Exception:  # noqa: BLE001 -- nobody above could do more than this
            self.hang_up()
        else:
            self.current_command, self.incomplete_line = None, b""

    def connection_lost(self, exc: Exception | None) -> None:
        """Let everybody who waits for an answer know that there will be none."""
        del exc
        self.lost.set()

    def hang_up(self) -> None:
        """End the connection at once."""
        self.lost.set()
        if self.transport is not None:
            self.transport.abort()

    def _untagged_response(self, line: bytes) -> Command:
        # Told in the middle of any command, and only once: not only while we wait for it.
        if line.endswith(b" EXISTS"):
            self.news.set()
        return super()._untagged_response(line)


class Client(IMAP4):  # type: ignore[misc]  # the library has no types
    """The library's client on such a connection."""

    protocol: Wire

    def create_client(
        self,
        host: str,
        port: int,
        loop: asyncio.AbstractEventLoop | None,
        conn_lost_cb: object = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Begin to connect."""
        del loop, conn_lost_cb
        running = asyncio.get_running_loop()
        self.protocol = Wire(running)
        self._client_task = running.create_task(
            running.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        )

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Encrypt from here on; raises TlsRefused."""
        wire = self.protocol
        loop = asyncio.get_running_loop()
        answer = await wire.execute(Command("STARTTLS", wire.new_tag(), loop=loop))
        # What came in clear behind the answer may be somebody else's words.
        if answer.result != "OK" or wire.incomplete_line:
            raise TlsRefused
        wire.transport = await loop.start_tls(
            wire.transport, wire, context, server_hostname=self.host
        )
        await wire.capability()

    def leave_off(self, task: asyncio.Future[Any]) -> None:
        """Cancel what nobody waits for any longer, without waiting for its end.

        It may hang on a lock that another task of the library holds until all is closed down.
        """
        task.cancel()
        self.tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Future[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled():
            # Asked for, so that nobody complains that it was not.
            task.exception()

    async def close_down(self) -> None:
        """Give everything back without a word."""
        self.protocol.hang_up()
        if self._idle_waiter is not None:
            self._idle_waiter.cancel()
        left = {self._client_task, *self.tasks, *self.protocol.tasks}
        for task in left:
            task.cancel()
        done, _ = await asyncio.wait(left, timeout=FAREWELL)
        for task in done:
            self._forget(task)
        # The connection may have come about in the very last moment.
        self.protocol.hang_up()
