"""What the person named does: look, accept, decline; and who may answer for somebody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import memberships, registration, staff
from programme.audiences import ORGANISATION_LOCALE
from programme.importing.spelling import fold
from programme.listing import has_begun, is_for
from programme.nomination_ends import holds_link
from programme.nomination_notices import is_reached, tell_contact, unsay
from programme.nomination_refusals import (
    AnswersThemselves,
    NamedByAnother,
    NominationEnded,
    NominationUnknown,
)
from programme.nomination_terms import Place, Speaker, check_open, place
from programme.quiet_hours import QuietHours
from programme.refusals import AlreadyRegistered, EventCancelled, EventOver, NotInAudience
from storage import nominations, people
from storage.database import Tx
from storage.nominations import Nomination
from storage.people import Person


@dataclass(frozen=True)
class Card:
    """A nomination as the person named sees it; `proof` is what their buttons carry along."""

    nomination: Nomination
    place: Place
    proof: str = ""
    # Whoever named the person has opened the link that they are to hand on.
    is_handed: bool = False

    @property
    def waits(self) -> bool:
        """Whether it can still be answered."""
        return self.nomination.state == "named"


async def by_link(tx: Tx, *, token: str, person: Person) -> Card:
    """Show the nomination behind a link; raises NominationUnknown for a link of somebody else.

    The first person who answers it is the one it is about, so looking at it decides nothing.
    """
    found = await nominations.by_token(tx, memberships.hash_of(token))
    if found is None or await _is_somebody_else(tx, found, person.id):
        raise NominationUnknown
    at = await place(tx, event_id=found.event_id, organisation_id=found.organisation_id)
    if found.person_id == person.id:
        return Card(found, at)
    speaks = await memberships.is_contact(
        tx, person_id=person.id, organisation_id=found.organisation_id
    )
    return Card(found, at, token, is_handed=speaks and fold(person.name) != fold(found.name))


async def mine(tx: Tx, *, nomination_id: int, person: Person | None, proof: str = "") -> Card:
    """Show one's own nomination; anything else raises NominationUnknown."""
    found = await nominations.get(tx, nomination_id)
    if found is None or person is None or not await _is_theirs(tx, found, person.id, proof):
        raise NominationUnknown
    at = await place(tx, event_id=found.event_id, organisation_id=found.organisation_id)
    return Card(found, at, proof)


async def waiting_for(tx: Tx, *, person: Person) -> list[Card]:
    """List the nominations that a person has not answered."""
    found = await nominations.of_person(tx, person.id)
    return [
        Card(one, await place(tx, event_id=one.event_id, organisation_id=one.organisation_id))
        for one in found
    ]


async def _is_theirs(tx: Tx, nomination: Nomination, person_id: int, proof: str) -> bool:
    if nomination.person_id == person_id:
        return True
    if await _is_somebody_else(tx, nomination, person_id):
        return False
    return await holds_link(tx, nomination, proof)


async def _may_answer(
    tx: Tx, nomination: Nomination, person_id: int | None, proof: str, *, is_proved: bool
) -> bool:
    if is_proved:
        return nomination.person_id in (None, person_id)
    return person_id is not None and await _is_theirs(tx, nomination, person_id, proof)


async def _is_somebody_else(tx: Tx, nomination: Nomination, person_id: int) -> bool:
    """Tell whether a nomination belongs to another person, who can be asked by us.

    Somebody known only on paper comes by the link they were handed, as a new entry in the list
    that staff may join with the old one.
    """
    if nomination.person_id in (None, person_id):
        return False
    return await is_reached(tx, nomination)


async def _open(tx: Tx, nomination_id: int, now: datetime) -> tuple[Nomination, Place]:
    """Lock the event and read a nomination that can be answered."""
    seen = await nominations.get(tx, nomination_id)
    if seen is None:
        raise NominationUnknown
    at = await place(tx, event_id=seen.event_id, organisation_id=seen.organisation_id, lock=True)
    found = await nominations.get(tx, nomination_id)
    if found is None or found.state != "named":
        raise NominationEnded(found.state if found else "withdrawn")
    if at.event.state == "cancelled":
        raise EventCancelled
    if has_begun(at.sessions, now):
        raise EventOver
    return found, at


