import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosmtpd.smtp
import pytest

from delivery.failures import ChannelBroken
from delivery.smtp import MailSender, SmtpTimeouts
from delivery.smtp_url import Security, SmtpUrl
from playground import mishaps
from playground.mailbox import Mailbox

IMPATIENT = SmtpTimeouts(connect=1.5, command=1.5, data=1.5)


async def nothing() -> None:
    return None


@pytest.fixture
async def guarded() -> AsyncIterator[Mailbox]:
    async with Mailbox(user="biuro", password="tajne") as mailbox:
        yield mailbox


def sender_for(mailbox: Mailbox, password: str) -> MailSender:
    url = SmtpUrl("127.0.0.1", mailbox.port, "none", "biuro", password)
    return MailSender(url, timeouts=IMPATIENT)


async def test_login_opens_the_way(guarded: Mailbox) -> None:
    async with sender_for(guarded, "tajne") as sender:
        await sender.send(
            sender="a@example.org", recipient="b@example.org", data=b"\r\n", started=nothing
        )

    assert len(guarded.accepted) == 1


async def test_wrong_password_breaks_the_channel_and_is_not_told(guarded: Mailbox) -> None:
    async with sender_for(guarded, "zgadywane") as sender:
        with pytest.raises(ChannelBroken) as broken:
            await sender.send(
                sender="a@example.org", recipient="b@example.org", data=b"", started=nothing
            )

    assert broken.value.answer.startswith("The mail server refuses our login: 535")
    assert "zgadywane" not in broken.value.answer


async def test_login_where_none_is_offered_breaks_the_channel() -> None:
    async with serving() as port:
        url = SmtpUrl("127.0.0.1", port, "none", "biuro", "tajne")

        with pytest.raises(ChannelBroken):
            await MailSender(url, timeouts=IMPATIENT).check()


async def test_starttls_where_none_is_offered_breaks_the_channel() -> None:
    async with serving() as port:
        url = SmtpUrl("127.0.0.1", port, "starttls")

        with pytest.raises(ChannelBroken):
            await MailSender(url, timeouts=IMPATIENT).check()


async def test_check_logs_in_and_leaves(guarded: Mailbox) -> None:
    answer = await sender_for(guarded, "tajne").check()

    assert answer.startswith("221")
    assert [command.split()[0] for command in guarded.commands] == ["EHLO", "AUTH", "QUIT"]


async def test_check_of_a_wrong_password_is_a_broken_channel(guarded: Mailbox) -> None:
    with pytest.raises(ChannelBroken):
        await sender_for(guarded, "zgadywane").check()


async def test_check_outlives_a_rude_goodbye(guarded: Mailbox) -> None:
    guarded.behave(mishaps.drop("QUIT"))

    assert await sender_for(guarded, "tajne").check()


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_encrypted_connection_to_a_known_server_works(
    certificate: tuple[Path, Path], security: Security
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    async with serving(security, certificate) as port:
        url = SmtpUrl("127.0.0.1", port, security)

        answer = await MailSender(url, timeouts=IMPATIENT, tls_context=trusting).check()

    assert answer == "221 Bye"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_server_with_an_unknown_certificate_breaks_the_channel(
    certificate: tuple[Path, Path], security: Security
) -> None:
    async with serving(security, certificate) as port:
        url = SmtpUrl("127.0.0.1", port, security)

        with pytest.raises(ChannelBroken) as broken:
            await MailSender(url, timeouts=IMPATIENT).check()

    assert "certificate" in broken.value.answer.lower()


@asynccontextmanager
async def serving(
    security: Security = "none", certificate: tuple[Path, Path] | None = None
) -> AsyncIterator[int]:
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)

    def session() -> aiosmtpd.smtp.SMTP:
        after_starttls = context if security == "starttls" else None
        return aiosmtpd.smtp.SMTP(object(), hostname="mail.example.org", tls_context=after_starttls)

    from_the_start = context if security == "tls" else None
    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", 0, ssl=from_the_start
    )
    async with server:
        yield server.sockets[0].getsockname()[1]
    # One turn of the loop lets the closed session end its task.
    await asyncio.sleep(0)
