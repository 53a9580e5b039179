"""Staff correct how somebody is reached: a telephone number, an address, a postal address.

A new e-mail address of a person counts when they have proved it, by the link that is mailed to it,
like one that they give themselves. An organisation's mailbox is the register's, so staff say it.
"""

from dataclasses import dataclass
from datetime import datetime

from programme import address_checks, answers, returned_mail, staff
from programme.asking import ended, following, fresh
from programme.directory_refusals import (
    NotAPhone,
    OrganisationNotFound,
    PagesMissing,
    WayWorks,
)
from programme.people_refusals import PersonNotFound
from programme.refusals import OptionUnknown
from programme.staff_notes import Whom, name_of
from storage import card_rows, organisations, people
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "contact"
PHONE, MAIL, POSTAL = "phone", "mail", "postal"
OF_PERSON, OF_ORGANISATION = (PHONE, MAIL), (PHONE, MAIL, POSTAL)
NOTHING = "=nothing"
PHONE_LENGTH, POSTAL_LENGTH, FEWEST_DIGITS = 40, 300, 5


@dataclass(frozen=True)
class Wish:
    """What the open question is about: whose, and which of their contacts."""

    whom: Whom
    what: str
    name: str


@dataclass(frozen=True)
class Corrected:
    """The dialogue is over; `asked` is the address to which a link was mailed, or empty."""

    conversation: Conversation
    whom: Whom
    asked: str = ""


async def begin(
    tx: Tx, *, state: Conversation, whom: Whom, what: str, pages: str, member: StaffMember
) -> Conversation:
    """Open the question for a new contact.

    `pages` is where our pages lie, empty where there are none. Raises PersonNotFound,
    OrganisationNotFound, OptionUnknown, or PagesMissing when an address could not be proved.
    """
    staff.permit(member, "people")
    of_person = whom.person_id is not None
    if what not in (OF_PERSON if of_person else OF_ORGANISATION):
        raise OptionUnknown
    if what == MAIL and of_person and not pages:
        raise PagesMissing
    await name_of(tx, whom)
    about = {"person_id": whom.person_id, "organisation_id": whom.organisation_id}
    return following(fresh(state, FLOW, what=what, **about), "value")


async def wish(tx: Tx, *, state: Conversation, member: StaffMember) -> Wish:
    """Tell what the open question is about."""
    staff.permit(member, "people")
    whom = Whom(state.data["person_id"], state.data["organisation_id"])
    return Wish(whom, state.data["what"], await name_of(tx, whom))


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    pages: str,
    our_address: str,
    member: StaffMember,
    now: datetime,
) -> Corrected:
    """Keep what was typed; raises a kind of AnswerRefused, PersonNotFound, PagesMissing."""
    staff.permit(member, "people")
    whom = Whom(state.data["person_id"], state.data["organisation_id"])
    what, asked = state.data["what"], ""
    if whom.person_id is not None:
        person_id = (await people.who_is_now(tx, whom.person_id)).id
        whom = Whom(person_id=person_id)
        if what == PHONE:
            await people.change(tx, person_id, phone=_phone(raw))
        else:
            asked = await _ask_for_proof(tx, person_id, raw, pages, our_address, now)
    else:
        await _correct_organisation(tx, whom.organisation_id or 0, what, raw)
    detail = {"person": whom.person_id, "organisation": whom.organisation_id, "what": what}
    known = {name: value for name, value in detail.items() if value is not None}
    await staff.record(tx, member, "contact corrected", detail=known, now=now)
    return Corrected(ended(state), whom, asked)


async def _ask_for_proof(
    tx: Tx, person_id: int, raw: str, pages: str, our_address: str, now: datetime
) -> str:
    if not pages:
        raise PagesMissing
    person = await people.get(tx, person_id)
    return await address_checks.ask(
        tx, person=person, typed=raw, pages=pages, our_address=our_address, now=now
    )


async def _correct_organisation(tx: Tx, organisation_id: int, what: str, raw: str) -> None:
    if await organisations.get(tx, organisation_id) is None:
        raise OrganisationNotFound
    if what == PHONE:
        await organisations.change(tx, organisation_id, phone=_phone(raw))
    elif what == MAIL:
        address = "" if raw == NOTHING else answers.address(raw)
        await organisations.change(tx, organisation_id, email=address)
    else:
        postal = "" if raw == NOTHING else answers.text(raw, POSTAL_LENGTH)
        await organisations.change(tx, organisation_id, postal_address=postal)


def _phone(raw: str) -> str:
    if raw == NOTHING:
        return ""
    typed = answers.text(answers.one_line(raw), PHONE_LENGTH)
    if sum(sign.isdecimal() for sign in typed) < FEWEST_DIGITS:
        raise NotAPhone
    return typed


async def works_again(tx: Tx, *, contact_id: int, member: StaffMember, now: datetime) -> Whom:
    """Write to an address again from which mail came back, because somebody says that it works.

    Should mail come back once more, it is given up again. Raises PersonNotFound or WayWorks.
    """
    staff.permit(member, "people")
    known = await card_rows.way(tx, contact_id)
    if known is None:
        raise PersonNotFound
    if known.channel != "mail" or known.unreachable_at is None:
        raise WayWorks
    await returned_mail.heard_from(tx, address=known.address, now=now)
    detail = {"person": known.person_id, "contact": known.id}
    await staff.record(tx, member, "address works", detail=detail, now=now)
    return Whom(person_id=known.person_id)


async def mailbox_works_again(
    tx: Tx, *, organisation_id: int, member: StaffMember, now: datetime
) -> Whom:
    """Write to an organisation's mailbox again; raises OrganisationNotFound or WayWorks."""
    staff.permit(member, "people")
    unit = await organisations.get(tx, organisation_id)
    if unit is None:
        raise OrganisationNotFound
    if not unit.email or unit.mailbox:
        raise WayWorks
    await returned_mail.heard_from(tx, address=unit.email, now=now)
    detail = {"organisation": unit.id}
    await staff.record(tx, member, "address works", detail=detail, now=now)
    return Whom(organisation_id=unit.id)


__all__ = [
    "FLOW",
    "MAIL",
    "NOTHING",
    "PHONE",
    "POSTAL",
    "Corrected",
    "Whom",
    "Wish",
    "answer",
    "begin",
    "mailbox_works_again",
    "wish",
    "works_again",
]