async def accept(
    tx: Tx,
    *,
    nomination_id: int,
    person_id: int,
    now: datetime,
    proof: str = "",
    is_proved: bool = False,
    door: str = "telegram",
    quiet: QuietHours | None = None,
    answers: dict[str, Any] | None = None,
    form_id: int | None = None,
) -> Nomination:
    """Take part: a seat, a place in line or an application, and whoever named them is told.

    `proof` is the token of the link that somebody came by whom the nomination does not know
    yet; `is_proved` says that they have the letter that asked the person named. Raises
    NominationUnknown, NominationEnded, NamedByAnother, or what `register` raises; nothing is
    changed then.
    """
    found, at = await _open(tx, nomination_id, now)
    if not await _may_answer(tx, found, person_id, proof, is_proved=is_proved):
        raise NominationUnknown
    await _check_alone(tx, found, person_id)
    registration_id = await _register(
        tx,
        at,
        await people.get(tx, person_id),
        now,
        door=door,
        answers=answers,
        form_id=form_id,
        quiet=quiet,
    )
    await memberships.join(tx, person_id=person_id, organisation_id=at.organisation.id, now=now)
    await _settle(tx, found, person_id, registration_id, "self", now)
    answered = await _answered(tx, nomination_id)
    await tell_contact(tx, at, answered, answer="accepted", quiet=quiet or QuietHours(), now=now)
    return answered


async def _check_alone(tx: Tx, found: Nomination, person_id: int) -> None:
    other = await nominations.open_with(tx, event_id=found.event_id, identity=f"person:{person_id}")
    if other is not None and other.id != found.id:
        raise NamedByAnother


async def _register(
    tx: Tx, at: Place, person: Person, now: datetime, *, note: str = "", **how: Any
) -> int | None:
    """Register the person; None when they had registered by themselves, which stays theirs.

    Who was named in time may answer until the event begins; where staff decide about everybody,
    the event's own deadlines stand.
    """
    deadline = registration.deadline_of(at.event, nominated=True)
    late = deadline is not None and deadline < now
    let_in = late and not registration.needs_approval(at.event)
    if let_in and not is_for(at.event, person):
        raise NotInAudience(at.event.audience)
    try:
        got = await registration.register(
            tx,
            event_id=at.event.id,
            person_id=person.id,
            now=now,
            organisation_id=at.organisation.id,
            nominated=True,
            let_in=let_in,
            note=note,
            **how,
        )
    except AlreadyRegistered:
        return None
    return got.registration_id


async def _settle(
    tx: Tx,
    found: Nomination,
    person_id: int,
    registration_id: int | None,
    word: str,
    now: datetime,
) -> None:
    await nominations.bind(tx, found.id, person_id=person_id, identity=f"person:{person_id}")
    moved = await nominations.move(
        tx,
        found,
        state="accepted",
        registration_id=registration_id,
        answered_by=word,
        answered_at=now,
    )
    if not moved:
        raise NominationEnded(found.state)
    await unsay(tx, found, now=now)


async def _answered(tx: Tx, nomination_id: int) -> Nomination:
    found = await nominations.get(tx, nomination_id)
    assert found is not None  # noqa: S101 -- it was changed a moment ago
    return found


async def decline(
    tx: Tx,
    *,
    nomination_id: int,
    person_id: int | None,
    now: datetime,
    proof: str = "",
    is_proved: bool = False,
    quiet: QuietHours | None = None,
) -> Nomination:
    """Say no: the quota is free again, and whoever named the person is told once.

    Whoever has the letter (`is_proved`) need not say who they are, so `person_id` may be None.
    """
    found, at = await _open(tx, nomination_id, now)
    if not await _may_answer(tx, found, person_id, proof, is_proved=is_proved):
        raise NominationUnknown
    await _say_no(tx, found, "self", now)
    await tell_contact(tx, at, found, answer="declined", quiet=quiet or QuietHours(), now=now)
    return await _answered(tx, nomination_id)


