"""The bot library's own HTTP client beside ours, and what is asked of both."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot, InputFile
from telegram.request import BaseRequest, HTTPXRequest

from delivery.telegram_request import AiohttpRequest, Limits

SOON = 0.5
PATIENT = 30.0
MESSAGE = {"message_id": 1, "date": 1767225600, "chat": {"id": 5, "type": "private"}}
OK = json.dumps({"ok": True, "result": MESSAGE}).encode()


def httpx_request(limits: Limits, proxy: str | None = None) -> BaseRequest:
    return HTTPXRequest(
        connection_pool_size=limits.connections,
        connect_timeout=limits.connect,
        read_timeout=limits.read,
        write_timeout=limits.write,
        media_write_timeout=limits.media_write,
        pool_timeout=limits.pool,
        proxy=proxy,
        httpx_kwargs={"trust_env": False},
    )


def aiohttp_request(limits: Limits, proxy: str | None = None) -> BaseRequest:
    return AiohttpRequest(limits, proxy=proxy)


Make = Callable[..., BaseRequest]
BOTH: tuple[Make, ...] = (httpx_request, aiohttp_request)
both = pytest.mark.parametrize("make", BOTH, ids=["httpx", "aiohttp"])


def limits(**changed: Any) -> Limits:
    usual = dict.fromkeys(("connect", "read", "write", "media_write", "pool"), PATIENT)
    return Limits(**{"connections": 4, **usual, **changed})


def bot_at(url: str, request: BaseRequest) -> Bot:
    return Bot("1:a", base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=request)


async def say_hello(bot: Bot) -> int:
    return (await bot.send_message(5, "Dzień dobry")).message_id


async def say_much(bot: Bot) -> int:
    return (await bot.send_message(5, "x" * 2**25)).message_id


async def upload_little(bot: Bot) -> int:
    return (await bot.send_document(5, InputFile(b"x", "mały.bin"))).message_id


async def upload_much(bot: Bot) -> int:
    return (await bot.send_document(5, InputFile(b"x" * 2**25, "duży.bin"))).message_id
