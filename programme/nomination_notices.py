"""What organisations and the people they name are told, and by which way."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from programme import audiences, memberships
from programme.audiences import Recipient
from programme.facts import event_facts
from programme.nomination_terms import Place
from programme.notice_policy import POLICY
from programme.notices import CHAT, MAIL, Notice, choose, tell
from programme.quiet_hours import QuietHours
from storage import memberships as member_rows
from storage import nominations, outbox_sweeps, people, registrations
from storage import organisations as register
from storage.database import Tx
from storage.nominations import Nomination
from storage.organisations import Organisation
from storage.people import Contact, Person

LOCALE = audiences.ORGANISATION_LOCALE


async def facts(tx: Tx, at: Place, **more: Any) -> dict[str, Any]:
    """Describe the event and the organisation, with the terms of the moment."""
    terms = at.terms
    return await event_facts(tx, at.event) | {
        "organisation": {"id": at.organisation.id, "name": at.organisation.name},
        "seats": terms.seats,
        "deadline": terms.deadline_at.isoformat(),
        **more,
    }


def notice(
    kind: str,
    key: str,
    said: dict[str, Any],
    *,
    last: datetime,
    quiet: QuietHours,
    zone: str,
    now: datetime,
) -> Notice:
    """Make a notice that respects the quiet hours and is worth sending until `last`."""
    policy = POLICY[kind]
    due_at = policy.leaves_at(now, quiet=quiet, zone=zone, last=last)
    return notice_at(kind, key, said, last=last, due_at=due_at)


def notice_at(
    kind: str, key: str, said: dict[str, Any], *, last: datetime, due_at: datetime
) -> Notice:
    """Make a notice that leaves at a moment and is worth sending until `last`."""
    policy = POLICY[kind]
    return Notice(kind, key, said, policy.priority, due_at, policy.worth_until(due_at, last))


async def recipients(
    tx: Tx, organisation: Organisation, *, unasked: bool = False, hold: bool = False
) -> list[Recipient]:
    """Find how one organisation is reached, as `recipients_of` does."""
    found = await recipients_of(tx, [organisation], unasked=unasked, hold=hold)
    return found[organisation.id]


async def recipients_of(
    tx: Tx,
    organisations: Collection[Organisation],
    *,
    unasked: bool = False,
    hold: bool = False,
) -> dict[int, list[Recipient]]:
    """Find how organisations are reached: their contacts' chats, else their address, else theirs.

    Nobody gets both, because whoever speaks for an organisation reads its mail as well; only a
    contact who asked for mail gets their own. What is `unasked` goes to nobody who wants no
    invitations; with `hold` nobody can change that until the transaction ends.
    """
    speak = await member_rows.contacts(tx, [one.id for one in organisations])
    ids = sorted({person_id for listed in speak.values() for person_id in listed})
    known = await people.contacts_of_many(tx, ids)
    persons = await people.of_ids(tx, ids, hold=hold)
    units = await register.held(tx, organisations) if hold else organisations
    return {
        one.id: _ways(
            one, [(persons[each], known[each]) for each in speak[one.id]], unasked=unasked
        )
        for one in units
    }


def _ways(
    organisation: Organisation, speak: list[tuple[Person, list[Contact]]], *, unasked: bool
) -> list[Recipient]:
    if unasked and not organisation.invitations:
        return []
    willing = [one for one in speak if one[0].invitations or not unasked]
    refusing = [one for one in speak if unasked and not one[0].invitations]
    themselves, by_mail = [], []
    for person, known in willing:
        found = audiences.reach(person, known)
        if found is not None and (found.channel == CHAT or person.channel == MAIL):
            themselves.append(found)
        elif found is not None:
            by_mail.append(found)
    mails = [choose(known, MAIL) for _person, known in refusing]
    refused = {mail.address.casefold() for mail in mails if mail is not None}
    own = audiences.reach_organisation(organisation)
    if themselves or own is None or organisation.email.casefold() in refused:
        # The chats first: they tell by which channel an organisation is asked.
        return sorted(themselves, key=lambda one: one.channel != CHAT) or by_mail
    return [own]


async def named_recipient(tx: Tx, nomination: Nomination) -> list[Recipient]:
    """Find how the person named is reached, who may be known or only have an address."""
    if nomination.person_id is None:
        if not nomination.email:
            return []
        return [Recipient("named", nomination.name, "mail", nomination.email, LOCALE, None)]
    person = await people.get(tx, nomination.person_id)
    known = await people.contacts(tx, person.id)
    found = audiences.reach(person, known)
    return [] if found is None else [found]


async def is_reached(tx: Tx, nomination: Nomination) -> bool:
    """Tell whether the person named can be asked by us."""
    return bool(await named_recipient(tx, nomination))


async def tell_named(tx: Tx, said: Notice, nomination: Nomination, *, now: datetime) -> str | None:
    """Tell the person named, and return by which channel; None when nothing reaches them."""
    to = await named_recipient(tx, nomination)
    await audiences.tell_all(tx, to, said, now=now)
    return to[0].channel if to else None


async def tell_contact(
    tx: Tx,
    at: Place,
    nomination: Nomination,
    *,
    answer: str,
    quiet: QuietHours,
    now: datetime,
    version: str = "",
) -> None:
    """Tell whoever named a person what became of it, or else the organisation.

    `version` begins with a colon and tells the same answer of the same person once more.
    """
    said = notice(
        "nomination_answered",
        f"nomination_answered:{nomination.id}:{answer}{version}",
        await facts(
            tx,
            at,
            named=nomination.name,
            answer=answer,
            may_name=now <= at.terms.deadline_at,
            registered=await registered_as(tx, nomination),
        ),
        last=at.ends,
        quiet=quiet,
        zone=at.event.zone,
        now=now,
    )
    by = nomination.named_by_person_id
    speaks = by is not None and await memberships.is_contact(
        tx, person_id=by, organisation_id=at.organisation.id
    )
    if by is not None and speaks and by != nomination.person_id:
        person = await people.get(tx, by)
        if await tell(tx, said, person=person, now=now) is not None:
            return
    reached = [
        one
        for one in await recipients(tx, at.organisation)
        if one.person_id is None or one.person_id != nomination.person_id
    ]
    await audiences.tell_all(tx, reached, said, now=now)


async def registered_as(tx: Tx, nomination: Nomination) -> str:
    """Tell whether somebody who accepted has a seat, waits in line or waits for the office."""
    if nomination.registration_id is None:
        return ""
    found = await registrations.get(tx, nomination.registration_id)
    if found is None:
        return ""
    asked = found.state == "waiting" and found.approval == "asked"
    return "applied" if asked else found.state


async def unsay(tx: Tx, nomination: Nomination, *, now: datetime) -> bool:
    """Keep back what the person named was to be told; True when the first word had not left."""
    await outbox_sweeps.cancel(tx, keys_from=f"event_moved:nomination:{nomination.id}:", now=now)
    await outbox_sweeps.cancel(tx, keys_from=f"nominated_reminder:{nomination.id}:", now=now)
    return await outbox_sweeps.cancel(tx, keys_from=f"nominated:{nomination.id}:", now=now) > 0


async def link_told(tx: Tx, nomination: Nomination) -> str | None:
    """Read the link from the first letter to a person named; it stands nowhere else."""
    keys = [
        f"nominated:{nomination.id}:{to.key}:{channel}"
        for to in await named_recipient(tx, nomination)
        for channel in ("mail", "telegram")
    ]
    return await nominations.fact_told(tx, keys=keys, fact="link")
