import pytest

from programme.return_codes import Weight, code_in, weigh

CODES: list[tuple[str, str, Weight]] = [
    ("5.1.0", "", "hard"),
    ("5.1.1", "550 5.1.1 User unknown", "hard"),
    ("5.1.1", "550 5.1.1 unknown user, policy", "hard"),
    ("5.1.2", "Host not found", "hard"),
    ("5.1.3", "", "hard"),
    ("5.1.4", "ambiguous", "soft"),
    ("5.1.6", "mailbox has moved", "hard"),
    ("5.1.7", "bad sender address", "ours"),
    ("5.1.8", "sender domain not found", "ours"),
    ("5.1.10", "RecipientNotFound", "hard"),
    ("5.2.0", "", "soft"),
    ("5.2.0", "550 mailbox unavailable", "hard"),
    ("5.2.1", "account disabled", "hard"),
    ("5.2.2", "mailbox full", "soft"),
    ("5.2.2", "552 5.2.2 no such user", "soft"),
    ("5.2.3", "message too long", "ours"),
    ("5.2.4", "", "soft"),
    ("5.3.0", "553 5.3.0 unknown user", "hard"),
    ("5.3.0", "", "soft"),
    ("5.3.4", "message too big", "ours"),
    ("5.4.1", "Recipient address rejected: Access denied", "hard"),
    ("5.4.1", "no answer from host", "soft"),
    ("5.4.4", "unable to route", "soft"),
    ("5.4.7", "delivery time expired", "soft"),
    ("4.4.7", "delivery time expired", "soft"),
    ("4.2.2", "over quota", "soft"),
    ("5.5.0", "mailbox unavailable", "hard"),
    ("5.5.0", "Requested action not taken", "ours"),
    ("5.5.2", "syntax error", "ours"),
    ("5.6.1", "media not supported", "ours"),
    ("5.7.0", "", "ours"),
    ("5.7.1", "550 5.7.1 rejected as spam", "ours"),
    ("5.7.1", "550 5.7.1 no such user", "ours"),
    ("5.7.13", "user account disabled", "hard"),
    ("5.7.17", "mailbox owner has changed", "hard"),
    ("5.7.515", "authentication level", "ours"),
    ("5.0.0", "550 Nie ma takiego użytkownika", "hard"),
    ("5.0.0", "550 Konto zostało zablokowane", "hard"),
    ("5.0.0", "550 Konto użytkownika nie istnieje", "hard"),
    ("5.0.0", "552 Skrzynka odbiorcy jest przepełniona", "soft"),
    ("5.0.0", "554 Wiadomość zablokowana przez filtr", "ours"),
    ("5.0.0", "550 listed on a block-list, no such user", "soft"),
    ("5.0.0", "550 error", "soft"),
    ("", "User unknown", "hard"),
    ("", "", "soft"),
    ("", "550 5.1.1 <a@example.org>", "hard"),
    ("5.9.9", "", "soft"),
]


@pytest.mark.parametrize(("status", "diagnostic", "weight"), CODES)
def test_a_code_weighs_what_it_means_for_the_address(
    status: str, diagnostic: str, weight: Weight
) -> None:
    assert weigh(status=status, diagnostic=diagnostic) == weight


@pytest.mark.parametrize(
    ("action", "weight"),
    [("delayed", "waits"), ("relayed", "waits"), ("expanded", "waits"), ("delivered", "arrived")],
)
def test_what_has_not_failed_is_no_sign_against_the_address(action: str, weight: Weight) -> None:
    assert weigh(status="5.1.1", diagnostic="User unknown", action=action) == weight


def test_a_vague_refusal_means_what_the_caller_knows() -> None:
    assert weigh(status="5.0.0", diagnostic="550 error", vague="hard") == "hard"
    assert weigh(status="5.2.2", diagnostic="552 5.2.2 full", vague="hard") == "soft"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("smtp; 550 5.1.1 unknown", "5.1.1"),
        ("(#5.1.1)", "5.1.1"),
        ("550 No such user", "5.0.0"),
        ("smtp;452 too many", "4.0.0"),
        ("host 192.0.2.30 did not answer", ""),
        ("", ""),
    ],
)
def test_a_code_is_found_in_what_a_server_said(text: str, code: str) -> None:
    assert code_in(text) == code
