"""Whatever a mail holds, it becomes a row of the inbox, once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from handlers.mail import arrivals
from handlers.mail.arrivals import BEGINNING, IN_A_ROW, LARGEST, KeptMail, RawMail
from programme.documents import FileStore
from storage import files, inbox
from storage.database import Database
from tests.handlers.mail.reading import mail

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"From: " + tail))
def test_every_mail_has_a_lane_that_both_databases_can_keep(content: bytes) -> None:
    lane = arrivals.lane_of(content)

    assert lane.startswith("mail:")
    assert len(lane) <= 80
    assert lane.isprintable()
    assert lane.isascii()


@pytest.mark.parametrize(
    ("written", "lane"),
    [
        (b"From: Anna <Anna@NGO.example.org>\r\n\r\n", "mail:anna@ngo.example.org"),
        (b"From: anna@ngo.example.org\nSubject: x\n\n", "mail:anna@ngo.example.org"),
        (b"From: =?utf-8?q?=C5=81ucja?=\r\n <l@ngo.example.org>\r\n\r\n", "mail:l@ngo.example.org"),
        (b"Subject: nobody\r\n\r\nFrom: a@ngo.example.org\r\n", arrivals.NOBODY),
        (b"From: undisclosed\r\n\r\n", arrivals.NOBODY),
        (b"", arrivals.NOBODY),
    ],
)
def test_lane_is_who_a_mail_says_it_is_from(written: bytes, lane: str) -> None:
    assert arrivals.lane_of(written) == lane


def test_lanes_of_long_addresses_are_short_and_different() -> None:
    lanes = {arrivals.lane_of(b"From: " + b"a" * 90 + end + b"\r\n\r\n") for end in (b"@x", b"@y")}

    assert len(lanes) == 2
    assert {len(lane) for lane in lanes} == {5 + 64}


def test_keys_of_long_names_are_short_and_different() -> None:
    keys = {arrivals.key_of("Folder" * 90, 1, number) for number in (1, 2)}

    assert len(keys) == 2
    assert max(map(len, keys)) <= 200
    assert arrivals.key_of("INBOX", 7, 5) == "INBOX:7:5"


@pytest.mark.parametrize(
    ("size", "kept", "is_cut"),
    [(10, 10, False), (LARGEST, LARGEST, False), (LARGEST + 1, BEGINNING, True)],
)
def test_only_the_beginning_of_a_too_large_mail_is_kept(size: int, kept: int, is_cut: bool) -> None:
    raw = arrivals.cut("key", b"x" * size)

    assert (len(raw.content), raw.size, raw.is_cut) == (kept, size, is_cut)


async def test_large_mail_lies_in_a_file_that_its_row_names(
    database: Database, tmp_path: Path
) -> None:
    store = FileStore(tmp_path)
    small, large = mail(1), mail(2, more=b"\x00\xff" * IN_A_ROW)

    kept = [
        await arrivals.keep(store, RawMail(key, content, len(content)), now=NOW)
        for key, content in (("1", small), ("2", large))
    ]
    async with database.transaction() as tx:
        count = await arrivals.accept(tx, kept, now=NOW)
    again = await arrivals.keep(store, kept[1].raw, now=NOW)
    async with database.transaction() as tx:
        known = await arrivals.accept(tx, [kept[0], again], now=NOW)
        later = NOW + 2 * files.UNNAMED_FOR
        forgotten = await files.forget_unused(tx, now=later)
        rows = await inbox.waiting(tx, source="mail", now=NOW, limit=9, except_lanes=set())
        # Two mails of one person wait in one lane.
        both = (await tx.execute(text("SELECT payload FROM inbox ORDER BY id"))).scalars().all()

    assert (count, known) == (2, 0)
    # Of the two files the one that no row names.
    assert forgotten == 1
    held = arrivals.unpack(rows[0])
    assert (held.content, held.is_cut) == (small, False)
    assert await store.read(json.loads(both[1])["file"]) == large
    assert max(map(len, both)) < 1000


async def test_same_bytes_under_another_key_are_known(database: Database) -> None:
    async with database.transaction() as tx:
        counts = [
            await arrivals.accept(tx, [KeptMail(RawMail(key, content, size))], now=NOW)
            for key, content, size in (
                ("INBOX:1:1", b"same\r\n", 6),
                ("INBOX:2:1", b"same\n", 5),
                ("INBOX:2:2", b"other", 5),
                ("INBOX:2:3", b"same\n", LARGEST + 9),
                ("INBOX:2:1", b"third", 5),
            )
        ]

    # The last two: the beginning of another, larger mail, and a key that is free still.
    assert counts == [1, 0, 1, 1, 1]


async def test_payload_of_any_bytes_is_text_for_both_databases(database: Database) -> None:
    content = bytes(range(256))
    async with database.transaction() as tx:
        await arrivals.accept(tx, [KeptMail(RawMail("1", content, 256))], now=NOW)
    async with database.reading() as tx:
        [row] = await inbox.waiting(tx, source="mail", now=NOW, limit=9, except_lanes=set())

    assert arrivals.unpack(row).content == content
