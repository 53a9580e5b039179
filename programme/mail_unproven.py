"""A mail that does not prove to answer a letter of ours: it changes nothing, whoever it is from.

A From line can be written by anybody. If it names an address that we write to, the answer goes
there, with what was read and a link to do it: whoever reads that mailbox decides. Anybody else
hears once in a day that a person will read it. Staff have the mail in any case. Nobody hears
anything of a mail that was written days ago.
"""

from datetime import datetime

from programme import mail_answers
from programme.mail_answers import reader_of
from programme.mail_letters import Written
from programme.mail_reply import read_from
from storage import letter_doors, mailboxes
from storage.database import Tx
from storage.letter_doors import Door

SEEN = 20


async def take(tx: Tx, *, written: Written, now: datetime) -> None:
    """Put it before staff, and answer the address that it says it is from."""
    outcomes = list(read_from(written.wish))
    await mail_answers.let_staff_read(tx, written=written, door=None, outcomes=outcomes, now=now)
    if not written.sender or written.is_old(now):
        return
    door = await _newest_letter(tx, written.sender, now)
    if door is None:
        await mail_answers.noted(tx, written=written, now=now)
        return
    reader = await reader_of(tx, door)
    await mail_answers.unclear(tx, reader=reader, written=written, outcomes=outcomes, now=now)


async def _newest_letter(tx: Tx, address: str, now: datetime) -> Door | None:
    """Find what somebody most likely means who writes anew: our newest letter to an address."""
    found = await letter_doors.newest_pages(
        tx,
        person_ids=await mailboxes.readers(tx, address=address),
        organisation_ids=await mailboxes.organisations(tx, address=address),
        limit=SEEN,
    )
    for door in found:
        is_open = door.expires_at is None or now < door.expires_at
        if is_open and "event" in door.subject and door.address.lower() == address:
            return door
    return None
