"""A reader of a real mailbox for one test, and a wire between the two that can be cut."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import text

from handlers.mail.folder import Limits
from handlers.mail.imap_url import ImapUrl
from handlers.mail.mailbox import MailReader, Pauses
from programme.documents import FileStore
from scheduler.ticks import unasked
from storage.database import Database
from storage.leases import Confirm
from tests.mail_servers import Mailbox

PATIENCE = 20.0
QUICK = Limits(connect=10, command=10, silence=10, fetch=20, idle=60, look=0.2)
IMPATIENT = Pauses(first=0.05, longest=0.2, refused=0.1, longest_refused=0.2, worth_an_alert=600)


def mail(number: int, *, sender: str = "anna@ngo.example.org", more: bytes = b"") -> bytes:
    """Write a mail of somebody."""
    head = f"From: Anna <{sender}>\r\nMessage-ID: <{number}@ngo.example.org>\r\nSubject: {number}"
    return head.encode() + b"\r\n\r\nDzie\xc5\x84 dobry\r\n" + more


@dataclass
class Reading:
    """A mailbox, the database that its mails go to, and the reader between them."""

    database: Database
    mailbox: Mailbox
    folder: Path
    url: ImapUrl
    limits: Limits = QUICK
    pauses: Pauses = IMPATIENT
    confirm: Confirm = unasked
    woken: int = 0
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    @property
    def store(self) -> FileStore:
        """Where large mails lie."""
        return FileStore(self.folder / "files")

    def reader(self, **changes: Any) -> MailReader:
        """Make a reader, as a process does."""
        known = {"url": self.url, "database": self.database, "confirm": self.confirm, **changes}
        return MailReader(
            clock=self.clock,
            store=self.store,
            wake=self._wake,
            limits=self.limits,
            pauses=self.pauses,
            **known,
        )

    def _wake(self) -> None:
        self.woken += 1

    @asynccontextmanager
    async def running(self, **changes: Any) -> AsyncIterator[None]:
        """Read until the end of the block."""
        task = asyncio.create_task(self.reader(**changes).run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read rows of the database."""
        async with self.database.reading() as tx:
            return [tuple(row) for row in await tx.execute(text(query))]

    async def keys(self) -> list[str]:
        """Give the keys of all mails in the inbox."""
        return [row[0] for row in await self.rows("SELECT key FROM inbox ORDER BY id")]

    async def until(self, found: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something is true."""
        async with asyncio.timeout(PATIENCE):
            while not await found():  # noqa: ASYNC110 -- a database has no event to wait for
                await asyncio.sleep(0.01)

    async def until_read(self, count: int) -> None:
        """Wait until so many mails lie in the inbox, and all of them are marked as read."""

        async def is_read() -> bool:
            kept = await self.rows("SELECT count(*) FROM inbox")
            return kept == [(count,)] and set(self.mailbox.flags()) <= {"S"}

        await self.until(is_read)

    def through(self, wire: "CutWire") -> "Reading":
        """Read over a wire that can be cut."""
        return replace(self, url=replace(self.url, host="127.0.0.1", port=wire.port))


class CutWire:
    """Carry bytes between the reader and Dovecot, until told otherwise."""

    def __init__(self, to_port: int) -> None:
        self.port = 0
        self.connections = 0
        self.said: list[bytes] = []
        self.cut_at: Callable[[bytes], bool] = lambda _: False
        # From the first piece with these words on, nothing of that connection reaches Dovecot.
        self.held_back = b""
        self.holds = False
        self._to_port = to_port
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def freeze(self) -> None:
        """Let nothing through in any direction, without hanging up."""
        self._flows.clear()

    def thaw(self) -> None:
        """Let everything through again."""
        self._flows.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        peer_reader, peer_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        ways = (
            asyncio.create_task(self._carry(reader, peer_writer, heard=self.said)),
            asyncio.create_task(self._carry(peer_reader, writer, heard=None)),
        )
        self._carrying.update(ways)
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for task in ways:
            task.cancel()
        for each in (writer, peer_writer):
            each.close()

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        heard: list[bytes] | None,
    ) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(65_536):
                await self._flows.wait()
                if heard is not None:
                    heard.append(piece)
                    if self.held_back and self.held_back in piece:
                        self.holds = True
                        await asyncio.Event().wait()
                elif self.cut_at(piece):
                    return
                writer.write(piece)
                await writer.drain()
