"""Where a report says which letter of ours came back."""

import pytest

from handlers.mail import mime, our_letters

TOKEN = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize("name", ["In-Reply-To", "References"])
def test_report_that_names_our_letter_in_its_own_headers_alone(name: str) -> None:
    raw = (
        "From: MAILER-DAEMON@example.org\r\nSubject: Undeliverable\r\n"
        f"{name}: <{TOKEN}@example.org>\r\n\r\nanna@example.org: no such user\r\n"
    )

    assert our_letters.tokens(mime.read(raw.encode())) == (TOKEN,)
