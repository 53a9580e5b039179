import pytest
from aiosmtplib import SMTPResponseException, SMTPServerDisconnected

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
from delivery.smtp_failures import AUTH, CONNECT, DATA, MAIL, NO_ANSWER, RCPT, STEPS, failure_at


@pytest.mark.parametrize(
    ("step", "answer", "failure"),
    [
        (CONNECT, (554, "No service for you"), ChannelBroken),
        (AUTH, (454, "4.7.0 Temporary authentication failure"), ChannelBroken),
        (AUTH, (535, "5.7.8 Authentication credentials invalid"), LoginRefused),
        (MAIL, (530, "5.7.0 Must issue a STARTTLS command first"), LoginRefused),
        (MAIL, (421, "4.3.2 Shutting down"), Temporary),
        (MAIL, (450, "4.7.1 Greylisted"), Deferred),
        (MAIL, (550, "5.1.0 Sender denied"), Permanent),
        (RCPT, (450, "4.2.0 Greylisted"), Deferred),
        (RCPT, (452, "4.2.2 Mailbox full"), Deferred),
        (RCPT, (552, "5.2.2 Over quota"), Deferred),
        (RCPT, (554, "5.2.2 mailbox is full"), Deferred),
        (RCPT, (550, "5.1.1 User unknown"), AddressRefused),
        (RCPT, (550, "User unknown"), AddressRefused),
        # What Exchange Online says of an address that is not there.
        (RCPT, (550, "5.4.1 Recipient address rejected: Access denied"), AddressRefused),
        (RCPT, (554, "5.7.1 <a@example.org>: Relay access denied"), Permanent),
        (RCPT, (550, "5.7.54 SMTP; Unable to relay recipient"), Permanent),
        (RCPT, (550, "Relaying denied"), Permanent),
        (RCPT, (550, "We do not relay"), Permanent),
        (DATA, (451, "4.3.0 Later"), Deferred),
        (DATA, (552, "5.3.4 Message too big"), Permanent),
        (DATA, (554, "5.7.1 Spam"), Permanent),
    ],
    ids=str,
)
def test_answer_means_what_the_table_says(
    step: str, answer: tuple[int, str], failure: type[DeliveryFailure]
) -> None:
    found = failure_at(step, SMTPResponseException(*answer))

    assert (type(found), found.answer) == (failure, f"{answer[0]} {answer[1]}")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "error", [SMTPServerDisconnected("lost"), OSError("gone"), SMTPResponseException(354, "Go on")]
)
def test_no_answer_is_unknown_only_after_the_bytes_may_have_left(
    step: str, error: Exception
) -> None:
    assert type(failure_at(step, error)) is NO_ANSWER[step]
    assert (type(failure_at(step, error)) is OutcomeUnknown) == (step == DATA)


@pytest.mark.parametrize("step", [MAIL, RCPT, DATA])
@pytest.mark.parametrize("code", [*range(400, 460), *range(500, 560)])
def test_every_refusal_has_a_rule(step: str, code: int) -> None:
    failure = failure_at(step, SMTPResponseException(code, "No"))

    assert not isinstance(failure, OutcomeUnknown)
    assert failure.permanent == (code >= 500 and not isinstance(failure, Deferred | LoginRefused))
