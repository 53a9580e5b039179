"""What a person sees and changes of their own data: name, organisations, e-mail address.

Registrations that were made before keep the organisation they were made for.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import (
    answers,
    identity,
    memberships,
    organisation_question,
    own_answers,
    preferences,
    profile,
)
from programme.asking import Asked, ended, following, fresh
from programme.forms import check
from programme.own_answers import KeptSurvey
from programme.people_refusals import LastOrganisation, OrganisationHeldAlready
from programme.preferences import Preferences
from programme.quiet_hours import QuietHours
from programme.refusals import AddressOurs, OptionUnknown, QuestionPassed
from storage import people, person_history
from storage.conversations import Conversation
from storage.database import Tx
from storage.people import Person
from storage.person_history import Belonging

FLOW = "own_data"
NAME, CHANGE, ADD, MAIL = "name", "change", "add", "mail"
FIRST = {NAME: "name", CHANGE: "organisation", ADD: "organisation", MAIL: "mail"}
SKIP = "skip"
DONE = "done"


@dataclass(frozen=True)
class OwnData:
    """A person's own data; `organisations` are those of the register.

    `surveys` are those in which the person can be found.
    """

    person: Person
    organisations: list[Belonging]
    preferences: Preferences
    surveys: tuple[KeptSurvey, ...] = ()

    @property
    def mail(self) -> str:
        """The address that letters go to; empty when there is none."""
        return self.preferences.mail


@dataclass(frozen=True)
class Changed:
    """The dialogue is over; `what` was changed, or empty when nothing was."""

    conversation: Conversation
    what: str


async def of(tx: Tx, *, person: Person) -> OwnData:
    """Give what the person may see and change."""
    held = await person_history.organisations(tx, person.id)
    kept = await own_answers.of_person(tx, person_id=person.id, locale=person.locale)
    return OwnData(person, held, await preferences.of(tx, person=person), kept)


async def organisations(tx: Tx, *, person: Person) -> list[Belonging]:
    """List the organisations for which a person may come to an event."""
    return await person_history.organisations(tx, person.id)


async def begin(tx: Tx, *, state: Conversation, person: Person, what: str) -> Asked:
    """Ask for the new name, organisation or address; raises OptionUnknown for anything else."""
    if what not in FIRST:
        raise OptionUnknown
    begun = following(fresh(state, FLOW, what=what), FIRST[what], name=person.name)
    return await ask(tx, state=begun, person=person)


async def ask(tx: Tx, *, state: Conversation, person: Person) -> Asked:
    """Gather what the open question needs."""
    facts: dict[str, Any] = {"what": state.data["what"]}
    if state.step in organisation_question.STEPS:
        facts |= await organisation_question.facts(tx, state, role=_role(state, person))
    if state.step == "mail_code":
        facts |= {"address": state.data["answers"]["address"]}
    return Asked(state, state.step, facts)


def _role(state: Conversation, person: Person) -> str:
    """Tell which organisations to look among: a second one may be of the other kind."""
    return "" if state.data["what"] == ADD else person.role


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    person: Person,
    raw: str,
    our_address: str,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Asked | Changed:
    """Take the answer to the open question; the last one changes the data.

    Raises a kind of AnswerRefused, or OrganisationHeldAlready.
    """
    if raw == SKIP:
        return Changed(ended(state), "")
    if state.step == "name":
        typed = str(check(profile.QUESTIONS["name"], raw))
        await people.change(tx, person.id, name=typed)
        return Changed(ended(state), NAME)
    if state.step in organisation_question.STEPS:
        coming = await _organisation(tx, state, person, raw, now)
    elif state.step == "mail":
        coming = await _mail(tx, state, raw, our_address, now)
    elif state.step == "mail_code":
        coming = await _code(tx, state, person, raw, now, quiet)
    else:
        raise QuestionPassed
    if coming.step == DONE:
        return Changed(ended(coming), state.data["what"])
    return await ask(tx, state=coming, person=person)


async def _organisation(
    tx: Tx, state: Conversation, person: Person, raw: str, now: datetime
) -> Conversation:
    adds = state.data["what"] == ADD
    if adds and raw == "other":
        raise OptionUnknown
    coming = await organisation_question.answer(
        tx, state, raw, role=_role(state, person), then=DONE
    )
    if coming.step == DONE:
        chosen = coming.data["answers"]
        await (_join if adds else _move)(tx, person, chosen, now)
    return coming


async def _join(tx: Tx, person: Person, chosen: dict[str, Any], now: datetime) -> None:
    held = {one.organisation_id for one in await organisations(tx, person=person)}
    if chosen["organisation_id"] in held:
        raise OrganisationHeldAlready
    if person.organisation_id is None:
        await people.change(tx, person.id, organisation_id=chosen["organisation_id"])
    else:
        # Who came from the first one only by their profile belongs to it from now on by name.
        await memberships.join(
            tx, person_id=person.id, organisation_id=person.organisation_id, now=now
        )
    await memberships.join(
        tx, person_id=person.id, organisation_id=chosen["organisation_id"], now=now
    )


async def _move(tx: Tx, person: Person, chosen: dict[str, Any], now: datetime) -> None:
    if person.organisation_id is not None:
        await memberships.leave(
            tx, person_id=person.id, organisation_id=person.organisation_id, now=now
        )
    values = {name: chosen[name] for name in ("organisation_id", "organisation_text")}
    await people.change(tx, person.id, **values)
    if chosen["organisation_id"] is not None:
        await memberships.join(
            tx, person_id=person.id, organisation_id=chosen["organisation_id"], now=now
        )


async def leave(tx: Tx, *, person: Person, organisation_id: int, now: datetime) -> None:
    """Leave one of several organisations; raises LastOrganisation, OptionUnknown.

    Who leaves the one they gave first comes for another one from now on.
    """
    held = [one.organisation_id for one in await organisations(tx, person=person)]
    if organisation_id not in held:
        raise OptionUnknown
    others = [one for one in held if one != organisation_id]
    if not others:
        raise LastOrganisation
    await memberships.leave(tx, person_id=person.id, organisation_id=organisation_id, now=now)
    if person.organisation_id == organisation_id:
        await people.change(tx, person.id, organisation_id=others[0])


async def _mail(
    tx: Tx, state: Conversation, raw: str, our_address: str, now: datetime
) -> Conversation:
    address = answers.address(raw)
    if address.casefold() == our_address.casefold():
        raise AddressOurs
    await profile.send_code(tx, state, address, now)
    return following(state, "mail_code", address=address)


async def _code(
    tx: Tx,
    state: Conversation,
    person: Person,
    raw: str,
    now: datetime,
    quiet: QuietHours | None,
) -> Conversation:
    address = state.data["answers"]["address"]
    if raw == "change":
        return following(state, "mail")
    if raw == "again":
        await profile.send_code(tx, state, address, now)
        return following(state, "mail_code")
    typed = "".join(
        sign for sign in str(check(profile.QUESTIONS["mail_code"], raw)) if sign.isdecimal()
    )
    await profile.prove(tx, state, typed, now)
    kept_id = await identity.join_readers(
        tx, person_id=person.id, address=address, now=now, quiet=quiet
    )
    await people.add_contact(
        tx, person_id=kept_id, channel="mail", address=address, verified=True, now=now
    )
    await people.retire_mails(tx, kept_id, but=address)
    return following(state, DONE)
