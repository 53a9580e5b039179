"""Ask people whom an organisation names for an event that everybody registers for by themselves.

Each gets a letter with a link of their own, once for an event, whoever names them how often.
"""

from collections.abc import Sequence
from datetime import datetime

from programme import answers, letter_doors, tasks
from programme.audiences import ORGANISATION_LOCALE
from programme.facts import event_facts
from programme.letter_doors import REGISTER, REPLY
from programme.listing import has_begun
from programme.mail_answers import kept_text
from programme.mail_outcomes import Outcome, refused
from programme.mail_reply import Answered, Effect, read_from
from programme.mail_wishes import WrittenPerson
from programme.memberships import hash_of
from programme.nomination_refusals import NamesNotWanted
from programme.nomination_terms import Place, fits
from programme.notice_policy import POLICY
from programme.posting import post
from programme.refusals import DeadlinePassed, EventCancelled, EventOver, NotInAudience, Refusal
from storage import mail_answers, outbox_lists
from storage.database import Tx
from storage.outbox import Entry

KIND = "registration_asked"
# Of one organisation for one event; more than any has, and a person looks at what goes beyond.
MOST_ASKED = 90


def check(at: Place, now: datetime) -> None:
    """Refuse an event for which nobody registers any more, or not this organisation."""
    event = at.event
    if event.state == "cancelled":
        raise EventCancelled
    if has_begun(at.sessions, now):
        raise EventOver
    if not fits(event, at.organisation):
        raise NotInAudience(event.audience)
    if event.entry == "nominated":
        raise NamesNotWanted
    if event.deadline_at is not None and event.deadline_at < now and event.late == "refuse":
        raise DeadlinePassed(event.deadline_at)


async def ask_each(
    tx: Tx, asked: Answered, at: Place, *, people: Sequence[WrittenPerson]
) -> Effect:
    """Write to each person who has an address; the others are for staff to telephone."""
    try:
        check(at, asked.now)
    except Refusal as refusal:
        return Effect((refused(refusal),))
    if not await _may_ask(tx, asked, at, len(people)):
        return Effect(read_from(asked.wish), for_staff=True, unclear=True)
    outcomes = [await _ask(tx, asked, at, person) for person in people]
    silent = [one for one, what in zip(people, outcomes, strict=True) if _is_silent(what)]
    if silent:
        await _before_staff(tx, asked, at, silent)
    return Effect(tuple(outcomes))


async def _may_ask(tx: Tx, asked: Answered, at: Place, count: int) -> bool:
    """Let an organisation ask so many that nobody sends letters of ours to the whole world."""
    slots = [
        await mail_answers.take_slot(
            tx,
            address=f"{at.organisation.id}:{at.event.id}",
            kind=KIND,
            most=MOST_ASKED,
            span=mail_answers.KEPT,
            now=asked.now,
        )
        for _ in range(count)
    ]
    return all(slots)


def _is_silent(outcome: Outcome) -> bool:
    return outcome.what == "without_address"


async def _ask(tx: Tx, asked: Answered, at: Place, person: WrittenPerson) -> Outcome:
    if not person.email:
        return Outcome("without_address", person.name)
    try:
        name, address = answers.name(person.name), answers.address(person.email)
    except Refusal as refusal:
        return refused(refusal, person.name)
    # An organisation that gives its own mailbox gives no address of the person.
    if address.casefold() == asked.door.address.casefold():
        return Outcome("without_address", name)
    key = f"{KIND}:{at.event.id}:{hash_of(address.casefold())[:32]}"
    if not await outbox_lists.is_known(tx, key):
        await _write(tx, asked, at, name, address, key)
    return Outcome("asked", name, address)


async def _write(tx: Tx, asked: Answered, at: Place, name: str, address: str, key: str) -> None:
    now, policy = asked.now, POLICY[KIND]
    subject = {"event": at.event.id, "organisation": at.organisation.id, "name": name}
    doors = {
        purpose: await letter_doors.make(
            tx,
            purpose=purpose,
            kind=KIND,
            address=address,
            locale=ORGANISATION_LOCALE,
            subject=subject,
            now=now,
            lasts=at.ends - now + letter_doors.AFTERLIFE,
            outbox_key=key,
        )
        for purpose in (REPLY, REGISTER)
    }
    facts = await event_facts(tx, at.event, at.sessions)
    due_at = policy.leaves_at(now, quiet=asked.quiet, zone=at.event.zone, last=at.begins)
    facts |= {
        "organisation": {"id": at.organisation.id, "name": at.organisation.name},
        "person": {"name": name},
        "doors": doors,
    }
    entry = Entry(
        key=key,
        channel="mail",
        kind=KIND,
        address=address,
        locale=ORGANISATION_LOCALE,
        facts=facts,
        priority=policy.priority,
        due_at=due_at,
        not_after=policy.worth_until(due_at, at.begins),
        person_id=None,
    )
    await post(tx, [entry], now=now)


async def _before_staff(
    tx: Tx, asked: Answered, at: Place, people: Sequence[WrittenPerson]
) -> None:
    written = asked.written
    await tasks.ask(
        tx,
        key=f"names:{written.key}",
        kind="names",
        facts={
            "sender": written.sender,
            "subject": written.subject,
            "people": [{"name": one.name, "phone": one.phone} for one in people],
        },
        original=kept_text(written),
        organisation_id=at.organisation.id,
        person_id=asked.door.person_id,
        event_id=at.event.id,
        now=asked.now,
    )
