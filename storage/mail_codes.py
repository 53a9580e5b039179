"""Codes mailed to an address to prove that the person in a chat reads it; kept as hashes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from storage.database import Tx
from storage.insert import insert_id
from storage.tables import mail_code


@dataclass(frozen=True)
class MailCode:
    """A code that may still be typed."""

    id: int
    address: str
    code_hash: str
    wrong_tries: int
    expires_at: datetime


async def add(
    tx: Tx, *, chat_id: int, address: str, code_hash: str, expires_at: datetime, now: datetime
) -> int:
    """Keep a new code and return its id; earlier codes of the chat end here."""
    await tx.execute(
        update(mail_code)
        .where(mail_code.c.chat_id == chat_id, mail_code.c.used_at.is_(None))
        .values(used_at=now)
    )
    return await insert_id(
        tx,
        mail_code,
        chat_id=chat_id,
        address=address,
        code_hash=code_hash,
        expires_at=expires_at,
        created_at=now,
    )


async def open_code(tx: Tx, *, chat_id: int) -> MailCode | None:
    """Read the chat's code that has not been used."""
    rows = await tx.execute(
        select(mail_code)
        .where(mail_code.c.chat_id == chat_id, mail_code.c.used_at.is_(None))
        .order_by(mail_code.c.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    if row is None:
        return None
    return MailCode(row.id, row.address, row.code_hash, row.wrong_tries, row.expires_at)


async def count_since(tx: Tx, *, chat_id: int, since: datetime) -> int:
    """Count the codes a chat has asked for, so that one person writes to few mailboxes."""
    return await _count(tx, mail_code.c.chat_id == chat_id, since)


async def count_to(tx: Tx, *, address: str, since: datetime) -> int:
    """Count the codes mailed to an address, so that many chats do not flood one mailbox."""
    return await _count(tx, func.lower(mail_code.c.address) == address.lower(), since)


async def _count(tx: Tx, which: ColumnElement[bool], since: datetime) -> int:
    count = await tx.scalar(
        select(func.count()).select_from(mail_code).where(which, mail_code.c.created_at >= since)
    )
    return int(count or 0)


async def note_wrong_try(tx: Tx, code_id: int) -> None:
    """Count a wrong code."""
    await tx.execute(
        update(mail_code)
        .where(mail_code.c.id == code_id)
        .values(wrong_tries=mail_code.c.wrong_tries + 1)
    )


async def use(tx: Tx, code_id: int, *, now: datetime) -> bool:
    """Use a code up; False when it was used before."""
    result = await tx.execute(
        update(mail_code)
        .where(mail_code.c.id == code_id, mail_code.c.used_at.is_(None))
        .values(used_at=now)
    )
    return result.rowcount == 1
