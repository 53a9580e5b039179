"""Read the mailbox: every mail lies in the inbox before it is marked as read.

The server's push only wakes; what is new is always asked for by number, above the bookmark. One
process reads at a time; `confirm` is asked just before each commit and raises when the lease is
somebody else's by then. Nothing is understood here, so no mail can stop the ones behind it; a
mail that the server does not give three times is left in the mailbox, and staff are told.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from handlers.mail import arrivals, bookmark
from handlers.mail.arrivals import BEGINNING, IN_A_ROW, LARGEST, KeptMail
from handlers.mail.bookmark import Bookmark
from handlers.mail.folder import (
    Folder,
    Limits,
    MailboxAway,
    MailboxRefused,
    StepRefused,
    opened,
)
from handlers.mail.imap_url import ImapUrl
from programme import alerts, tasks
from programme.alerts import Cause
from programme.documents import FileStore
from storage.database import Database, is_full, is_read_only
from storage.leases import Confirm, NotHeld
from storage.outage import is_refused

CHANNEL = "mailbox"
# So many numbers are searched at once; more where there are few mails.
SPAN = 1_000
AT_ONCE, BYTES_AT_ONCE = 20, 4 * 1024 * 1024
TRIES = 3
SILENCE = 60.0
NOTE_EVERY = timedelta(minutes=5)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pauses:
    """How many seconds pass before a mailbox is tried again, and before staff hear of it.

    A server may lock an account that knocks with a wrong password too often.
    """

    first: float = 1.0
    longest: float = 60.0
    refused: float = 60.0
    longest_refused: float = 900.0
    worth_an_alert: float = 600.0


class MailReader:
    """The one loop that reads a folder of a mailbox."""

    def __init__(
        self,
        *,
        url: ImapUrl,
        database: Database,
        clock: Callable[[], datetime],
        store: FileStore,
        wake: Callable[[], None],
        confirm: Confirm,
        alive: Callable[[float], None] = lambda _: None,
        limits: Limits | None = None,
        pauses: Pauses | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._database = database
        self._clock = clock
        self._store = store
        self._wake = wake
        self._confirm = confirm
        self._alive = alive
        self._limits = limits or Limits()
        self._pauses = pauses or Pauses()
        self._tls_context = tls_context
        self._place = bookmark.place_of(url)
        self._kept = Bookmark(self._place)
        self._pause = 0.0
        self._away_since: float | None = None
        self._tries: dict[int, int] = {}
        self._one_by_one = False

    async def run(self) -> None:
        """Read until cancelled; trouble on the way is waited out and nothing is lost.

        Raises the error of a database that nothing can be written to or that refuses us, and what
        `confirm` raises.
        """
        while True:
            try:
                self._alive(self._limits.connect + 2 * self._limits.command + SILENCE)
                async with opened(
                    self._url, limits=self._limits, tls_context=self._tls_context
                ) as folder:
                    await self._follow(folder)
            except NotHeld:
                raise
            except Exception as error:
                if is_full(error) or is_read_only(error) or is_refused(error):
                    raise
                await self._rest(error)

    async def _rest(self, error: Exception) -> None:
        refused = isinstance(error, MailboxRefused)
        seconds = asyncio.get_running_loop().time()
        self._away_since = self._away_since or seconds
        logger.warning("mailbox_paused", extra={"error": type(error).__name__, "why": str(error)})
        if refused or seconds - self._away_since >= self._pauses.worth_an_alert:
            await self._alert("login" if refused else "broken")
        first, longest = self._pauses.first, self._pauses.longest
        if refused:
            first, longest = self._pauses.refused, self._pauses.longest_refused
        self._pause = min(max(self._pause * 2, first), longest)
        self._alive(self._pause + SILENCE)
        await asyncio.sleep(self._pause)

    async def _alert(self, cause: Cause) -> None:
        try:
            async with self._database.transaction() as tx:
                await alerts.tell_staff(tx, channel=CHANNEL, cause=cause, now=self._clock())
        except Exception as error:  # noqa: BLE001 -- it is tried again with the mailbox
            logger.warning("database_away", extra={"error": type(error).__name__})

    async def _follow(self, folder: Folder) -> None:
        async with self._database.reading() as tx:
            self._kept = await bookmark.load(tx, self._place)
        mark = self._kept.opened(
            validity=folder.uidvalidity, next_uid=folder.next_uid, now=self._clock()
        )
        if self._kept.validity and mark.validity != self._kept.validity:
            logger.warning("mailbox_renumbered")
            self._tries.clear()
        mark = await self._flag_again(folder, mark)
        mark = await self._catch_up(folder, mark)
        while True:
            folder.hear_nothing_yet()
            fresh = await folder.search(mark.read + 1, None)
            mark = (await self._take(folder, mark, fresh)).at(self._clock())
            await self._note(mark)
            self._pause, self._away_since = 0.0, None
            self._alive(self._limits.idle + 2 * self._limits.command + SILENCE)
            await folder.wait()

    async def _flag_again(self, folder: Folder, mark: Bookmark) -> Bookmark:
        """Mark as read what a dead process has committed and not marked."""
        if mark.flagged < mark.read:
            left = await folder.search(mark.flagged + 1, mark.read, words="UNSEEN")
            await self._put_away(folder, left)
        return mark.flagged_all()

    async def _catch_up(self, folder: Folder, mark: Bookmark) -> Bookmark:
        span = SPAN
        while mark.read < folder.next_uid - 1:
            self._alive(self._limits.command + SILENCE)
            first, end, words = mark.read + 1, folder.next_uid - 1, ""
            if first <= mark.start:
                end, words = mark.start, mark.older
            last = min(end, first + span - 1)
            found = await folder.search(first, last, words=words)
            mark = (await self._take(folder, mark, found)).after(last).flagged_all()
            # A folder of a few mails may have numbers up to four thousand million.
            span = SPAN if found else span * 8
        return mark

    async def _take(self, folder: Folder, mark: Bookmark, uids: list[int]) -> Bookmark:
        numbers = iter(uids)
        while some := list(islice(numbers, 5 * AT_ONCE)):
            self._alive(2 * self._limits.command + SILENCE)
            sizes = await folder.sizes(some)
            for batch in _batches(sizes):
                mark = await self._take_batch(folder, mark, batch)
            mark = mark.after(some[-1]).flagged_all()
        return mark

    async def _take_batch(self, folder: Folder, mark: Bookmark, sizes: dict[int, int]) -> Bookmark:
        contents = await self._contents(folder, sizes)
        now = self._clock()
        kept, refused = [], []
        for uid, content in contents.items():
            if content is None:
                refused.append(uid)
                continue
            key = arrivals.key_of(f"{self._url.folder}@{self._place}", mark.validity, uid)
            raw = arrivals.cut(key, content, told=sizes[uid])
            kept.append(await arrivals.keep(self._store, raw, now=now))
        mark = mark.after(max(sizes))
        await self._commit(mark, kept, refused, now=now)
        self._wake()
        taken = [uid for uid, content in contents.items() if content is not None]
        await self._put_away(folder, taken)
        return mark.flagged_all()

    async def _commit(
        self, mark: Bookmark, kept: list[KeptMail], refused: list[int], *, now: datetime
    ) -> None:
        async with self._database.transaction() as tx:
            count = await arrivals.accept(tx, kept, now=now)
            for uid in refused:
                key = f"mail:{self._place}:{mark.validity}:{uid}"
                await tasks.ask(tx, key=key, kind="mail", facts={"why": "not_given"}, now=now)
            await bookmark.keep(tx, self._kept, mark)
            await self._confirm(tx)
        self._kept = mark
        logger.info("mail_taken_in", extra={"count": count})
        for uid in refused:
            logger.error("mail_not_given", extra={"uid": uid})

    async def _contents(self, folder: Folder, sizes: dict[int, int]) -> dict[int, bytes | None]:
        """Fetch mails; None stands for one that the server has failed to give too often."""
        found: dict[int, bytes | None] = {}
        together = [uid for uid, size in sizes.items() if size <= IN_A_ROW]
        if not self._one_by_one:
            try:
                if together:
                    self._alive(self._limits.fetch + SILENCE)
                    found.update(await folder.contents(together, most=IN_A_ROW + 1))
                # Some servers tell another size than they send.
                larger = [uid for uid in sizes if len(found.get(uid) or b"") > IN_A_ROW]
                for uid in [*larger, *(one for one in sizes if one not in together)]:
                    found.update(await self._content(folder, uid, sizes[uid]))
            except (MailboxAway, StepRefused):
                # One of them may be the cause, and nobody knows which.
                self._one_by_one = True
                raise
            return {uid: found[uid] for uid in sizes if uid in found}
        for uid, size in sizes.items():
            self._tries[uid] = self._tries.get(uid, 0) + 1
            if self._tries[uid] > TRIES:
                found[uid] = None
            else:
                found.update(await self._content(folder, uid, size))
            del self._tries[uid]
        self._one_by_one = False
        return found

    async def _content(self, folder: Folder, uid: int, size: int) -> dict[int, bytes]:
        self._alive(self._limits.fetch + SILENCE)
        most = BEGINNING if size > LARGEST else LARGEST + 1
        return await folder.contents([uid], most=most)

    async def _put_away(self, folder: Folder, uids: list[int]) -> None:
        if uids:
            await folder.mark_read(uids)
            if self._url.moved_to:
                await folder.move(uids, self._url.moved_to)

    async def _note(self, mark: Bookmark) -> None:
        """Write down where we are, unless only the time has changed and not by much."""
        only_time = mark == self._kept.at(datetime.fromtimestamp(mark.looked, UTC))
        if only_time and mark.looked - self._kept.looked < NOTE_EVERY.total_seconds():
            return
        async with self._database.transaction() as tx:
            await bookmark.keep(tx, self._kept, mark)
            await self._confirm(tx)
        self._kept = mark


def _batches(sizes: dict[int, int]) -> Iterator[dict[int, int]]:
    """Divide mails so that a batch is never more than a few, and never large beside others."""
    batch: dict[int, int] = {}
    for uid, size in sizes.items():
        if batch and (len(batch) >= AT_ONCE or sum(batch.values()) + size > BYTES_AT_ONCE):
            yield batch
            batch = {}
        batch[uid] = size
    if batch:
        yield batch
