"""Answer a mail by a letter of its own, and never so often that two machines could talk.

An answer goes to the address that our letter went to, whoever wrote back: a forwarded letter may
be answered by anybody, and what comes of it concerns its owner. It carries the doors of the letter
that was answered, so that whoever replies to it, or opens its link, goes on about the same thing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from programme import letter_doors, tasks
from programme.facts import event_facts, programme_facts
from programme.letter_doors import AFTERLIFE, PAGE, REPLY
from programme.mail_letters import Written
from programme.mail_outcomes import Outcome
from programme.notice_policy import POLICY
from programme.notices import MAIL, choose
from programme.posting import post
from storage import events, mail_answers, organisations, people
from storage.database import Tx
from storage.letter_doors import Door
from storage.outbox import Entry

UNDERSTOOD, UNCLEAR, NOTED = "mail_understood", "mail_unclear", "mail_taken_note"
DAY = timedelta(days=1)
# Whatever is said, an address hears no more of it in a day.
MOST_A_DAY = 20
# That we did not understand, or that a person will read it, is said once in a while of each event.
PUZZLED, PUZZLED_SPAN = "puzzled", timedelta(hours=12)
NOTED_SPAN = DAY
# To all whom we do not know together: a flood of forged senders must not become one of ours.
MOST_NOTED, NOTED_TOGETHER = 60, timedelta(hours=1)
EVERYBODY = "*"
LONGEST_ORIGINAL = 20_000
# Staff see first what somebody wrote, and below a button all that stood around it.
LONGEST_WORDS = 1_500


@dataclass(frozen=True)
class Reader:
    """Whom an answer goes to, and the letter of ours that it goes on about."""

    address: str
    name: str
    locale: str
    door: Door


async def reader_of(tx: Tx, door: Door) -> Reader:
    """Tell who reads the answer to a letter: whoever the letter was written to.

    Somebody who gave up the address since is written to at their new one: others may read the
    old one by now.
    """
    name, address = "", door.address
    if door.person_id is not None:
        person = await people.who_is_now(tx, door.person_id)
        name, address = person.name, await _address_now(tx, person.id, address)
    elif door.organisation_id is not None:
        organisation = await organisations.get(tx, door.organisation_id)
        name = organisation.name if organisation else ""
        address = (organisation.email if organisation else "") or address
    return Reader(address, name, door.locale, door)


async def _address_now(tx: Tx, person_id: int, address: str) -> str:
    known = await people.contacts(tx, person_id)
    mails = [one for one in known if one.channel == MAIL and one.verified]
    own = choose(known, MAIL)
    if own is None or any(one.address.casefold() == address.casefold() for one in mails):
        return address
    return own.address


async def understood(
    tx: Tx, *, reader: Reader, written: Written, outcomes: list[Outcome], now: datetime
) -> bool:
    """Say what was done, person by person."""
    return await _answer(tx, UNDERSTOOD, reader, written, outcomes, now)


async def unclear(
    tx: Tx, *, reader: Reader, written: Written, outcomes: list[Outcome], now: datetime
) -> bool:
    """Say what was read and that nothing was done, with a link; seldom of one event."""
    if not await _may_be_puzzled(tx, reader.address, now, reader.door.subject.get("event")):
        return False
    return await _answer(tx, UNCLEAR, reader, written, outcomes, now)


async def noted(tx: Tx, *, written: Written, now: datetime) -> bool:
    """Say to somebody unknown that a person will read their mail, once in a day."""
    to = written.sender
    # In this order, so that what may not be said uses up nothing of what may.
    if (
        not to
        or not await _slot(tx, to, NOTED, 1, NOTED_SPAN, now)
        or not await _may_be_puzzled(tx, to, now)
        or not await _slot(tx, to, "any", MOST_A_DAY, DAY, now)
        or not await _slot(tx, EVERYBODY, NOTED, MOST_NOTED, NOTED_TOGETHER, now)
    ):
        return False
    facts = {
        "programme": await programme_facts(tx),
        "person": {"name": ""},
        **_thread(written),
    }
    await _post(tx, NOTED, written, written.sender, "pl", facts, now)
    return True


async def _may_be_puzzled(tx: Tx, address: str, now: datetime, event_id: int | None = None) -> bool:
    kind = PUZZLED if event_id is None else f"{PUZZLED}:{event_id}"
    return await _slot(tx, address, kind, 1, PUZZLED_SPAN, now)


async def _slot(tx: Tx, address: str, kind: str, most: int, span: timedelta, now: datetime) -> bool:
    return await mail_answers.take_slot(
        tx, address=address, kind=kind, most=most, span=span, now=now
    )


async def _answer(
    tx: Tx,
    kind: str,
    reader: Reader,
    written: Written,
    outcomes: list[Outcome],
    now: datetime,
) -> bool:
    if not await _slot(tx, reader.address, "any", MOST_A_DAY, DAY, now):
        return False
    event = None
    if (event_id := reader.door.subject.get("event")) is not None:
        event = await events.get(tx, event_id)
    sessions = await events.sessions(tx, event.id) if event else []
    if event is not None and sessions:
        about = await event_facts(tx, event, sessions)
    else:
        about = {"programme": await programme_facts(tx)}
    # Whoever answers a forwarded letter is not told of by the headers.
    thread = _thread(written) if written.sender == reader.address.lower() else {}
    facts = {
        "event": None,
        **about,
        "person": {"name": reader.name},
        "outcomes": [outcome.facts() for outcome in outcomes],
        "about": reader.door.kind,
        "doors": await doors(
            tx,
            replace(reader.door, address=reader.address),
            outbox_key=f"{kind}:{written.key}",
            now=now,
        ),
        **thread,
    }
    await _post(tx, kind, written, reader.address, reader.locale, facts, now, reader.door.person_id)
    return True


async def doors(tx: Tx, door: Door, *, outbox_key: str, now: datetime) -> dict[str, str]:
    """Make anew the doors of a letter, for an answer that goes on about the same thing."""
    return {
        purpose: await letter_doors.make(
            tx,
            purpose=purpose,
            kind=door.kind,
            address=door.address,
            locale=door.locale,
            subject=door.subject,
            now=now,
            lasts=AFTERLIFE,
            person_id=door.person_id,
            organisation_id=door.organisation_id,
            outbox_key=outbox_key,
        )
        for purpose in (REPLY, PAGE)
    }


def _thread(written: Written) -> dict[str, Any]:
    """Let mail programs show the answer under what it answers."""
    if not written.message_id:
        return {}
    before = [f"<{one}>" for one in written.references if one != written.message_id][-10:]
    own = f"<{written.message_id}>"
    return {"in_reply_to": own, "references": [*before, own]}


async def _post(
    tx: Tx,
    kind: str,
    written: Written,
    address: str,
    locale: str,
    facts: dict[str, Any],
    now: datetime,
    person_id: int | None = None,
) -> None:
    policy = POLICY[kind]
    entry = Entry(
        key=f"{kind}:{written.key}",
        channel="mail",
        kind=kind,
        address=address,
        locale=locale,
        facts=facts,
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now),
        person_id=person_id,
    )
    await post(tx, [entry], now=now)


async def let_staff_read(
    tx: Tx, *, written: Written, door: Door | None, outcomes: list[Outcome], now: datetime
) -> None:
    """Put a mail on staff's list with all that its writer wrote."""
    subject = door.subject if door else {}
    await tasks.ask(
        tx,
        key=f"mail:{written.key}",
        kind="mail",
        facts={
            "sender": written.sender,
            "writer": _sound(written.sender_name),
            "subject": written.subject,
            "words": _sound(written.words.strip()[:LONGEST_WORDS]),
            "proven": door is not None,
            "outcomes": [outcome.facts() for outcome in outcomes],
        },
        original=kept_text(written),
        person_id=door.person_id if door else None,
        organisation_id=(door.organisation_id or subject.get("organisation")) if door else None,
        event_id=subject.get("event"),
        now=now,
    )


def kept_text(written: Written) -> str:
    """Give what somebody wrote as databases take it: at most so long, and of whole characters."""
    return _sound(written.original[:LONGEST_ORIGINAL])


def _sound(text: str) -> str:
    return text.replace("\0", "").encode(errors="replace").decode()
