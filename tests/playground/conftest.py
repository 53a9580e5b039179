import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from telegram import Bot

from playground.server import BotServer
from playground.visitor import Visitor

# python-telegram-bot reads this when RetryAfter is used; without it that warns, an error here.
os.environ["PTB_TIMEDELTA"] = "1"

NINE = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[BotServer]:
    running = BotServer(clock=lambda: NINE)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def bot(server: BotServer) -> AsyncIterator[Bot]:
    client = Bot(server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    async with client:
        yield client


@pytest.fixture
def anna(server: BotServer) -> Visitor:
    return Visitor(server, 101, "Anna", "Nowak")
