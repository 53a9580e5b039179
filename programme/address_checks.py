"""Prove a new address by a link that is mailed to it; whoever presses the button there reads it.

Looking at the link proves nothing, because programs open it too. It counts once, for a day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from programme import answers, identity, letter_doors
from programme.facts import programme_facts
from programme.letter_doors import ADDRESS, Door, DoorClosed
from programme.memberships import hash_of
from programme.notice_policy import POLICY
from programme.notices import MAIL, choose
from programme.preference_refusals import AddressInUse, ChecksTooMany, MailboxOurs
from programme.profile import CODES_AN_HOUR, CODES_TO_ONE_ADDRESS
from programme.quiet_hours import QuietHours
from storage import address_checks as rows
from storage import letter_doors as door_rows
from storage import mail_codes, outbox, people
from storage.database import Tx
from storage.outbox import Entry
from storage.people import Person

KIND, CHANGED = "address_check", "address_changed"
VALID = timedelta(hours=24)


@dataclass(frozen=True)
class Asked:
    """What a link would prove: whose address; `proved` once somebody has pressed the button."""

    person: Person
    address: str
    proved: bool


async def ask(
    tx: Tx, *, person: Person, typed: str, pages: str, our_address: str, now: datetime
) -> str:
    """Mail a link to an address that somebody says is theirs, and give the address as it is kept.

    `pages` is the address that our pages lie below. Raises a kind of AnswerRefused: AddressWrong,
    AnswerEmpty, MailboxOurs, AddressInUse, ChecksTooMany.
    """
    address = answers.address(typed)
    if address.casefold() == our_address.casefold():
        raise MailboxOurs
    used = choose(await people.contacts(tx, person.id), MAIL)
    if used is not None and used.address.casefold() == address.casefold():
        raise AddressInUse
    await _count(tx, person, address, now)
    token = await letter_doors.make(
        tx,
        purpose=ADDRESS,
        kind=KIND,
        address=address,
        locale=person.locale,
        subject={},
        now=now,
        lasts=VALID,
        person_id=person.id,
    )
    facts = {
        "programme": await programme_facts(tx),
        "person": {"name": person.name},
        "link": f"{pages}/a/{token}",
        "hours": VALID // timedelta(hours=1),
    }
    policy = POLICY[KIND]
    entry = Entry(
        key=f"{KIND}:{hash_of(token)}:{MAIL}",
        channel=MAIL,
        kind=KIND,
        address=address,
        locale=person.locale,
        facts=facts,
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now),
    )
    await outbox.put(tx, [entry], now=now)
    return address


async def _count(tx: Tx, person: Person, address: str, now: datetime) -> None:
    # Two who ask at once wait for each other here, or both would be the last one allowed.
    await people.hold(tx, person.id)
    hour_ago = now - timedelta(hours=1)
    asked = await rows.count_of(tx, person_id=person.id, since=hour_ago)
    mailed = await rows.count_to(tx, address=address, since=hour_ago)
    mailed += await mail_codes.count_to(tx, address=address, since=hour_ago)
    if asked >= CODES_AN_HOUR or mailed >= CODES_TO_ONE_ADDRESS:
        raise ChecksTooMany


async def behind(tx: Tx, *, door: Door) -> Asked:
    """Tell what a link would prove or has proved; raises DoorClosed when that no longer holds."""
    if door.person_id is None:
        raise DoorClosed
    person = await people.get(tx, door.person_id)
    if door.used_at is None:
        return Asked(person, door.address, proved=False)
    used = choose(await people.contacts(tx, person.id), MAIL)
    if used is None or used.address != door.address:
        raise DoorClosed
    return Asked(person, door.address, proved=True)


async def prove(tx: Tx, *, door: Door, now: datetime, quiet: QuietHours | None = None) -> int:
    """Write to an address from now on; give who the person is from now on.

    Pressed once more it changes nothing. Whoever has proved the same mailbox before, under the
    same name, is the same person.
    """
    if door.person_id is None:
        raise DoorClosed
    if not await door_rows.use(tx, door.id, now=now):
        return (await behind(tx, door=await _anew(tx, door))).person.id
    kept_id = await identity.join_readers(
        tx, person_id=door.person_id, address=door.address, now=now, quiet=quiet
    )
    await people.add_contact(
        tx, person_id=kept_id, channel=MAIL, address=door.address, verified=True, now=now
    )
    await _tell_the_old_ones(tx, kept_id, door, now=now)
    await people.retire_mails(tx, kept_id, but=door.address)
    return kept_id


async def _tell_the_old_ones(tx: Tx, person_id: int, door: Door, *, now: datetime) -> None:
    """Tell the addresses that are written to no longer, or nobody would miss our letters.

    A letter may have been passed on, and whoever holds it can ask for another address. What goes
    to the old one opens nothing and does not name the new one: others may read it by now.
    """
    policy, person = POLICY[CHANGED], await people.get(tx, person_id)
    facts = {"programme": await programme_facts(tx), "person": {"name": person.name}}
    entries = [
        Entry(
            key=f"{CHANGED}:{door.id}:{hash_of(one.address)[:32]}",
            channel=MAIL,
            kind=CHANGED,
            address=one.address,
            locale=person.locale,
            facts=facts,
            priority=policy.priority,
            due_at=now,
            not_after=policy.worth_until(now),
        )
        for one in await people.contacts(tx, person_id)
        if one.address.casefold() != door.address.casefold() and choose([one], MAIL) is not None
    ]
    await outbox.put(tx, entries, now=now)


async def _anew(tx: Tx, door: Door) -> Door:
    """Read a door again that somebody used at this moment; its person may be another one now."""
    found = await door_rows.get(tx, door.id)
    if found is None:
        raise DoorClosed
    return found
