"""The state machine's steps on people: named by organisations, joined into one, let in at the door.

It goes on from `seat_machine`; what the steps must come to is in `naming_model`.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from programme import memberships, merging, nomination_answers, nominations, walk_ins
from programme.nomination_terms import Speaker
from programme.nominations import Named, Naming
from programme.walk_ins import Newcomer
from storage import registrations
from storage.database import Tx
from tests.programme.naming import LINK, token_of
from tests.programme.seat_machine import (
    PEOPLE,
    SeatMachine,
    any_number,
    name_of,
    people_numbers,
)
from tests.storage.rows import NOW

# Two are written to, of one no more than the name is known.
STRANGERS = ["Ewa Obca", "stranger1@example.org", "stranger2@example.org"]
MOST_PEOPLE = 12
organisations = st.integers(0, 1)
speakers = st.sampled_from(["contact", "contact", "staff"])


class NamingMachine(SeatMachine):
    async def prepare(self, tx: Tx, **values: Any) -> None:
        await super().prepare(tx, **values)
        self.naming: list[Naming] = []
        self.model.contacts = {0: 0, 1: 2}
        self.model.members = {0: {0, 1, 6}, 1: {2, 3, 7}}
        for organisation, members in self.model.members.items():
            for number in members:
                await memberships.join(
                    tx,
                    person_id=self.persons[number],
                    organisation_id=self.known[organisation],
                    is_contact=number == self.model.contacts[organisation],
                    now=NOW,
                )

    def come(self, crowd: list[int]) -> None:
        self.register_or_name(crowd)
        # Somebody who may have registered already, and somebody nobody knows, are asked.
        self.name(1, 3, "staff", "member")
        self.name(crowd[0] % 2, crowd[1], "staff", "stranger")
        if crowd[2] % 2 and self.model.named[-1].who is None:
            self.answer_for(len(self.naming) - 1, "staff", yes=True)

    def register_or_name(self, crowd: list[int]) -> None:
        if self.model.event.entry != "nominated":
            self.register(crowd)
            return
        for number in crowd:
            organisation = self.model.organisations[number]
            if organisation is not None:
                self.name(organisation, number, "contact", "member")
                if self.model.named and self.model.named[-1].who == number:
                    self.answer_nomination(len(self.naming) - 1, number, "yes")

    def speaker(self, organisation: int, says: str) -> Speaker:
        if says == "staff":
            return Speaker(None, self.member)
        contact = self.model.now_is(self.model.contacts[organisation])
        return Speaker(self.persons[contact])

    def about(self, which: int) -> tuple[int, dict[str, int]]:
        index = which % len(self.naming)
        return index, {"nomination_id": self.naming[index].nomination_id}

    @rule(
        organisation=organisations,
        any_one=people_numbers,
        says=speakers,
        how=st.sampled_from(["member", "member", "mail", "stranger", "stranger"]),
    )
    def name(
        self, organisation: int, any_one: int, says: str, how: str, replaces: int | None = None
    ) -> None:
        number: int | None = self.one_of(any_one)
        assert number is not None
        who, label = Named(person_id=self.persons[number]), ""
        now = self.model.now_is(number)
        if how == "stranger":
            number, label = None, STRANGERS[any_one % len(STRANGERS)]
            email = label if "@" in label else ""
            who = Named(f"Obca {label[:9]}".replace("@", " "), email)
        elif how == "mail" and now < PEOPLE and self.model.chats[now] is not None:
            # Their own name and address, as somebody else may know them.
            number, label = now, "known"
            who = Named(name_of(now), f"person{self.model.chats[now]}@example.org")
        args = (organisation, number, label)
        got = self.step(
            self.model.name(*args, staff=says == "staff", replaces=replaces),
            nominations.name,
            event_id=self.event_id,
            organisation_id=self.known[organisation],
            who=who,
            speaker=self.speaker(organisation, says),
            link=LINK,
            replaces_id=None if replaces is None else self.naming[replaces].nomination_id,
        )
        if isinstance(got, Naming):
            self.naming.append(got)

    @precondition(lambda self: self.naming)
    @rule(
        which=any_number,
        any_one=people_numbers,
        says=speakers,
        how=st.sampled_from(["withdraw", "member", "member", "stranger"]),
    )
    def take_back(self, which: int, any_one: int, says: str, how: str) -> None:
        index, about = self.about(which)
        organisation = self.model.named[index].organisation
        if how != "withdraw":
            self.name(organisation, any_one, says, how, replaces=index)
            return
        self.step(
            self.model.withdraw(index, staff=says == "staff"),
            nominations.withdraw,
            **about,
            speaker=self.speaker(organisation, says),
        )

    @precondition(lambda self: self.naming)
    @rule(
        which=any_number,
        any_one=people_numbers,
        says=st.sampled_from(["yes", "yes", "yes", "no"]),
        link=st.booleans(),
        own=st.booleans(),
    )
    def answer_nomination(
        self, which: int, any_one: int, says: str, *, link: bool = False, own: bool = True
    ) -> None:
        index, about = self.about(which)
        who = self.model.named[index].who
        number = who if own and who is not None else self.model.now_is(self.one_of(any_one))
        values = {
            **about,
            "person_id": self.persons[number],
            "proof": token_of(self.naming[index]) if link else "",
        }
        if says == "no":
            expected = self.model.decline_nomination(index, number, link=link)
            self.step(expected, nomination_answers.decline, **values)
            return
        expected = self.model.accept_nomination(index, number, link=link)
        got = self.step(expected, nomination_answers.accept, **values)
        if expected is None and got.registration_id is not None:
            self.keep(number, got.registration_id)

    @precondition(lambda self: self.naming and len(self.persons) < MOST_PEOPLE)
    @rule(which=any_number, says=speakers, yes=st.sampled_from([True, True, False]))
    def answer_for(self, which: int, says: str, *, yes: bool) -> None:
        index, about = self.about(which)
        organisation = self.model.named[index].organisation
        expected = self.model.answer_for(index, yes=yes, staff=says == "staff")
        got = self.step(
            expected,
            nomination_answers.answer_for,
            **about,
            speaker=self.speaker(organisation, says),
            yes=yes,
        )
        if expected is None and yes:
            number = self.model.named[index].who
            assert number is not None
            if number == len(self.persons):
                self.persons.append(got.person_id)
            if got.registration_id is not None:
                self.keep(number, got.registration_id)

    @precondition(lambda self: len(self.model.places) > 1)
    @rule(kept=any_number, gone=any_number)
    def merge_two_who_come(self, kept: int, gone: int) -> None:
        coming = sorted(self.model.places)
        stays = coming.pop(kept % len(coming))
        self.merge(stays, coming[gone % len(coming)])

    @precondition(lambda self: self.model.merged)
    @rule(which=any_number)
    def register_by_an_old_number(self, which: int) -> None:
        gone = sorted(self.model.merged)
        self.register([gone[which % len(gone)]])

    @precondition(lambda self: self.asked())
    @rule(which=any_number)
    def let_in_from_the_line(self, which: int) -> None:
        self.walk_in(self.asked()[which % len(self.asked())], anyway=False, known=True)

    @rule(kept=people_numbers, gone=people_numbers)
    def merge(self, kept: int, gone: int) -> None:
        stays, goes = self.one_of(kept), self.one_of(gone)
        expected = self.model.merge(stays, goes)
        pair = {"kept_id": self.persons[stays], "gone_id": self.persons[goes]}
        self.step(expected, merging.merge, **pair, member=self.member, quiet=None)
        if expected is not None:
            return
        self.latest.pop(goes, None)
        if stays in self.model.places:
            self.latest[stays] = self.ids[self.model.places[stays].came]

    @rule(any_one=people_numbers, anyway=st.booleans(), known=st.sampled_from([True, True, False]))
    def walk_in(self, any_one: int, *, anyway: bool, known: bool) -> None:
        number = self.one_of(any_one)
        is_new = not known and len(self.persons) < MOST_PEOPLE
        if is_new:
            number = len(self.persons)
        now = self.model.now_is(number)
        expected = self.model.walk_in(now, anyway=anyway)
        newcomer = Newcomer("Osoba Z Ulicy", "ngo", None, "")
        got = self.step(
            expected,
            walk_ins.admit,
            event_id=self.event_id,
            who=newcomer if is_new else self.persons[number],
            member=self.member,
            anyway=anyway,
        )
        if expected is not None:
            return
        if is_new:
            seat = self.change(registrations.get, got.registration_id)
            self.persons.append(seat.person_id)
        self.keep(now, got.registration_id)

    @invariant()
    def nominations_are_as_the_model_has_them(self) -> None:
        found, model = self.look(), self.model

        expected = [
            (
                one.state,
                None if one.who is None else self.persons[one.who],
                None if one.came is None or one.state != "accepted" else self.ids[one.came],
            )
            for one in model.named
        ]
        assert found["named"] == expected

    @invariant()
    def quotas_count_the_open_nominations_and_are_kept(self) -> None:
        calls = self.look()["calls"]

        for organisation, number in enumerate(self.known):
            used = len(self.model.open_of(organisation))
            assert calls.get(number, 0) == used
            assert used <= (self.model.event.seats_per_organisation or 0)

    @invariant()
    def everybody_has_one_open_nomination_at_most(self) -> None:
        who = [
            one[1]
            for one in self.look()["named"]
            if one[0] in {"named", "accepted"} and one[1] is not None
        ]
        assert len(who) == len(set(who))

    @invariant()
    def people_joined_into_others_hold_nothing(self) -> None:
        assert self.look()["left behind"] == 0
