"""A broadcast through the outbox, against two plain ways of posting the same messages."""

import asyncio
import dataclasses
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from benchmarks.measure import Row, Speed, faster, speed
from benchmarks.peer import TOKEN, Peer
from delivery.compose import compose_chat
from delivery.telegram import ChatSender, make_bot
from scheduler.carriers import ChatCarrier
from scheduler.sending import Sending
from storage import migrate, outbox, outbox_lists
from storage.database import Database, open_database
from storage.outbox import BROADCAST, Entry

CHATS = 10_000
AT_ONCE = 10
EVENT = {
    "id": 7,
    "title": "Budowanie partnerstw",
    "kind": "training",
    "place": "Urząd Gminy",
    "sessions": [
        {
            "starts_at": "2027-02-10T08:00:00+00:00",
            "ends_at": "2027-02-10T14:00:00+00:00",
            "zone": "Europe/Warsaw",
            "place": "Urząd Gminy",
        }
    ],
}
FACTS = {
    "programme": {"title": "Program", "funder_line": "", "organiser": "Urząd", "contact": "tel."},
    "case_number": None,
    "subject": "Zmiana sali",
    "body": "Spotykamy się w sali 12.",
    "event": EVENT,
    "link": None,
    "deadline": None,
}


async def measure(*, scale: float) -> list[Row]:
    """Send so many messages each way to the same server."""
    chats = max(200, int(CHATS * scale))
    async with Peer(deaf=True) as peer:
        plain = await _plain(peer, chats)
        raw = await _raw(peer, chats)
        ours = await _ours(peer, chats)
    work = f"broadcast to {chats} chats, limits off"
    return [
        faster(work, "loop of PTB send_message, 10 at once", ours, plain, least=2.5, cpu=0.4),
        faster("the same", "raw aiohttp posting the same bodies", ours, raw, least=0.3),
    ]


def _entries(chats: int, now: datetime) -> list[Entry]:
    entry = Entry(
        key="",
        channel="telegram",
        kind="invitation",
        address="",
        locale="pl",
        facts={},
        priority=BROADCAST,
        due_at=now,
        not_after=now + timedelta(hours=1),
    )
    return [
        dataclasses.replace(
            entry,
            key=f"bench:{number}",
            address=str(number),
            facts={**FACTS, "person": {"name": f"Osoba {number}"}},
        )
        for number in range(1, chats + 1)
    ]


async def _ours(peer: Peer, chats: int) -> Speed:
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        database = open_database(f"sqlite:///{Path(name) / 'bench.db'}")
        await migrate.apply(database, now=now)
        async with database.transaction() as tx:
            await outbox.put(tx, _entries(chats, now), now=now)
        async with make_bot(TOKEN, peer.api_url) as bot:
            carrier = ChatCarrier(ChatSender(bot), pace=None)
            sending = Sending(carrier=carrier, database=database, clock=lambda: datetime.now(UTC))
            result = await speed(lambda: until_sent(sending, database), chats)
        await database.close()
    return result


async def until_sent(sending: Sending, database: Database) -> None:
    """Let a sending loop work until nothing is due; everything must have been sent."""
    task = asyncio.create_task(sending.run())
    while True:
        async with database.reading() as tx:
            if not await outbox_lists.is_busy(tx, now=datetime.now(UTC)):
                break
        await asyncio.sleep(0.05)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    async with database.counting() as tx:
        states = {state for _kind, _channel, state in await outbox_lists.count(tx)}
    if states != {"sent"}:
        raise RuntimeError(f"Not everything was sent: {states}")


def _message(number: int) -> tuple[str, InlineKeyboardMarkup]:
    message = compose_chat("invitation", {**FACTS, "person": {"name": f"Osoba {number}"}}, "pl")
    ((button,),) = message.buttons
    keyboard = [[InlineKeyboardButton(button.label, callback_data=button.data)]]
    return message.text, InlineKeyboardMarkup(keyboard)


async def _plain(peer: Peer, chats: int) -> Speed:
    text, keyboard = _message(1)
    no_preview = LinkPreviewOptions(is_disabled=True)
    numbers = iter(range(1, chats + 1))
    async with Bot(TOKEN, base_url=f"{peer.api_url}/bot") as bot:

        async def send() -> None:
            for number in numbers:
                await bot.send_message(
                    number, text, "HTML", reply_markup=keyboard, link_preview_options=no_preview
                )

        return await speed(lambda: _side_by_side(send), chats)


async def _raw(peer: Peer, chats: int) -> Speed:
    text, keyboard = _message(1)
    fields = {
        "text": text,
        "parse_mode": "HTML",
        "reply_markup": keyboard.to_json(),
        "link_preview_options": '{"is_disabled": true}',
    }
    rest = urlencode(fields)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    numbers = iter(range(1, chats + 1))
    async with aiohttp.ClientSession() as session:

        async def send() -> None:
            for number in numbers:
                body = f"chat_id={number}&{rest}".encode()
                address = f"{peer.api_url}/bot{TOKEN}/sendMessage"
                async with session.post(address, data=body, headers=form) as answer:
                    await answer.read()

        return await speed(lambda: _side_by_side(send), chats)


async def _side_by_side(send: Callable[[], Awaitable[None]]) -> None:
    await asyncio.gather(*(send() for _ in range(AT_ONCE)))
