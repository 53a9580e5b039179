"""Mails: from a real Dovecot's mailbox to their committed effect, replies, bounces and calendars.

The reference fetches the very same mails with the bare library, one after another as its manual
shows, and marks them as read; it keeps nothing and understands nothing. The same is done in
mailboxes that hold few, many and very many mails that were read long ago.
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from aioimaplib import IMAP4
from sqlalchemy import func, insert, select

from benchmarks.crowded import NOW, fill_event, migrated, sqlite_address
from benchmarks.measure import NO_GOAL, Row, Speed, speed
from handlers.lanes import Lanes
from handlers.mail.door import MailDesk
from handlers.mail.imap_url import ImapUrl
from handlers.mail.lanes import MailTaker
from handlers.mail.mailbox import MailReader
from programme import registration
from programme.documents import FileStore
from scheduler.ticks import unasked
from storage.database import Database
from storage.mail_tables import bounce, calendar_reply
from storage.tables import calendar_entry, contact, inbox, outbox
from storage.tables import registration as registered
from tests.mail_servers import PASSWORD, Mailbox, MailServers

MAILS, SIZES = 600, (100, 5_000, 50_000)
EVENT = 2
MOST_GROWTH = 1.2
PATIENCE = 300
OURS = "akademia@gmina.example.org"
REPLY = """From: Osoba <{address}>\r
To: {ours}\r
Subject: =?utf-8?q?Odp=3A_Potwierdzenie?=\r
Message-ID: <reply-{number}@ngo.example.org>\r
In-Reply-To: <{token}@gmina.example.org>\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
Rezygnuję.\r
\r
Pozdrawiam\r
\r
W dniu 4.01.2027 o 10:30, Akademia pisze:\r
> Mają Państwo miejsce.\r
"""
CALENDAR = """From: Osoba <{address}>\r
To: {ours}\r
Subject: Accepted\r
Message-ID: <calendar-{number}@ngo.example.org>\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
Accepted\r
--b\r
Content-Type: text/calendar; charset=utf-8; method=REPLY\r
\r
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Example//Calendar//PL\r
METHOD:REPLY\r
BEGIN:VEVENT\r
UID:{uid}\r
SEQUENCE:{sequence}\r
DTSTAMP:20270104T093100Z\r
DTSTART:20270203T093000Z\r
ORGANIZER:mailto:{ours}\r
ATTENDEE;PARTSTAT=ACCEPTED:mailto:{address}\r
SUMMARY:Szkolenie\r
END:VEVENT\r
END:VCALENDAR\r
--b--\r
"""
BOUNCE = """From: MAILER-DAEMON@mail.gmina.example.org\r
To: {ours}\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <bounce-{number}@mail.gmina.example.org>\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
I'm sorry to have to inform you that your message could not be delivered.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mail.gmina.example.org\r
\r
Final-Recipient: rfc822; {address}\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 User doesn't exist\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
From: {ours}\r
To: {address}\r
Message-ID: <{token}@gmina.example.org>\r
\r
--b--\r
"""
KINDS = (REPLY, CALENDAR, BOUNCE)


class TakenInWrongly(Exception):
    """The effects of the mails are not what they must be, so no speed counts."""


async def measure(*, scale: float) -> list[Row]:
    """Take the same mixture of mails in from small and large mailboxes."""
    # A line for each bounce would be read by nobody here.
    logging.disable(logging.WARNING)
    count = max(30, int(MAILS * scale) // 3 * 3)
    servers = await asyncio.to_thread(MailServers)
    try:
        return await _measure(servers, count, [max(100, int(size * scale)) for size in SIZES])
    finally:
        await asyncio.to_thread(servers.stop)


async def _measure(servers: MailServers, count: int, sizes: list[int]) -> list[Row]:
    rows, first = [], None
    for size in sizes:
        ours, theirs = await _at(servers, count, size)
        first = first or ours
        rows.append(
            Row(
                f"{count} mails to their effect, {size} read ones in the box",
                "bare aioimaplib, fetching and flagging the same mails",
                _shown(ours),
                _shown(theirs),
                f"{ours.a_second / theirs.a_second:.2f}x",
                NO_GOAL,
                reached=True,
            )
        )
        growth = first.a_second / ours.a_second
        rows.append(
            Row(
                f"one more mail, {size} read ones in the box",
                f"itself at {sizes[0]}",
                f"{1000 / ours.a_second:.2f} ms",
                f"{1000 / first.a_second:.2f} ms",
                f"{growth:.2f}x",
                f"<= {MOST_GROWTH}x",
                growth <= MOST_GROWTH,
            )
        )
    return rows


async def _at(servers: MailServers, count: int, size: int) -> tuple[Speed, Speed]:
    mailbox = servers.own_mailbox()
    await asyncio.to_thread(_fill, mailbox, size)
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        folder = Path(name)
        async with migrated(sqlite_address(folder)) as database:
            mails = await _mails(database, count)
            async with _reading(mailbox, database, folder):
                # Whatever is in the box before the mails come has been read long ago.
                await _until_idle(database, mailbox)
                ours = await speed(lambda: _take(mailbox, database, mails), count)
            await _check(database, count)
    theirs = await speed(lambda: _bare(mailbox, size + 1, size + count), count)
    return ours, theirs


def _fill(mailbox: Mailbox, size: int) -> None:
    raw = b"From: Osoba <osoba@ngo.example.org>\r\nSubject: dawny list\r\n\r\n" + b"x" * 2_000
    for _ in range(size):
        mailbox.put(raw, seen=True)


async def _mails(database: Database, count: int) -> list[bytes]:
    """Register people and write what their mail programs answer."""
    await fill_event(database, people=count, capacity=count)
    rows = [
        {
            "person_id": number,
            "channel": "mail",
            "address": _address(number),
            "verified_at": NOW,
            "created_at": NOW,
        }
        for number in range(1, count + 1)
    ]
    async with database.transaction() as tx:
        await tx.execute(insert(contact), rows)
    for number in range(1, count + 1):
        async with database.transaction() as tx:
            await registration.register(
                tx, event_id=EVENT, person_id=number, door="telegram", now=NOW
            )
    async with database.reading() as tx:
        letters = await tx.execute(
            select(outbox.c.person_id, outbox.c.facts).where(outbox.c.channel == "mail")
        )
        tokens = {row.person_id: row.facts["doors"]["reply"] for row in letters}
        entries = await tx.execute(
            select(registered.c.person_id, calendar_entry.c.uid, calendar_entry.c.sequence).join(
                registered, registered.c.id == calendar_entry.c.registration_id
            )
        )
        calendars = {row.person_id: (row.uid, row.sequence) for row in entries}
    return [
        KINDS[number % 3]
        .format(
            ours=OURS,
            number=number,
            address=_address(number),
            token=tokens[number],
            uid=calendars[number][0],
            sequence=calendars[number][1],
        )
        .encode()
        for number in range(1, count + 1)
    ]


def _address(number: int) -> str:
    return f"osoba{number}@ngo.example.org"


@asynccontextmanager
async def _reading(mailbox: Mailbox, database: Database, folder: Path) -> AsyncIterator[None]:
    """Read the mailbox and handle what it brings, as a process does."""
    begun = time.monotonic()

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - begun)

    store = FileStore(folder / "files")
    desk = MailDesk(our_address=OURS, files=store)
    taker = MailTaker(database=database, clock=clock, desk=desk, store=store)
    lanes = Lanes(taker, database=database, clock=clock, wake_outbox=lambda: None)
    reader = MailReader(
        url=ImapUrl.parse(mailbox.imap_url),
        database=database,
        clock=clock,
        store=store,
        wake=lanes.wake,
        confirm=unasked,
    )
    tasks = [asyncio.create_task(work()) for work in (lanes.run, reader.run)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _until_idle(database: Database, mailbox: Mailbox) -> None:
    # One more mail shows that the reader has come to the end and waits for the next.
    mailbox.put(b"From: Osoba <osoba@ngo.example.org>\r\nSubject: ostatni\r\n\r\nx", at=NOW)
    await _until_done(database, 1)


async def _take(mailbox: Mailbox, database: Database, mails: list[bytes]) -> None:
    await asyncio.to_thread(lambda: [mailbox.put(raw, at=NOW) for raw in mails])
    await _until_done(database, 1 + len(mails))


async def _until_done(database: Database, count: int) -> None:
    done = select(func.count()).where(inbox.c.state == "done")
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.reading() as tx:
                if await tx.scalar(done) == count:
                    return
            await asyncio.sleep(0.02)


async def _check(database: Database, count: int) -> None:
    async with database.reading() as tx:
        found = [
            await tx.scalar(
                select(func.count())
                .select_from(registered)
                .where(registered.c.state == "cancelled")
            ),
            await tx.scalar(select(func.count()).select_from(calendar_reply)),
            await tx.scalar(select(func.count()).select_from(bounce)),
        ]
    if found != [count // 3] * 3:
        raise TakenInWrongly(f"{found} instead of {count // 3} each")


async def _bare(mailbox: Mailbox, first: int, last: int) -> None:
    client = IMAP4("127.0.0.1", mailbox.ports["imap"])
    await client.wait_hello_from_server()
    await client.login(f'"{mailbox.address}"', PASSWORD)
    await client.select()
    found = await client.uid_search(f"UID {first + 1}:{last + 1}", charset=None)
    for uid in found.lines[0].decode().split():
        await client.uid("fetch", uid, "(UID BODY.PEEK[])")
        await client.uid("store", uid, r"+FLAGS.SILENT (\Seen)")
    await client.logout()


def _shown(found: Speed) -> str:
    return f"{found.a_second:.0f}/s, {found.cpu_ms:.2f} ms CPU"
