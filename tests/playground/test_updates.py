import asyncio
import time

import pytest
from telegram import Bot, Update
from telegram.error import Conflict

from playground.server import BotServer
from playground.visitor import Visitor


async def texts(
    bot: Bot, offset: int | None = None, limit: int | None = None, seconds: int | None = None
) -> list[str]:
    found = await bot.get_updates(offset, limit, timeout=seconds)
    return [word(update) for update in found]


def word(update: Update) -> str:
    assert update.message is not None
    return update.message.text or ""


async def test_updates_come_again_until_confirmed(
    server: BotServer, bot: Bot, anna: Visitor
) -> None:
    for text in ("a", "b", "c"):
        await anna.send(text)

    first = await bot.get_updates()

    ids = [update.update_id for update in first]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    assert await texts(bot) == ["a", "b", "c"]
    assert await texts(bot, ids[0] + 1) == ["b", "c"]
    assert await texts(bot, ids[0]) == ["b", "c"]
    assert await texts(bot, ids[2] + 1) == []
    assert server.state.updates.confirmed == ids


async def test_limit_gives_the_oldest(bot: Bot, anna: Visitor) -> None:
    for text in ("a", "b", "c"):
        await anna.send(text)

    assert await texts(bot, limit=2) == ["a", "b"]


async def test_negative_offset_forgets_all_but_the_last(bot: Bot, anna: Visitor) -> None:
    for text in ("a", "b", "c"):
        await anna.send(text)

    assert await texts(bot, -2) == ["b", "c"]
    assert await texts(bot) == ["b", "c"]


async def test_long_poll_wakes_at_once(bot: Bot, anna: Visitor) -> None:
    waiting = asyncio.create_task(texts(bot, seconds=5))
    await asyncio.sleep(0.05)

    begin = time.perf_counter()
    await anna.send("a")
    found = await waiting

    assert found == ["a"]
    assert time.perf_counter() - begin < 2


async def test_long_poll_ends_empty(bot: Bot) -> None:
    begin = time.perf_counter()

    assert await texts(bot, seconds=1) == []
    assert 0.9 < time.perf_counter() - begin < 4


async def test_second_poller_ends_the_first(server: BotServer, bot: Bot, anna: Visitor) -> None:
    first = asyncio.create_task(texts(bot, seconds=5))
    await asyncio.sleep(0.05)
    async with Bot(server.token, base_url=f"{server.url}/bot") as other:
        second = asyncio.create_task(texts(other, seconds=5))

        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        await anna.send("a")

        assert await second == ["a"]


async def test_update_survives_a_poller_that_is_gone(bot: Bot, anna: Visitor) -> None:
    dead = asyncio.create_task(texts(bot, seconds=5))
    await asyncio.sleep(0.05)
    dead.cancel()

    await anna.send("a")

    assert await texts(bot) == ["a"]


async def test_allowed_updates_last_until_changed(bot: Bot, anna: Visitor) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await anna.send("a")
    assert await texts(bot) == []

    await bot.get_updates(allowed_updates=[])
    await anna.send("b")

    assert await texts(bot) == ["b"]


async def test_kinds_that_need_asking_are_left_out(server: BotServer) -> None:
    queue = server.state.updates

    assert queue.push("chat_member", {}) is None
    queue.allow(["chat_member"])

    assert queue.push("chat_member", {}) is not None


async def test_restarted_server_keeps_port_and_updates(
    server: BotServer, bot: Bot, anna: Visitor
) -> None:
    await anna.send("a")
    url = server.url

    await server.stop()
    await server.stop()
    await server.start()

    assert server.url == url
    assert await texts(bot) == ["a"]


async def test_stop_ends_a_waiting_poll(server: BotServer, bot: Bot) -> None:
    waiting = asyncio.create_task(texts(bot, seconds=30))
    await asyncio.sleep(0.05)

    begin = time.perf_counter()
    await server.stop()
    with pytest.raises(Exception, match=r"RemoteProtocolError|ReadError|Conflict"):
        await waiting

    assert time.perf_counter() - begin < 5
