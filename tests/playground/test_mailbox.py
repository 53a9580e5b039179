import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import aiosmtplib
import pytest

from playground.mailbox import Mailbox, NoSuchMail
from playground.mishaps import (
    Mishap,
    Phase,
    accept_then_drop,
    answer,
    drop,
    half,
    hang,
    hang_after_dot,
    refuse,
    reset,
    reset_after_dot,
)

SENDER = "urzad@example.org"
ANNA = "anna@example.org"
JAN = "jan@example.org"
NINE = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox(clock=lambda: NINE) as running:
        yield running


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = SENDER
    mail["To"] = ANNA
    mail["Subject"] = "Zaproszenie na szkolenie – źdźbło"
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("Dzień dobry!\n.kropka na początku\n")
    mail.add_alternative("<p>Dzień dobry!</p>", subtype="html")
    mail.add_attachment(b"BEGIN:VCALENDAR", "text", "calendar", filename="szkolenie.ics")
    return mail


async def post(mailbox: Mailbox, *recipients: str, within: float = 2) -> None:
    client = aiosmtplib.SMTP(
        hostname="127.0.0.1", port=mailbox.port, start_tls=False, timeout=within
    )
    try:
        await client.connect()
        await client.sendmail(SENDER, recipients or (ANNA,), letter().as_bytes())
        await client.quit()
    finally:
        client.close()


async def test_mailbox_keeps_envelope_bytes_and_parts(mailbox: Mailbox) -> None:
    await post(mailbox, ANNA, JAN)

    (mail,) = mailbox.accepted
    assert (mail.number, mail.sender, mail.recipients) == (1, SENDER, (ANNA, JAN))
    assert mail.received_at == NINE
    assert mail.raw.startswith(b"From: urzad@example.org\r\n")
    assert mail.subject == "Zaproszenie na szkolenie – źdźbło"
    assert mail.message_id == "<1@example.org>"
    assert mail.text == "Dzień dobry!\n.kropka na początku\n"
    assert mail.html == "<p>Dzień dobry!</p>\n"
    assert mail.calendar == b"BEGIN:VCALENDAR"
    assert mail.attachments == {"szkolenie.ics": b"BEGIN:VCALENDAR"}
    assert mailbox.mails_for(JAN.upper()) == [mail]


async def test_mail_without_parts_is_empty(mailbox: Mailbox) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=mailbox.port, start_tls=False) as client:
        await client.sendmail(SENDER, [ANNA], b"Content-Type: image/png\r\n\r\nx\r\n")

    (mail,) = mailbox.accepted
    assert (mail.text, mail.html, mail.calendar, mail.subject) == ("", "", None, "")


@pytest.mark.parametrize(
    ("phase", "error"),
    [
        ("CONNECT", aiosmtplib.SMTPConnectResponseError),
        ("MAIL", aiosmtplib.SMTPSenderRefused),
        ("RCPT", aiosmtplib.SMTPRecipientsRefused),
        ("DATA", aiosmtplib.SMTPDataError),
        ("END", aiosmtplib.SMTPDataError),
    ],
)
@pytest.mark.parametrize("code", [451, 550])
async def test_answer_is_given_once_at_its_phase(
    mailbox: Mailbox, phase: Phase, error: type[Exception], code: int
) -> None:
    mailbox.behave(answer(phase, code))

    with pytest.raises(error, match=str(code) if phase != "RCPT" else ANNA):
        await post(mailbox)
    assert mailbox.accepted == []
    await post(mailbox)

    assert len(mailbox.accepted) == 1


