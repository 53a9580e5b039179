"""One story from the first word to the last, in which the n-th call of one kind goes wrong.

The calls are a statement or a commit at the database, a call that reaches Telegram or asks it for
updates, a command that reaches the mail server. `before` its effect nothing has happened; `after`
it everything has, and only the answer is lost. Nothing of ours is changed: the trouble sits in
the driver and in the servers.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from playground import faults, mishaps
from playground.faults import Fault, Faults
from playground.mishaps import Mishap, Mishaps
from playground.visitor import Visitor
from programme.reminders import plan_event
from storage import conversations, outbox
from storage.database import Database
from storage.tables import channel_pause, inbox
from storage.tables import outbox as rows
from tests.handlers.scene import NOW, Scene, all_buttons
from tests.programme.audience import make_member, make_staff
from tests.storage.rows import FIRST_DAY, make_event

Kind = Literal["statement", "commit", "telegram", "poll", "smtp"]
STAFF, ANNA, HERS = 900, 1, "anna@ngo.example.org"
# What somebody waits for an answer with, and what a person must know.
AGAIN = ("reply", "registration_confirmed", "registration_cancelled")
ENOUGH = 6
STUCK_SECONDS = 2.0
PATIENCE_SECONDS = 60.0
REMINDED_AT = FIRST_DAY - timedelta(hours=15, minutes=30)
QUARTER = timedelta(minutes=16)


@dataclass
class Trouble:
    """Counts the calls of one kind and strikes at the n-th."""

    kind: Kind
    number: int
    after: bool
    armed: bool = False
    count: int = 0

    @property
    def has_struck(self) -> bool:
        """Whether there was an n-th call."""
        return self.count >= self.number

    def strikes(self, kind: Kind) -> bool:
        """Count a call and tell whether it is the one."""
        if not self.armed or kind != self.kind:
            return False
        self.count += 1
        return self.count == self.number

    def lost(self) -> OperationalError:
        """Make the error of a database that is gone."""
        return OperationalError("", {}, sqlite3.OperationalError("disk I/O error"))


class TroubledFaults(Faults):
    """Faults of the Telegram server, of which one strikes by number."""

    trouble: Trouble

    def take(self, method: str, chat_id: int | None) -> Fault:
        """Cut the n-th call's connection."""
        if self.trouble.strikes("poll" if method == "getupdates" else "telegram"):
            return faults.dropped_after() if self.trouble.after else faults.dropped_before()
        return super().take(method, chat_id)


class TroubledMishaps(Mishaps):
    """Mishaps of the mail server, of which one strikes by number."""

    trouble: Trouble

    def take(self, phase: str, argument: str = "") -> Mishap | None:
        """Cut the connection at the n-th command."""
        if self.trouble.strikes("smtp"):
            known: Any = phase
            return mishaps.half(known, keep=True) if self.trouble.after else mishaps.drop(known)
        return super().take(phase, argument)


def trouble_everything(scene: Scene, trouble: Trouble) -> None:
    """Put the trouble behind everything that the bot calls."""
    scene.playground.server._faults = troubled = TroubledFaults()
    scene.playground.mailbox._mishaps = troubled_mail = TroubledMishaps()
    troubled.trouble = troubled_mail.trouble = trouble
    _trouble_database(scene.database, trouble)


def _trouble_database(database: Database, trouble: Trouble) -> None:
    def before(*_: object) -> None:
        if not trouble.after and trouble.strikes("statement"):
            raise trouble.lost()

    def after(*_: object) -> None:
        if trouble.after and trouble.strikes("statement"):
            raise trouble.lost()

    for engine in {database._writer, database._reader}:
        sqlalchemy_event.listen(engine.sync_engine, "before_cursor_execute", before)
        sqlalchemy_event.listen(engine.sync_engine, "after_cursor_execute", after)
    dialect: Any = database._writer.sync_engine.dialect
    really = dialect.do_commit

    def commit(connection: Any) -> None:
        strikes = trouble.strikes("commit")
        if not strikes or trouble.after:
            really(connection)
        if strikes:
            raise trouble.lost()

    dialect.do_commit = commit


