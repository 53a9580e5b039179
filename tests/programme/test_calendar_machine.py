"""Whatever is done with a seat, its person's calendar is told in an order that it can follow."""

import asyncio
import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from programme import events as event_cases
from programme import giving_up, registration
from programme.refusals import Refusal
from storage import events, registrations
from storage.database import Tx, open_database
from storage.tables import calendar_entry, event, outbox
from storage.tables import registration as registration_table
from tests import postgres
from tests.programme.answering import JAN, hear, said
from tests.programme.moves import TWO_DAYS, move_days
from tests.storage.rows import NOW, make_event, make_person, sqlite_url

_numbers = itertools.count(1)
days = st.integers(1, 2)


class CalendarMachine(RuleBasedStateMachine):
    # Lends the address of a migrated database of a run's own.
    fresh: ClassVar[Callable[[], AbstractContextManager[str]]]

    def __init__(self) -> None:
        super().__init__()
        self.lent = ExitStack()
        self.loop = self.lent.enter_context(asyncio.Runner())
        self.database = open_database(self.lent.enter_context(type(self).fresh()))
        self.now = NOW
        self.told: list[dict[str, Any]] = []
        self.entries: dict[str, tuple[int, str]] = {}

    @initialize(seats=st.sampled_from([1, 5]))
    def begin(self, seats: int) -> None:
        self.change(self._prepare, seats=seats)

    async def _prepare(self, tx: Tx, *, seats: int) -> None:
        self.event_id = await make_event(tx, sessions=TWO_DAYS, capacity=seats)
        self.jan = await make_person(tx, mail=JAN)
        self.others = [await make_person(tx, mail=f"{n}@example.org") for n in range(2)]
        await self._register(tx, self.jan)
        await self._register(tx, self.others[0])

    def change(self, step: Callable[..., Any], **how: Any) -> None:
        """Take one step in a transaction of its own; a refusal changes nothing."""

        async def take() -> None:
            async with self.database.transaction() as tx:
                try:
                    async with tx.begin_nested():
                        await step(tx, **how)
                except Refusal:
                    return

        self.now += timedelta(minutes=1)
        self.loop.run(take())
        self.loop.run(self._look())

    async def _look(self) -> None:
        async with self.database.reading() as tx:
            rows = await tx.execute(
                select(outbox.c.facts)
                .where(outbox.c.channel == "mail", outbox.c.address == JAN)
                .order_by(outbox.c.id)
            )
            self.told = [facts for facts in rows.scalars() if facts.get("calendar")]
            kept = await tx.execute(
                select(calendar_entry, registration_table.c.state)
                .join(registration_table)
                .where(registration_table.c.person_id == self.jan)
            )
            held = await events.get(tx, self.event_id)
            # Nobody loses their registration when the event is called off, but their date.
            off = held is None or held.state == "cancelled"
            self.entries = {row.uid: (row.sequence, "off" if off else row.state) for row in kept}

    async def _register(self, tx: Tx, person_id: int) -> None:
        await registration.register(
            tx, event_id=self.event_id, person_id=person_id, door="web", now=self.now
        )

    async def _seats(self, tx: Tx, person_id: int) -> list[int]:
        rows = await tx.execute(
            select(registration_table.c.id)
            .where(registration_table.c.person_id == person_id)
            .order_by(registration_table.c.id.desc())
        )
        return list(rows.scalars())

    @rule(who=st.integers(0, 2))
    def invite(self, who: int) -> None:
        self.change(self._invite, who=who)

    async def _invite(self, tx: Tx, *, who: int) -> None:
        await self._register(tx, [self.jan, *self.others][who])

    @rule(who=st.integers(0, 2))
    def cancel(self, who: int) -> None:
        self.change(self._cancel, who=who)

    async def _cancel(self, tx: Tx, *, who: int) -> None:
        person_id = [self.jan, *self.others][who]
        for number in (await self._seats(tx, person_id))[:1]:
            await registration.cancel(tx, registration_id=number, person_id=person_id, now=self.now)

    @rule(day=days, hours=st.sampled_from([-1, 1, 26]))
    def move(self, day: int, hours: int) -> None:
        self.change(self._move, day=day, hours=hours)

    async def _move(self, tx: Tx, *, day: int, hours: int) -> None:
        by = timedelta(hours=hours)
        await move_days(tx, self.event_id, by, days=(day,), now=self.now)

    @rule(place=st.sampled_from(["GOK", "OSP", "Szkoła"]))
    def change_place(self, place: str) -> None:
        self.change(self._change_place, place=place)

    async def _change_place(self, tx: Tx, *, place: str) -> None:
        await move_days(tx, self.event_id, timedelta(), place=place, now=self.now)

    @rule(title=st.text(min_size=1, max_size=20, alphabet="ąbc;, "))
    def rename(self, title: str) -> None:
        before = len(self.told)
        self.change(self._rename, title=title)
        assert len(self.told) == before

    async def _rename(self, tx: Tx, *, title: str) -> None:
        await tx.execute(update(event).where(event.c.id == self.event_id).values(title=title))

    @rule(
        day=days,
        partstat=st.sampled_from(["ACCEPTED", "DECLINED", "DECLINED", "TENTATIVE"]),
        behind=st.sampled_from([0, 0, 0, 1]),
        earlier=st.integers(0, 3),
    )
    def answer(self, day: int, partstat: str, behind: int, earlier: int) -> None:
        self.change(self._answer, day=day, partstat=partstat, behind=behind, earlier=earlier)

    async def _answer(self, tx: Tx, *, day: int, partstat: str, behind: int, earlier: int) -> None:
        for number in (await self._seats(tx, self.jan))[:1]:
            kept = await registrations.calendar_entries(tx, number)
            for entry in kept[day - 1 : day]:
                at = self.now - timedelta(minutes=earlier)
                sequence = max(0, entry.sequence - behind)
                await hear(tx, said(entry.uid, partstat, sequence=sequence, at=at), now=self.now)

    @rule()
    def decline_all(self) -> None:
        for day in (1, 2):
            self.change(self._answer, day=day, partstat="DECLINED", behind=0, earlier=0)

    @rule()
    def undo(self) -> None:
        self.change(self._undo)

    async def _undo(self, tx: Tx) -> None:
        for number in (await self._seats(tx, self.jan))[:1]:
            await giving_up.undo(tx, registration_id=number, person_id=self.jan, now=self.now)

    @rule(surely=st.sampled_from([False, False, True]))
    def call_off(self, surely: bool) -> None:
        if surely:
            self.change(self._call_off)

    async def _call_off(self, tx: Tx) -> None:
        await event_cases.cancel_event(tx, event_id=self.event_id, now=self.now)

    def _by_uid(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for facts in self.told:
            found.setdefault(facts["calendar"]["uid"], []).append(facts)
        return found

    @invariant()
    def every_message_of_an_entry_has_a_higher_sequence_than_the_one_before(self) -> None:
        for messages in self._by_uid().values():
            sequences = [one["calendar"]["sequence"] for one in messages]
            assert sequences == sorted(set(sequences))
            assert (messages[0]["calendar"]["method"], sequences[0]) == ("REQUEST", 0)

    @invariant()
    def one_registration_and_session_has_one_uid_for_ever(self) -> None:
        for uid, messages in self._by_uid().items():
            about = {(one["registration_id"], one["session_number"]) for one in messages}
            assert (uid, len(about)) == (uid, 1)
        pairs = [
            (messages[0]["registration_id"], messages[0]["session_number"])
            for messages in self._by_uid().values()
        ]
        assert len(pairs) == len(set(pairs))

    @invariant()
    def last_word_says_whether_there_is_a_seat(self) -> None:
        messages = self._by_uid()
        assert set(messages) == set(self.entries)
        for uid, (sequence, state) in self.entries.items():
            last = messages[uid][-1]["calendar"]
            assert last["sequence"] == sequence
            assert last["method"] == ("REQUEST" if state == "active" else "CANCEL")

    @invariant()
    def one_open_registration_at_most(self) -> None:
        numbers = {
            messages[-1]["registration_id"]
            for uid, messages in self._by_uid().items()
            if self.entries[uid][1] == "active"
        }
        assert len(numbers) <= 1

    @invariant()
    def seats_are_counted_rightly(self) -> None:
        if not hasattr(self, "event_id"):
            return

        async def count() -> tuple[int, int]:
            async with self.database.reading() as tx:
                kept = await events.get(tx, self.event_id)
                assert kept is not None
                return kept.taken, (await registrations.count_open(tx, kept.id))["active"]

        taken, active = self.loop.run(count())
        assert taken == active

    def teardown(self) -> None:
        self.loop.run(self.database.close())
        self.lent.close()


def _run(fresh: Callable[[], AbstractContextManager[str]], how: settings) -> None:
    class Machine(CalendarMachine):
        pass

    Machine.fresh = fresh
    run_state_machine_as_test(Machine, settings=how)


@pytest.mark.timeout(900)
def test_calendar_in_any_order_of_steps(sqlite_template: Path, tmp_path: Path) -> None:
    @contextmanager
    def fresh() -> Iterator[str]:
        folder = tmp_path / str(next(_numbers))
        folder.mkdir()
        shutil.copyfile(sqlite_template, folder / "akademia.db")
        yield sqlite_url(folder / "akademia.db")
        shutil.rmtree(folder)

    _run(fresh, settings(stateful_step_count=30))


@pytest.mark.timeout(900)
def test_calendar_in_any_order_of_steps_on_postgresql(
    postgres_server: postgres.Server, postgres_template: str
) -> None:
    @contextmanager
    def fresh() -> Iterator[str]:
        name = f"calendar_{next(_numbers)}"
        postgres_server.create(name, template=postgres_template)
        yield postgres_server.url(name)
        postgres_server.drop(name)

    _run(fresh, settings(stateful_step_count=25, max_examples=5))
