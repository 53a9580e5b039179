"""Many steps at the same moment, each in a transaction of its own."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence

from storage.database import Database, Tx

Step = Callable[[Tx], Awaitable[object]]


async def at_once(databases: Sequence[Database], steps: Sequence[Step]) -> list[object]:
    """Take each step in a transaction of its own, all at once, and give what each came to."""

    async def take(database: Database, step: Step) -> object:
        async with database.transaction() as tx:
            return await step(tx)

    pairs = zip(itertools.cycle(databases), steps, strict=False)
    return await asyncio.gather(*(take(*pair) for pair in pairs), return_exceptions=True)
