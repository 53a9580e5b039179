"""Who belongs to an organisation, and who may speak for it.

A person speaks for an organisation if staff said so, if they opened the link that was mailed to
the organisation's own address, or if their verified address is the one in the register. Who
only says at the introduction that they come from it is a member and no more.
"""

import hashlib
import secrets
from datetime import datetime

from programme import staff as office
from programme.nomination_refusals import ContactLinkOld
from programme.refusals import PersonUnknown
from storage import memberships as rows
from storage import organisations, people
from storage.database import Tx
from storage.memberships import ContactLink, Member
from storage.organisations import Organisation
from storage.staff import StaffMember


def new_token() -> str:
    """Make the secret of a link; 22 characters fit a deep link and a button."""
    return secrets.token_urlsafe(16)


def hash_of(token: str) -> str:
    """Give what is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


async def contact_of(tx: Tx, *, person_id: int) -> list[Organisation]:
    """List the organisations that a person speaks for."""
    return await rows.contact_of(tx, person_id)


async def is_contact(tx: Tx, *, person_id: int, organisation_id: int) -> bool:
    """Tell whether a person speaks for an organisation."""
    return await rows.is_contact(tx, person_id=person_id, organisation_id=organisation_id)


async def members(tx: Tx, *, organisation_id: int) -> list[Member]:
    """List the people of an organisation by name."""
    return await rows.members(tx, organisation_id)


async def join(
    tx: Tx, *, person_id: int, organisation_id: int, now: datetime, is_contact: bool = False
) -> None:
    """Make a person a member, or also a contact; who is a contact already stays one."""
    ids = {"person_id": person_id, "organisation_id": organisation_id}
    added = await rows.add(tx, **ids, is_contact=is_contact, now=now)
    if not added and is_contact:
        await rows.set_contact(tx, **ids, is_contact=True)


async def leave(tx: Tx, *, person_id: int, organisation_id: int, now: datetime) -> None:
    """End a membership; the record of it stays."""
    await rows.end(tx, person_id=person_id, organisation_id=organisation_id, now=now)


async def new_link(
    tx: Tx, *, organisation_id: int, event_id: int, expires_at: datetime, token: str
) -> None:
    """Keep a link that makes everybody who opens it a contact, until it expires."""
    await rows.add_link(
        tx,
        token_hash=hash_of(token),
        organisation_id=organisation_id,
        event_id=event_id,
        expires_at=expires_at,
    )


async def behind(tx: Tx, *, token: str, now: datetime) -> Organisation | None:
    """Tell for which organisation a mailed link lets people speak; None when it is too old."""
    found = await rows.link(tx, token_hash=hash_of(token), now=now)
    return await organisations.get(tx, found.organisation_id) if found else None


async def open_link(tx: Tx, *, token: str, person_id: int, now: datetime) -> ContactLink:
    """Let a person who opened a mailed link speak for its organisation; raises ContactLinkOld.

    Several people of one organisation may open it, and each of them is recorded. Whom staff have
    told that they speak for it no more, it does not make a contact again.
    """
    found = await rows.link(tx, token_hash=hash_of(token), now=now)
    if found is None:
        raise ContactLinkOld
    ids = {"person_id": person_id, "organisation_id": found.organisation_id}
    if await rows.was_taken_back(tx, **ids):
        raise ContactLinkOld
    person = await people.get(tx, person_id)
    if person.organisation_id is None:
        await people.change(tx, person_id, organisation_id=found.organisation_id)
    await join(
        tx,
        person_id=person_id,
        organisation_id=found.organisation_id,
        now=now,
        is_contact=True,
    )
    return found


async def for_staff(
    tx: Tx, *, organisation_id: int, member: StaffMember
) -> tuple[Organisation | None, list[Member]]:
    """Show staff an organisation and who belongs to it."""
    office.permit(member, "nominations")
    unit = await organisations.get(tx, organisation_id)
    return unit, await rows.members(tx, organisation_id)


async def appoint(
    tx: Tx,
    *,
    person_id: int,
    organisation_id: int,
    is_contact: bool,
    member: StaffMember,
    now: datetime,
) -> None:
    """Let staff say whether a member speaks for the organisation; raises PersonUnknown."""
    office.permit(member, "nominations")
    known = await members(tx, organisation_id=organisation_id)
    if person_id not in {one.person_id for one in known}:
        raise PersonUnknown
    ids = {"person_id": person_id, "organisation_id": organisation_id}
    await join(tx, person_id=person_id, organisation_id=organisation_id, now=now)
    await rows.set_contact(tx, **ids, is_contact=is_contact)
    await rows.note_taken_back(tx, **ids, at=None if is_contact else now)
    detail = {"person": person_id, "organisation": organisation_id, "contact": is_contact}
    await office.record(tx, member, "contact", detail=detail, now=now)


async def organisation(tx: Tx, organisation_id: int) -> Organisation | None:
    """Read one organisation."""
    return await organisations.get(tx, organisation_id)


__all__ = [
    "ContactLink",
    "Member",
    "Organisation",
    "appoint",
    "behind",
    "contact_of",
    "for_staff",
    "hash_of",
    "is_contact",
    "join",
    "leave",
    "members",
    "new_link",
    "new_token",
    "open_link",
    "organisation",
]
