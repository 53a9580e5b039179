"""Which processes work on the same SQLite file."""

import asyncio
import fcntl
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

AGAIN_SECONDS = 0.05


@asynccontextmanager
async def beside_others(
    database_file: Path | None, *, when_alone: Callable[[], Awaitable[None]]
) -> AsyncGenerator[None]:
    """Take part in the work on a file; before, call `when_alone` if nobody else does.

    Each process shares a lock beside the file for as long as it lives, and the kernel frees it
    however the process dies. Who gets the lock for itself alone therefore knows that whatever is
    still leased in the database belongs to the dead. It keeps it until `when_alone` has ended:
    until then nobody else begins. On PostgreSQL there is no file, and leases simply run out.
    """
    if database_file is None:
        yield
        return
    handle = os.open(database_file.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if _locked(handle, fcntl.LOCK_EX):
            await when_alone()
        while not _locked(handle, fcntl.LOCK_SH):  # noqa: ASYNC110 -- the kernel rings no bell
            await asyncio.sleep(AGAIN_SECONDS)
        yield
    finally:
        os.close(handle)


def _locked(handle: int, how: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(handle, how | fcntl.LOCK_NB)
        return True
    return False
