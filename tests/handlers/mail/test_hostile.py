"""Mails that are written to keep us busy: each is read once, up to a measure, and off the loop."""

import time
from threading import get_ident

import pytest
from icalendar import Calendar

from handlers.mail import calendar_parts, door, mime, sorting
from handlers.mail.door import MailDesk, key_of
from handlers.mail.read_mail import ReadMail
from storage.database import Database
from tests.storage.rows import NOW

OURS = frozenset({"akademia@example.org"})
DESK = MailDesk("akademia@example.org")
HEAD = b"To: akademia@example.org\r\nMessage-ID: <x@example.org>\r\nMIME-Version: 1.0\r\n"
FROM = b"From: jan@example.org\r\n"
# Far more than any of these takes, and far less than it took.
SOON = 8.0


def _parts(kind: bytes, contents: list[bytes]) -> bytes:
    body = b"".join(
        b"--b\r\nContent-Type: " + kind + b"\r\n\r\n" + one + b"\r\n" for one in contents
    )
    return (
        HEAD + FROM + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + body + b"--b--\r\n"
    )


def _calendar(number: int, *, lines: int) -> bytes:
    return (
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:u%d\r\n" % number
        + b"A:b\r\n" * lines
        + b"END:VEVENT\r\nEND:VCALENDAR"
    )


def test_many_large_calendars_are_read_up_to_one_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    parse = Calendar.from_ical

    def counted(text: str, *, multiple: bool) -> object:
        read.append(len(text))
        assert multiple
        return parse(text, multiple=True)

    monkeypatch.setattr(Calendar, "from_ical", counted)
    mail = mime.read(
        _parts(b"text/calendar; method=REPLY", [_calendar(n, lines=20_000) for n in range(40)])
    )

    answer = calendar_parts.read(mail)

    assert answer is not None
    assert [one.uid for one in answer.entries] == ["u0", "u1"]
    assert sum(read) <= calendar_parts.LARGEST


def test_large_calendar_does_not_hide_a_small_one() -> None:
    contents = [b"x" * calendar_parts.LARGEST + b"x", _calendar(1, lines=1)]

    answer = calendar_parts.read(mime.read(_parts(b"text/calendar; method=REPLY", contents)))

    assert answer is not None
    assert [one.uid for one in answer.entries] == ["u1"]


async def test_mail_is_told_apart_outside_of_the_loop_and_before_its_transaction(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    sort = sorting.sort

    def noted(mail: ReadMail, *, our_addresses: frozenset[str]) -> sorting.Sorted:
        threads.append(get_ident())
        return sort(mail, our_addresses=our_addresses)

    monkeypatch.setattr(sorting, "sort", noted)
    mail = mime.read(_parts(b"text/calendar; method=REPLY", [_calendar(1, lines=9)]))

    luggage = await door.unpack(database, mail=mail, desk=DESK, now=NOW)
    async with database.transaction() as tx:
        await door.take(tx, mail=mail, desk=DESK, inbox_id=1, now=NOW, luggage=luggage)

    assert len(threads) == 1
    assert threads != [get_ident()]


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"".join(b"Cc: " + b'\\"' * 16_000 + b"\r\n" for _ in range(20)) + b"\r\nhej",
        HEAD + FROM + b"Auto-Submitted: " + b"(" * 30_000 + b"\r\n\r\nhej",
        _parts(b"message/delivery-status", [b"a\n\n" * 300_000] * 3),
        _parts(b"text/html", [b"<b>x</b>" * 30_000] * 99),
    ],
    ids=["quotes", "comments", "blocks", "pages"],
)
def test_reading_does_not_grow_faster_than_the_mail(raw: bytes) -> None:
    begun = time.process_time()

    sorting.sort(mime.read(raw), our_addresses=OURS)

    assert time.process_time() - begun < SOON


def test_name_and_address_are_read_beside_escaped_quotes() -> None:
    for line in (rb'"Jan \"Janek\" Nowak" <jan@example.org>', b'"Jan <jan@example.org>'):
        mail = mime.read(HEAD + b"From: " + line + b"\r\n\r\nhej")

        assert mail.sender == "jan@example.org"
        assert "Jan" in mail.sender_name


def test_two_reports_without_a_message_id_that_differ_in_the_report_alone_are_two_mails() -> None:
    mails = [
        mime.read(
            b"From: MAILER-DAEMON@example.org\r\nDate: Mon, 5 Oct 2026 10:00:00 +0200\r\n"
            b'Content-Type: multipart/report; boundary="b"\r\n\r\n'
            b"--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n"
            b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            b"Final-Recipient: rfc822; " + who + b"@example.org\r\nAction: failed\r\n--b--\r\n"
        )
        for who in (b"anna", b"jan")
    ]

    assert key_of(mails[0]) != key_of(mails[1])
