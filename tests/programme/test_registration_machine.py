"""Any order of registering, cancelling, moving and changing seats keeps the promises."""

import asyncio
import itertools
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from programme import events as event_cases
from programme import registration
from programme.quiet_hours import QuietHours
from programme.refusals import AlreadyRegistered, EventCancelled, Refusal
from programme.registration import Registered
from storage import events, registrations
from storage.database import Tx, open_database
from storage.tables import calendar_entry
from storage.tables import event as event_table
from tests.programme.steps import read_event, register, told
from tests.storage.rows import NOW, make_event, make_person, sqlite_url

PEOPLE = 6
_files = itertools.count(1)
people_numbers = st.integers(0, PEOPLE - 1)


class RegistrationMachine(RuleBasedStateMachine):
    template: ClassVar[Path]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        file = self.folder / f"registration-{next(_files)}.db"
        shutil.copyfile(self.template, file)
        self.loop = asyncio.Runner()
        self.database = open_database(sqlite_url(file))
        self.capacity = 2
        self.cancelled = False
        self.seated: list[int] = []
        self.line: list[int] = []
        self.open: dict[int, int] = {}
        self.told: dict[int, list[str]] = {number: [] for number in range(PEOPLE)}
        self.event_id, self.persons = self.change(self.prepare)

    async def prepare(self, tx: Tx) -> tuple[int, list[int]]:
        event_id = await make_event(tx, capacity=self.capacity)
        persons = [
            await make_person(tx, chat=number, mail=f"person{number}@example.org")
            for number in range(PEOPLE)
        ]
        return event_id, persons

    def teardown(self) -> None:
        self.loop.run(self.database.close())
        self.loop.close()

    def change(self, function: Callable[..., Any], *args: Any, **values: Any) -> Any:
        async def in_transaction() -> Any:
            async with self.database.transaction() as tx:
                try:
                    return await function(tx, *args, **values)
                except Refusal as refusal:
                    # Faces commit after a refusal: the refused step must have changed nothing.
                    return refusal

        return self.loop.run(in_transaction())

    def move_up(self) -> int:
        moved = 0
        while self.line and len(self.seated) < self.capacity and not self.cancelled:
            number = self.line.pop(0)
            self.seated.append(number)
            self.told[number].append("promoted")
            moved += 1
        return moved

    @rule(numbers=st.lists(people_numbers, min_size=1, max_size=PEOPLE))
    def register(self, numbers: list[int]) -> None:
        for number in numbers:
            self.register_one(number)

    def register_one(self, number: int) -> None:
        got = self.change(register, self.event_id, self.persons[number])

        if self.cancelled or number in self.seated + self.line:
            assert isinstance(got, EventCancelled if self.cancelled else AlreadyRegistered)
            return
        self.move_up()  # those in line come before a newcomer
        if len(self.seated) < self.capacity:
            self.seated.append(number)
            self.told[number].append("registration_confirmed")
            assert got == Registered(got.registration_id, "active", None)
            self.open[number] = got.registration_id
        else:
            self.line.append(number)
            self.told[number].append("waiting_listed")
            assert got == Registered(got.registration_id, "waiting", len(self.line))
            self.open[number] = got.registration_id

    @precondition(lambda self: self.open)
    @rule(number=people_numbers)
    def cancel(self, number: int) -> None:
        if number not in self.open:
            number = min(self.open)
        had_seat, had_place = number in self.seated, number in self.line

        got = self.change(
            registration.cancel,
            registration_id=self.open[number],
            person_id=self.persons[number],
            now=NOW,
        )

        assert isinstance(got, Refusal) is not (had_seat or had_place)
        if had_seat or had_place:
            (self.seated if had_seat else self.line).remove(number)
            self.told[number].append("registration_cancelled")
        if had_seat:
            self.move_up()

    @rule(capacity=st.integers(0, PEOPLE))
    def change_capacity(self, capacity: int) -> None:
        self.change(_set_capacity, capacity)
        self.capacity = capacity

    @rule()
    def promote(self) -> None:
        moved = self.change(registration.promote, event_id=self.event_id, now=NOW)

        assert moved == self.move_up()
        assert self.cancelled or not self.line or len(self.seated) >= self.capacity

    @rule(hours=st.integers(1, 48))
    def move(self, hours: int) -> None:
        got = self.change(_move, self.event_id, timedelta(hours=hours))

        if self.cancelled:
            assert isinstance(got, EventCancelled)
        else:
            assert got == len(self.seated) + len(self.line)
            for number in self.seated + self.line:
                self.told[number].append("event_moved")

    @precondition(lambda self: len(self.told[0]) > 2)
    @rule()
    def cancel_event(self) -> None:
        got = self.change(event_cases.cancel_event, event_id=self.event_id, now=NOW)

        if self.cancelled:
            assert isinstance(got, EventCancelled)
        else:
            assert got == len(self.seated) + len(self.line)
            for number in self.seated + self.line:
                self.told[number].append("event_cancelled")
        self.cancelled = True

    @invariant()
    def seats_and_line_are_as_the_model_has_them(self) -> None:
        seated, line, taken = self.change(_standing, self.event_id)

        assert sorted(seated) == sorted(self.persons[number] for number in self.seated)
        assert line == [self.persons[number] for number in self.line]
        assert taken == len(self.seated)

    @invariant()
    def everyone_was_told_everything_once_in_chat(self) -> None:
        notices = self.change(told)

        for number in range(PEOPLE):
            kinds = [kind for _, kind, to in notices if to == str(number)]
            assert kinds == self.told[number]

    @invariant()
    def sequences_count_the_changes_told_by_mail(self) -> None:
        for sequence, changes in self.change(_sequences):
            assert sequence == changes


async def _set_capacity(tx: Tx, capacity: int) -> None:
    await tx.execute(update(event_table).values(capacity=capacity))


async def _move(tx: Tx, event_id: int, by: timedelta) -> int:
    [session] = await events.sessions(tx, event_id)
    starts_wall, ends_wall = event_cases.shifted(session, by)
    return await event_cases.move_session(
        tx,
        session_id=session.id,
        starts_wall=starts_wall,
        ends_wall=ends_wall,
        place=session.place,
        quiet=QuietHours(),
        now=NOW,
    )


async def _standing(tx: Tx, event_id: int) -> tuple[list[int], list[int], int]:
    seated = await registrations.of_event(tx, event_id, state="active")
    line = await registrations.of_event(tx, event_id, state="waiting")
    taken = (await read_event(tx, event_id)).taken
    return [one.person_id for one in seated], [one.person_id for one in line], taken


async def _sequences(tx: Tx) -> list[tuple[int, int]]:
    """Pair each calendar entry's SEQUENCE with the number of letters that changed it."""
    changes = ("event_moved", "registration_cancelled", "event_cancelled")
    mails = [(key, kind) for key, kind, to in await told(tx) if "@" in to]
    entries = await tx.execute(select(calendar_entry))
    return [
        (
            row.sequence,
            sum(
                kind in changes and key.startswith(f"{kind}:{row.registration_id}:")
                for key, kind in mails
            ),
        )
        for row in entries
    ]


def test_registration_in_any_order_of_steps(sqlite_template: Path, tmp_path: Path) -> None:
    class Machine(RegistrationMachine):
        template, folder = sqlite_template, tmp_path

    run_state_machine_as_test(Machine, settings=settings(stateful_step_count=25))
