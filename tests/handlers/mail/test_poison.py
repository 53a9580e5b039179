"""Characters that no database keeps, in every place of a mail that is kept, on both databases."""

import pytest

from handlers.mail import mime
from storage import tasks
from storage.database import Database
from storage.mail_tables import bounce
from tests.handlers.mail.posted import DESK, OURS, arrive, as_sent, letters
from tests.programme.test_mail_replies import invited

NUL = "=?utf-8?B?AGEA7aCA?="
WORDS = b"TAK, ale \x00 \xed\xa0\x80 \xff"


@pytest.mark.parametrize("sender", ["jan@example.org", "obcy@example.org"])
async def test_letter_with_what_no_database_keeps_is_taken(database: Database, sender: str) -> None:
    async with database.transaction() as tx:
        await invited(tx)
        [letter] = await letters(tx, kind="invitation")
        answered = mime.read(as_sent(letter)).message_id
    raw = (
        f"From: {NUL} <{sender}>\r\nTo: {OURS}\r\nSubject: {NUL}\r\n"
        f"Message-ID: <a\x00{NUL}@example.org>\r\nIn-Reply-To: <{answered}>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    ).encode()
    file = (
        f'\r\n--b\r\nContent-Type: application/pdf; name="{NUL}.pdf"\r\n'
        "Content-Disposition: attachment\r\n\r\n%PDF-1.4\r\n--b--\r\n"
    ).encode()

    await arrive(database, raw + WORDS + file, desk=DESK)

    async with database.reading() as tx:
        assert [one.kind for one in await tasks.open_ones(tx, limit=5)] == ["mail"]


async def test_report_with_what_no_database_keeps_is_counted(database: Database) -> None:
    async with database.transaction() as tx:
        await invited(tx)
        [letter] = await letters(tx, kind="invitation")
        sent = as_sent(letter)
    raw = (
        b'From: MAILER-DAEMON@example.org\r\nContent-Type: multipart/report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Final-Recipient: rfc822; jan@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; \x00 \xed\xa0\x80 \xff no such user\r\n"
        b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + sent + b"\r\n--b--\r\n"
    )

    await arrive(database, raw, desk=DESK)

    async with database.reading() as tx:
        assert [row.is_hard for row in await tx.execute(bounce.select())] == [True]