@pytest.mark.parametrize("phase", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
async def test_drop_at_phase_keeps_nothing(mailbox: Mailbox, phase: Phase) -> None:
    mailbox.behave(drop(phase))

    with pytest.raises((aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError)):
        await post(mailbox)
    assert mailbox.accepted == []
    await post(mailbox)

    assert (len(mailbox.accepted), mailbox.connections) == (1, 2)


async def test_refuse_strikes_one_address_only(mailbox: Mailbox) -> None:
    mailbox.behave(refuse(JAN), times=None)

    await post(mailbox, ANNA, JAN)
    await post(mailbox, JAN, ANNA)
    mailbox.behave_well()
    await post(mailbox, JAN)

    assert [mail.recipients for mail in mailbox.accepted] == [(ANNA,), (ANNA,), (JAN,)]


@pytest.mark.parametrize(
    ("mode", "kept"),
    [
        (reset_after_dot(), 0),
        (reset_after_dot(keep=True), 1),
        (accept_then_drop(), 1),
    ],
)
async def test_connection_lost_after_dot(mailbox: Mailbox, mode: Mishap, kept: int) -> None:
    mailbox.behave(mode)

    with pytest.raises((aiosmtplib.SMTPServerDisconnected, ConnectionResetError)):
        await post(mailbox)

    assert len(mailbox.accepted) == kept


async def test_hang_after_dot_lasts_until_release(mailbox: Mailbox) -> None:
    mailbox.behave(hang_after_dot(), times=2)

    with pytest.raises(aiosmtplib.SMTPReadTimeoutError):
        await post(mailbox, within=0.1)
    waiting = asyncio.create_task(post(mailbox))
    await mailbox.wait_for_mail(ANNA, after=1)
    mailbox.release()
    await waiting

    assert len(mailbox.accepted) == 2


async def test_hang_at_command_lasts_until_release(mailbox: Mailbox) -> None:
    mailbox.behave(Mishap("MAIL", "hang"))

    with pytest.raises(aiosmtplib.SMTPTimeoutError):
        await post(mailbox, within=0.1)

    assert mailbox.accepted == []


async def test_late_answer_is_given_after_release(mailbox: Mailbox) -> None:
    mailbox.behave(hang("RCPT"))

    waiting = asyncio.create_task(post(mailbox))
    await asyncio.wait([waiting], timeout=0.2)
    assert mailbox.commands[-1].startswith("RCPT")
    mailbox.release()
    await waiting

    assert len(mailbox.accepted) == 1


@pytest.mark.parametrize("phase", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("mode", [half, reset])
async def test_broken_answer_keeps_nothing(
    mailbox: Mailbox, mode: Callable[[Phase], Mishap], phase: Phase
) -> None:
    mailbox.behave(mode(phase))

    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await post(mailbox)
    assert mailbox.accepted == []
    await post(mailbox)

    assert (len(mailbox.accepted), mailbox.connections) == (1, 2)


async def test_half_an_answer_may_keep_the_mail(mailbox: Mailbox) -> None:
    mailbox.behave(half("END", keep=True))

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await post(mailbox)

    assert len(mailbox.accepted) == 1


@pytest.mark.parametrize("password", ["sekret", "zły"])
async def test_login_is_checked(password: str) -> None:
    async with Mailbox(user="bot", password="sekret") as mailbox:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=mailbox.port, start_tls=False)
        async with client:
            if password == "sekret":
                await client.login("bot", password)
                await client.sendmail(SENDER, [ANNA], b"Subject: a\r\n\r\nb\r\n")
            else:
                with pytest.raises(aiosmtplib.SMTPAuthenticationError, match="535"):
                    await client.login("bot", password)
                with pytest.raises(aiosmtplib.SMTPSenderRefused, match="530"):
                    await client.sendmail(SENDER, [ANNA], b"Subject: a\r\n\r\nb\r\n")

    assert len(mailbox.accepted) == (1 if password == "sekret" else 0)


async def test_commands_are_recorded(mailbox: Mailbox) -> None:
    await post(mailbox)

    verbs = [command.split()[0] for command in mailbox.commands]
    assert verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


async def test_wait_for_mail_tells_what_came_instead(mailbox: Mailbox) -> None:
    await post(mailbox)

    with pytest.raises(NoSuchMail, match=r"anna@example\.org: \['Zaproszenie"):
        await mailbox.wait_for_mail(ANNA, subject="Przypomnienie", timeout=0.01)


async def test_mailbox_comes_back_on_its_port(mailbox: Mailbox) -> None:
    await post(mailbox)
    await mailbox.stop()
    await mailbox.stop()

    with pytest.raises(aiosmtplib.SMTPConnectError):
        await post(mailbox)
    await mailbox.start()
    await post(mailbox)

    assert len(mailbox.accepted) == 2