async def _say_no(tx: Tx, found: Nomination, word: str, now: datetime) -> None:
    moved = await nominations.move(
        tx, found, state="declined", answered_by=word, answered_at=now, ended_at=now
    )
    if not moved:
        raise NominationEnded(found.state)
    await unsay(tx, found, now=now)
    await nominations.free_place(tx, event_id=found.event_id, organisation_id=found.organisation_id)


async def answer_for(
    tx: Tx,
    *,
    nomination_id: int,
    speaker: Speaker,
    yes: bool,
    note: str = "",
    door: str = "telegram",
    now: datetime,
    quiet: QuietHours | None = None,
) -> Nomination:
    """Answer for the person named, on their word; recorded as the contact's or the staff's.

    A contact may only say yes for somebody whom neither a chat nor an address reaches, else
    AnswersThemselves; saying no for somebody is to withdraw them. Staff may enter any answer
    that came on paper or by telephone. `note` is kept with the registration and
    says on whose word. The caller has made sure whom the speaker speaks for.
    """
    found, at = await _open(tx, nomination_id, now)
    if speaker.member is None:
        check_open(at, speaker, now)
        if not yes or await is_reached(tx, found):
            raise AnswersThemselves(found.name)
    if not yes:
        await _say_no(tx, found, speaker.word, now)
        await _note(tx, speaker, found, yes=yes, now=now)
        await tell_contact(tx, at, found, answer="declined", quiet=quiet or QuietHours(), now=now)
        return await _answered(tx, nomination_id)
    # A refusal further on must not leave a person without a registration behind.
    async with tx.begin_nested():
        person_id = found.person_id or await _make_person(tx, at, found, now)
        await _check_alone(tx, found, person_id)
        registration_id = await _register(
            tx,
            at,
            await people.get(tx, person_id),
            now,
            quiet=quiet,
            door="staff" if speaker.member else door,
            answered_by=speaker.word,
            note=note,
        )
        await _settle(tx, found, person_id, registration_id, speaker.word, now)
    answered = await _answered(tx, nomination_id)
    if speaker.member is not None:
        await _note(tx, speaker, found, yes=yes, now=now)
        await tell_contact(
            tx, at, answered, answer="accepted", quiet=quiet or QuietHours(), now=now
        )
    return answered


async def _note(tx: Tx, speaker: Speaker, found: Nomination, *, yes: bool, now: datetime) -> None:
    if speaker.member is not None:
        detail = {"nomination": found.id, "yes": yes}
        await staff.record(tx, speaker.member, "answer_nomination", detail=detail, now=now)


async def _make_person(tx: Tx, at: Place, found: Nomination, now: datetime) -> int:
    """Make a row for somebody of whom the organisation has told us; they have no contacts."""
    person_id = await people.add(
        tx,
        name=found.name,
        role="clerk" if at.organisation.kind == "office" else "ngo",
        organisation_id=at.organisation.id,
        organisation_text="",
        locale=ORGANISATION_LOCALE,
        now=now,
    )
    if found.phone:
        await people.change(tx, person_id, phone=found.phone)
    await memberships.join(tx, person_id=person_id, organisation_id=at.organisation.id, now=now)
    return person_id


async def link_to_hand_on(tx: Tx, *, nomination_id: int, link: str, now: datetime) -> str:
    """Make a new link for somebody without an address; the earlier one ends with it.

    Raises NominationEnded, or AnswersThemselves when the person was written to.
    """
    found, _at = await _open(tx, nomination_id, now)
    if await is_reached(tx, found):
        raise AnswersThemselves(found.name)
    token = memberships.new_token()
    await nominations.new_token(tx, found, token_hash=memberships.hash_of(token))
    return f"{link}?start=n_{token}"
