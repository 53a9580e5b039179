"""The state machine's steps on seats, offers and the line, and what must hold after each.

Each rule takes one step in the program and the same one in the model; the invariants hold the
two against each other. A new step is a rule here and a method in `line_model`.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from programme import approval, capacity, registration, waiting_list
from programme import events as event_cases
from programme.refusals import EventCancelled, Refusal, TimesWrong
from storage import events, line
from storage.database import Tx, open_database
from tests.programme import machine_views
from tests.programme.line import make_member, send
from tests.programme.line_model import QUIET, Outcome
from tests.programme.naming_model import NamingModel
from tests.programme.steps import read_event, register
from tests.storage.rows import NOW, make_event, make_person
from tests.storage.seats import make_organisation

PEOPLE = 8
# Near enough that the clock comes to it in some runs, and its last hours in many.
BEGINS = NOW + timedelta(days=3, hours=-1)
any_number = st.integers(0, 99)
people_numbers = st.integers(0, PEOPLE + 1)
terms = st.fixed_dictionaries(
    {
        "entry": st.sampled_from(["open", "nominated"]),
        "fairness": st.sampled_from(["first_come", "one_each"]),
        "offer_hours": st.sampled_from([0, 4, 30]),
        # A hundred is longer than there is to go: nothing is held until the event moves away.
        "last_minute_hours": st.sampled_from([0, 48, 100]),
        "seats_per_organisation": st.sampled_from([1, 3, 3]),
        "nomination_deadline_at": st.sampled_from([None, NOW + timedelta(hours=30)]),
    }
)
decisions = st.sampled_from(
    [{}, {}, {}, {}, {"approval": "staff"}, {"approval": "staff", "selection": "staff"}]
)


class SeatMachine(RuleBasedStateMachine):
    # Lends the address of a migrated database of a run's own.
    fresh: ClassVar[Callable[[], AbstractContextManager[str]]]

    def __init__(self) -> None:
        super().__init__()
        self.lent = ExitStack()
        self.loop = self.lent.enter_context(asyncio.Runner())
        self.database = open_database(self.lent.enter_context(type(self).fresh()))
        self.most_taken = 0
        self.beyond = self.steps = 0
        self.seen: dict[str, Any] = {}

    @initialize(
        terms=terms,
        decisions=decisions,
        crowd=st.permutations(range(PEOPLE)),
        hours=st.sampled_from([0, 0, 10]),
    )
    def begin(
        self, terms: dict[str, Any], decisions: dict[str, str], crowd: list[int], hours: int
    ) -> None:
        # By place in the model, the number of each registration; by person, that of the latest.
        self.ids: dict[int, int] = {}
        self.latest: dict[int, int] = {}
        self.untold: set[int] = set()
        self.change(self.prepare, **terms, **decisions)
        # In the evening much waits for the morning.
        self.model.now += timedelta(hours=hours)
        # Most of what may go wrong needs a line.
        self.come(crowd[:-1])

    def come(self, crowd: list[int]) -> None:
        self.register(crowd)

    async def prepare(self, tx: Tx, **values: Any) -> None:
        self.event_id = await make_event(tx, capacity=2, sessions=[BEGINS], **values)
        # Three of one organisation, three of another, two of none.
        self.known = [await make_organisation(tx) for _ in range(2)]
        organisations = [0, 0, 1, 1, None, None, 0, 1]
        self.persons = [
            await make_person(
                tx,
                name=name_of(number),
                chat=number,
                mail=f"person{number}@example.org",
                organisation_id=None if organisation is None else self.known[organisation],
            )
            for number, organisation in enumerate(organisations)
        ]
        self.member = await make_member(tx)
        [session] = await events.sessions(tx, self.event_id)
        event = await read_event(tx, self.event_id)
        chats: list[str | None] = [str(number) for number in range(PEOPLE)]
        self.model = NamingModel(event, session, NOW, [*organisations], chats)

    def teardown(self) -> None:
        self.loop.run(self.database.close())
        self.lent.close()

    def change(self, function: Callable[..., Any], *args: Any, **values: Any) -> Any:
        async def in_transaction() -> Any:
            async with self.database.transaction() as tx:
                try:
                    return await function(tx, *args, **values)
                except Refusal as refusal:
                    # Faces commit after a refusal: the refused step must have changed nothing.
                    return refusal

        return self.loop.run(in_transaction())

    def step(
        self, expected: Outcome, function: Callable[..., Any], *args: Any, **values: Any
    ) -> Any:
        """Take a step in the program, which must come to what the model came to."""
        self.steps += 1
        got = self.change(function, *args, **values, now=self.model.now)
        refused = type(got) if isinstance(got, Refusal) else None
        assert refused == expected
        self.change(send, now=self.model.now)
        self.seen = {}
        return got

    def look(self) -> dict[str, Any]:
        if not self.seen:
            self.seen = self.change(machine_views.look, self.event_id)
        return self.seen

    def one_of(self, number: int) -> int:
        return number % len(self.persons)

    def asked(self) -> list[int]:
        """List who has an offer, or had one that somebody else was faster to take."""
        places = self.model.places.items()
        return [number for number, one in places if one.has_offer or one.gone]

    def own(self, number: int) -> dict[str, Any]:
        return {
            "registration_id": self.latest.get(number, 404),
            "person_id": self.persons[number],
        }

    def keep(self, number: int, registration_id: int) -> None:
        """Remember the number of a registration that somebody has just got."""
        self.ids[self.model.places[number].came] = registration_id
        self.latest[number] = registration_id
        if self.model.chats[number] is None:
            self.untold.add(registration_id)

    @rule(numbers=st.lists(people_numbers, min_size=1, max_size=PEOPLE))
    def register(self, numbers: list[int]) -> None:
        for any_one in numbers:
            number = self.one_of(any_one)
            # Whoever was joined into somebody may still register by an old number.
            now = self.model.now_is(number)
            expected = self.model.register(now)
            got = self.step(expected, register, self.event_id, self.persons[number])
            if expected is None:
                self.keep(now, got.registration_id)
                place = self.model.places[now]
                states = {"seated": "active", "line": "waiting", "applied": "applied"}
                assert got.state == states[place.state]
                ahead = self.model.line().index(now) + 1 if place.state == "line" else None
                assert got.position == ahead

    @rule(any_one=people_numbers)
    def cancel(self, any_one: int) -> None:
        number = self.model.now_is(self.one_of(any_one))
        self.step(self.model.cancel(number), registration.cancel, **self.own(number))

    @precondition(lambda self: self.model.seated())
    @rule(which=any_number)
    def give_seat_back(self, which: int) -> None:
        seated = self.model.seated()
        self.cancel(seated[which % len(seated)])

    @rule(any_one=people_numbers, says=st.sampled_from(["accept", "decline"]))
    def press(self, any_one: int, says: str) -> None:
        number = self.model.now_is(self.one_of(any_one))
        if says == "accept":
            self.step(self.model.accept(number), waiting_list.accept_offer, **self.own(number))
        else:
            self.step(self.model.decline(number), waiting_list.decline_offer, **self.own(number))

    @precondition(lambda self: self.asked())
    @rule(which=any_number, says=st.sampled_from(["accept", "accept", "decline"]))
    def answer(self, which: int, says: str) -> None:
        self.press(self.asked()[which % len(self.asked())], says)

    @rule(hours=st.sampled_from([1, 4, 9, 24]), and_tick=st.booleans())
    def wait(self, hours: int, *, and_tick: bool) -> None:
        self.model.now += timedelta(hours=hours)
        self.change(send, now=self.model.now)
        if and_tick:
            self.tick()

    @rule()
    def tick(self) -> None:
        told = self.model.turn()
        assert self.step(None, waiting_list.turn, quiet=QUIET) == told
        assert self.change(line.events_with_room) == [] or self.model.begun
        by, seats = self.model.terms(), self.look()
        gives = not self.model.cancelled and not self.model.begun
        if gives and self.model.event.selection != "staff" and (by.holds_seat or not by.until):
            assert not seats["line"] or seats["taken"] >= self.model.capacity

    @precondition(lambda self: self.model.event.approval == "staff" and self.latest)
    @rule(which=any_number, says=st.sampled_from(["yes", "yes", "no"]))
    def decide(self, which: int, says: str) -> None:
        number = sorted(self.latest)[which % len(self.latest)]
        asked = {"registration_id": self.latest[number], "member": self.member}
        if says == "yes":
            self.step(self.model.approve(number), approval.approve, **asked)
        else:
            self.step(self.model.refuse(number), approval.refuse, **asked, reason="Za daleko")

    @rule(seats=st.integers(0, 4))
    def change_capacity(self, seats: int) -> None:
        expected = self.model.change_capacity(seats)
        which = {"event_id": self.event_id, "capacity": seats, "member": self.member}
        self.step(expected, capacity.change, **which)

    @rule(hours=st.integers(-30, 48).filter(bool))
    def move(self, hours: int) -> None:
        by = timedelta(hours=hours)
        if self.model.session.starts_at + by <= self.model.now:
            self.step(TimesWrong, _move, self.event_id, by)
            return
        if self.model.cancelled:
            self.step(EventCancelled, _move, self.event_id, by)
            return
        told = self.step(None, _move, self.event_id, by)
        [session] = self.change(events.sessions, self.event_id)
        assert told == self.model.move(session)
        self.change(send, now=self.model.now)

    # An event that is cancelled has little more to show, so not at the beginning of a run.
    @precondition(lambda self: self.steps > 15)
    @rule()
    def cancel_event(self) -> None:
        if self.model.cancelled:
            self.step(EventCancelled, event_cases.cancel_event, event_id=self.event_id)
            return
        told = self.model.cancel_event()
        assert self.step(None, event_cases.cancel_event, event_id=self.event_id) == told

    @invariant()
    def seats_offers_and_line_are_as_the_model_has_them(self) -> None:
        found, model = self.look(), self.model

        def ids(numbers: list[int]) -> list[int]:
            return [self.persons[number] for number in numbers]

        assert sorted(found["seated"]) == sorted(ids(model.seated()))
        assert sorted(found["held"]) == sorted(ids(model.held()))
        assert found["line"] == ids(model.line())
        assert found["ahead"] == list(range(len(model.line())))
        asked = [number for number, one in model.places.items() if one.asked_all]
        assert sorted(found["asked"]) == sorted(ids(asked))

    @invariant()
    def everyone_holds_at_most_the_one_place_that_the_model_gives_them(self) -> None:
        expected = [
            (self.persons[number], self.ids[place.came])
            for number, place in self.model.places.items()
        ]
        assert self.look()["open"] == sorted(expected)

    @invariant()
    def no_seat_is_sold_beyond_the_capacity(self) -> None:
        found = self.look()

        assert found["taken"] == len(found["seated"]) + len(found["held"])
        # Only staff, who lower the capacity or let one more in, make an event overbooked.
        let_in = self.model.beyond - self.beyond
        assert found["taken"] <= max(self.model.capacity, self.most_taken) + let_in
        self.most_taken, self.beyond = found["taken"], self.model.beyond

    @invariant()
    def everyone_was_told_everything_once(self) -> None:
        said = self.look()["said"]

        # What changes a calendar goes by mail too; the sequences below count those letters.
        heard: dict[str, list[str]] = {}
        for _, kind, to in said:
            if not to.startswith("person"):
                heard.setdefault(to, []).append(kind)
        assert heard == {to: kinds for to, kinds in self.model.told.items() if kinds}

    @invariant()
    def sequences_count_the_changes_told_by_mail(self) -> None:
        for registration_id, sequence, changes in self.look()["sequences"]:
            assert sequence == changes or registration_id in self.untold


def name_of(number: int) -> str:
    return f"Osoba {'ABCDEFGH'[number]}"


async def _move(tx: Tx, event_id: int, by: timedelta, *, now: Any) -> int:
    [session] = await events.sessions(tx, event_id)
    starts_wall, ends_wall = event_cases.shifted(session, by)
    return await event_cases.move_session(
        tx,
        session_id=session.id,
        starts_wall=starts_wall,
        ends_wall=ends_wall,
        place=session.place,
        quiet=QUIET,
        now=now,
    )
