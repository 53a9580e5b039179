"""Run one trouble after the other, each between a database and servers of its own."""

import asyncio
import itertools
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import open_database
from tests.postgres import Server
from tests.scheduler.post import Post, opened_post

AT_ONCE = 8
WAITING = {"queued", "retry"}
Mode = TypeVar("Mode")
End = TypeVar("End")
_numbers = itertools.count(1)


@contextmanager
def new_databases(
    backend: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[Callable[[], str]]:
    """Give a maker of migrated databases, as many as wanted."""
    if backend == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")

        def copied() -> str:
            file = folder / f"mode_{next(_numbers)}.db"
            shutil.copyfile(template, file)
            return f"sqlite+aiosqlite:///{file}"

        yield copied
        return
    server: Server = request.getfixturevalue("postgres_server")
    migrated: str = request.getfixturevalue("postgres_template")
    made: list[str] = []

    def created() -> str:
        made.append(f"mode_{next(_numbers)}")
        server.create(made[-1], template=migrated)
        return server.url(made[-1])

    yield created
    for name in made:
        server.drop_in_use(name)


async def all_ends(
    modes: Mapping[str, Mode],
    new_database: Callable[[], str],
    run: Callable[[Post, Mode], Awaitable[End]],
    *,
    login: str = "",
) -> dict[str, End]:
    """Run every mode, several at once, and give how each ended."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(mode: Mode) -> End:
        async with room:
            database = open_database(new_database())
            try:
                async with opened_post(database, login=login) as post:
                    return await run(post, mode)
            finally:
                await database.close()

    ends = await asyncio.gather(*(one(mode) for mode in modes.values()))
    return dict(zip(modes, ends, strict=True))


async def state(post: Post, key: str) -> str:
    """Tell a row's state; whatever waits for another try is `waits`."""
    found = str((await post.row(key)).state)
    return "waits" if found in WAITING else found


async def let_time_pass(post: Post) -> None:
    """Let half an hour pass in steps, with all that is repeated or tried again."""
    for _ in range(2):
        post.clock.put_forward(post.clock() + timedelta(minutes=16))
        await post.ticker().tick()
        await post.deliver()
