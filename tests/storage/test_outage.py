"""What passes by itself is waited for, and what does not is said at once."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator

import pytest
from asyncpg import exceptions as pg
from sqlalchemy import literal, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from storage import database as database_module
from storage import outage
from storage.database import Database, open_database
from storage.outage import Patience, insist, is_lost, is_refused
from tests import postgres

END_ALL_OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "FIRST_PAUSE", 0.001)


async def _error_of(database: Database, statement: str = "SELECT 1") -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- which one it is, the test asks
        async with database.transaction() as tx:
            await tx.execute(text(statement))
    return caught.value


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_connection_that_was_ended_is_lost_and_the_next_one_works(
    database: Database, second: Database
) -> None:
    async with database.reading() as tx:
        await tx.execute(text("SELECT 1"))
    async with second.transaction() as tx:
        await tx.execute(END_ALL_OTHERS)

    error = await _error_of(database)
    async with database.reading() as tx:
        answer = await tx.scalar(text("SELECT 1"))

    assert (is_lost(error), answer) == (True, 1)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_connection_that_is_ended_inside_a_transaction_is_lost(
    database: Database, second: Database
) -> None:
    async def work() -> None:
        async with database.transaction() as tx:
            await tx.execute(text("SELECT 1"))
            async with second.transaction() as other:
                await other.execute(END_ALL_OTHERS)
            await tx.execute(text("SELECT 1"))

    with pytest.raises(DBAPIError) as caught:
        await work()

    assert is_lost(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://a@127.0.0.1:1/a",
        "postgresql://a@/a?host=/nowhere",
    ],
)
async def test_server_that_is_not_there_is_lost(address: str) -> None:
    database = open_database(address)

    error = await _error_of(database)
    await database.close()

    assert (is_lost(error), is_refused(error)) == (True, False)


async def test_database_that_does_not_exist_is_refused(postgres_server: postgres.Server) -> None:
    database = open_database(postgres_server.url("no_such_database"))

    error = await _error_of(database)
    await database.close()

    assert (is_lost(error), is_refused(error)) == (False, True)


@pytest.mark.parametrize(
    "error",
    [
        pg.InvalidPasswordError("no"),
        pg.QueryCanceledError("statement timeout"),
        pg.DeadlockDetectedError("deadlock"),
        pg.UniqueViolationError("twice"),
        OSError(errno.ENOSPC, "No space left on device"),
        FileNotFoundError(errno.ENOENT, "No such file", "/a/letter"),
        ValueError("ours"),
    ],
)
def test_what_does_not_pass_by_itself_is_not_lost(error: Exception) -> None:
    assert not is_lost(error)


async def test_mistake_of_ours_is_not_lost(database: Database) -> None:
    assert not is_lost(await _error_of(database, "SELECT no_such_column"))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_question_with_too_many_values_is_a_mistake_and_not_lost(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction() as tx:
            await tx.execute(select(1).where(literal(0).in_(range(40_000))))

    assert not is_lost(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        pg.InterfaceError("cannot call Transaction.start(): the underlying connection is closed"),
        OSError(errno.EHOSTUNREACH, "No route to host"),
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        TimeoutError(),
        NoConnectionFree("QueuePool limit reached"),
    ],
)
def test_server_that_cannot_be_reached_is_lost(error: Exception) -> None:
    assert is_lost(error)


async def test_server_whose_name_has_two_addresses_is_lost_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def resolve(*_: object, **__: object) -> list[object]:
        kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(socket.AF_INET, *kind, (address, 1)) for address in ("127.0.0.1", "127.0.0.2")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    database = open_database("postgresql://a@db.example.org:1/a")

    error = await _error_of(database)
    await database.close()

    assert is_lost(error)


class Wire:
    """A way to the server that can fall silent, as when a machine loses its power."""

    def __init__(self, socket_file: str) -> None:
        self.is_silent = False
        self._socket_file = socket_file
        self._links: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def open(self) -> int:
        """Listen and give the port."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _carry(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_unix_connection(self._socket_file)
        for reader, writer in ((client, to_server), (server, to_client)):
            self._ends.append(writer)
            self._links.add(asyncio.create_task(self._pass_on(reader, writer)))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while words := await reader.read(65536):
            if not self.is_silent:
                writer.write(words)
        writer.close()

    async def close(self) -> None:
        """Cut everything."""
        if self._server is not None:
            self._server.close()
        for end in self._ends:
            end.close()
        await asyncio.gather(*self._links, return_exceptions=True)


@pytest.fixture
async def wire(postgres_server: postgres.Server) -> AsyncIterator[Wire]:
    wire = Wire(str(postgres_server.folder / ".s.PGSQL.5432"))
    yield wire
    await wire.close()


async def _over(wire: Wire, url: str) -> Database:
    address = make_url(url).set(host="127.0.0.1", port=await wire.open(), query={})
    database = open_database(address.render_as_string(hide_password=False))
    async with database.reading() as tx:
        await tx.execute(text("SELECT 1"))
    return database


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_server_that_never_answers_is_lost_and_the_next_connection_works(
    database_url: str, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "ANSWER_WITHIN", 1)
    database = await _over(wire, database_url)

    wire.is_silent = True
    async with asyncio.timeout(60):
        error = await _error_of(database)
    wire.is_silent = False
    async with database.reading() as tx:
        answer = await tx.scalar(text("SELECT 1"))
    await database.close()

    assert (is_lost(error), answer) == (True, 1)


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_server_that_never_answers_keeps_nobody_from_leaving(
    database_url: str, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "FAREWELL_WITHIN", 0.2)
    database = await _over(wire, database_url)

    wire.is_silent = True

    async with asyncio.timeout(60):
        await database.close()


async def test_step_is_done_again_until_the_database_answers() -> None:
    failures: list[Exception] = [ConnectionResetError(), pg.CannotConnectNowError("starting")]

    async def step() -> str:
        if failures:
            raise failures.pop()
        return "done"

    async with asyncio.timeout(60):
        assert await insist(step) == "done"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_other_process_that_locks_for_long_is_waited_for(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 20)
    refused: list[Exception] = []

    async def step() -> str:
        try:
            async with database.transaction() as tx:
                await tx.execute(text("DELETE FROM cursor"))
        except Exception as error:
            refused.append(error)
            raise
        return "done"

    async with asyncio.timeout(60):
        async with second.transaction():
            waiting = asyncio.create_task(insist(step))
            while len(refused) < 2 and not waiting.done():  # noqa: ASYNC110 -- the database rings no bell
                await asyncio.sleep(0.01)
        answer = await waiting

    assert (answer, is_lost(refused[0])) == ("done", False)


async def test_step_that_fails_for_another_reason_is_not_done_again() -> None:
    tries = []

    async def step() -> None:
        tries.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await insist(step)
    assert len(tries) == 1


async def test_pauses_grow_up_to_the_longest_and_begin_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(outage, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(asyncio, "sleep", note)
    patience = Patience()

    for _ in range(9):
        await patience.bear(ConnectionResetError())
    patience.rest()
    await patience.bear(ConnectionResetError())

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 0.1]
