"""A healthy installation, and each way in which it can fall ill."""

import os
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import text, update

from bot.clock import real_clock
from bot.doctor import (
    BROKEN,
    LOOK,
    Mark,
    Site,
)
from bot.settings import Settings
from playground import faults, mishaps
from playground.playground import Playground
from storage import events, inbox, leases, pauses
from storage.database import Database
from storage.inbox import Arrival
from storage.looking import sqlite_file
from storage.tables import inbox as inbox_table
from storage.tables import outbox
from storage.work_tables import installation
from tests.storage.desk import put_in_state
from tests.storage.rows import make_event, sqlite_url

MENDED = (3, 53, 0)
SERVERS = ("sqlite", "postgresql")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WRONG_TOKEN = "700700701:AAanother-token-of-no-real-bot"


@dataclass
class Ward:
    """A healthy installation, and what a test needs to make it ill."""

    site: Site
    database: Database
    playground: Playground
    folder: Path
    until_the_end: AsyncExitStack

    def set(self, **changes: Any) -> None:
        """Change settings."""
        known = {name: getattr(self.site.settings, name) for name in Settings.model_fields}
        self.site.settings = self.site.settings.model_construct(**known | changes)

    async def put(self, state: str, **changes: Any) -> None:
        """Put a row of the outbox in a state, as of now."""
        now = real_clock()
        values = {"due_at": now, "not_after": now + DAY} | changes
        after = {name: values.pop(name) for name in ("leased_until",) if name in values}
        async with self.database.transaction() as tx:
            row = await put_in_state(tx, state, **values)
            ended = now if row.ended_at else None
            change = update(outbox).where(outbox.c.id == row.id)
            await tx.execute(change.values(ended_at=ended, **after))

    async def execute(self, statement: Any) -> None:
        """Change the database in another way."""
        async with self.database.transaction() as tx:
            await tx.execute(statement)


async def _open_env(ward: Ward) -> None:
    ward.site.env_file.chmod(0o640)


async def _no_token(ward: Ward) -> None:
    ward.set(telegram_token=None)


async def _little_room(ward: Ward) -> None:
    ward.site.room_wanted = 10**18


async def _no_clock_changes(ward: Ward) -> None:
    data = b"TZif" + b"\0" * 16 + b"\0\0\0\0" * 3 + b"\0\0\0\0\0\0\0\1\0\0\0\4"
    data += b"\0\0\0\0\0\0UTC\0"
    ward.set(timezone=ZoneInfo.from_file(BytesIO(data), key="Europe/Warsaw"))


async def _old_sqlite(ward: Ward) -> None:
    ward.site.sqlite_version = (3, 40, 1)


async def _old_copy(ward: Ward) -> None:
    copy = ward.folder / "akademia.before-0009-20260101T000000Z.db"
    copy.touch(mode=0o600)
    os.utime(copy, (time.time(), time.time() - 100 * 86_400))


async def _open_copy(ward: Ward) -> None:
    (ward.folder / "akademia.before-0009-20270101T000000Z.db").touch(mode=0o644)


async def _no_file(ward: Ward) -> None:
    ward.set(database_url=SecretStr(sqlite_url(ward.folder / "elsewhere.db")))


async def _torn_file(ward: Ward) -> None:
    (ward.folder / "torn.db").write_bytes(b"no database, " * 100)
    (ward.folder / "torn.db").chmod(0o600)
    ward.set(database_url=SecretStr(sqlite_url(ward.folder / "torn.db")))


async def _locked(ward: Ward) -> None:
    file = sqlite_file(ward.site.address)
    other = ward.until_the_end.enter_context(closing(sqlite3.connect(str(file))))
    other.execute("BEGIN IMMEDIATE")


async def _newer(ward: Ward) -> None:
    await ward.execute(text("UPDATE alembic_version SET version_num = '9999'"))


async def _older(ward: Ward) -> None:
    await ward.execute(text("UPDATE alembic_version SET version_num = '0001'"))


async def _nobody_works(ward: Ward) -> None:
    async with ward.database.transaction() as tx:
        await leases.free_all(tx)


async def _restored(ward: Ward) -> None:
    await ward.execute(update(installation).values(held_since=real_clock()))


async def _stuck(ward: Ward) -> None:
    await ward.put("leased", leased_until=real_clock() - HOUR)


async def _resting(ward: Ward) -> None:
    async with ward.database.transaction() as tx:
        because = "450 jan@ngo.example.org must wait"
        await pauses.pause(tx, "mail", until=real_clock() + HOUR, because=because)


async def _nothing_leaves(ward: Ward) -> None:
    await ward.put("queued", due_at=real_clock() - HOUR)


