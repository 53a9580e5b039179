import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from delivery.failures import (
    AddressRefused,
    ChannelBroken,
    Deferred,
    DeliveryFailure,
    LoginRefused,
    OutcomeUnknown,
    Permanent,
    Temporary,
)
from delivery.letter import CalendarPart, Letter, to_bytes
from delivery.smtp import MailSender, SmtpTimeouts
from delivery.smtp_url import SmtpUrl
from playground import mishaps
from playground.mailbox import Mailbox
from playground.mishaps import Mishap
from tests.delivery.wire import Peer, serving

OURS = "szkolenia@example.org"
HERS = "zaneta@ngo.example.org"
HIS = "jan@ngo.example.org"
MAIL = b"Subject: Szkolenie\r\n\r\n.Kropka na poczatku\r\n"
IMPATIENT = SmtpTimeouts(connect=1, command=1, data=1)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Started:
    """Counts how often a mail was declared to be leaving."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sender(mailbox: Mailbox, clock: Clock) -> AsyncIterator[MailSender]:
    async with MailSender(url_of(mailbox), clock=clock, timeouts=IMPATIENT) as sender:
        yield sender


def url_of(mailbox: Mailbox) -> SmtpUrl:
    return SmtpUrl("127.0.0.1", mailbox.port, "none")


async def send(
    sender: MailSender,
    recipient: str = HERS,
    started: Callable[[], Awaitable[None]] | None = None,
) -> str:
    return await sender.send(
        sender=OURS, recipient=recipient, data=MAIL, started=started or Started()
    )


def hang(phase: mishaps.Phase) -> Mishap:
    return Mishap(phase, "hang")


async def test_mail_arrives_byte_for_byte(mailbox: Mailbox, sender: MailSender) -> None:
    started = Started()

    answer = await send(sender, started=started)

    (mail,) = mailbox.accepted
    assert (mail.sender, mail.recipients, mail.raw) == (OURS, (HERS,), MAIL)
    assert (answer, started.times) == ("250 2.0.0 OK", 1)


@pytest.mark.parametrize(
    ("mishap", "failure", "starts", "accepted"),
    [
        (mishaps.answer("CONNECT", 421), ChannelBroken, 0, 0),
        (mishaps.answer("CONNECT", 554), ChannelBroken, 0, 0),
        (mishaps.drop("CONNECT"), ChannelBroken, 0, 0),
        (hang("CONNECT"), ChannelBroken, 0, 0),
        (mishaps.answer("EHLO", 502), ChannelBroken, 0, 0),
        (mishaps.drop("EHLO"), ChannelBroken, 0, 0),
        (mishaps.answer("MAIL", 421), Temporary, 0, 0),
        (mishaps.answer("MAIL", 451), Deferred, 0, 0),
        (mishaps.answer("MAIL", 530), LoginRefused, 0, 0),
        (mishaps.answer("MAIL", 550), Permanent, 0, 0),
        (mishaps.answer("MAIL", 354), Temporary, 0, 0),
        (mishaps.drop("MAIL"), Temporary, 0, 0),
        (Mishap("MAIL", "reset"), Temporary, 0, 0),
        (hang("MAIL"), Temporary, 0, 0),
        (mishaps.answer("RCPT", 421), Temporary, 0, 0),
        (mishaps.answer("RCPT", 450), Deferred, 0, 0),
        (mishaps.answer("RCPT", 550, "No such user"), AddressRefused, 0, 0),
        (mishaps.answer("RCPT", 554, "5.7.1 Relay access denied"), Permanent, 0, 0),
        (mishaps.answer("RCPT", 552, "5.2.2 Mailbox full"), Deferred, 0, 0),
        (mishaps.refuse(HERS), AddressRefused, 0, 0),
        (mishaps.drop("RCPT"), Temporary, 0, 0),
        (hang("RCPT"), Temporary, 0, 0),
        (mishaps.answer("DATA", 451), Deferred, 1, 0),
        (mishaps.answer("DATA", 554), Permanent, 1, 0),
        (mishaps.answer("DATA", 250), OutcomeUnknown, 1, 0),
        (mishaps.drop("DATA"), OutcomeUnknown, 1, 0),
        (hang("DATA"), OutcomeUnknown, 1, 0),
        (mishaps.answer("END", 421), Temporary, 1, 0),
        (mishaps.answer("END", 451), Deferred, 1, 0),
        (mishaps.answer("END", 552), Permanent, 1, 0),
        (mishaps.answer("END", 354), OutcomeUnknown, 1, 0),
        (mishaps.drop("END"), OutcomeUnknown, 1, 0),
        (mishaps.accept_then_drop(), OutcomeUnknown, 1, 1),
        (mishaps.reset_after_dot(), OutcomeUnknown, 1, 0),
        (mishaps.reset_after_dot(keep=True), OutcomeUnknown, 1, 1),
        (mishaps.hang_after_dot(), OutcomeUnknown, 1, 1),
        (mishaps.hang_after_dot(keep=False), OutcomeUnknown, 1, 0),
    ],
    ids=str,
)
async def test_mishap_is_named_and_the_next_mail_goes_out(
    *,
    mailbox: Mailbox,
    sender: MailSender,
    mishap: Mishap,
    failure: type[DeliveryFailure],
    starts: int,
    accepted: int,
) -> None:
    mailbox.behave(mishap)
    started = Started()

    with pytest.raises(DeliveryFailure) as failed:
        await send(sender, started=started)

    assert type(failed.value) is failure
    assert failed.value.answer
    assert (started.times, len(mailbox.accepted)) == (starts, accepted)
    await send(sender, HIS)
    assert [mail.recipients for mail in mailbox.accepted][accepted:] == [(HIS,)]


async def test_reply_that_is_no_smtp_leaves_the_outcome_open(
    mailbox: Mailbox, sender: MailSender
) -> None:
    # The line reads "1 mail", which no SMTP client can take for an answer.
    mailbox.behave(replace(mishaps.answer("END", 1), text="mail", keep=True))

    with pytest.raises(OutcomeUnknown):
        await send(sender)

    assert len(mailbox.accepted) == 1


@pytest.mark.parametrize("phase", ["RSET", "QUIT"])
@pytest.mark.parametrize("deed", ["drop", "reset", "hang"])
async def test_mishap_between_mails_is_no_failure(
    *,
    mailbox: Mailbox,
    sender: MailSender,
    clock: Clock,
    phase: mishaps.Phase,
    deed: mishaps.Deed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("delivery.smtp._GOODBYE_SECONDS", 0.2)
    mailbox.behave(Mishap(phase, deed))
    await send(sender)
    clock.seconds += 5 if phase == "RSET" else 61

    await send(sender, HIS)

    assert [mail.recipients for mail in mailbox.accepted] == [(HERS,), (HIS,)]
    assert mailbox.connections == 2


async def test_bad_recipient_does_not_poison_the_next_mail(
    mailbox: Mailbox, sender: MailSender
) -> None:
    mailbox.behave(mishaps.refuse(HERS))
    with pytest.raises(AddressRefused) as refused:
        await send(sender, HERS)

    await send(sender, HIS)

    assert refused.value.answer == "550 5.1.1 No such mailbox"
    assert [mail.recipients for mail in mailbox.accepted] == [(HIS,)]
    assert mailbox.connections == 1


async def test_cancelled_mail_leaves_no_answer_for_the_next(
    mailbox: Mailbox, sender: MailSender
) -> None:
    mailbox.behave(hang("RCPT"))
    sending = asyncio.create_task(send(sender, HERS))
    await asyncio.wait([sending], timeout=0.1)
    assert mailbox.commands[-1] == f"RCPT TO:<{HERS}>"
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    mailbox.release()

    await send(sender, HIS)

    assert [mail.recipients for mail in mailbox.accepted] == [(HIS,)]
    assert mailbox.connections == 2


async def test_cancelled_clearing_leaves_no_answer_for_the_next(
    mailbox: Mailbox, sender: MailSender
) -> None:
    mailbox.behave(mishaps.refuse(HERS))
    with pytest.raises(AddressRefused):
        await send(sender, HERS)
    mailbox.behave(hang("RSET"))
    sending = asyncio.create_task(send(sender, HERS))
    await asyncio.wait([sending], timeout=0.1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    mailbox.release()

    await send(sender, HIS)

    assert [mail.recipients for mail in mailbox.accepted] == [(HIS,)]
    assert mailbox.connections == 2


async def test_connection_that_the_server_closed_is_replaced(
    mailbox: Mailbox, sender: MailSender
) -> None:
    await send(sender, HERS)
    await mailbox.stop()
    await mailbox.start()
    await asyncio.sleep(0.05)

    await send(sender, HIS)

    assert [mail.recipients for mail in mailbox.accepted] == [(HERS,), (HIS,)]


async def test_letter_arrives_as_it_was_written(mailbox: Mailbox, sender: MailSender) -> None:
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    letter = Letter(
        to_name="Żaneta Świątek",
        to_address=HERS,
        subject="Jest Pani zapisana na szkolenie „Wnioski o dotacje” – 15 lipca 2027 r.",
        text=".Dzień dobry\n..\n",
        html="<p>Dzień dobry</p>",
        calendar=CalendarPart("REQUEST", calendar),
    )
    written = datetime(2027, 7, 1, 8, 0, tzinfo=UTC)
    data = to_bytes(letter, mail_from=OURS, message_id="<1@example.org>", date=written)

    await sender.send(sender=OURS, recipient=HERS, data=data, started=Started())

    (mail,) = mailbox.accepted
    assert (mail.raw, mail.subject, mail.calendar) == (data, letter.subject, calendar)
    assert mail.text == letter.text


async def test_error_of_started_goes_to_the_caller_and_nothing_leaves(
    mailbox: Mailbox, sender: MailSender
) -> None:
    async def lease_lost() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await send(sender, HERS, lease_lost)

    await send(sender, HIS)
    assert [mail.recipients for mail in mailbox.accepted] == [(HIS,)]


@pytest.mark.parametrize(
    "recipient",
    [
        "bad\r\nRCPT TO:<x@example.org>",
        "x@example.org\r\n",
        "żaneta@ngo.example.org",
        "jan@żółw.example.org",
        "Jan <jan@ngo.example.org>",
        "jan@ngo.example.org, x@example.org",
        "jan",
        "",
    ],
)
async def test_unsafe_recipient_never_reaches_the_wire(
    mailbox: Mailbox, sender: MailSender, recipient: str
) -> None:
    with pytest.raises(AddressRefused):
        await send(sender, recipient)

    assert (mailbox.connections, mailbox.accepted) == (0, [])


async def test_unsafe_sender_is_our_fault_and_not_the_recipients(
    mailbox: Mailbox, sender: MailSender
) -> None:
    with pytest.raises(Permanent) as failed:
        await sender.send(sender="biuro\r\n", recipient=HERS, data=MAIL, started=Started())

    assert type(failed.value) is Permanent
    assert mailbox.connections == 0


async def test_forwarded_recipient_is_a_taken_one() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"220 mail.example.org\r\n")
        for answer in (b"250 hello", b"250 sender", b"251 will forward", b"354 go"):
            await peer.reader.readline()
            await peer.say(answer + b"\r\n")
        await peer.reader.readuntil(b"\r\n.\r\n")
        await peer.say(b"250 kept\r\n")

    async with serving(script) as server:
        url = SmtpUrl("127.0.0.1", server.port, "none")
        async with MailSender(url, timeouts=IMPATIENT) as sender:
            assert await send(sender) == "250 kept"


async def test_connection_is_reused_for_fifty_mails(mailbox: Mailbox, sender: MailSender) -> None:
    for _ in range(51):
        await send(sender)

    assert (len(mailbox.accepted), mailbox.connections) == (51, 2)
    assert "QUIT" in mailbox.commands


@pytest.mark.parametrize(("seconds", "connections"), [(0.9, 1), (59.9, 1), (60.0, 2)])
async def test_connection_is_reused_for_a_minute(
    mailbox: Mailbox, sender: MailSender, clock: Clock, seconds: float, connections: int
) -> None:
    await send(sender)
    clock.seconds += seconds

    await send(sender)

    assert mailbox.connections == connections


async def test_dead_server_is_a_broken_channel_until_it_lives(
    mailbox: Mailbox, sender: MailSender, clock: Clock
) -> None:
    await send(sender)
    await mailbox.stop()
    clock.seconds += 2
    with pytest.raises(ChannelBroken) as broken:
        await send(sender)
    await mailbox.start()

    await send(sender)

    assert broken.value.permanent is False
    assert f"smtp://127.0.0.1:{mailbox.port}" in broken.value.answer
    assert len(mailbox.accepted) == 2


async def test_two_senders_at_once_on_one_object_do_not_mix(
    mailbox: Mailbox, sender: MailSender
) -> None:
    await asyncio.gather(send(sender, HERS), send(sender, HIS))

    assert sorted(mail.recipients for mail in mailbox.accepted) == [(HIS,), (HERS,)]


async def test_close_without_a_connection_does_nothing(mailbox: Mailbox) -> None:
    await MailSender(url_of(mailbox)).close()

    assert mailbox.connections == 0
