"""The mail servers of the tests do what a municipality's do."""

from tests.mail_servers import MailServers

RAW = b"From: Anna <anna@ngo.example.org>\r\nMessage-ID: <1@ngo.example.org>\r\n\r\nTAK\r\n"


async def test_mail_to_a_plus_address_lies_in_the_mailbox(mail_servers: MailServers) -> None:
    mailbox = mail_servers.own_mailbox()
    plus = mailbox.address.replace("@", "+token@")

    mail_servers.send(RAW, sender="anna@ngo.example.org", to=plus)

    [mail] = await mailbox.wait_for()
    assert f"Delivered-To: {plus}".encode() in mail
    assert mail.endswith(b"TAK\r\n")


async def test_mail_to_nobody_comes_back_to_the_envelope_sender(mail_servers: MailServers) -> None:
    mailbox = mail_servers.own_mailbox()
    sender = mailbox.address.replace("@", "+token@")

    mail_servers.send(RAW, sender=sender, to=mail_servers.unknown_address)
    mail_servers.send(RAW, sender=sender, to="anna@elsewhere.example.net")

    reports = await mailbox.wait_for(2)
    statuses = {line for mail in reports for line in mail.splitlines() if b"Status: 5" in line}
    assert statuses == {b"Status: 5.1.1", b"Status: 5.1.2"}
    assert all(b"multipart/report" in mail for mail in reports)
    assert all(b"Return-Path: <>" in mail for mail in reports)


async def test_mails_survive_a_restart_of_the_server(mail_servers: MailServers) -> None:
    mailbox = mail_servers.own_mailbox()
    mailbox.put(RAW, seen=True)

    mail_servers.stop_imap()
    mail_servers.start_imap()

    assert (mailbox.mails(), mailbox.flags()) == ([RAW], ["S"])
