"""A PostgreSQL server that goes away for a while: told from other errors, and waited out.

A restarted server or a connection that an administrator ended takes nothing that was committed.
What was not committed is done again, and every step can bear that. A wrong password or a
database that does not exist will not mend itself, so those end the process.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from asyncpg import exceptions as pg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from storage.database import is_locked

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 10.0
GONE = (
    pg.PostgresConnectionError,
    pg.AdminShutdownError,
    pg.CrashShutdownError,
    pg.CannotConnectNowError,
    pg.TooManyConnectionsError,
    ConnectionError,
    # No answer to a new connection, or none from the DNS to the server's name.
    TimeoutError,
    socket.gaierror,
    # All connections wait for a server that does not answer.
    NoConnectionFree,
)
UNREACHABLE = (errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EHOSTUNREACH)
REFUSED = (pg.InvalidAuthorizationSpecificationError, pg.InvalidCatalogNameError)
Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def is_refused(error: BaseException) -> bool:
    """Tell whether PostgreSQL answered that this user or this database is wrong."""
    return any(isinstance(cause, REFUSED) for cause in _causes(error))


def is_lost(error: BaseException) -> bool:
    """Tell whether the server is away, is silent, or has ended our connection."""
    if is_refused(error):
        return False
    return any(_is_loss(cause) for cause in _causes(error))


def is_deadlock(error: BaseException) -> bool:
    """Tell whether two waited for each other and this one was sent back, to do it all again."""
    return any(isinstance(cause, pg.DeadlockDetectedError) for cause in _causes(error))


def _is_loss(cause: BaseException) -> bool:
    if isinstance(cause, DBAPIError):
        return bool(cause.connection_invalidated)
    if isinstance(cause, pg.InterfaceError):
        # The driver says so of our own mistakes too.
        return "closed" in str(cause)
    if isinstance(cause, FileNotFoundError):
        # A socket that a stopped server has taken away; a file would have its name here.
        return cause.filename is None
    if type(cause) is OSError:
        # Python joins the errors of a name with several addresses into one without a number.
        return cause.errno in UNREACHABLE or str(cause).startswith("Multiple exceptions")
    return isinstance(cause, GONE)


class Patience:
    """How a loop waits while the database is away: longer each time, up to ten seconds."""

    def __init__(self) -> None:
        self._pause = FIRST_PAUSE

    def rest(self) -> None:
        """Begin with the shortest pause again, because the database has answered."""
        self._pause = FIRST_PAUSE

    async def bear(self, error: Exception) -> None:
        """Wait out a lost connection, or somebody who locks for long; raise any other error again.

        A process that was paused in the middle of a commit holds its locks for as long.
        """
        if not (is_lost(error) or is_locked(error)):
            raise error
        logger.warning(
            "database_away",
            extra={"error": type(error).__name__, "waiting_seconds": round(self._pause, 1)},
        )
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


async def insist(step: Callable[[], Awaitable[Answer]]) -> Answer:
    """Do a step again until the database answers; it must bear being done twice.

    When a connection is lost during a commit, nobody knows whether the commit happened.
    """
    patience = Patience()
    while True:
        try:
            return await step()
        except Exception as error:  # noqa: BLE001 -- what is no outage is raised again
            await patience.bear(error)
