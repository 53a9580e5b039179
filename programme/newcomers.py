"""Take in somebody whom a letter has reached and whom we do not know yet."""

from datetime import datetime

from programme import answers, memberships
from programme.importing.spelling import fold
from programme.refusals import Refusal
from storage import memberships as member_rows
from storage import organisations, people
from storage.database import Tx
from storage.organisations import Organisation
from storage.people import PrivacyNotice

ROLE_IN = {"ngo": "ngo", "office": "clerk"}
ORGANISATION_LENGTH = 200


class NoticeChanged(Refusal):
    """The privacy notice has changed since it was shown."""


async def notice(tx: Tx, *, locale: str, now: datetime) -> PrivacyNotice | None:
    """Give what somebody is to read about their data."""
    return await people.newest_notice(tx, locale=locale, now=now)


async def organisation(tx: Tx, organisation_id: int | None) -> Organisation | None:
    """Read an organisation, where there is one."""
    return None if organisation_id is None else await organisations.get(tx, organisation_id)


async def known_as(tx: Tx, *, name: str, address: str) -> int | None:
    """Find the person of this name who reads this address.

    People of a small organisation share one mailbox, so the name must be theirs as well.
    """
    readers = await member_rows.readers(tx, address)
    same = [one.person_id for one in readers if fold(one.name) == fold(name)]
    return same[0] if len(same) == 1 else None


async def take(
    tx: Tx,
    *,
    name: str,
    address: str,
    organisation_id: int | None,
    organisation_text: str = "",
    role: str = "",
    locale: str,
    notice_version: int,
    channel: str,
    now: datetime,
) -> int:
    """Give the number of the person of this name who reads this address, a new one or a known one.

    The caller has made sure that whoever acts reads the address: they have a letter that went
    there. Raises NoticeChanged, or an AnswerRefused about the name.
    """
    full = answers.name(name)
    known = await known_as(tx, name=full, address=address)
    if known is not None:
        return known
    newest = await notice(tx, locale=locale, now=now)
    if notice_version != (newest.version if newest else 0):
        raise NoticeChanged
    unit = await organisation(tx, organisation_id)
    words = answers.one_line(organisation_text)[:ORGANISATION_LENGTH] if unit is None else ""
    person_id = await people.add(
        tx,
        name=full,
        role=ROLE_IN[unit.kind] if unit else role or "ngo",
        organisation_id=unit.id if unit else None,
        organisation_text=words,
        locale=locale,
        now=now,
    )
    await people.add_contact(
        tx, person_id=person_id, channel="mail", address=address, verified=True, now=now
    )
    if unit is not None:
        await memberships.join(tx, person_id=person_id, organisation_id=unit.id, now=now)
    await people.add_consent(
        tx, person_id=person_id, notice_version=notice_version, channel=channel, now=now
    )
    return person_id
