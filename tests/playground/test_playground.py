import asyncio
from datetime import UTC, datetime

import aiosmtplib
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from playground.playground import Playground
from playground.visitor import Visitor

NINE = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("Zapisz się", callback_data="e:1")]])


async def answer(bot: Bot, update: Update) -> None:
    if update.message is not None:
        await bot.send_message(update.message.chat.id, "Dzień dobry", reply_markup=BUTTON)
    if update.callback_query is not None:
        await update.callback_query.answer("Zapisano")
        await bot.send_message(update.callback_query.from_user.id, "Jesteś na liście")


async def work(bot: Bot) -> None:
    offset = 0
    while True:
        for update in await bot.get_updates(offset, timeout=20):
            offset = update.update_id + 1
            await answer(bot, update)


async def register(visitor: Visitor) -> str | None:
    await visitor.send("/start")
    await visitor.wait_for("Dzień dobry")
    words = await visitor.press("Zapisz się")
    await visitor.wait_for("na liście")
    return words


async def test_thirty_people_register_at_once() -> None:
    async with Playground(clock=lambda: NINE) as playground:
        visitors = [playground.visitor(1000 + n, f"Osoba {n}") for n in range(30)]
        async with Bot(playground.token, base_url=f"{playground.api_url}/bot") as bot:
            working = asyncio.create_task(work(bot))
            async with asyncio.timeout(30):
                words = await asyncio.gather(*(register(visitor) for visitor in visitors))
            working.cancel()

        assert words == ["Zapisano"] * 30
        assert playground.server.count("sendMessage") == 60
        assert {visitor.last.raw["date"] for visitor in visitors} == {int(NINE.timestamp())}


async def test_mail_is_taken_at_the_same_clock() -> None:
    async with Playground(clock=lambda: NINE, smtp_user="a", smtp_password="b") as playground:
        await aiosmtplib.send(
            b"Subject: a\r\n\r\nb\r\n",
            sender="urzad@example.org",
            recipients=["anna@example.org"],
            hostname="127.0.0.1",
            port=playground.smtp_port,
            username="a",
            password="b",
            start_tls=False,
        )

        mail = await playground.mailbox.wait_for_mail("anna@example.org", subject="a")
        assert (mail.number, mail.received_at) == (1, NINE)


async def test_same_person_twice_is_one_chat() -> None:
    async with Playground() as playground:
        await playground.visitor(1, "Anna").send("a")

        assert [message.text for message in playground.visitor(1, "Anna").messages] == ["a"]
