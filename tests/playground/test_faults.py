import time
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from playground import faults
from playground.server import BotServer
from playground.visitor import Visitor


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.flood(3), RetryAfter),
        (faults.blocked(), Forbidden),
        (faults.deactivated(), Forbidden),
        (faults.bad_request("can't parse entities"), BadRequest),
        (faults.unauthorized(), InvalidToken),
        (faults.broken(500), NetworkError),
        (faults.broken(502), NetworkError),
        (faults.broken(504), NetworkError),
        (faults.migrated(-100), ChatMigrated),
        (faults.dropped_before(), NetworkError),
    ],
)
async def test_fault_strikes_once_and_has_no_effect(
    server: BotServer, bot: Bot, anna: Visitor, fault: faults.Fault, error: type[TelegramError]
) -> None:
    await anna.send("/start")
    server.fail("sendMessage", with_=fault)

    with pytest.raises(error) as raised:
        await bot.send_message(anna.user_id, "a")
    assert type(raised.value) is error
    assert server.delivered(anna.user_id) == []
    await bot.send_message(anna.user_id, "b")

    assert [message["text"] for message in server.delivered(anna.user_id)] == ["b"]
    assert [call.done for call in server.calls[-2:]] == [False, True]


async def test_flood_and_migration_carry_their_figures(
    server: BotServer, bot: Bot, anna: Visitor
) -> None:
    await anna.send("/start")
    server.fail(with_=faults.flood(7))
    server.fail(with_=faults.migrated(-1005))

    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(anna.user_id, "a")
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(anna.user_id, "a")

    assert flood.value.retry_after == timedelta(seconds=7)
    assert moved.value.new_chat_id == -1005


async def test_lost_answer_leaves_its_effect(server: BotServer, bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    server.fail("sendMessage", with_=faults.dropped_after())

    with pytest.raises(NetworkError, match=r"RemoteProtocolError|ReadError"):
        await bot.send_message(anna.user_id, "a")

    assert [message["text"] for message in server.delivered(anna.user_id)] == ["a"]
    assert (server.calls[-1].outcome, server.count("sendMessage")) == ("dropped", 1)


@pytest.mark.parametrize("fault", [faults.half(), faults.garbled()], ids=str)
async def test_answer_that_cannot_be_read_leaves_its_effect(
    server: BotServer, bot: Bot, anna: Visitor, fault: faults.Fault
) -> None:
    await anna.send("/start")
    server.fail("sendMessage", with_=fault)

    with pytest.raises(TelegramError):
        await bot.send_message(anna.user_id, "a")
    await bot.send_message(anna.user_id, "b")

    assert [message["text"] for message in server.delivered(anna.user_id)] == ["a", "b"]


async def test_late_answer_leaves_its_effect(server: BotServer, bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    server.fail("sendMessage", with_=faults.late(30))

    with pytest.raises(TimedOut):
        await bot.send_message(anna.user_id, "a", read_timeout=0.1)

    assert len(server.delivered(anna.user_id)) == 1


async def test_slow_answer_comes(server: BotServer, bot: Bot, anna: Visitor) -> None:
    await anna.send("/start")
    server.fail("sendMessage", with_=faults.slow(0.1))

    begin = time.perf_counter()
    await bot.send_message(anna.user_id, "a")

    assert time.perf_counter() - begin >= 0.1


async def test_fault_is_bound_to_its_chat_until_healed(
    server: BotServer, bot: Bot, anna: Visitor
) -> None:
    jan = Visitor(server, 102, "Jan")
    for visitor in (anna, jan):
        await visitor.send("/start")
    server.fail(chat_id=jan.user_id, with_=faults.blocked(), times=None)

    await bot.send_message(anna.user_id, "a")
    for _ in range(2):
        with pytest.raises(Forbidden):
            await bot.send_message(jan.user_id, "a")
    server.heal()
    await bot.send_message(jan.user_id, "a")

    assert server.count("sendMessage") == 2


async def test_polling_fails_only_when_named(server: BotServer, bot: Bot) -> None:
    server.fail(with_=faults.broken())

    assert await bot.get_updates() == ()
    server.fail("getUpdates", with_=faults.broken(504))
    with pytest.raises(NetworkError):
        await bot.get_updates()
