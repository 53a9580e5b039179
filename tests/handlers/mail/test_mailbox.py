"""The mailbox of a real Dovecot: each mail is taken in once, whatever happens on the way."""

import asyncio
import base64
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from handlers.mail import bookmark
from handlers.mail.arrivals import BEGINNING, LARGEST
from handlers.mail.mailbox import Pauses
from programme import staff
from storage.database import Tx
from storage.leases import NotHeld
from tests.handlers.mail.reading import CutWire, Reading, mail
from tests.mail_servers import MailServers

ONE_BACKEND = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
BEHIND_BOOKMARK = timedelta(days=1)


async def test_mails_are_taken_in_in_order_and_marked_as_read(reading: Reading) -> None:
    for number in range(45):
        reading.mailbox.put(mail(number, sender=f"osoba{number}@ngo.example.org"))

    async with reading.running():
        await reading.until_read(45)

    lanes = await reading.rows("SELECT lane FROM inbox ORDER BY id")
    assert lanes == [(f"mail:osoba{number}@ngo.example.org",) for number in range(45)]
    assert reading.mailbox.flags() == ["S"] * 45
    place = bookmark.place_of(reading.url)
    [(validity,)] = await reading.rows("SELECT value FROM cursor WHERE name LIKE '%validity'")
    assert await reading.keys() == [f"INBOX@{place}:{validity}:{uid}" for uid in range(1, 46)]
    assert reading.woken == 3


async def test_mail_over_postfix_wakes_the_reader_without_being_asked_for(
    reading: Reading, wire: CutWire, mail_servers: MailServers
) -> None:
    reading = reading.through(wire)

    async with reading.running():
        await reading.until(lambda: _said(wire, b"IDLE"))
        before = len(wire.said)
        await asyncio.sleep(0.5)
        silent = len(wire.said) == before
        mail_servers.send(mail(1), sender="anna@ngo.example.org", to=reading.mailbox.address)
        async with asyncio.timeout(5):
            await reading.until_read(1)

    assert silent
    assert wire.connections == 1


async def _said(wire: CutWire, word: bytes) -> bool:
    return any(word in piece for piece in wire.said)


async def test_same_mail_twice_is_taken_in_once(reading: Reading) -> None:
    reading.mailbox.put(mail(1))
    reading.mailbox.put(mail(1))
    reading.mailbox.put(mail(2))

    async with reading.running():
        await reading.until_read(2)

    assert reading.mailbox.flags() == ["S", "S", "S"]


async def test_mailbox_numbered_anew_is_not_read_twice(
    reading: Reading, mail_servers: MailServers
) -> None:
    for number in range(3):
        reading.mailbox.put(mail(number))
    async with reading.running():
        await reading.until_read(3)
        await reading.until(lambda: _read_to_the_end(reading))
        mail_servers.stop_imap()
        reading.mailbox.forget_uids()
        reading.mailbox.put(mail(7), seen=True)
        reading.mailbox.put(mail(8))
        mail_servers.start_imap()
        # One of them was opened by somebody while nobody read.
        await reading.until_read(5)

    validities = {key.split(":")[1] for key in await reading.keys()}
    assert len(validities) == 2


async def test_only_unopened_mails_are_read_of_what_is_older_than_the_first_look(
    reading: Reading,
) -> None:
    reading.mailbox.put(mail(1), seen=True)
    reading.mailbox.put(mail(2))
    reading.mailbox.put(mail(3), seen=True)

    async with reading.running():
        await reading.until_read(1)
        reading.mailbox.put(mail(4), seen=True)
        await reading.until_read(2)

    read = [int(key.rpartition(":")[2]) for key in await reading.keys()]
    assert read == [2, 4]


async def test_mails_forgotten_long_ago_stay_as_they_are(
    reading: Reading, mail_servers: MailServers
) -> None:
    now = datetime.now(UTC)
    month, week = now - timedelta(days=30), now - timedelta(days=7)
    # The second was moved here from another server today.
    for number, came, written in ((1, month, month), (2, now, month), (3, week, week)):
        raw = b"Date: " + format_datetime(written).encode() + b"\r\n" + mail(number)
        os.utime(reading.mailbox.put(raw), (came.timestamp(),) * 2)

    async with reading.running():
        await reading.until(lambda: _read_to_the_end(reading))
        mail_servers.stop_imap()
        reading.mailbox.forget_uids()
        mail_servers.start_imap()
        await reading.until(lambda: _numbered_anew(reading))
        await reading.until(lambda: _read_to_the_end(reading))

    kept = await reading.rows("SELECT payload FROM inbox")
    assert [json.loads(one)["raw"] for (one,) in kept] == [base64.b64encode(raw).decode()]
    assert sorted(reading.mailbox.flags()) == ["", "", "S"]


