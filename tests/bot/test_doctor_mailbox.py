"""What the check-up says of the mailbox and of the Maildir."""

import os
from pathlib import Path

import pytest

from bot.doctor import BROKEN, GOOD, LOOK, Mark, Site
from bot.doctor_mailbox import mailbox, maildir
from bot.settings import Settings
from handlers.mail.imap_url import ImapUrl
from tests.handlers.mail.reading import mail
from tests.mail_servers import MailServers
from texts.translator import load


def _site(**settings: object) -> Site:
    return Site(Settings(**settings), load("en"))  # type: ignore[arg-type]


async def _look(url: str, **more: object) -> tuple[Mark, str, str]:
    [found] = await mailbox(_site(imap_url=url), **more)  # type: ignore[arg-type]
    return found.mark, found.says, found.advice


async def test_office_without_a_mailbox_is_told_nothing() -> None:
    assert await mailbox(_site()) == []
    assert await maildir(_site()) == []


async def test_mailbox_that_can_be_read_is_good_and_stays_untouched(
    mail_servers: MailServers,
) -> None:
    box = mail_servers.own_mailbox()
    box.put(mail(1))

    found = await _look(box.imap_url)

    assert found == (GOOD, "Mailbox: ready.", "")
    assert box.flags() == [""]


async def test_many_mails_that_nobody_reads_are_told(mail_servers: MailServers) -> None:
    box = mail_servers.own_mailbox()
    for number in range(101):
        box.put(mail(number))

    mark, says, _ = await _look(box.imap_url)

    assert (mark, says) == (LOOK, "Mailbox: ready, but 101 mails wait in it.")


async def test_wrong_password_and_folder_are_told_without_showing_them(
    mail_servers: MailServers,
) -> None:
    box = mail_servers.own_mailbox()

    for url in (
        box.imap_address("imap", password="TAJNE"),
        box.imap_address("imap", folder="Nigdzie"),
    ):
        mark, says, advice = await _look(url)
        assert (mark, says) == (BROKEN, "Mailbox: the mail server does not let us in.")
        assert "TAJNE" not in advice
        assert box.address not in advice


async def test_certificate_that_is_not_trusted_is_told(mail_servers: MailServers) -> None:
    mark, says, _ = await _look(mail_servers.own_mailbox().imap_address("imaps"))

    assert mark == BROKEN
    assert says.startswith("Mailbox: the mail server shows a certificate")


async def test_folder_to_move_mails_to_must_be_there(mail_servers: MailServers) -> None:
    box = mail_servers.own_mailbox()
    url = f"{box.imap_url}/INBOX?move=Zg%C5%82oszenia"

    missing, says, _ = await _look(url)
    box.make_folder("Zgłoszenia")
    there, _, _ = await _look(url)

    assert (missing, there) == (BROKEN, GOOD)
    assert says == "Mailbox: the folder that mails are moved to is not there."


async def test_mails_forgotten_long_ago_do_not_wait_for_the_service(
    mail_servers: MailServers,
) -> None:
    box = mail_servers.own_mailbox()
    for number in range(101):
        os.utime(box.put(mail(number)), (1_600_000_000, 1_600_000_000))

    assert await _look(box.imap_url) == (GOOD, "Mailbox: ready.", "")


@pytest.mark.parametrize("url", ["imap://u:TAJNE@127.0.0.1:1", "imaps://u:TAJNE@127.0.0.1:1"])
async def test_server_that_is_away_is_told(url: str) -> None:
    mark, says, advice = await _look(url)

    assert (mark, says) == (BROKEN, "Mailbox: the mail server does not answer as it should.")
    assert "TAJNE" not in advice


def test_address_of_the_mailbox_is_read_as_the_settings_have_it() -> None:
    settings = Settings(imap_url="imaps://u:p@h/Teczka")  # type: ignore[arg-type]

    assert settings.imap_url is not None
    assert ImapUrl.parse(settings.imap_url.get_secret_value()).folder == "Teczka"


async def test_maildir_needs_its_two_folders(tmp_path: Path) -> None:
    missing = await maildir(_site(maildir=tmp_path))
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    there = await maildir(_site(maildir=tmp_path))

    assert [one.mark for one in (*missing, *there)] == [BROKEN, GOOD]
