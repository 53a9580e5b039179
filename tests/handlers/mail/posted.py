"""Letters of ours as the wire carries them, and what mail programs make of an answer to one."""

import email
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from sqlalchemy import Row, select

from delivery import mail_doors
from delivery.stencil_mail import Post, mail_copy
from handlers.mail import door, mime
from handlers.mail.door import MailDesk
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.tables import outbox
from storage.work_tables import inbox
from tests.storage.rows import NOW

OURS = "akademia@example.org"
PAGES = "https://akademia.example.org"
DESK = MailDesk(our_address=OURS, public_url=PAGES, bot_link="https://t.me/example_bot")


async def letters(tx: Tx, *, kind: str | None = None, address: str | None = None) -> list[Row[Any]]:
    """List the mails in the outbox, the newest last."""
    query = select(outbox).where(outbox.c.channel == "mail").order_by(outbox.c.id)
    if kind is not None:
        query = query.where(outbox.c.kind == kind)
    if address is not None:
        query = query.where(outbox.c.address == address)
    return list((await tx.execute(query)).all())


def as_sent(row: Row[Any], *, mail_from: str = OURS, plus: bool = False) -> bytes:
    """Write a row as it leaves, in the way of the sending loop."""
    domain = mail_from.rpartition("@")[2]
    message_id = mail_doors.message_id(row.facts, domain) or f"<row-{row.id}@{domain}>"
    post = Post(mail_from, row.address, message_id, NOW, PAGES, plus)
    return mail_copy(row.kind, row.facts, row.locale, post)


def reply(
    to: bytes,
    words: str,
    *,
    sender: str = "",
    name: str = "",
    number: int = 1,
    quoted: bool = True,
    threaded: bool = True,
) -> EmailMessage:
    """Answer a mail as Gmail does: above the original, which every line of is marked."""
    original = email.message_from_bytes(to, policy=SMTP)
    assert isinstance(original, EmailMessage)
    answer = EmailMessage(policy=SMTP)
    sender = sender or str(original["To"]).rpartition("<")[2].rstrip(">")
    answer["From"] = f"{name} <{sender}>" if name else sender
    answer["To"] = str(original["Reply-To"] or original["From"])
    answer["Subject"] = f"Odp: {original['Subject']}"
    answer["Message-ID"] = f"<answer-{number}@mail.example.org>"
    answer["Date"] = "Mon, 04 Jan 2027 11:00:00 +0100"
    if threaded:
        answer["In-Reply-To"] = str(original["Message-ID"])
        answer["References"] = str(original["Message-ID"])
    text = f"{words}\n"
    if quoted:
        body = original.get_body(("plain",))
        assert body is not None
        lines = body.get_content().splitlines()
        text += f"\npon., 4 sty 2027 o 10:00 Urząd Gminy <{OURS}> napisał(a):\n\n"
        text += "".join(f"> {line}\n" for line in lines)
    answer.set_content(text, charset="utf-8")
    return answer


async def arrive(
    database: Database,
    raw: bytes,
    *,
    desk: MailDesk = DESK,
    now: datetime = NOW,
    number: int = 1,
) -> None:
    """Let a mail have its effect, with its files before and after."""
    mail = mime.read(raw)
    luggage = await door.unpack(database, mail=mail, desk=desk, now=now)
    try:
        async with database.transaction() as tx:
            inbox_id = await insert_id(
                tx,
                inbox,
                source="mail",
                key=f"{number}",
                lane=f"mail:{mail.sender}",
                payload="{}",
                state="done",
                received_at=now,
            )
            await door.take(tx, mail=mail, desk=desk, inbox_id=inbox_id, now=now, luggage=luggage)
    finally:
        await door.leave(luggage, desk=desk)
