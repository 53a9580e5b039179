"""Everything that listens to mail: the mailbox, the Maildir and the lanes behind them."""

import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from handlers.lanes import Lanes
from handlers.mail.door import MailDesk
from handlers.mail.folder import Limits
from handlers.mail.imap_url import ImapUrl
from handlers.mail.lanes import MailTaker
from handlers.mail.mailbox import MailReader, Pauses
from handlers.mail.maildir import MaildirReader
from handlers.web.pulse import Pulse
from programme.documents import FileStore
from storage.database import Database
from storage.leases import Confirm


class Reception:
    """The door of mail as a process has it."""

    def __init__(
        self,
        *,
        mailbox: ImapUrl | None,
        maildir: Path | None,
        database: Database,
        clock: Callable[[], datetime],
        desk: Callable[[], MailDesk],
        store: FileStore,
        wake_outbox: Callable[[], None],
        pulse: Pulse,
        limits: Limits | None = None,
        pauses: Pauses | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._mailbox = mailbox
        self._maildir = maildir
        self._database = database
        self._clock = clock
        self._desk = desk
        self._store = store
        self._wake_outbox = wake_outbox
        self._pulse = pulse
        self._limits = limits
        self._pauses = pauses
        self._tls_context = tls_context
        self._lanes: Lanes | None = None

    def wake(self) -> None:
        """Let what has arrived be handled now instead of at the next look."""
        if self._lanes is not None:
            self._lanes.wake()

    async def handle(self) -> None:
        """Carry what has arrived to its effects until cancelled; any number may."""
        taker = MailTaker(
            database=self._database, clock=self._clock, desk=self._desk(), store=self._store
        )
        self._lanes = Lanes(
            taker,
            database=self._database,
            clock=self._clock,
            wake_outbox=self._wake_outbox,
            alive=self._pulse.watch("mail_lanes"),
        )
        await self._lanes.run()

    async def read_mailbox(self, confirm: Confirm) -> None:
        """Read the mailbox until cancelled; only one may, which `confirm` makes sure of."""
        assert self._mailbox is not None  # noqa: S101 -- only asked for where there is one
        reader = MailReader(
            url=self._mailbox,
            database=self._database,
            clock=self._clock,
            store=self._store,
            wake=self.wake,
            confirm=confirm,
            alive=self._pulse.watch("mailbox"),
            limits=self._limits,
            pauses=self._pauses,
            tls_context=self._tls_context,
        )
        await reader.run()

    async def read_maildir(self, confirm: Confirm) -> None:
        """Empty the Maildir until cancelled; only one may, which `confirm` makes sure of."""
        assert self._maildir is not None  # noqa: S101 -- only asked for where there is one
        reader = MaildirReader(
            self._maildir,
            database=self._database,
            clock=self._clock,
            store=self._store,
            wake=self.wake,
            confirm=confirm,
            alive=self._pulse.watch("maildir"),
        )
        await reader.run()
