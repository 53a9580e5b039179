"""The bot is killed while a deed of staff waits, and while it is done: it is done once."""

import asyncio
import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from playground.playground import Playground
from playground.visitor import Visitor
from programme import staff
from storage.database import open_database
from tests.handlers.scene import heard
from tests.handlers.test_kill import Bot, buttons, introduce_and_register, until_idle

PEOPLE = 40
KEY = "wspolpraca-jst-ngo"


async def make_staff(folder: Path, chat_id: int) -> None:
    database = open_database(f"sqlite+aiosqlite:///{folder / 'akademia.db'}")
    now = datetime.now(UTC)
    async with database.transaction() as tx:
        token = staff.new_token()
        await staff.invite_staff(tx, name="Irena", role="coordinator", token=token, now=now)
        await staff.accept(tx, token=token, chat_id=chat_id, now=now)
    await database.close()


async def tap(visitor: Visitor, begins: str) -> None:
    """Press the newest button whose data begin so, once it is there."""
    async with asyncio.timeout(40):
        while True:
            for message in reversed(heard(visitor)):
                for data in buttons(message.rows):
                    if begins in data:
                        await visitor.press_data(message.message_id, data, within=0)
                        return
            await asyncio.sleep(0.02)


async def until(bot: Bot, state: str) -> None:
    async with asyncio.timeout(60):
        while True:
            if ("deed", state) in bot.rows("SELECT 'deed', state FROM deed"):
                return
            await asyncio.sleep(0.02)


def let_half_a_minute_pass(folder: Path) -> None:
    """Put the deed's moment back while nothing runs."""
    with closing(sqlite3.connect(folder / "akademia.db")) as connection:
        connection.execute("UPDATE deed SET due_at = asked_at")
        connection.commit()


async def test_deed_that_waits_survives_kills_and_is_done_once(tmp_path: Path) -> None:
    async with Playground() as playground:
        bot = Bot(playground, tmp_path)
        await bot.load()
        event_id = bot.rows(f"SELECT id FROM event WHERE key = '{KEY}'")[0][0]  # noqa: S608 -- a constant of this test
        await make_staff(tmp_path, 900)
        irena = playground.visitor(900, "Irena")
        people = [playground.visitor(number, f"Osoba {number}") for number in range(1, PEOPLE + 1)]
        await bot.start()
        await asyncio.gather(*(introduce_and_register(one, event_id) for one in people))
        await irena.send("/wydarzenia")
        for begins in (f"se:{event_id}", f"sg:{event_id}", f"sx:{event_id}", ":=yes"):
            await tap(irena, begins)
        await until(bot, "pending")

        assert await bot.end(signal.SIGKILL) == -signal.SIGKILL
        state = bot.rows(f"SELECT state FROM event WHERE id = {event_id}")  # noqa: S608 -- a number
        let_half_a_minute_pass(tmp_path)
        for _ in range(3):
            await bot.start()
            # Anywhere between the first tick and the last message.
            await asyncio.sleep(0.3)
            assert await bot.end(signal.SIGKILL) == -signal.SIGKILL
        await bot.start()
        await until(bot, "done")
        await until_idle(bot, playground)

        assert await bot.end(signal.SIGTERM) == 0, bot.log
        assert state == [("published",)]
        assert bot.rows("SELECT state, count(*) FROM deed GROUP BY state") == [("done", 1)]
        assert bot.rows(
            "SELECT count(*), count(DISTINCT person_id) FROM outbox WHERE kind = 'event_cancelled'"
        ) == [(PEOPLE, PEOPLE)]
        assert bot.rows("SELECT count(*) FROM audit WHERE action = 'cancel_event'") == [(1,)]
        assert len([one for one in heard(irena) if one.text.startswith("Zrobione: ")]) == 1
