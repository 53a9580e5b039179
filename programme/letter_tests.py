"""Send a letter to whoever writes it, marked as a test: nothing in it does anything.

It has no doors and counts nowhere, and leaves at any hour: whoever writes it waits for it.
"""

from datetime import datetime

from programme import letter_facts, letter_looks, staff
from programme.invitation_drafts import open_draft
from programme.letter_facts import Reader
from programme.notice_policy import POLICY
from programme.notices import CHAT, MAIL, choose
from storage import outbox, people
from storage.database import Tx
from storage.outbox import Entry
from storage.staff import StaffMember

TEST = POLICY["letter_test"]


async def send(
    tx: Tx, *, member: StaffMember, invitation_id: int, key: str, locale: str, now: datetime
) -> tuple[str, ...]:
    """Send a letter to its author's own chat, and to their mailbox where we know it.

    `key` names the tap. Returns the addresses of the mails.
    """
    staff.permit(member, "invite")
    letter = await open_draft(tx, member=member, invitation_id=invitation_id)
    person = await people.by_chat(tx, member.chat_id)
    reader = Reader(member.name, locale=locale)
    mail = None
    if person is not None:
        reader = await letter_facts.reader_of(tx, person)
        mail = choose(await people.contacts(tx, person.id), MAIL)
    reader = await letter_looks.with_sample(tx, letter, reader)
    facts = await letter_facts.shown(tx, letter, reader)
    places = [(CHAT, str(member.chat_id)), *([(MAIL, mail.address)] if mail else [])]
    entries = [
        Entry(
            key=f"{TEST.kind}:{key}:{channel}",
            channel=channel,
            kind=TEST.kind,
            address=address,
            locale=locale,
            facts=facts,
            priority=TEST.priority,
            due_at=now,
            not_after=TEST.worth_until(now),
        )
        for channel, address in places
    ]
    await outbox.put(tx, entries, now=now)
    detail = {"letter": letter.id, "revision": letter.revision}
    await staff.record(tx, member, "letter test", detail=detail, now=now)
    return tuple(address for channel, address in places if channel == MAIL)
