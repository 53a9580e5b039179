"""Take in what a mail server puts into a Maildir, for offices that pipe mail to a folder.

A file in `new/` lies in the inbox before it goes to `cur/` with the flag of a mail that was read.
After a crash between the two it is found again, known by its name, and only moved.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from handlers.mail import arrivals
from handlers.mail.arrivals import BEGINNING, LARGEST, RawMail
from programme import alerts
from programme.documents import FileStore
from storage.database import Database, is_full, is_read_only
from storage.leases import Confirm, NotHeld
from storage.outage import is_refused

CHANNEL = "maildir"
LOOK_SECONDS = 1.0
LONGEST_REST = 60.0
SILENCE = 60.0
AT_ONCE = 20
WORTH_AN_ALERT = timedelta(minutes=10)
READ = ":2,S"
logger = logging.getLogger(__name__)


class MaildirReader:
    """The one loop that empties `new/`."""

    def __init__(
        self,
        folder: Path,
        *,
        database: Database,
        clock: Callable[[], datetime],
        store: FileStore,
        wake: Callable[[], None],
        confirm: Confirm,
        alive: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._database = database
        self._clock = clock
        self._store = store
        self._wake = wake
        self._confirm = confirm
        self._alive = alive
        self._unreadable: set[str] = set()
        self._away_since: datetime | None = None

    async def run(self) -> None:
        """Look every second until cancelled; a folder that is not there is waited for."""
        rest = LOOK_SECONDS
        while True:
            self._alive(LONGEST_REST + SILENCE)
            try:
                while await self._round():
                    self._alive(LONGEST_REST + SILENCE)
                rest, self._away_since = LOOK_SECONDS, None
            except NotHeld:
                raise
            except Exception as error:
                if is_full(error) or is_read_only(error) or is_refused(error):
                    raise
                logger.warning("maildir_paused", extra={"error": type(error).__name__})
                await self._tell_staff()
                rest = min(rest * 2, LONGEST_REST)
            await asyncio.sleep(rest)

    async def _round(self) -> bool:
        names = await asyncio.to_thread(self._look)
        if not names:
            return False
        now = self._clock()
        raws = [raw for name in names if (raw := await asyncio.to_thread(self._read, name))]
        kept = [await arrivals.keep(self._store, raw, now=now) for raw in raws]
        async with self._database.transaction() as tx:
            count = await arrivals.accept(tx, kept, now=now)
            await self._confirm(tx)
        logger.info("mail_taken_in", extra={"count": count})
        self._wake()
        await asyncio.to_thread(
            self._put_away, [name for name in names if name not in self._unreadable]
        )
        return True

    def _look(self) -> list[str]:
        with os.scandir(self._folder / "new") as entries:
            # Names with a dot before them are not mails, and neither are folders, pipes and links.
            found = (
                entry.name
                for entry in entries
                if not entry.name.startswith(".")
                and entry.name not in self._unreadable
                and entry.is_file(follow_symlinks=False)
            )
            return sorted(islice(found, AT_ONCE))

    def _read(self, name: str) -> RawMail | None:
        path = self._folder / "new" / name
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                content = file.read(BEGINNING if size > LARGEST else LARGEST + 1)
        except OSError as error:
            # It stands in nobody's way from now on, and is tried again after a restart.
            self._unreadable.add(name)
            logger.error(  # noqa: TRY400 -- the folder's name would be in the traceback
                "mail_not_given", extra={"error": type(error).__name__}
            )
            return None
        key = arrivals.key_of("maildir", name.encode("utf-8", "replace").decode())
        return arrivals.cut(key, content, told=size)

    def _put_away(self, names: list[str]) -> None:
        for name in names:
            base = name.partition(":2,")[0]
            try:
                (self._folder / "new" / name).rename(self._folder / "cur" / f"{base}{READ}")
            except FileNotFoundError:
                # Somebody else has moved it; whether `cur` is there is seen at the next mail.
                if not (self._folder / "cur").is_dir():
                    raise

    async def _tell_staff(self) -> None:
        now = self._clock()
        self._away_since = self._away_since or now
        if now - self._away_since < WORTH_AN_ALERT:
            return
        try:
            async with self._database.transaction() as tx:
                await alerts.tell_staff(tx, channel=CHANNEL, cause="broken", now=now)
        except Exception as error:  # noqa: BLE001 -- it is tried again with the folder
            logger.warning("database_away", extra={"error": type(error).__name__})
