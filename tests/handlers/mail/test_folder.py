"""Talk to Dovecot in every way that an address can ask for."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import replace

import pytest

from handlers.mail.folder import CertificateUnknown, Limits, MailboxAway, MailboxRefused, opened
from handlers.mail.imap_url import ImapUrl
from tests.handlers.mail.reading import mail
from tests.mail_servers import Mailbox, MailServers

QUICK = Limits(connect=10, command=10, silence=10, fetch=20, idle=20, look=0.1)

HASTY = Limits(connect=0.5, command=0.5)


@pytest.fixture
def mailbox(mail_servers: MailServers) -> Mailbox:
    """Give an empty mailbox of this test's own."""
    return mail_servers.own_mailbox()


@pytest.mark.parametrize("scheme", ["imap+starttls", "imaps"])
async def test_mails_are_read_over_tls(
    mail_servers: MailServers, mailbox: Mailbox, scheme: str
) -> None:
    trusted = ssl.create_default_context(cafile=str(mail_servers.certificate))
    mailbox.put(mail(1))

    url = ImapUrl.parse(mailbox.imap_address(scheme))
    async with opened(url, limits=QUICK, tls_context=trusted) as folder:
        found = await folder.contents([1], most=1000)

    assert found == {1: mail(1)}


@pytest.mark.parametrize("scheme", ["imap+starttls", "imaps"])
async def test_server_that_nobody_vouches_for_gets_no_password(
    mailbox: Mailbox, scheme: str
) -> None:
    url = ImapUrl.parse(mailbox.imap_address(scheme))

    with pytest.raises(CertificateUnknown, match="self-signed certificate"):
        async with opened(url, limits=QUICK):
            pass


async def test_nothing_is_said_in_clear_to_a_server_that_does_not_encrypt() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        with suppress(ConnectionError):
            while line := await reader.readline():
                said.append(line)
                tag, _, word = line.partition(b" ")
                if word.startswith(b"CAPABILITY"):
                    writer.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
                else:
                    writer.write(tag + b" BAD unknown\r\n")
        writer.transport.abort()
        ended.set()

    said: list[bytes] = []
    ended = asyncio.Event()
    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = ImapUrl("127.0.0.1", port, "starttls", "anna", "TAJNE")

    with pytest.raises(MailboxAway, match="STARTTLS"):
        async with opened(url, limits=QUICK):
            pass
    await ended.wait()
    server.close()

    assert [line.split()[1] for line in said] == [b"CAPABILITY", b"STARTTLS"]


async def test_wrong_password_is_refused_and_not_shown(mailbox: Mailbox) -> None:
    url = replace(ImapUrl.parse(mailbox.imap_url), password='zł"o\\')

    with pytest.raises(MailboxRefused) as caught:
        async with opened(url, limits=QUICK):
            pass

    assert "AUTHENTICATIONFAILED" in str(caught.value)
    assert "zł" not in repr(url)


async def test_nobody_who_listens_is_away() -> None:
    with pytest.raises(MailboxAway, match="ConnectionRefusedError"):
        async with opened(ImapUrl("127.0.0.1", 1, "none", "a", "b"), limits=QUICK):
            pass


async def test_search_gives_a_range_and_nothing_below_it(mailbox: Mailbox) -> None:
    for number in range(5):
        mailbox.put(mail(number), seen=number < 2)

    async with opened(ImapUrl.parse(mailbox.imap_url), limits=QUICK) as folder:
        asked = [
            await folder.search(2, 4),
            await folder.search(1, 5, words="UNSEEN"),
            await folder.search(6, None),
            await folder.search(4, None),
        ]

    assert asked == [[2, 3, 4], [3, 4, 5], [], [4, 5]]


async def test_next_number_is_learnt_where_nobody_tells_it(mailbox: Mailbox) -> None:
    async with opened(ImapUrl.parse(mailbox.imap_url), limits=QUICK) as folder:
        await folder.learn_next_uid()
        empty = folder.next_uid
        for number in range(3):
            mailbox.put(mail(number))
        await folder._client.noop()
        await folder.learn_next_uid()

    assert (empty, folder.next_uid) == (1, 4)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"* BYE go away\r\n",
        b"* OK hello\r\nA1 OK what\r\n",
        b"\x00\xff" * 5_000,
        b"* OK hello\r\n" + b"* 1 FETCH\r\n" * 5_000,
    ],
)
async def test_server_that_talks_nonsense_is_away(nonsense: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(nonsense)
        with suppress(ConnectionError):
            await reader.read()
        writer.transport.abort()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(MailboxAway):
        async with opened(ImapUrl("127.0.0.1", port, "none", "a", "b"), limits=HASTY):
            pass
    await ended.wait()
    server.close()


async def test_mails_that_are_gone_are_left_out(mailbox: Mailbox) -> None:
    mailbox.put(mail(1))
    mailbox.put(b"")

    async with opened(ImapUrl.parse(mailbox.imap_url), limits=QUICK) as folder:
        sizes = await folder.sizes([1, 2, 9])
        contents = await folder.contents([1, 2, 9], most=10)

    assert sizes == {1: len(mail(1)), 2: 0}
    assert contents == {1: mail(1)[:10], 2: b""}


async def test_hundreds_of_answers_at_once_are_understood(mailbox: Mailbox) -> None:
    for number in range(300):
        mailbox.put(mail(number))

    async with opened(ImapUrl.parse(mailbox.imap_url), limits=QUICK) as folder:
        sizes = await folder.sizes(list(range(1, 101)))
        await folder.mark_read(list(range(1, 301)))
        left = await folder.search(1, None, words="UNSEEN")

    assert len(sizes) == 100
    assert left == []


async def test_news_in_the_middle_of_another_command_is_not_missed(mailbox: Mailbox) -> None:
    mailbox.put(mail(1))
    async with opened(ImapUrl.parse(mailbox.imap_url), limits=QUICK) as folder:
        folder.hear_nothing_yet()
        mailbox.put(mail(2))
        # Dovecot tells of the second mail in its answer to this, and not again afterwards.
        await folder.mark_read([1])
        async with asyncio.timeout(1):
            await folder.wait()


async def test_server_without_idle_is_asked_again_and_again(mailbox: Mailbox) -> None:
    async with opened(ImapUrl.parse(mailbox.imap_url), limits=QUICK) as folder:
        folder._client.protocol.capabilities.discard("IDLE")
        folder.hear_nothing_yet()
        await folder.wait()
        mailbox.put(mail(1))
        await folder.wait()
        found = await folder.search(1, None)

    assert found == [1]
