"""/healthz tells whoever would restart this process whether that would help."""

import asyncio
import json
import socket
from typing import Any

import pytest
from sqlalchemy import text
from starlette.requests import Request

from handlers.web import health
from handlers.web.health import Health
from handlers.web.pulse import Pulse
from playground.playground import Playground
from storage.database import Database, open_database
from tests.handlers.web.wire import Hand, Port, get


def told(answer: bytes) -> dict[str, Any]:
    return dict(json.loads(answer))


async def test_health_of_a_process_that_works(port: Port) -> None:
    alive = port.pulse.watch("lanes")
    port.hand.seconds = 50
    alive(30)
    port.hand.seconds = 52.04

    answer = await get(port, "/healthz")

    assert answer.status == 200
    assert answer.head["content-type"] == "application/json"
    assert answer.head["cache-control"] == "no-store"
    assert told(answer.body) == {"status": "ok", "stuck": [], "seconds_since": {"lanes": 2.0}}


async def test_health_names_the_loop_that_broke_its_promise(port: Port) -> None:
    port.pulse.watch("ticks")(60)
    alive = port.pulse.watch("lanes")
    port.hand.seconds = 60
    alive(30)
    kept = await get(port, "/healthz")
    port.hand.seconds += 1

    answer = await get(port, "/healthz")

    assert (kept.status, answer.status) == (200, 503)
    assert told(answer.body) == {
        "status": "stuck",
        "stuck": ["ticks"],
        "seconds_since": {"lanes": 1.0, "ticks": 61.0},
    }


def test_pulse_bears_a_pause_that_was_announced() -> None:
    hand = Hand()
    pulse = Pulse(hand)
    alive = pulse.watch("poller")

    before = pulse.silences()
    alive(600)
    hand.seconds = 599
    within = pulse.stuck()
    hand.seconds = 601

    assert (before, within, pulse.stuck()) == ({}, [], ["poller"])


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_health_says_when_the_database_hangs_and_recovers_with_it(
    port: Port, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DATABASE_WITHIN", 0.1)
    async with asyncio.TaskGroup() as tasks:
        occupied, end = asyncio.Queue[None](), asyncio.Event()
        for _ in range(10):
            tasks.create_task(occupy(database, occupied, end))
        for _ in range(10):
            await occupied.get()
        hanging = [await get(port, "/healthz") for _ in range(3)]
        end.set()
    monkeypatch.setattr(health, "DATABASE_WITHIN", 10)

    well = await get(port, "/healthz")

    assert [answer.status for answer in hanging] == [503, 503, 503]
    assert told(hanging[0].body)["stuck"] == ["database"]
    assert well.status == 200


async def occupy(database: Database, occupied: asyncio.Queue[None], end: asyncio.Event) -> None:
    async with database.reading() as tx:
        await tx.execute(text("SELECT 1"))
        await occupied.put(None)
        await end.wait()


async def test_health_says_when_the_database_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as freed:
        number = freed.getsockname()[1]
    gone = open_database(f"postgresql://nobody@127.0.0.1:{number}/nothing")

    answer = await Health(database=gone, pulse=Pulse()).tell(Request({"type": "http"}))
    await gone.close()

    assert (answer.status_code, told(bytes(answer.body))["stuck"]) == (503, ["database"])


async def test_health_holds_no_secret_and_asks_nobody_outside(
    port: Port, playground: Playground, database: Database
) -> None:
    await playground.server.stop()
    await playground.mailbox.stop()

    answer = await get(port, "/healthz")
    await playground.server.start()
    await playground.mailbox.start()

    assert answer.status == 200
    assert playground.token.encode() not in answer.body
    assert database.url.render_as_string().encode() not in answer.body


async def test_question_that_hangs_is_asked_once_and_let_go_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "DATABASE_WITHIN", 0.05)
    asked: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _, writer: asked.append(writer), "127.0.0.1", 0)
    number = silent.sockets[0].getsockname()[1]
    database = open_database(f"postgresql://nobody@127.0.0.1:{number}/nothing")
    one = Health(database=database, pulse=Pulse())

    answers = [(await one.tell(Request({"type": "http"}))).status_code for _ in range(3)]
    question = one._question
    await one.close()
    await database.close()
    for writer in asked:
        writer.close()
    silent.close()
    await silent.wait_closed()

    assert (answers, len(asked)) == ([503, 503, 503], 1)
    assert question is not None
    assert question.done()
