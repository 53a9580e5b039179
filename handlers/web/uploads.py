"""Keep the file that came with a form before its transaction begins, and drop it if unused."""

import asyncio
from datetime import datetime

from handlers.web.bodies import Sent
from handlers.web.visits import Arrived
from programme import documents
from programme.document_kinds import MEGABYTE, MOST_BYTES
from programme.document_refusals import DocumentRefused, FileTooBig
from programme.documents import FileStore

# Each takes as much memory as its file has bytes.
AT_ONCE = 4


async def keep(
    store: FileStore, sent: Sent | None, *, hands: asyncio.Semaphore, now: datetime
) -> Arrived | None:
    """Keep a file that we take; one that we do not take gives the reason.

    `hands` are how many may be in memory at once.
    """
    if sent is None:
        return None
    try:
        if sent.size > MOST_BYTES:
            return Arrived(refusal=FileTooBig(MOST_BYTES // MEGABYTE))
        async with hands:
            content = await sent.upload.read()
            return Arrived(await documents.keep(store, content, name=sent.name, now=now))
    except DocumentRefused as refusal:
        return Arrived(refusal=refusal)
    finally:
        await sent.upload.close()


async def leave(store: FileStore, arrived: Arrived | None) -> None:
    """Drop the bytes that nobody took.

    What was taken stays even when its transaction failed: the commit may have come through. If
    it did not, the bytes are swept with others that no row names.
    """
    if arrived is not None and arrived.kept is not None and not arrived.taken:
        await store.drop([arrived.kept.bytes.name])