async def _read_to_the_end(reading: Reading) -> bool:
    values = dict(await reading.rows("SELECT name, value FROM cursor WHERE name LIKE 'mail.%'"))
    told = {name.rpartition(".")[2]: value for name, value in values.items()}
    return bool(told.get("looked")) and told["read"] >= told["start"] == told["flagged"] > 0


async def _numbered_anew(reading: Reading) -> bool:
    [(since,)] = await reading.rows("SELECT value FROM cursor WHERE name LIKE 'mail.%.since'")
    return bool(since > (datetime.now(UTC) - timedelta(days=3)).timestamp())


async def test_what_came_while_nobody_read_is_read_though_somebody_opened_it(
    reading: Reading,
) -> None:
    reading.mailbox.put(mail(1))
    async with reading.running():
        await reading.until_read(1)
    reading.mailbox.put(mail(2), seen=True)

    async with reading.running():
        await reading.until_read(2)


@ONE_BACKEND
async def test_round_asks_only_for_what_is_above_the_bookmark(
    reading: Reading, wire: CutWire
) -> None:
    reading = reading.through(wire)
    for number in range(120):
        reading.mailbox.put(mail(number), seen=True)
    reading.mailbox.put(mail(121))

    async def is_flagged() -> bool:
        # A file that is being renamed is missed by who lists the folder meanwhile.
        return b"UID STORE" in b"".join(wire.said)

    async with reading.running():
        await reading.until_read(1)
        await reading.until(is_flagged)
        wire.said.clear()
        reading.mailbox.put(mail(122))
        await reading.until_read(2)
        await reading.until(is_flagged)

    asked = [line.partition(b" ")[2] for piece in wire.said for line in piece.splitlines()]
    wanted = [line for line in asked if line.startswith(b"UID")]
    assert wanted[0] == b"UID SEARCH UID 122:*"
    assert wanted[1:4] == [
        b"UID FETCH 122 (UID RFC822.SIZE)",
        b"UID FETCH 122 (UID BODY.PEEK[]<0.262145>)",
        b"UID STORE 122 +FLAGS.SILENT (\\Seen)",
    ]


async def test_restart_of_the_server_loses_nothing(
    reading: Reading, mail_servers: MailServers
) -> None:
    async with reading.running():
        reading.mailbox.put(mail(1))
        await reading.until_read(1)
        mail_servers.stop_imap()
        reading.mailbox.put(mail(2))
        mail_servers.start_imap()
        await reading.until_read(2)


@ONE_BACKEND
async def test_dead_idle_is_noticed_when_it_is_renewed(reading: Reading, wire: CutWire) -> None:
    limits = replace(reading.limits, idle=0.5, command=0.5)
    reading = replace(reading.through(wire), limits=limits)

    async with reading.running():
        await reading.until(lambda: _said(wire, b"IDLE"))
        wire.freeze()
        reading.mailbox.put(mail(1))
        await reading.until(lambda: _connected(wire, 2))
        wire.thaw()
        await reading.until_read(1)


async def _connected(wire: CutWire, count: int) -> bool:
    return wire.connections >= count


@ONE_BACKEND
async def test_server_that_says_nothing_is_given_up_and_staff_hear_of_it(
    reading: Reading, wire: CutWire
) -> None:
    wire.freeze()
    pauses = Pauses(first=0.05, longest=0.1, worth_an_alert=0.2)
    limits = replace(reading.limits, connect=0.1)
    reading = replace(reading.through(wire), limits=limits, pauses=pauses)
    await _make_coordinator(reading)

    async with reading.running():
        await reading.until(lambda: _alerted(reading, "broken"))


async def test_login_refused_is_told_to_staff_once_and_tried_again(reading: Reading) -> None:
    await _make_coordinator(reading)
    reading = replace(reading, url=replace(reading.url, password="falsz"))
    reading.mailbox.put(mail(1))

    async with reading.running():
        await reading.until(lambda: _alerted(reading, "login"))
        await asyncio.sleep(0.5)

    assert await reading.rows("SELECT count(*) FROM outbox WHERE kind = 'alert'") == [(1,)]
    assert reading.mailbox.flags() == [""]


async def test_folder_that_is_not_there_is_told_to_staff(reading: Reading) -> None:
    await _make_coordinator(reading)
    reading = replace(reading, url=replace(reading.url, folder="Zgłoszenia"))

    async with reading.running():
        await reading.until(lambda: _alerted(reading, "login"))


