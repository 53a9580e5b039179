import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from playground.changes import Changes
from playground.mail import StoredMail
from playground.mishaps import Mishap, Mishaps
from playground.smtp_session import SmtpSession


class NoSuchMail(TimeoutError):
    """The mail that was waited for did not arrive."""


class Mailbox:
    """An SMTP server on loopback that keeps every mail and misbehaves when told to.

    `accepted` counts effects: whatever the sender was told, a mail listed there has arrived.
    With a user and password it insists on AUTH, without TLS. `changes` lets it announce its
    mails where others announce theirs.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        user: str = "",
        password: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        changes: Changes | None = None,
    ) -> None:
        self.port = port
        self.user = user
        self.password = password
        self.accepted: list[StoredMail] = []
        self.commands: list[str] = []
        self.connections = 0
        self.changes = changes or Changes()
        self._clock = clock
        self._mishaps = Mishaps()
        self._open: set[SmtpSession] = set()
        self._release = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after stop() the same port is used again and the mails are still there."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SmtpSession(self, loop), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and all connections."""
        if self._server is None:
            return
        self._server.close()
        for session in list(self._open):
            session.abort()
        await self._server.wait_closed()
        self._server = None
        # One turn of the loop lets the closed connections end their tasks.
        await asyncio.sleep(0)

    def behave(self, mode: Mishap, times: int | None = 1) -> None:
        """Order a mishap (see mishaps.py) so many times; None means until behave_well()."""
        self._mishaps.order(mode, times)

    def behave_well(self) -> None:
        """Forget all ordered mishaps."""
        self._mishaps.clear()

    def release(self) -> None:
        """Let the sessions that hang now go on."""
        self._release.set()
        self._release = asyncio.Event()

    def mails_for(self, address: str) -> list[StoredMail]:
        """Return the mails of one address, the oldest first."""
        return [mail for mail in self.accepted if mail.is_for(address)]

    async def wait_for_mail(
        self,
        address: str,
        *,
        subject: str = "",
        after: int = 0,
        timeout: float = 5,  # noqa: ASYNC109 - the error must tell what did arrive
    ) -> StoredMail:
        """Return the first mail to the address numbered above `after` with that in its subject."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            seen = self.changes.number
            for mail in self.mails_for(address):
                if mail.number > after and subject in mail.subject:
                    return mail
            if not await self.changes.wait(seen, deadline - loop.time()):
                raise NoSuchMail(f"{address}: {[mail.subject for mail in self.accepted]}")

    def take_mishap(self, phase: str, argument: str) -> Mishap | None:
        """Return what goes wrong now in a session, if anything."""
        return self._mishaps.take(phase, argument)

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        """Count one mail as accepted."""
        number = len(self.accepted) + 1
        mail = StoredMail(number, sender, tuple(recipients), raw, self._clock())
        self.accepted.append(mail)
        self.changes.announce()

    def session_begins(self, session: SmtpSession) -> None:
        """Note an open connection."""
        self.connections += 1
        self._open.add(session)

    def session_ends(self, session: SmtpSession) -> None:
        """Forget a closed connection."""
        self._open.discard(session)

    async def released(self) -> None:
        """Wait until hanging sessions may go on."""
        await self._release.wait()
