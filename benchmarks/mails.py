"""Personal mails with a calendar part: the whole path, against two ways of only sending."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
from icalendar import Calendar, Event

from benchmarks.broadcast import EVENT, until_sent
from benchmarks.measure import Row, Speed, faster, speed
from benchmarks.peer import Peer
from delivery.compose import compose_letter
from delivery.letter import to_bytes
from delivery.smtp import MailSender
from delivery.smtp_url import SmtpUrl
from scheduler.carriers import MailCarrier
from scheduler.sending import Sending
from storage import migrate, outbox
from storage.database import open_database
from storage.outbox import CONFIRMATION, Entry

MAILS = 10_000
# More than production keeps open, and what aiosmtplib is fastest with.
CONNECTIONS = 10
BUILT = 0.2
FROM = "Akademia <akademia@bench.example.org>"
PROGRAMME = {"title": "Program", "funder_line": "", "organiser": "Urząd", "contact": "tel."}


async def measure(*, scale: float) -> list[Row]:
    """Send so many mails each way to the same server."""
    mails = max(200, int(MAILS * scale))
    async with Peer(deaf=True) as peer:
        ready = await _ready(peer, mails)
        built = await _built(peer, max(100, int(mails * BUILT)))
        ours = await _ours(peer, mails)
    work = f"{mails} personal mails with calendar, {CONNECTIONS} connections"
    return [
        faster(work, "aiosmtplib sending ready bytes", ours, ready, least=0.5),
        faster("the same", "EmailMessage and send_message", ours, built, least=5.0),
    ]


def _facts(number: int) -> dict[str, object]:
    calendar = {"uid": f"{number:032x}@bench.example.org", "sequence": 0, "method": "REQUEST"}
    return {
        "programme": PROGRAMME,
        "person": {"name": f"Osoba {number}"},
        "event": EVENT,
        "session_number": 1,
        "calendar": calendar,
        "calendar_entries": [calendar],
    }


async def _ours(peer: Peer, mails: int) -> Speed:
    now = datetime.now(UTC)
    entries = [
        Entry(
            key=f"bench:{number}",
            channel="mail",
            kind="registration_confirmed",
            address=f"osoba{number}@bench.example.org",
            locale="pl",
            facts=_facts(number),
            priority=CONFIRMATION,
            due_at=now,
            not_after=now + timedelta(hours=1),
        )
        for number in range(1, mails + 1)
    ]
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        database = open_database(f"sqlite:///{Path(name) / 'bench.db'}")
        await migrate.apply(database, now=now)
        async with database.transaction() as tx:
            await outbox.put(tx, entries, now=now)
        url = SmtpUrl("127.0.0.1", peer.smtp_port, "none", None, None)
        senders = (MailSender(url) for _ in range(CONNECTIONS))
        carrier = MailCarrier(*senders, mail_from=FROM)
        sending = Sending(carrier=carrier, database=database, clock=lambda: datetime.now(UTC))
        result = await speed(lambda: until_sent(sending, database), mails)
        await database.close()
    return result


async def _ready(peer: Peer, mails: int) -> Speed:
    now = datetime.now(UTC)
    letter = compose_letter(
        "registration_confirmed",
        _facts(1),
        locale="pl",
        to_address="osoba@bench.example.org",
        mail_from=FROM,
        now=now,
    )
    raw = to_bytes(letter, mail_from=FROM, message_id="<1@bench.example.org>", date=now)
    numbers = iter(range(mails))

    async def send(client: aiosmtplib.SMTP) -> None:
        for _number in numbers:
            await client.sendmail("akademia@bench.example.org", ["osoba@bench.example.org"], raw)

    return await speed(lambda: _on_each(peer, send), mails)


async def _built(peer: Peer, mails: int) -> Speed:
    numbers = iter(range(mails))

    async def send(client: aiosmtplib.SMTP) -> None:
        for number in numbers:
            await client.send_message(_message(number))

    return await speed(lambda: _on_each(peer, send), mails)


def _message(number: int) -> EmailMessage:
    event = Event()
    event.add("uid", f"{number}@bench.example.org")
    event.add("summary", "Budowanie partnerstw")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", datetime(2027, 2, 10, 8, tzinfo=UTC))
    event.add("dtend", datetime(2027, 2, 10, 14, tzinfo=UTC))
    calendar = Calendar()
    calendar.add("prodid", "-//bench//")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST")
    calendar.add_component(event)
    message = EmailMessage()
    message["From"], message["To"] = FROM, f"osoba{number}@bench.example.org"
    message["Subject"] = "Potwierdzenie zgłoszenia: Budowanie partnerstw"
    words = f"Dzień dobry, Osoba {number}!\n\nMają Państwo miejsce na szkoleniu.\n"
    message.set_content(words)
    message.add_alternative(f"<p>{words}</p>", subtype="html")
    message.add_alternative(
        calendar.to_ical(), maintype="text", subtype="calendar", params={"method": "REQUEST"}
    )
    return message


async def _on_each(peer: Peer, send: Callable[[aiosmtplib.SMTP], Awaitable[None]]) -> None:
    async def keep_sending() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=peer.smtp_port, start_tls=False)
        async with client:
            await send(client)

    await asyncio.gather(*(keep_sending() for _ in range(CONNECTIONS)))
