"""What organisations and staff do about people, on top of `line_model`: name them, join them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from programme.nomination_refusals import (
    AlreadyNamed,
    AnswersThemselves,
    NamedByAnother,
    NamingOver,
    NominationEnded,
    NominationUnknown,
    QuotaFull,
)
from programme.people_refusals import AlreadyMerged, SamePerson
from programme.refusals import EventCancelled, EventOver, PersonUnknown
from storage.events import Session
from tests.programme.line_model import QUIET, Model, Outcome
from tests.programme.model_place import Place

RANK = {"seated": 0, "held": 1, "line": 3, "applied": 4}


@dataclass
class Named:
    """One nomination; `came` tells which place came from it, and `label` names a stranger."""

    organisation: int
    identity: tuple[Any, ...]
    who: int | None
    label: str
    state: str = "named"
    came: int | None = None
    told_to: str | None = None
    heard_at: datetime | None = None
    moves: list[tuple[str | None, datetime]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state in {"named", "accepted"}


@dataclass
class NamingModel(Model):
    """Seats and line, who was named by whom, and who turned out to be somebody else."""

    named: list[Named] = field(default_factory=list)
    contacts: dict[int, int] = field(default_factory=dict)
    members: dict[int, set[int]] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    answers: list[tuple[str | None, datetime]] = field(default_factory=list)

    def now_is(self, number: int) -> int:
        return self.merged.get(number, number)

    def open_of(self, organisation: int) -> list[Named]:
        return [one for one in self.named if one.organisation == organisation and one.is_open]

    def _check_open(self, *, staff: bool) -> Outcome:
        if self.cancelled:
            return EventCancelled
        if self.begun:
            return EventOver
        deadline = self.event.nomination_deadline_at
        late = deadline is not None and deadline < self.now
        return NamingOver if late and not staff else None

    def name(
        self, organisation: int, who: int | None, label: str, *, staff: bool, replaces: int | None
    ) -> Outcome:
        """Name somebody known by number, or a stranger by an address or a mere name."""
        why = self._check_open(staff=staff)
        if why is not None:
            return why
        if who is not None and not label and who not in self.members[organisation]:
            return PersonUnknown
        old = self.named[replaces] if replaces is not None else None
        if old is not None and old.organisation != organisation:
            return NominationUnknown
        if old is not None and not old.is_open:
            return NominationEnded
        identity: tuple[Any, ...] = ("person", who)
        address = label if "@" in label else None
        if who is None:
            identity = ("mail", label) if address else ("name", organisation, label)
        else:
            address = self.chats[who]
        if any(one.identity == identity and one.is_open for one in self.named):
            return AlreadyNamed
        quota = self.event.seats_per_organisation
        if old is None and quota is not None and len(self.open_of(organisation)) >= quota:
            return QuotaFull
        if old is not None:
            self._end(old, "replaced")
        # Whoever names themselves is asked where they are.
        if who is not None and who == self.now_is(self.contacts[organisation]) and not staff:
            address = None
        heard_at = QUIET.next_waking(self.now, self.event.zone)
        self.named.append(
            Named(organisation, identity, who, label, told_to=address, heard_at=heard_at)
        )
        self.write(address, "nominated")
        return None

    def _unsay(self, one: Named) -> bool:
        self.unsay_moves(one.moves)
        waited = self.unsay(one.told_to, "nominated", one.heard_at)
        one.heard_at = None
        return waited

    def _tell_named(self, one: Named, kind: str) -> bool:
        address = self.chats[one.who] if one.who is not None else one.label
        if address is None or (one.who is None and "@" not in address):
            return False
        self.write(address, kind)
        return True

    def _tell_contact(self, one: Named) -> None:
        contact = self.now_is(self.contacts[one.organisation])
        if contact == one.who:
            return
        self.say(contact, "nomination_answered")
        heard_at = QUIET.next_waking(self.now, self.event.zone)
        self.answers.append((self.chats[contact], heard_at))

    def _end(self, one: Named, state: str) -> None:
        """Take a nomination back, and with it the place that came from it."""
        one.state = state
        if one.who is not None and one.came is not None:
            self.cancel(one.who)
        elif not self._unsay(one):
            self._tell_named(one, "nomination_withdrawn")

    def withdraw(self, index: int, *, staff: bool) -> Outcome:
        why = self._check_open(staff=staff)
        if why is not None:
            return why
        if not self.named[index].is_open:
            return NominationEnded
        self._end(self.named[index], "withdrawn")
        return None

    def _not_waiting(self, one: Named) -> Outcome:
        if one.state != "named":
            return NominationEnded
        if self.cancelled:
            return EventCancelled
        return EventOver if self.begun else None

    def _not_theirs(self, one: Named, number: int, *, link: bool) -> Outcome:
        is_theirs = link if one.who is None else one.who == number
        return None if is_theirs else NominationUnknown

    def accept_nomination(self, index: int, number: int, *, link: bool) -> Outcome:
        one = self.named[index]
        why = self._not_waiting(one) or self._not_theirs(one, number, link=link)
        if why is None:
            why = self._take_part(one, number)
        if why is not None:
            return why
        self.members[one.organisation].add(number)
        self._tell_contact(one)
        return None

    def _take_part(self, one: Named, number: int) -> Outcome:
        identity = ("person", number)
        if any(o is not one and o.is_open and o.identity == identity for o in self.named):
            return NamedByAnother
        if number not in self.places:
            why = self.register(number, organisation=one.organisation, nominated=True)
            assert why is None
            one.came = self.places[number].came
        one.who, one.identity, one.state = number, identity, "accepted"
        self._unsay(one)
        return None

    def decline_nomination(self, index: int, number: int, *, link: bool) -> Outcome:
        one = self.named[index]
        why = self._not_waiting(one) or self._not_theirs(one, number, link=link)
        if why is None:
            self._say_no(one)
        return why

    def _say_no(self, one: Named) -> None:
        one.state = "declined"
        self._unsay(one)
        self._tell_contact(one)

    def answer_for(self, index: int, *, yes: bool, staff: bool) -> Outcome:
        """Answer on somebody's word; whom nobody knew is somebody without a chat from now on."""
        one = self.named[index]
        why = self._not_waiting(one)
        if why is None and not staff:
            why = self._check_open(staff=False)
            reachable = one.who is not None or "@" in one.label
            if why is None and (reachable or not yes):
                why = AnswersThemselves
        if why is not None:
            return why
        if not yes:
            self._say_no(one)
            return None
        number = one.who
        if number is None:
            number = self.meet(one.organisation)
            self.members[one.organisation].add(number)
        why = self._take_part(one, number)
        if why is None and staff:
            self._tell_contact(one)
        return why

    def ended_by(self, place: Place) -> None:
        for one in self.named:
            mine = one.who == place.number and one.came in {None, place.came}
            if mine and one.state == "accepted":
                one.state = "declined"
                self._tell_contact(one)

    def move(self, session: Session) -> int:
        told = super().move(session)
        for one in self.named:
            if one.state != "named" or one.who in self.places:
                continue
            waits = one.told_to is not None and one.heard_at is not None and one.heard_at > self.now
            if not waits and self._tell_named(one, "event_moved"):
                told += 1
                address = self.chats[one.who] if one.who is not None else one.label
                one.moves.append((address, self.leaves_at))
        return told

    def cancel_event(self) -> int:
        told = super().cancel_event()
        for address, heard_at in self.answers:
            self.unsay(address, "nomination_answered", heard_at)
        for one in self.named:
            if one.state != "named":
                continue
            one.state = "expired"
            if not self._unsay(one) and one.who not in self.places:
                told += self._tell_named(one, "event_cancelled")
        return told

    def merge(self, kept: int, gone: int) -> Outcome:
        """Make one of two: the better place stays, and one nomination."""
        if kept == gone:
            return SamePerson
        if kept in self.merged or gone in self.merged:
            return AlreadyMerged
        both = [self.places.pop(number) for number in (kept, gone) if number in self.places]
        both.sort(key=lambda one: (2 if one.asked_all else RANK[one.state], one.came))
        gives_back = False
        if len(both) == 2:
            gives_back = self._end_as_joined(both[0], both[1])
        for place in both[:1]:
            if place.number == gone:
                self.expired.discard(kept)
            place.number = kept
            self.places[kept] = place
        self._join_nominations(kept, gone, both)
        self._join_people(kept, gone)
        if gives_back:
            self.settle()
        return None

    def _end_as_joined(self, stays: Place, ends: Place) -> bool:
        self._end_offer(ends)
        self.unsay_moves(ends.moves)
        if ends.state == "seated" and not self.ended and not self.cancelled:
            self.say(ends.number, "registration_joined")
        for one in self.named:
            if one.state == "accepted" and one.came == ends.came:
                one.came = stays.came
        return ends.state in {"seated", "held"}

    def _join_nominations(self, kept: int, gone: int, both: list[Place]) -> None:
        pair = [one for one in self.named if one.who in {kept, gone}]
        ended = both[1].number if len(both) == 2 else None
        open_ones = [one for one in pair if one.is_open]
        open_ones.sort(
            key=lambda one: (
                one.state != "accepted",
                one.came is not None and one.who == ended,
            )
        )
        for one in open_ones[1:]:
            one.state = "withdrawn"
            self._unsay(one)
        for one in pair:
            one.who, one.identity = kept, ("person", kept)

    def _join_people(self, kept: int, gone: int) -> None:
        known = [chat for chat in (self.chats[kept], self.chats[gone]) if chat is not None]
        self.chats[kept], self.chats[gone] = max(known, default=None), None
        for people in self.members.values():
            if gone in people:
                people.remove(gone)
                people.add(kept)
        self.merged = {old: kept if now == gone else now for old, now in self.merged.items()}
        self.merged[gone] = kept
