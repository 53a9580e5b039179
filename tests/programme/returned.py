"""Letters that come back, for tests: a letter with its token, a report, and what was done."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from programme import returned_mail
from programme.notices import Notice, tell_by
from programme.posting import post
from programme.quiet_hours import QuietHours
from programme.returned_mail import ReturnedMail, ReturnedRecipient
from storage import people
from storage.database import Tx
from storage.mail_tables import staff_task
from storage.outbox import REMINDER
from storage.tables import contact, inbox, outbox
from tests.storage.rows import NOW, entry

HERS = "Ewa.Wzorowa@ngo.example.org"
LOW = HERS.lower()
QUIET = QuietHours()
FULL = {"status": "5.2.2", "diagnostic": "552 5.2.2 mailbox full"}
LETTER: dict[str, Any] = {
    "programme": {"title": "Akademia", "funder_line": "", "organiser": "Gmina", "contact": ""},
    "subject": "Zaproszenie",
    "body": "Zapraszamy.",
    "case_number": None,
    "event": None,
    "link": None,
    "deadline": None,
}


async def arrived(tx: Tx, *, now: datetime = NOW) -> int:
    """Put a mail into the inbox and give its number."""
    number = int(await tx.scalar(select(func.count()).select_from(inbox)) or 0)
    row = inbox.insert().values(
        source="mail",
        key=f"mail-{number}",
        lane="mail:x",
        payload="{}",
        state="new",
        received_at=now,
    )
    result = await tx.execute(row.returning(inbox.c.id))
    return int(result.scalar_one())


async def write(tx: Tx, person_id: int, key: str, *, kind: str = "invitation", **facts: Any) -> str:
    """Write a letter to a person and give the token by which it is known."""
    notice = Notice(kind, key, LETTER | facts, REMINDER, NOW, NOW + timedelta(days=400))
    person = await people.get(tx, person_id)
    assert await tell_by(tx, "mail", [notice], person=person, now=NOW)
    return await token_of(tx, f"{key}:mail")


async def write_to(tx: Tx, address: str, key: str) -> str:
    """Write a letter to somebody of whom we know the address alone."""
    row = entry(key, channel="mail", kind="invitation", address=address, facts=LETTER)
    await post(tx, [row], now=NOW)
    return await token_of(tx, key)


async def token_of(tx: Tx, key: str) -> str:
    """Read the token of a letter that has not left."""
    return str((await facts_of(tx, key))["doors"]["reply"])


async def facts_of(tx: Tx, key: str) -> dict[str, Any]:
    """Read the facts of a message."""
    found = await tx.execute(select(outbox.c.facts).where(outbox.c.key == key))
    facts: dict[str, Any] = found.scalar_one()
    return facts


async def leave(tx: Tx, key: str) -> None:
    """Let a letter be sent."""
    await tx.execute(outbox.update().where(outbox.c.key == key).values(state="sent"))


def report(token: str, status: str = "5.1.1", **recipient: Any) -> ReturnedMail:
    """Make a report about a letter; without a token nothing proves it."""
    values = {"address": LOW, "status": status} | recipient
    return ReturnedMail((token,) if token else (), (ReturnedRecipient(**values),))


async def come_back(
    tx: Tx, returned: ReturnedMail, *, now: datetime = NOW, inbox_id: int | None = None
) -> None:
    """Let a report arrive."""
    number = await arrived(tx, now=now) if inbox_id is None else inbox_id
    await returned_mail.note(tx, returned=returned, inbox_id=number, now=now, quiet=QUIET)


async def is_reachable(tx: Tx, address: str = HERS) -> bool:
    """Tell whether an address of a person is written to."""
    found = select(contact.c.unreachable_at).where(contact.c.address == address)
    return (await tx.execute(found)).scalar_one() is None


async def to_do(tx: Tx, *, state: str = "open") -> list[tuple[str, dict[str, Any]]]:
    """List the tasks of staff: the kind and the facts of each."""
    rows = await tx.execute(
        select(staff_task.c.kind, staff_task.c.facts)
        .where(staff_task.c.state == state)
        .order_by(staff_task.c.id)
    )
    return [(row.kind, row.facts) for row in rows]


async def states(tx: Tx) -> dict[str, str]:
    """Read the state of every message by its key."""
    rows = await tx.execute(select(outbox.c.key, outbox.c.state).order_by(outbox.c.id))
    return {row.key: row.state for row in rows}
