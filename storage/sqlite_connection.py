"""A connection to SQLite that does in the event loop's own thread what cannot wait.

aiosqlite hands every call to a thread of its own, about eight times for one SELECT, and the way
there and back costs several times what SQLite needs for the statement. What may really wait
still goes there: BEGIN IMMEDIATE for another process's write, COMMIT for the disk.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

# SQLite's serialized mode (threadsafe.html): a connection may change threads between calls.
SERIALIZED = 3
_ROWS_AT_ONCE = 64


class LoopConnection(aiosqlite.Connection):
    """aiosqlite's connection with another way for the statements of a short transaction.

    Only for transactions whose every statement is answered by an index or touches few rows:
    meanwhile the loop does nothing else.
    """

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if _may_wait(fn, args):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)


def _may_wait(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    if isinstance(getattr(fn, "__self__", None), sqlite3.Cursor):
        return bool(args) and isinstance(args[0], str) and args[0].startswith("BEGIN IMMEDIATE")
    return getattr(fn, "__name__", "") != "cursor"


async def connect_in_loop(file: str) -> aiosqlite.Connection:
    """Open the file; a SQLite that is not built for several threads gets the ordinary way."""
    if sqlite3.threadsafety != SERIALIZED:
        return await aiosqlite.connect(file, isolation_level=None)

    def connector() -> sqlite3.Connection:
        return sqlite3.connect(file, isolation_level=None, check_same_thread=False)

    connection = LoopConnection(connector, _ROWS_AT_ONCE)
    # As SQLAlchemy does with its own: a forgotten connection must not keep the process alive.
    connection._thread.daemon = True  # noqa: SLF001 -- there is no public way to say so
    return await connection
