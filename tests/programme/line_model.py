"""A small model of one event's seats and line, against which the state machine holds the program.

It knows nothing of rows: people are numbers, and each has what was told them. Whoever adds a
step to the machine adds a method here that does the same to the model; `settle` is called
wherever a seat may have become free. What organisations and staff do is in `naming_model`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from programme import offering
from programme.notice_policy import POLICY
from programme.people_refusals import SeatsAllTaken
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AlreadyRegistered,
    EventCancelled,
    EventOver,
    NotRegistered,
    Refusal,
)
from programme.seat_refusals import (
    EntryByNomination,
    EventFull,
    NothingToDecide,
    OfferOver,
    SeatGone,
)
from storage.events import Event, Session
from tests.programme.model_place import Place

QUIET = QuietHours()
LENGTH = timedelta(hours=6)
Outcome = type[Refusal] | None


@dataclass
class Model:
    """The event, who is where, and what everyone heard, by the rules in plain words.

    `told` is by address; some people have none, and nothing can be said to them.
    """

    event: Event
    session: Session
    now: datetime
    organisations: list[int | None]
    chats: list[str | None]
    places: dict[int, Place] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)
    expired: set[int] = field(default_factory=set)
    sequence: int = 0
    capacity: int = 2
    beyond: int = 0
    cancelled: bool = False
    # When news of the latest move leaves.
    leaves_at: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    @property
    def begun(self) -> bool:
        return self.session.starts_at <= self.now

    @property
    def ended(self) -> bool:
        return self.session.ends_at <= self.now

    def seated(self) -> list[int]:
        return [one.number for one in self.places.values() if one.state == "seated"]

    def held(self) -> list[int]:
        return [one.number for one in self.places.values() if one.state == "held"]

    def taken(self) -> int:
        return len(self.seated()) + len(self.held())

    def line(self) -> list[int]:
        """Order the line: by position, or first one of each organisation that has nothing."""
        waiting = [one for one in self.places.values() if one.state == "line"]
        waiting.sort(key=lambda one: one.came)
        if self.event.fairness == "first_come":
            return [one.number for one in waiting]
        share = {
            one.organisation for one in self.places.values() if one.state in {"seated", "held"}
        }
        share.discard(None)
        turns: list[int] = []
        others: list[int] = []
        for one in waiting:
            (others if one.organisation in share else turns).append(one.number)
            if one.organisation is not None:
                share.add(one.organisation)
        return turns + others

    def meet(self, organisation: int | None) -> int:
        """Add somebody whom no chat reaches."""
        self.organisations.append(organisation)
        self.chats.append(None)
        return len(self.chats) - 1

    def say(self, number: int, kind: str) -> None:
        self.write(self.chats[number], kind)

    def write(self, address: str | None, kind: str) -> None:
        if address is not None:
            self.told.setdefault(address, []).append(kind)

    def unsay(self, address: str | None, kind: str, heard_at: datetime | None) -> bool:
        """Keep back what waits for the morning; False when it has been said."""
        if address is None or heard_at is None or heard_at <= self.now:
            return False
        kinds = self.told[address]
        del kinds[len(kinds) - 1 - kinds[::-1].index(kind)]
        return True

    def unsay_moves(self, moves: list[tuple[str | None, datetime]]) -> None:
        """Keep back the news of moves that waits, because something later makes it untrue."""
        for address, leaves_at in moves:
            self.unsay(address, "event_moved", leaves_at)
        moves.clear()

    def ended_by(self, place: Place) -> None:
        """Follow a registration that its person, the office or the clock has ended."""

    def terms(self) -> offering.Terms:
        return offering.terms(self.event, [self.session], QUIET, self.now)

    def settle(self, approved: int | None = None) -> int:
        """Give or offer free seats to the line, and say how many heard of it."""
        if self.cancelled or self.begun or self.event.selection == "staff":
            return 0
        by = self.terms()
        to_all = by.until is not None and not by.holds_seat
        full = self.taken() >= self.capacity
        if full or not to_all:
            self.withdraw_unheld()
        moved = 0
        for number in [] if full else self.line():
            place = self.places[number]
            if to_all:
                if not place.asked_all:
                    place.asked_all = True
                    self._offer(place, by.until)
                    moved += 1
            elif self.taken() < self.capacity:
                # After each seat the order is asked anew.
                first = self.places[self.line()[0]]
                moved += 1
                if by.until is None:
                    self._seat(
                        first, "registration_confirmed" if first.number == approved else "promoted"
                    )
                else:
                    first.state = "held"
                    self._offer(first, by.until)
        return moved

    def _offer(self, place: Place, until: datetime | None) -> None:
        if not place.offered:
            self.sequence += 1
            place.offered = self.sequence
        place.ends_at, place.gone = until, False
        place.heard_at = QUIET.next_waking(self.now, self.event.zone)
        place.told_to = self.chats[place.number]
        self.say(place.number, "seat_offered")

    def _seat(self, place: Place, kind: str) -> None:
        self._end_offer(place)
        place.state = "seated"
        self.say(place.number, kind)

    def _end_offer(self, place: Place) -> bool:
        """End an offer; what waits for the morning is then never said. Tell whether it waited."""
        waited = self.unsay(place.told_to, "seat_offered", place.heard_at)
        place.asked_all, place.offered = False, 0
        place.ends_at = place.heard_at = place.told_to = None
        return waited

    def withdraw_unheld(self) -> None:
        for place in self.places.values():
            if place.asked_all:
                self._end_offer(place)
                place.gone = True

    def seat_went(self) -> None:
        if self.begun:
            return
        by = self.terms()
        if by.until is not None and not by.holds_seat and self.taken() >= self.capacity:
            self.withdraw_unheld()

    def register(
        self, number: int, *, organisation: int | None = None, nominated: bool = False
    ) -> Outcome:
        if self.cancelled:
            return EventCancelled
        if self.begun:
            return EventOver
        if self.event.entry == "nominated" and not nominated:
            return EntryByNomination
        if organisation is None:
            organisation = self.organisations[number]
        if number in self.places:
            return AlreadyRegistered
        if "staff" in (self.event.approval, self.event.selection):
            self._add(number, organisation, "applied", "application_received")
            return None
        self.settle()  # those in line come before a newcomer
        if self.taken() < self.capacity:
            self._add(number, organisation, "seated", "registration_confirmed")
            self.seat_went()
        else:
            self._add(number, organisation, "line", "waiting_listed")
        return None

    def _add(self, number: int, organisation: int | None, state: str, kind: str) -> None:
        self.sequence += 1
        self.expired.discard(number)
        self.places[number] = Place(number, self.sequence, organisation, state)
        self.say(number, kind)

    def walk_in(self, number: int, *, anyway: bool) -> Outcome:
        """Let somebody at the door sit down; the next free number is somebody nobody knew."""
        if self.cancelled:
            return EventCancelled
        if self.ended:
            return EventOver
        self.settle()
        place = self.places.get(number)
        has_one = place is not None and place.state in {"seated", "held"}
        beyond = not has_one and self.taken() >= self.capacity
        if beyond and not anyway:
            return SeatsAllTaken
        if number == len(self.organisations):
            self.meet(None)
        self.beyond += beyond
        if place is None:
            self._add(number, self.organisations[number], "seated", "registration_confirmed")
        elif place.state != "seated":
            self._seat(place, "promoted")
        self.seat_went()
        return None

    def cancel(self, number: int) -> Outcome:
        if number not in self.places:
            return NotRegistered
        if self.ended:
            return EventOver
        place = self.places.pop(number)
        gives_back = place.state in {"seated", "held"}
        self._end_offer(place)
        self.unsay_moves(place.moves)
        self.say(number, "registration_cancelled")
        self.ended_by(place)
        if gives_back:
            self.settle()
        return None

    def accept(self, number: int) -> Outcome:
        why = self._not_open(number)
        if why is not None:
            return why
        place = self.places[number]
        if self.cancelled:
            return EventCancelled
        if self.begun:
            return EventOver
        if place.gone:
            return SeatGone
        if place.ends_at is None or place.ends_at <= self.now:
            return OfferOver
        was_held = place.state == "held"
        if not was_held and self.taken() >= self.capacity:
            return SeatGone
        self._seat(place, "registration_confirmed")
        if not was_held:
            self.seat_went()
        return None

    def decline(self, number: int) -> Outcome:
        why = self._not_open(number)
        if why is not None:
            return why
        ends_at = self.places[number].ends_at
        if ends_at is None or ends_at <= self.now:
            return OfferOver
        return self.cancel(number)

    def _not_open(self, number: int) -> Outcome:
        if number not in self.places:
            return OfferOver if number in self.expired else NotRegistered
        return AlreadyRegistered if self.places[number].state == "seated" else None

    def turn(self) -> int:
        """End what is over, then give out what is free."""
        told = 0
        for place in sorted(self.places.values(), key=lambda one: one.offered):
            if place.ends_at is None or place.ends_at > self.now:
                continue
            in_vain = place.told_to is None and not place.in_vain
            self._end_offer(place)
            if place.state != "held":
                continue
            if in_vain:
                # Nobody could tell them, so the first time they keep their place.
                place.state, place.in_vain = "line", True
                continue
            del self.places[place.number]
            self.expired.add(place.number)
            self.say(place.number, "offer_expired")
            self.ended_by(place)
            told += 1
        return told + self.settle()

    def approve(self, number: int) -> Outcome:
        why = self._not_decidable(number)
        if why is not None:
            return why
        if self.begun:
            return EventOver
        place = self.places[number]
        if self.event.selection == "staff":
            if self.taken() >= self.capacity:
                return EventFull
            self._seat(place, "registration_confirmed")
            return None
        place.state = "line"
        self.settle(approved=number)
        if place.state == "line" and not place.asked_all:
            self.say(number, "waiting_listed")
        return None

    def refuse(self, number: int) -> Outcome:
        why = self._not_decidable(number)
        if why is not None:
            return why
        if self.ended:
            return EventOver
        self.say(number, "application_refused")
        self.ended_by(self.places.pop(number))
        return None

    def _not_decidable(self, number: int) -> Outcome:
        if self.cancelled:
            return EventCancelled
        place = self.places.get(number)
        return None if place is not None and place.state == "applied" else NothingToDecide

    def change_capacity(self, capacity: int) -> Outcome:
        if self.cancelled:
            return EventCancelled
        if capacity != self.capacity:
            self.capacity = capacity
            self.settle()
        return None

    def move(self, session: Session) -> int:
        """Follow the event to another time; who waits for the morning hears the new facts then."""
        self.leaves_at = self._move_is_told_at(self.session, session)
        self.session = session
        by = self.terms()
        last = offering._last_answer(self.event, session.starts_at, QUIET)
        if last <= self.now:
            last = session.starts_at - timedelta(minutes=15)
        if by.until is None or by.holds_seat:
            self.withdraw_unheld()
        for place in self.places.values():
            waited = False
            if place.has_offer and place.ends_at is not None:
                is_held = place.state == "held"
                until = min(place.ends_at, last) if is_held else session.starts_at
                offered, heard_at, told_to = place.offered, place.heard_at, place.told_to
                waited = self._end_offer(place)
                place.asked_all, place.offered, place.ends_at = not is_held, offered, until
                place.heard_at, place.told_to = heard_at, told_to
            self.say(place.number, "event_moved")
            place.moves.append((self.chats[place.number], self.leaves_at))
            if waited:
                self._offer(place, place.ends_at)
        self.settle()
        return len(self.places)

    def _move_is_told_at(self, before: Session, after: Session) -> datetime:
        begins = [one.starts_at for one in (before, after) if one.starts_at >= self.now]
        return POLICY["event_moved"].leaves_at(
            self.now, quiet=QUIET, zone=self.event.zone, begins=min(begins, default=self.now)
        )

    def cancel_event(self) -> int:
        self.cancelled = True
        for place in self.places.values():
            self.unsay_moves(place.moves)
            self._end_offer(place)
            if place.state == "held":
                place.state = "line"
            self.say(place.number, "event_cancelled")
        return len(self.places)
