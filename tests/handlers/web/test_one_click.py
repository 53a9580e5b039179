"""One click ends invitations: the very request of RFC 8058, to the address in the letter itself."""

import asyncio
import email
import http.client
import re
from collections.abc import AsyncIterator
from email.policy import SMTP
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from delivery import mail_doors
from delivery.stencil_mail import Post, mail_copy
from storage.database import Database
from storage.tables import outbox
from tests.handlers.web.browsing import served
from tests.handlers.web.house import BASE, House
from tests.programme.audience import make_member, make_organisation, make_staff
from tests.programme.inviting import invite
from tests.storage.rows import NOW, make_programme

EVERYBODY = ["anna@example.org", "jan@example.org", "kgw@example.org"]
BODIES = {
    "urlencoded": ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
    "multipart": (
        'multipart/form-data; boundary="---8058"',
        b"\r\n".join(
            [
                b"-----8058",
                b'Content-Disposition: form-data; name="List-Unsubscribe"',
                b"",
                b"One-Click",
                b"-----8058--",
                b"",
            ]
        ),
    ),
}


@pytest.fixture
async def home(database: Database, tmp_path: Path) -> AsyncIterator[tuple[House, str]]:
    async with served(database, tmp_path) as opened:
        yield opened


async def reached(house: House, key: str) -> list[str]:
    """Invite everybody, and name the addresses that are written to."""
    async with house.database.transaction() as tx:
        before = set(await tx.scalars(select(outbox.c.id)))
        await invite(tx, await make_staff(tx), key=key)
        rows = await tx.execute(select(outbox.c.id, outbox.c.address).order_by(outbox.c.address))
        return [row.address for row in rows if row.id not in before]


async def way_out(house: House, base: str, address: str) -> str:
    """Read the address for one click out of a letter as it is sent."""
    async with house.database.reading() as tx:
        row = (await tx.execute(select(outbox).where(outbox.c.address == address))).one()
    number = str(mail_doors.message_id(row.facts, "example.org"))
    post = Post("akademia@example.org", row.address, number, NOW, BASE)
    letter = email.message_from_bytes(mail_copy(row.kind, row.facts, row.locale, post), policy=SMTP)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (found,) = re.findall(r"<(http[^<>]+)>", str(letter["List-Unsubscribe"]))
    assert found.startswith(f"{BASE}/o/")
    # Before a port of this machine there is no proxy that speaks TLS.
    return base + str(found).removeprefix(BASE)


async def ask(method: str, url: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
    """Ask as a mail program does: no cookie, no referrer; give status and where it leads."""

    def send() -> tuple[int, str]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        try:
            connection.request(method, parts.path, body, {"Content-Type": kind} if kind else {})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("Location", "")
        finally:
            connection.close()

    return await asyncio.to_thread(send)


@pytest.mark.parametrize("form", BODIES)
async def test_one_click_ends_the_invitations_of_this_reader(
    home: tuple[House, str], form: str
) -> None:
    house, base = home
    kind, body = BODIES[form]
    async with house.database.transaction() as tx:
        await make_programme(tx)
        await make_member(tx, "Anna Wzorowa", mail="anna@example.org")
        await make_member(tx, "Jan Inny", mail="jan@example.org")
        await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
    first = await reached(house, "900:1")
    links = [await way_out(house, base, one) for one in ("anna@example.org", "kgw@example.org")]

    # What mail scanners do with every link they see.
    scanned = [await ask(method, links[0]) for method in ("GET", "HEAD", "OPTIONS")]
    async with house.database.transaction() as tx:
        await tx.execute(outbox.update().values(state="sent"))
    after_scan = await reached(house, "900:2")
    answers = [await ask("POST", link, body, kind) for link in (*links, links[0])]
    after_click = await reached(house, "900:3")

    assert (first, after_scan, after_click) == (EVERYBODY, EVERYBODY, ["jan@example.org"])
    assert [status for status, _to in scanned[:2]] == [200, 200]
    assert answers == [(200, "")] * 3
