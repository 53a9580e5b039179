"""The web port of a whole process: it answers while Telegram is away, and counts what leaves."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import MovedClock
from bot.process import Process, opened
from bot.roles import ALL, Role
from bot.settings import Settings, WrongSettings
from bot.stage import demo_settings
from bot.web_bind import PortTaken
from handlers.telegram.webhook import WebhookRefused
from playground.playground import Playground
from programme import letter_doors
from storage import outbox
from storage.database import Database
from tests.handlers.scene import free_bind
from tests.scheduler.post import mail
from tests.storage.rows import NOW, make_event, make_person


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground() as started:
        yield started


@pytest.fixture
def settings(playground: Playground, tmp_path: Path) -> Settings:
    return demo_settings(playground, tmp_path, web_bind=free_bind())


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    async with opened(settings, now=NOW) as database:
        yield database


def make(settings: Settings, database: Database, *, roles: frozenset[Role] = ALL) -> Process:
    clock = MovedClock(NOW)
    return Process(settings, database, roles=roles, clock=clock, paced=False, hold=1)


async def begin(process: Process) -> asyncio.Task[None]:
    ready = asyncio.Event()
    task = asyncio.create_task(process.serve(ready=ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return task


async def end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def ask(process: Process, path: str) -> tuple[int, str]:
    assert process.front is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", process.front.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), body


def figures(body: str, name: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(body)
    found = [one for family in families for one in family.samples if one.name == name]
    return {tuple(one.labels.values()): one.value for one in found}


async def until(process: Process, path: str, wanted: Any) -> tuple[int, str]:
    """Ask for a page until its answer is as wanted."""
    async with asyncio.timeout(40):
        while not wanted(answer := await ask(process, path)):  # noqa: ASYNC110 -- over HTTP
            await asyncio.sleep(0.05)
    return answer


LOOPS = {"lanes", "mail_lanes", "poller", "send_mail", "send_telegram", "ticks"}


async def test_health_knows_every_loop_and_does_not_depend_on_telegram(
    playground: Playground, settings: Settings, database: Database
) -> None:
    process = make(settings, database)
    task = await begin(process)
    try:
        _, body = await until(
            process, "/healthz", lambda answer: set(json.loads(answer[1])["seconds_since"]) == LOOPS
        )
        await playground.server.stop()
        await playground.mailbox.stop()
        await asyncio.sleep(1.5)
        status, away = await ask(process, "/healthz")
    finally:
        await playground.server.start()
        await playground.mailbox.start()
        await end(task)

    assert json.loads(body)["status"] == "ok"
    assert (status, json.loads(away)["status"]) == (200, "ok")


async def test_metrics_count_what_left_and_how_long_it_took(
    settings: Settings, database: Database
) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [mail("one"), mail("two")], now=NOW)
    process = make(settings, database)
    task = await begin(process)

    def both_left(answer: tuple[int, str]) -> bool:
        taken = figures(answer[1], "akademia_delivery_latency_seconds_count")
        return taken.get(("mail",)) == 2

    try:
        await process.settle()
        status, body = await until(process, "/metrics", both_left)
    finally:
        await end(task)

    assert status == 200
    assert figures(body, "akademia_outbox_waiting")["mail",] == 0
    held = figures(body, "akademia_lease_holder_info")
    assert {name for name, _owner in held} == {"poller", "ticker"}
    assert len(figures(body, "akademia_loop_silence_seconds")) == len(LOOPS)


@pytest.mark.parametrize(
    ("changes", "roles", "has_front"),
    [
        ({}, ALL, True),
        ({}, frozenset({Role.WEB}), True),
        ({}, frozenset({Role.SEND, Role.RECEIVE, Role.TICK}), False),
        ({"web_bind": None}, ALL, False),
        ({"web_bind": None}, frozenset({Role.WEB, Role.SEND}), True),
    ],
)
async def test_process_has_a_web_port_when_it_should(
    playground: Playground,
    tmp_path: Path,
    changes: dict[str, Any],
    roles: frozenset[Role],
    has_front: bool,
) -> None:
    given = {"web_bind": free_bind()} | changes
    values = {name: value for name, value in given.items() if value is not None}
    settings = demo_settings(playground, tmp_path, **values)

    async with opened(settings, now=NOW) as database:
        process = make(settings, database, roles=roles)
        await process.door.close()

    assert (process.front is not None) == has_front


async def test_web_port_without_a_webhook_takes_no_updates(
    settings: Settings, database: Database
) -> None:
    process = make(settings, database, roles=frozenset({Role.WEB}))
    task = await begin(process)
    try:
        status, _ = await ask(process, "/telegram")
        health, body = await ask(process, "/healthz")
    finally:
        await end(task)

    assert (status, health) == (404, 200)
    assert json.loads(body)["seconds_since"] == {}


async def test_port_that_is_taken_ends_the_start(settings: Settings, database: Database) -> None:
    first = make(settings, database)
    task = await begin(first)

    with pytest.raises(PortTaken):
        await make(settings, database, roles=frozenset({Role.WEB})).serve()
    await end(task)


async def test_webhook_needs_the_public_address(playground: Playground, tmp_path: Path) -> None:
    settings = demo_settings(playground, tmp_path, telegram_door="webhook")

    async with opened(settings, now=NOW) as database:
        with pytest.raises(WrongSettings, match="AKADEMIA_PUBLIC_URL"):
            make(settings, database)


async def test_address_that_telegram_refuses_ends_the_start_and_frees_the_port(
    playground: Playground, tmp_path: Path
) -> None:
    settings = demo_settings(
        playground,
        tmp_path,
        telegram_door="webhook",
        web_bind=free_bind(),
        public_url="https://bot.example.org",
    )

    async with opened(settings, now=NOW) as database:
        with pytest.raises(WebhookRefused):
            await make(settings, database).serve()

    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", settings.web_bind.port)
    server.close()
    await server.wait_closed()


async def test_pages_are_there_when_people_can_reach_them(
    playground: Playground, tmp_path: Path
) -> None:
    found = []
    for public_url in (None, "https://gmina.example.org"):
        given = {"public_url": public_url} if public_url else {}
        settings = demo_settings(
            playground, tmp_path / str(bool(public_url)), web_bind=free_bind(), **given
        )
        async with opened(settings, now=NOW) as database:
            process = make(settings, database, roles=frozenset({Role.WEB}))
            task = await begin(process)
            try:
                found.append(await ask(process, "/l/unknown"))
            finally:
                await end(task)

    assert [status for status, _ in found] == [404, 404]
    assert [body.startswith("<!DOCTYPE html>") for _, body in found] == [False, True]


async def test_form_that_was_sent_is_answered_by_mail_at_once(
    playground: Playground, tmp_path: Path
) -> None:
    settings = demo_settings(
        playground, tmp_path, web_bind=free_bind(), public_url="https://gmina.example.org"
    )
    async with opened(settings, now=NOW) as database:
        async with database.transaction() as tx:
            event_id = await make_event(tx)
            person_id = await make_person(tx, mail="anna@example.org")
            token = await letter_doors.make(
                tx,
                purpose=letter_doors.PAGE,
                kind="invitation",
                address="anna@example.org",
                locale="pl",
                subject={"event": event_id},
                person_id=person_id,
                lasts=timedelta(days=1),
                now=NOW,
            )
        process = make(settings, database)
        task = await begin(process)
        try:
            status = await send_form(process, f"/l/{token}", b"deed=register")
            mail = await playground.mailbox.wait_for_mail("anna@example.org", timeout=20)
        finally:
            await end(task)

    assert status == 303
    assert "Budowanie partnerstw" in mail.text


async def send_form(process: Process, path: str, body: bytes) -> int:
    assert process.front is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", process.front.port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1])
