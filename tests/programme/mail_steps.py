"""Answers to letters of ours, for tests of what a mail does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from programme import mail_replies
from programme.mail_letters import House, SentFile, Written
from programme.mail_wishes import Answer, Wish, WrittenPerson
from programme.quiet_hours import QuietHours
from storage import tasks
from storage.database import Tx
from storage.tables import outbox
from tests.programme.naming import LINK
from tests.storage.rows import NOW, ZONE

HOUSE = House(LINK, QuietHours(), ZONE)
ANSWERS = ("mail_understood", "mail_unclear", "mail_taken_note")


def wish(answer: Answer = "", *people: WrittenPerson, rest: str = "") -> Wish:
    """Make what somebody asks for."""
    return Wish(answer, people, rest)


def someone(name: str, email: str = "", *, is_sure: bool = True) -> WrittenPerson:
    """Make a person as a mail names them."""
    return WrittenPerson(name, name, email, is_sure=is_sure)


def written(
    asked: Wish,
    *,
    number: int = 1,
    sender: str = "jan@example.org",
    words: str = "Dzień dobry",
    files: tuple[SentFile, ...] = (),
    subject: str = "Odp: Zaproszenie",
    written_at: datetime | None = None,
) -> Written:
    """Make a mail that asks for something; the number tells mails apart."""
    return Written(
        key=f"mail-{number}",
        message_id=f"mail-{number}@example.org",
        sender=sender,
        sender_name="",
        subject=subject,
        words=words,
        original=f"{words}\n\n> Zaproszenie",
        wish=asked,
        files=files,
        written_at=written_at,
    )


async def token_of(tx: Tx, kind: str, address: str | None = None, *, purpose: str = "reply") -> str:
    """Read the token of the newest letter of a kind, to an address where one is named."""
    query = select(outbox.c.facts).where(outbox.c.kind == kind, outbox.c.channel == "mail")
    if address is not None:
        query = query.where(outbox.c.address == address)
    facts = (await tx.execute(query.order_by(outbox.c.id.desc()).limit(1))).scalar_one()
    return str(facts["doors"][purpose])


async def answer(
    tx: Tx,
    token: str | Sequence[str],
    asked: Wish,
    *,
    number: int = 1,
    now: datetime = NOW,
    **mail: object,
) -> bool:
    """Let a mail that asks for something arrive."""
    tokens = [token] if isinstance(token, str) else token
    one = written(asked, number=number, **mail)  # type: ignore[arg-type]
    return await mail_replies.take(tx, written=one, tokens=tokens, house=HOUSE, now=now)


async def answered(tx: Tx) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """List the letters that answer mails: kind, address, and what each says of whom."""
    rows = await tx.execute(
        select(outbox.c.kind, outbox.c.address, outbox.c.facts)
        .where(outbox.c.kind.in_(ANSWERS))
        .order_by(outbox.c.id)
    )
    return [
        (
            row.kind,
            row.address,
            [(one["what"], one["name"]) for one in row.facts.get("outcomes", [])],
        )
        for row in rows
    ]


async def mails(tx: Tx) -> list[tuple[str, str]]:
    """List all letters: kind and address."""
    rows = await tx.execute(
        select(outbox.c.kind, outbox.c.address)
        .where(outbox.c.channel == "mail")
        .order_by(outbox.c.id)
    )
    return [(row.kind, row.address) for row in rows]


async def open_tasks(tx: Tx) -> list[str]:
    """List the kinds of what staff have to do."""
    return [task.kind for task in await tasks.open_ones(tx, limit=50)]
