"""Fetch the file of an update before its transaction begins: no network inside of one.

Only what somebody may want to hand in is fetched. Its bytes are kept before the row that names
them; when nobody takes the file, they are dropped again.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from telegram import Bot, Update
from telegram.constants import ChatType

from delivery.failures import Permanent
from delivery.telegram_download import TooBigToFetch, download
from programme import document_steps, documents, invitation_steps, survey_steps
from programme.document_kinds import MEGABYTE, MOST_BYTES, check_size
from programme.document_refusals import DocumentRefused, FileLost, FileTooBig
from programme.documents import FileStore, Kept
from storage.database import Database

# Each takes as much memory as its file has bytes.
AT_ONCE = 4


@dataclass
class Arrived:
    """A file that came with an update: kept, or refused with the reason.

    `taken` says that a row of the update's transaction names it.
    """

    kept: Kept | None = None
    refusal: DocumentRefused | None = None
    taken: bool = False


@dataclass(frozen=True)
class _Sent:
    file_id: str
    size: int | None
    name: str


class Fetcher:
    """Fetches files, a few at a time."""

    def __init__(self, *, bot: Bot, database: Database, store: FileStore | None) -> None:
        self._bot = bot
        self._database = database
        self._store = store
        self._free = asyncio.Semaphore(AT_ONCE)

    async def fetch(self, update: Update, *, now: datetime) -> Arrived | None:
        """Fetch the file of an update; None when there is none, or nobody is asked for one.

        A passing trouble is raised, and the update is tried again as after any other.
        """
        sent = _sent(update)
        if sent is None or self._store is None or update.effective_user is None:
            return None
        async with self._database.reading() as tx:
            chat_id = update.effective_user.id
            expected = await document_steps.expects_file(tx, chat_id=chat_id, now=now)
            expected = expected or await survey_steps.expects_file(tx, chat_id=chat_id)
            if not expected and not await invitation_steps.expects_file(tx, chat_id=chat_id):
                return None
        try:
            if sent.size is not None:
                check_size(sent.size)
            async with self._free:
                content = await self._download(sent.file_id)
                kept = await documents.keep(self._store, content, name=sent.name, now=now)
        except DocumentRefused as refusal:
            return Arrived(refusal=refusal)
        return Arrived(kept)

    async def _download(self, file_id: str) -> bytes:
        try:
            return await download(self._bot, file_id, most=MOST_BYTES)
        except TooBigToFetch:
            raise FileTooBig(MOST_BYTES // MEGABYTE) from None
        except Permanent:
            raise FileLost from None

    async def leave(self, arrived: Arrived | None) -> None:
        """Drop the bytes that nobody took.

        What was taken stays even when its transaction failed: the commit may have come through.
        If it did not, the bytes are swept with others that no row names.
        """
        if arrived is not None and arrived.kept is not None and not arrived.taken:
            assert self._store is not None  # noqa: S101 -- something was kept in it
            await self._store.drop([arrived.kept.bytes.name])


def _sent(update: Update) -> _Sent | None:
    message = update.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    if message.photo:
        # The last one is the largest.
        return _Sent(message.photo[-1].file_id, message.photo[-1].file_size, "")
    # A moving picture comes as a document too.
    if message.document is not None:
        sent = message.document
        return _Sent(sent.file_id, sent.file_size, sent.file_name or "")
    return None
