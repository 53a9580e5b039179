"""Many steps at the same moment, each in a transaction of its own."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.exc import DBAPIError

from storage.database import Database, Tx
from storage.outage import is_deadlock

Step = Callable[[Tx], Awaitable[object]]


async def at_once(
    databases: Sequence[Database], steps: Sequence[Step], *, again: bool = False
) -> list[object]:
    """Take each step in a transaction of its own, all at once, and give what each came to.

    With `again` a step that the database breaks off as one of two that wait for each other is
    taken anew, as the pages and the workers do.
    """

    async def take(database: Database, step: Step) -> object:
        while True:
            try:
                async with database.transaction() as tx:
                    return await step(tx)
            except DBAPIError as error:
                if not (again and is_deadlock(error)):
                    raise

    pairs = zip(itertools.cycle(databases), steps, strict=False)
    return await asyncio.gather(*(take(*pair) for pair in pairs), return_exceptions=True)