class Story:
    """Anna registers, is invited and reminded, and cancels; staff invite her."""

    def __init__(self, scene: Scene, look: Database, trouble: Trouble, *, restarts: bool) -> None:
        self.scene = scene
        self.look = look
        self.trouble = trouble
        self.anna: Visitor = scene.visitor(ANNA, "Anna")
        self.irena: Visitor = scene.visitor(STAFF, "Irena")
        self._restarts = restarts
        self._restarted = False

    async def prepare(self) -> None:
        """Let there be an event with a reminder, a person and a staff member."""
        async with self.look.transaction() as tx:
            self.event_id = await make_event(tx, capacity=1, rules=[("day", 1, "17:00", 0)])
            await plan_event(tx, event_id=self.event_id, now=NOW)
            await make_member(tx, "Anna Wzorowa", chat=ANNA, mail=HERS)
            await make_staff(tx, chat_id=STAFF)

    async def tell(self) -> None:
        """Go through the whole story; nobody repeats what got an answer."""
        self.trouble.armed = True
        await self.deed(self.anna, lambda: self.anna.send(f"/start e_{self.event_id}"))
        await self.deed(self.anna, lambda: self.press(self.anna, f"r:{self.event_id}"))
        await self.invite()
        self.scene.clock.put_forward(REMINDED_AT)
        for _ in range(2):
            await self.tick()
            await self.calm()
        await self.deed(self.anna, lambda: self.anna.send("/moje"))
        await self.deed(self.anna, lambda: self.press(self.anna, "x:"))
        await self.deed(self.anna, lambda: self.press(self.anna, "xx:"))
        self.trouble.armed = False
        await self.calm()

    async def invite(self) -> None:
        """Answer whatever question is open until the invitation is on its way."""
        await self.deed(self.irena, lambda: self.irena.send("/zaproszenie"))
        values = {"event": str(self.event_id), "audience": "organisations", "confirm": "send"}
        words = {"case_number": "SK.1.2027", "body": "Zapraszamy."}
        for _ in range(ENOUGH * 2):
            async with self.look.reading() as tx:
                state = await conversations.load(tx, STAFF)
            if state is None or not state.step:
                return
            if state.step in words:
                said = words[state.step]
                await self.deed(self.irena, lambda said=said: self.irena.send(said))  # type: ignore[misc]
            else:
                data = f"q:{state.version}:{values[state.step]}"
                await self.deed(self.irena, lambda data=data: self.press(self.irena, data))  # type: ignore[misc]
        raise AssertionError("the invitation never left")

    async def press(self, visitor: Visitor, data: str) -> None:
        """Press the newest button that begins like this."""
        found = next(one for one in reversed(all_buttons(visitor)) if one[1].startswith(data))
        await visitor.press_data(*found, within=0)

    async def deed(self, visitor: Visitor, act: Callable[[], Awaitable[object]]) -> None:
        """Do something, and once more only when nothing came back."""
        chat = visitor._chat
        for _ in range(ENOUGH):
            mark = visitor.mark
            await act()
            await self.calm()
            fresh = [number for number, changed in chat.changed.items() if changed > mark]
            if any(chat.messages[number]["from"] is not chat.user for number in fresh):
                return
            # A lease that could not be given back must run out before anybody listens again.
            self.scene.clock.put_forward(self.scene.clock() + QUARTER)
        async with self.look.reading() as tx:
            kept = [tuple(row) for row in await tx.execute(select(inbox.c.state, inbox.c.error))]
            sent = [tuple(row) for row in await tx.execute(select(rows.c.key, rows.c.state))]
        held = self.scene.process.held_since
        raise AssertionError(f"no answer: {visitor.transcript[-6:]} {kept} {sent} held {held}")

    async def calm(self) -> None:
        """Wait until all is said, let time pass where something waits for it, restart the dead."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await self._quiet()
                if self.trouble.has_struck and self._restarts and not self._restarted:
                    self._restarted = True
                    await self.restart()
                elif await self._waits_for_time():
                    self.scene.clock.put_forward(self.scene.clock() + QUARTER)
                    await self.tick()
                else:
                    return

    async def tick(self) -> None:
        """Let the ticker look at the clock; when that fails it looks again a little later."""
        with suppress(OperationalError):
            await self.scene.process.ticker.tick()

    async def restart(self) -> None:
        """Start again, as whoever watches over the process does, also when it died of the error."""
        with suppress(Exception):
            await self.scene.stop()
        await self.scene.start()

    async def _quiet(self) -> None:
        loop = asyncio.get_running_loop()
        give_up = loop.time() + STUCK_SECONDS
        # A row whose end could not be noted stays as it is until its lease runs out.
        while await self._busy() and loop.time() < give_up:
            if self.scene.ended:
                await self.restart()
            await asyncio.sleep(0.01)

    async def _busy(self) -> bool:
        now = self.scene.clock()
        if self.scene.ended or self.scene.playground.server.state.updates.pending:
            return True
        async with self.look.reading() as tx:
            if await tx.scalar(select(inbox.c.id).where(inbox.c.state == "new").limit(1)):
                return True
            resting = select(channel_pause.c.channel).where(channel_pause.c.until > now)
            waits = rows.c.due_at > now, rows.c.channel.in_(resting)
            found = await tx.execute(
                select(rows.c.state).where(
                    rows.c.state.in_((*outbox.WAITING, *outbox.UNDER_WAY)), ~(waits[0] | waits[1])
                )
            )
            return found.first() is not None

    async def _waits_for_time(self) -> bool:
        async with self.look.reading() as tx:
            open_states = (*outbox.WAITING, *outbox.UNDER_WAY)
            later = rows.c.state.in_(open_states), rows.c.due_at < self.scene.clock() + QUARTER * 4
            doubt = rows.c.state == "uncertain", rows.c.doubted == 1, rows.c.kind.in_(AGAIN)
            for condition in (later, doubt):
                if await tx.scalar(select(rows.c.id).where(*condition).limit(1)):
                    return True
        return False
