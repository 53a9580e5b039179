"""The world of Jan and the others, in which anybody does anything and nothing of it is kept."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from telegram import Update

from delivery.chat import from_json
from handlers.telegram.application import Handler
from handlers.telegram.turn import Context, Desk, Turn, current
from programme import conversations
from programme.refusals import Refusal
from storage.columns import metadata
from storage.database import Database, Tx
from storage.tables import outbox
from tests.handlers.telegram.rights_world import PERSONAL, ROLES, SECRETS, World
from tests.storage.rows import NOW

# Written about the one who writes, whatever else happens.
BOOKKEEPING = {"conversation", "audit", "attendance_try"}

Row = dict[str, Any]
READY = Path("bot/sample/surveys/dzialalnosc-organizacji.toml")


class Undone(Exception):
    """Nothing of what was tried is kept."""


@dataclass
class Town:
    """The world, and somebody who does one thing in it; nothing of it is kept."""

    database: Database
    world: World
    looks: bool = True
    before: "dict[str, list[Row]]" = field(default_factory=dict)

    async def try_out(self, chat: int, data: str, args: tuple[str, ...], *deeds: Handler) -> "Done":
        """Let a chat do things one after another in one transaction that is taken back."""
        done = Done(chat)
        with suppress(Undone):
            await self._try_out(done, data, args, deeds)
        return done

    async def _try_out(
        self, done: "Done", data: str, args: tuple[str, ...], deeds: tuple[Handler, ...]
    ) -> None:
        async with self.database.transaction() as tx:
            # Everything is taken back each time, so it is the same before every deed.
            if self.looks and not self.before:
                self.before = await look(tx)
            await _run(tx, done, data, args, deeds)
            if self.looks:
                done.changed = changes(self.before, await look(tx), done.chat)
            raise Undone


@dataclass
class Done:
    """What came of a deed."""

    chat: int
    refusal: Refusal | None = None
    said: str = ""
    files: int = 0
    rows: list[Any] = field(default_factory=list)
    changed: dict[str, list[Row]] | None = None

    @property
    def leaked(self) -> list[str]:
        """What was told that nobody else may know."""
        hidden = PERSONAL if self.chat == ROLES["claimer"] else SECRETS
        return [secret for secret in hidden if secret in self.said]


async def _run(
    tx: Tx,
    done: Done,
    data: str,
    args: tuple[str, ...],
    deeds: tuple[Handler, ...],
) -> None:
    newest = await tx.scalar(select(outbox.c.id).order_by(outbox.c.id.desc()).limit(1)) or 0
    for at, deed in enumerate(deeds):
        chat = await conversations.open_chat(tx, chat_id=done.chat, locale="pl", now=NOW)
        desk = Desk(
            "akademia@example.org",
            "bot",
            "Europe/Warsaw",
            public_url="https://akademia.example.org",
            ready_surveys={READY.name: READY.read_bytes()},
        )
        turn = Turn(tx, NOW, f"test:{at}", done.chat, chat, desk)
        current.set(turn)
        context = Context(application=None, chat_id=done.chat, user_id=done.chat)  # type: ignore[arg-type]
        context.args = list(args)
        try:
            await deed(_press(done.chat, data), context)
        except Refusal as refusal:
            done.refusal = refusal
    rows = await tx.execute(select(outbox).where(outbox.c.id > newest).order_by(outbox.c.id))
    done.rows = list(rows.all())
    for row in done.rows:
        if row.kind != "reply" or row.address != str(done.chat):
            continue
        message = from_json(row.facts)
        labels = [one.label for line in message.buttons for one in line]
        done.said += "\n".join([message.text, *labels, ""])
        for file in (message.document, message.photo):
            if file is not None:
                done.files += 1
                done.said += file.filename


def _press(chat: int, data: str) -> Update:
    who = {"id": chat, "is_bot": False, "first_name": "X"}
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": chat, "type": "private"},
        "from": who,
        "text": "x",
    }
    query = {"id": "1", "from": who, "chat_instance": "1", "data": data, "message": message}
    return Update.de_json({"update_id": 1, "callback_query": query}, None)


async def look(tx: Tx) -> dict[str, list[Row]]:
    return {
        table.name: [dict(row) for row in (await tx.execute(select(table))).mappings()]
        for table in metadata.sorted_tables
        if table.name not in BOOKKEEPING
    }


def changes(
    before: dict[str, list[Row]], after: dict[str, list[Row]], chat: int
) -> dict[str, list[Row]]:
    """List rows that are new or other than before, but for what is said to the chat itself."""
    found = {}
    for name, rows in after.items():
        fresh = [row for row in rows if row not in before[name]]
        if name == "outbox":
            fresh = [row for row in fresh if row["address"] != str(chat) or row["kind"] != "reply"]
        gone = [row for row in before[name] if row not in rows]
        if fresh or gone:
            found[name] = [*fresh, *gone]
    return found