async def _uncertain(ward: Ward) -> None:
    await ward.put("uncertain")


async def _failed(ward: Ward) -> None:
    await ward.put("failed")


async def _quarantined(ward: Ward) -> None:
    async with ward.database.transaction() as tx:
        arrival = Arrival("telegram", "1", "telegram:1", "{}")
        await inbox.accept(tx, [arrival], now=real_clock())
        await tx.execute(update(inbox_table).values(state="quarantined"))


async def _miscounted(ward: Ward) -> None:
    async with ward.database.transaction() as tx:
        event_id = await make_event(tx, capacity=3)
        await events.take_seat(tx, event_id)


async def _wrong_token(ward: Ward) -> None:
    ward.set(telegram_token=SecretStr(WRONG_TOKEN))


async def _telegram_in_trouble(ward: Ward) -> None:
    ward.playground.server.fail("getMe", with_=faults.broken(502))


async def _telegram_away(ward: Ward) -> None:
    await ward.playground.server.stop()


async def _reads_groups(ward: Ward) -> None:
    ward.playground.server.state.bot["can_read_all_group_messages"] = True


async def _other_door(ward: Ward) -> None:
    ward.playground.server.state.updates.webhook_url = "https://elsewhere.example.org/telegram"


async def _door_in_trouble(ward: Ward) -> None:
    ward.set(telegram_door="webhook", public_url="https://akademia.example.org")
    url = "https://akademia.example.org/telegram"
    ward.playground.server.state.updates.webhook_url = url
    ward.playground.server.webhook.last_error = "Connection refused"


async def _many_waiting(ward: Ward) -> None:
    for number in range(101):
        ward.playground.server.state.updates.push("message", {"message_id": number})


async def _no_mail_server(ward: Ward) -> None:
    await ward.playground.mailbox.stop()


async def _mail_server_refuses(ward: Ward) -> None:
    answer = mishaps.answer("CONNECT", 554, "5.7.1 jan@ngo.example.org is not welcome")
    ward.playground.mailbox.behave(answer)


async def _wrong_clock(ward: Ward) -> None:
    ward.playground.server.state.clock = lambda: real_clock() + 6 * MINUTE


async def _slow_clock(ward: Ward) -> None:
    ward.playground.server.state.clock = lambda: real_clock() - 2 * MINUTE


Breaks = Callable[[Ward], Awaitable[None]]
TABLE: list[tuple[str, Mark, Breaks, tuple[str, ...]]] = [
    ("settings", BROKEN, _no_token, SERVERS),
    ("files", BROKEN, _open_env, SERVERS),
    ("files", BROKEN, _open_copy, ("sqlite",)),
    ("room", BROKEN, _little_room, SERVERS),
    ("zone", BROKEN, _no_clock_changes, ("sqlite",)),
    ("sqlite", LOOK, _old_sqlite, ("sqlite",)),
    ("copies", LOOK, _old_copy, ("sqlite",)),
    ("database", BROKEN, _no_file, ("sqlite",)),
    ("database", BROKEN, _torn_file, ("sqlite",)),
    ("writable", LOOK, _locked, ("sqlite",)),
    ("schema", BROKEN, _newer, SERVERS),
    ("schema", LOOK, _older, SERVERS),
    ("process", LOOK, _nobody_works, SERVERS),
    ("held", LOOK, _restored, SERVERS),
    ("leases", LOOK, _stuck, SERVERS),
    ("pauses", LOOK, _resting, SERVERS),
    ("waiting", BROKEN, _nothing_leaves, SERVERS),
    ("uncertain", LOOK, _uncertain, SERVERS),
    ("failed", LOOK, _failed, SERVERS),
    ("quarantined", LOOK, _quarantined, SERVERS),
    ("seats", BROKEN, _miscounted, SERVERS),
    ("telegram", BROKEN, _wrong_token, ("sqlite",)),
    ("telegram", BROKEN, _telegram_away, ("sqlite",)),
    ("telegram", LOOK, _telegram_in_trouble, ("sqlite",)),
    ("telegram", LOOK, _reads_groups, ("sqlite",)),
    ("clock", BROKEN, _wrong_clock, ("sqlite",)),
    ("clock", LOOK, _slow_clock, ("sqlite",)),
    ("door", BROKEN, _other_door, ("sqlite",)),
    ("door", LOOK, _door_in_trouble, ("sqlite",)),
    ("door", LOOK, _many_waiting, ("sqlite",)),
    ("mail", BROKEN, _no_mail_server, ("sqlite",)),
    ("mail", BROKEN, _mail_server_refuses, ("sqlite",)),
]
