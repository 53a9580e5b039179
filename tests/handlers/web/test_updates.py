"""What Telegram brings is kept before it hears 200, and nobody else gets anything kept."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text

from handlers.telegram.webhook import SECRET_HEADER, secret_of
from handlers.web import updates
from storage.database import Database
from tests.handlers.web.wire import (
    SECRET,
    Port,
    post,
    request_bytes,
    say,
    update,
)


async def kept(database: Database) -> list[tuple[str, str, str]]:
    async with database.reading() as tx:
        rows = await tx.execute(text("SELECT key, lane, state FROM inbox ORDER BY id"))
        return [(row[0], row[1], row[2]) for row in rows]


async def test_update_is_kept_as_it_came_and_the_lanes_are_woken(
    port: Port, database: Database
) -> None:
    brought = update(41)

    answer = await post(port, brought)

    assert (answer.status, answer.body) == (200, b"")
    assert await kept(database) == [("41", "telegram:7", "new")]
    async with database.reading() as tx:
        payload = (await tx.execute(text("SELECT payload FROM inbox"))).scalar_one()
    assert json.loads(payload) == brought
    assert len(port.woken) == 1


async def test_update_brought_again_is_kept_once(port: Port, database: Database) -> None:
    answers = [await post(port, update(41)) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert await kept(database) == [("41", "telegram:7", "new")]


async def test_update_brought_many_times_at_once_is_kept_once(
    port: Port, database: Database
) -> None:
    answers = await asyncio.gather(*(post(port, update(41 + n % 2)) for n in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert sorted(await kept(database)) == [
        ("41", "telegram:7", "new"),
        ("42", "telegram:7", "new"),
    ]


@pytest.mark.parametrize(
    "secret",
    ["", "x", SECRET[:-1], SECRET + "0", SECRET.upper(), secret_of("1:another"), "ż"],
    ids=["none", "short", "cut", "longer", "upper case", "of another bot", "not ASCII"],
)
async def test_wrong_secret_is_refused_and_nothing_kept(
    port: Port, database: Database, secret: str
) -> None:
    body = json.dumps(update(41)).encode()
    fields = {SECRET_HEADER: secret.encode().decode("latin-1"), "Content-Length": str(len(body))}

    answer = await say(port, request_bytes("POST", "/telegram", fields, body))

    assert (answer.status, answer.body) == (403, b"")
    assert answer.head["connection"] == "close"
    assert await kept(database) == []


async def test_secret_is_looked_at_before_the_body_comes(port: Port) -> None:
    head = request_bytes("POST", "/telegram", {"Content-Length": "1000000"}, b"")

    async with asyncio.timeout(30):
        answer = await say(port, head)

    assert answer.status == 403


LONG = updates.LARGEST_BODY


async def test_body_that_is_declared_too_long_is_not_waited_for(port: Port) -> None:
    fields = {SECRET_HEADER: SECRET, "Content-Length": str(LONG + 1)}

    async with asyncio.timeout(30):
        answer = await say(port, request_bytes("POST", "/telegram", fields, b"{"))

    assert (answer.status, answer.head["connection"]) == (413, "close")


async def test_body_without_a_length_is_counted_while_it_comes(
    port: Port, database: Database
) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    fields = {SECRET_HEADER: SECRET, "Transfer-Encoding": "chunked"}
    head = request_bytes("POST", "/telegram", fields, b"")

    fits = json.dumps(update(41)).encode()
    small = await say(port, head + b"%x\r\n" % len(fits) + fits + b"\r\n0\r\n\r\n")
    large = await say(port, head + chunk * (LONG // 0x10000 + 1))

    assert (small.status, large.status) == (200, 413)
    assert await kept(database) == [("41", "telegram:7", "new")]


async def test_body_of_the_largest_size_is_taken(port: Port, database: Database) -> None:
    body = json.dumps(update(41)).encode().ljust(LONG)

    answer = await post(port, body)

    assert (answer.status, len(await kept(database))) == (200, 1)


async def test_body_that_is_shorter_than_declared_is_not_kept(
    port: Port, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "BODY_WITHIN", 0.2)
    body = json.dumps(update(41)).encode()
    fields = {SECRET_HEADER: SECRET, "Content-Length": str(len(body) + 1)}

    slow = await say(port, request_bytes("POST", "/telegram", fields, body))
    with pytest.raises(asyncio.IncompleteReadError):
        await say(port, request_bytes("POST", "/telegram", fields, body), then_end=True)

    assert slow.status == 408
    assert await kept(database) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"[]",
        b"{}",
        b'{"update_id": "41"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": 1e3}',
        b'{"update_id": ' + b"1" * 5000 + b"}",
    ],
    ids=lambda body: str(body[:24]),
)
async def test_what_cannot_be_from_telegram_is_refused(
    port: Port, database: Database, body: bytes
) -> None:
    answer = await post(port, body)

    assert (answer.status, answer.body) == (400, b"")
    assert await kept(database) == []


@pytest.mark.parametrize(
    "content",
    [
        {"message": "words instead of a message"},
        {"message": {"from": {"id": 10**100}}},
        {"message": {"from": {"id": 3}, "text": "\0"}},
        {"message": {"from": {"id": 3}, "text": "\ud800"}},
        {"something_of_next_year": {"from": {"id": 1}}},
    ],
    ids=["no message", "huge id", "NUL", "half a character", "unknown kind"],
)
async def test_update_that_nobody_can_read_is_kept_and_taken(
    port: Port, database: Database, content: dict[str, Any]
) -> None:
    answers = [await post(port, update(41, **content)), await post(port, update(42))]

    assert [answer.status for answer in answers] == [200, 200]
    assert [row[0] for row in await kept(database)] == ["41", "42"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_door_takes_nothing_but_post(port: Port, database: Database, method: str) -> None:
    fields = {SECRET_HEADER: SECRET, "Content-Length": "0"}

    # HEAD promises a length and sends no body.
    request = request_bytes(method, "/telegram", fields, b"")
    answer = await say(port, request, reads_body=method != "HEAD")

    assert answer.status == 405
    assert await kept(database) == []


BREAK = {
    "sqlite": ["CREATE TRIGGER sick BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'sick'); END"],
    "postgresql": [
        "CREATE FUNCTION sick() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'x'; END $$",
        "CREATE TRIGGER sick BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION sick()",
    ],
}
MEND = {
    "sqlite": ["DROP TRIGGER sick"],
    "postgresql": ["DROP TRIGGER sick ON inbox", "DROP FUNCTION sick"],
}


async def tell(database: Database, statements: list[str]) -> None:
    async with database.transaction() as tx:
        for statement in statements:
            await tx.execute(text(statement))


async def test_sick_database_makes_telegram_bring_it_again(
    port: Port, database: Database, backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    await tell(database, BREAK[backend])
    refused = await post(port, update(41))
    woken = len(port.woken)
    await tell(database, MEND[backend])

    taken = await post(port, update(41))

    assert (refused.status, taken.status, woken) == (503, 200, 0)
    assert await kept(database) == [("41", "telegram:7", "new")]
    assert [record.message for record in caplog.records] == ["update_not_kept"]


async def test_answer_comes_after_the_commit(
    port: Port, database: Database, second: Database, backend: str
) -> None:
    hold = {"sqlite": "DELETE FROM cursor", "postgresql": "LOCK TABLE inbox IN EXCLUSIVE MODE"}

    async with second.transaction() as tx:
        await tx.execute(text(hold[backend]))
        asking = asyncio.create_task(post(port, update(41)))
        done, _ = await asyncio.wait({asking}, timeout=0.3)
    answer = await asking

    assert (len(done), answer.status) == (0, 200)
    assert len(await kept(database)) == 1


async def test_stopping_port_answers_what_is_under_way(
    port: Port, database: Database, second: Database, backend: str
) -> None:
    hold = {"sqlite": "DELETE FROM cursor", "postgresql": "LOCK TABLE inbox IN EXCLUSIVE MODE"}

    async with second.transaction() as tx:
        await tx.execute(text(hold[backend]))
        asking = asyncio.create_task(post(port, update(41)))
        await asyncio.wait({asking}, timeout=0.2)
        port.web._server.should_exit = True
        await asyncio.wait({asking}, timeout=0.3)
    answer = await asking

    assert answer.status == 200
    assert len(await kept(database)) == 1


def test_secret_is_of_the_letters_that_telegram_takes_and_never_the_token() -> None:
    token = "123456789:AAsecret-of-a-bot"

    secret = secret_of(token)

    assert len(secret) == 64
    assert set(secret) <= set("0123456789abcdef")
    assert "AAsecret" not in secret
    assert secret == secret_of(token) != secret_of(token + "0")
