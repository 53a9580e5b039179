"""The office that the mails of the corpus were written to, and what each of them changes there."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import select, update

from handlers.mail.door import MailDesk
from programme import nomination_calls
from programme.memberships import hash_of
from programme.quiet_hours import QuietHours
from storage.database import Tx
from storage.files import FileStore
from storage.mail_tables import bounce, letter_door, staff_task
from storage.paper_tables import document, required_document
from storage.seat_tables import nomination
from storage.tables import calendar_entry, contact, organisation, outbox, person, registration
from tests.programme.audience import make_organisation, make_staff
from tests.programme.naming import LINK, make_naming_event
from tests.programme.papers import make_asking_event
from tests.programme.steps import register
from tests.programme.test_mail_replies import invite
from tests.storage.rows import NOW, make_event, make_person

OURS, PAGES = "akademia@gmina.example.org", "https://akademia.gmina.example.org"
TOKENS = {"reply": "k7wq2mzr4tnb6vhx5cjp3gydla", "page": "q3vx5r2mjk7ynb4wtchp6gsdla"}
UIDS = ("3f6c1c52-9f0e-4a37-8f0e-6d2f6a6d4b11", "b81d0a7e-2c55-4c0f-9a0e-0d6b7f8e2c22")
ANNA = "anna.wzorowa@example.org"
HERS = "anna.wzorowa@ngo.example.org"


def desk(folder: Path) -> MailDesk:
    """Give the desk whose address and pages stand in the corpus."""
    return MailDesk(our_address=OURS, public_url=PAGES, bot_link=LINK, files=FileStore(folder))


async def _call(tx: Tx) -> None:
    """An organisation was asked for at most ten names."""
    event_id = await make_naming_event(tx, seats=10)
    await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
    await nomination_calls.send(
        tx,
        event_id=event_id,
        member=await make_staff(tx),
        link=LINK,
        quiet=QuietHours(),
        now=NOW,
    )


async def _invitation(tx: Tx) -> None:
    """Somebody was invited and has not answered."""
    event_id = await make_event(tx)
    await make_person(tx, name="Ewa Zaproszona", mail="kgw@example.org")
    await invite(tx, event_id)


async def _seat(tx: Tx) -> None:
    """Somebody has the only seat of an event that asks for a paper, and another waits for it."""
    event_id = await make_asking_event(tx, titles=("Karta zgłoszenia",), capacity=1)
    hers = await make_person(tx, name="Anna Wzorowa", mail=ANNA)
    await register(tx, event_id, hers)
    await register(tx, event_id, await make_person(tx, name="Jan Czekający", chat=7))
    other_id = await make_event(tx)
    await register(tx, other_id, await make_person(tx, name="Ewa Inna", mail="ewa@example.org"))
    entries = list(
        await tx.scalars(
            select(calendar_entry.c.id)
            .join(registration)
            .where(registration.c.state == "active")
            .order_by(calendar_entry.c.id)
        )
    )
    for number, uid in zip(entries, UIDS, strict=True):
        await tx.execute(
            update(calendar_entry).where(calendar_entry.c.id == number).values(uid=uid)
        )


async def _both(tx: Tx) -> None:
    """Somebody who has a chat as well was invited by mail, which was sent."""
    event_id = await make_event(tx)
    anna = await make_person(tx, name="Anna Wzorowa", chat=7, mail=HERS)
    await tx.execute(update(person).where(person.c.id == anna).values(channel="mail"))
    await invite(tx, event_id)
    await tx.execute(update(outbox).where(outbox.c.address == HERS).values(state="sent"))


# The letter that a mail of the corpus answers, and how it came to be written.
WORLDS: dict[str, tuple[Callable[[Tx], Awaitable[None]], str]] = {
    "call": (_call, "nomination_call"),
    "invitation": (_invitation, "invitation"),
    "seat": (_seat, "registration_confirmed"),
    "both": (_both, "invitation"),
}


async def build(tx: Tx, world: str, *, sequence: int = 0) -> None:
    """Make an office whose letter has the tokens of the corpus."""
    make, kind = WORLDS[world]
    await make(tx)
    first = select(letter_door.c.outbox_key).where(letter_door.c.kind == kind)
    key = await tx.scalar(first.order_by(letter_door.c.id).limit(1))
    for purpose, token in TOKENS.items():
        await tx.execute(
            update(letter_door)
            .where(letter_door.c.outbox_key == key, letter_door.c.purpose == purpose)
            .values(token_hash=hash_of(token))
        )
    await tx.execute(update(calendar_entry).values(sequence=sequence))


async def standing(tx: Tx) -> list[str]:
    """Say how everything stands that a mail can change, a line for each thing."""
    lines = [
        f"{name}: {state}"
        for name, state in await tx.execute(
            select(person.c.name, registration.c.state).join_from(registration, person)
        )
    ]
    lines += [
        f"{name}: in the calendar {answer}"
        for name, answer in await tx.execute(
            select(person.c.name, calendar_entry.c.answer)
            .select_from(calendar_entry.join(registration).join(person))
            .where(calendar_entry.c.answer != "")
        )
    ]
    lines += [
        f"{name} ({email or '-'}, {phone or '-'}): {state}"
        for name, email, phone, state in await tx.execute(
            select(nomination.c.name, nomination.c.email, nomination.c.phone, nomination.c.state)
        )
    ]
    lines += [
        f"{title}: {state}"
        for title, state in await tx.execute(
            select(required_document.c.title, document.c.state).join_from(
                document, required_document
            )
        )
    ]
    return sorted([*lines, *await _wishes(tx), *await _asked(tx), *await _said(tx)])


async def _wishes(tx: Tx) -> list[str]:
    silent = [
        *await tx.scalars(select(person.c.name).where(~person.c.invitations)),
        *await tx.scalars(select(organisation.c.name).where(~organisation.c.invitations)),
    ]
    lost = await tx.scalars(select(contact.c.address).where(contact.c.unreachable_at.is_not(None)))
    back = await tx.execute(select(bounce.c.address, bounce.c.is_hard))
    return [
        *(f"{name}: no invitations" for name in silent),
        *(f"{address}: not written to" for address in lost),
        *(f"{address}: came back {'for good' if hard else 'for now'}" for address, hard in back),
    ]


async def _asked(tx: Tx) -> list[str]:
    tasks = await tx.execute(select(staff_task.c.kind, staff_task.c.facts))
    return [f"staff: {kind} {facts.get('what', '')}".strip() for kind, facts in tasks]


async def _said(tx: Tx) -> list[str]:
    lines = []
    for channel, kind, address, facts in await tx.execute(
        select(outbox.c.channel, outbox.c.kind, outbox.c.address, outbox.c.facts)
    ):
        outcomes = [one["what"] for one in facts.get("outcomes", [])]
        lines.append(f"{channel} to {address}: {' '.join([kind, *outcomes])}")
    return lines
