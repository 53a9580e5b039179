"""Let mails have their effect: read, sorted and answered in the transaction that ends their row."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from handlers.mail import arrivals, door, mime
from handlers.mail.arrivals import SOURCE, RowOfMail
from handlers.mail.door import MailDesk
from handlers.mail.read_mail import ReadMail
from programme import tasks
from programme.documents import FileStore
from storage import inbox
from storage.database import Database, Tx
from storage.inbox import InboxRow

# Few beside each other, so that mails never keep taps waiting.
AT_ONCE = 4
# To read more than this takes so long that the event loop must not wait for it.
MUCH = 32 * 1024
# Of a mail that nobody understands, staff read so much.
EXCERPT = 4_000
logger = logging.getLogger(__name__)


class Effect(Protocol):
    """What a mail does in its transaction."""

    async def __call__(
        self,
        tx: Tx,
        *,
        mail: ReadMail,
        desk: MailDesk,
        inbox_id: int,
        now: datetime,
        luggage: door.Luggage,
    ) -> None:
        """Let a mail have its effect."""
        ...


class MailTaker:
    """Hands a mail to the rules that it belongs to."""

    source = SOURCE
    at_once = AT_ONCE

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        desk: MailDesk,
        store: FileStore,
        effect: Effect = door.take,
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._store = store
        self._effect = effect

    async def take(self, row: InboxRow) -> bool:
        """Let one mail have its effect; its files are kept before the transaction begins."""
        held = arrivals.unpack(row)
        mail = await self._read(held)
        now = self._clock()
        if held.is_cut:
            return await self._end(
                row, now, lambda tx: _ask(tx, row, mail, why="too_large", size=held.size, now=now)
            )
        luggage = await door.unpack(self._database, mail=mail, desk=self._desk, now=now)
        try:
            return await self._end(
                row,
                now,
                lambda tx: self._effect(
                    tx, mail=mail, desk=self._desk, inbox_id=row.id, now=now, luggage=luggage
                ),
            )
        finally:
            await door.leave(luggage, desk=self._desk)

    async def settle(self, tx: Tx, row: InboxRow, error: Exception, *, now: datetime) -> bool:
        """Count every error as a failure of the mail."""
        del tx, row, error, now
        return False

    async def give_up(self, tx: Tx, row: InboxRow, *, now: datetime) -> None:
        """Put a mail that failed three times on staff's list, with what can be read of it."""
        held = arrivals.unpack(row)
        try:
            # The beginning says who wrote and what about; the rest may be what failed.
            mail = mime.read(held.content[: arrivals.BEGINNING])
        except Exception as error:  # noqa: BLE001 -- reading may be the very thing that fails
            logger.warning("mail_not_read", extra={"error": type(error).__name__})
            mail = None
        await _ask(tx, row, mail, why="failed", size=held.size, now=now)

    async def close(self) -> None:
        """Nothing goes on beside the mails."""

    async def _read(self, held: RowOfMail) -> ReadMail:
        raw = await self._store.read(held.file) if held.file else held.content
        return mime.read(raw) if len(raw) <= MUCH else await asyncio.to_thread(mime.read, raw)

    async def _end(
        self, row: InboxRow, now: datetime, effect: Callable[[Tx], Awaitable[object]]
    ) -> bool:
        async with self._database.transaction() as tx:
            if not await inbox.finish(tx, row.id, now=now):
                return False
            await effect(tx)
        return True


async def _ask(
    tx: Tx, row: InboxRow, mail: ReadMail | None, *, why: str, size: int, now: datetime
) -> None:
    """Let staff look at a mail that had no effect."""
    sender = mail.sender if mail else row.lane.removeprefix(f"{SOURCE}:")
    await tasks.ask(
        tx,
        key=f"mail:row:{row.id}",
        kind="mail",
        facts={
            "why": why,
            "sender": _keepable(sender),
            "subject": _keepable(mail.subject if mail else ""),
            "size": size,
        },
        original=_keepable(mail.text if mail else "")[:EXCERPT],
        now=now,
    )


def _keepable(words: str) -> str:
    """Leave out what a database cannot keep, however it was read out of the mail."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()