async def _make_coordinator(reading: Reading) -> None:
    now = reading.clock()
    async with reading.database.transaction() as tx:
        await staff.invite_staff(tx, name="Maria", role="coordinator", token="t", now=now)
        await staff.accept(tx, token="t", chat_id=9, now=now)


async def _alerted(reading: Reading, cause: str) -> bool:
    told = await reading.rows(
        "SELECT key FROM outbox WHERE kind = 'alert' AND channel = 'telegram'"
    )
    return any(key.startswith(f"alert:mailbox:{cause}:") for (key,) in told)


async def test_large_mail_lies_in_a_file_and_a_too_large_one_is_cut(reading: Reading) -> None:
    just = mail(1, more=b"x" * 300_000)
    reading.mailbox.put(just)
    most = mail(2)
    reading.mailbox.put(most + b"y" * (LARGEST - len(most)))
    reading.mailbox.put(mail(3) + b"z" * LARGEST)
    reading.mailbox.put(mail(4))

    async with reading.running():
        await reading.until_read(4)

    files = await reading.rows(
        "SELECT stored_file.size FROM inbox LEFT JOIN stored_file "
        "ON stored_file.id = inbox.file_id ORDER BY inbox.id"
    )
    assert files == [(len(just),), (LARGEST,), (None,), (None,)]
    longest = await reading.rows("SELECT max(length(payload)) FROM inbox")
    assert BEGINNING < longest[0][0] < 2 * BEGINNING


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"no header at all",
        b"From: \xff\xfe\x00 <\x00@\x00>\r\nSubject: \x00\r\n\r\n\x00\x00",
        b"From: =?utf-8?q?=00?= <" + b"a" * 400 + b"@ngo.example.org>\r\n\r\n",
        b"From" * 40_000,
        b"Content-Type: multipart/mixed; boundary=(((\r\n\r\n--(((\r\n",
        "From: Łucja <łucja@ngo.example.org>\r\n\r\nż".encode("iso-8859-2"),
    ],
)
async def test_broken_bytes_are_taken_in_like_all_others(reading: Reading, raw: bytes) -> None:
    reading.mailbox.put(raw)
    reading.mailbox.put(mail(1))

    async with reading.running():
        await reading.until_read(2)


@ONE_BACKEND
async def test_mail_that_breaks_the_connection_is_left_and_the_next_one_is_read(
    reading: Reading, wire: CutWire
) -> None:
    wire.cut_at = lambda piece: b"TRUCIZNA" in piece
    reading = reading.through(wire)
    for number in range(3):
        reading.mailbox.put(mail(number))
    reading.mailbox.put(mail(3, more=b"TRUCIZNA"))
    reading.mailbox.put(mail(4))

    async with reading.running():
        await reading.until(lambda: _count(reading, 4))
        await reading.until(lambda: _flags(reading, ["S", "S", "S", "", "S"]))

    assert await reading.rows("SELECT kind, state FROM staff_task") == [("mail", "open")]


async def _count(reading: Reading, count: int) -> bool:
    return await reading.rows("SELECT count(*) FROM inbox") == [(count,)]


async def _flags(reading: Reading, flags: list[str]) -> bool:
    return reading.mailbox.flags() == flags


@pytest.mark.parametrize("folder", ["Archiwum", "Zgłoszenia & więcej"])
@ONE_BACKEND
async def test_mails_are_moved_where_the_settings_say(reading: Reading, folder: str) -> None:
    reading.mailbox.make_folder(folder)
    reading = replace(reading, url=replace(reading.url, moved_to=folder))
    reading.mailbox.put(mail(1))
    reading.mailbox.put(mail(2))

    async with reading.running():
        await reading.until(lambda: _flags(reading, []))
        reading.mailbox.put(mail(3))
        await reading.until(lambda: _count(reading, 3))
        await reading.until(lambda: _flags(reading, []))

    moved = replace(reading, url=replace(reading.url, folder=folder, moved_to=""))
    async with moved.running():
        await asyncio.sleep(0.3)
    assert await _count(reading, 3)


async def test_nothing_is_kept_or_marked_by_a_reader_that_lost_its_lease(reading: Reading) -> None:
    async def refuse(_tx: Tx) -> None:
        raise NotHeld("imap")

    reading.mailbox.put(mail(1))

    with pytest.raises(NotHeld):
        await reading.reader(confirm=refuse).run()

    assert await reading.keys() == []
    assert reading.mailbox.flags() == [""]


async def test_reader_without_the_guard_of_the_lease_would_keep_it(reading: Reading) -> None:
    reading.mailbox.put(mail(1))

    async with reading.running():
        await reading.until_read(1)
