import pytest

from delivery.smtp_url import SmtpUrl, SmtpUrlWrong


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("smtp://mail.example.org", SmtpUrl("mail.example.org", 25, "none")),
        ("smtp://127.0.0.1:2525/", SmtpUrl("127.0.0.1", 2525, "none")),
        ("smtp://[::1]:2525", SmtpUrl("::1", 2525, "none")),
        ("smtp+starttls://mail.example.org", SmtpUrl("mail.example.org", 587, "starttls")),
        (
            "smtps://biuro%40example.org:p%2Fa%3Ass%23@mail.example.org",
            SmtpUrl("mail.example.org", 465, "tls", "biuro@example.org", "p/a:ss#"),
        ),
        ("SMTPS://u@mail.example.org", SmtpUrl("mail.example.org", 465, "tls", "u")),
    ],
)
def test_url_is_read(text: str, url: SmtpUrl) -> None:
    assert SmtpUrl.parse(text) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "It must begin with smtp://, smtp+starttls:// or smtps://."),
        ("mail.example.org:25", "It must begin with smtp://, smtp+starttls:// or smtps://."),
        (
            "https://mail.example.org",
            "It must begin with smtp://, smtp+starttls:// or smtps://.",
        ),
        ("smtp://", "The host is missing."),
        ("smtp://user:secret@", "The host is missing."),
        ("smtp://mail.example.org:mail", "The port must be a number from 1 to 65535."),
        ("smtp://mail.example.org:99999", "The port must be a number from 1 to 65535."),
        ("smtp://[::1", "The host cannot be read."),
        ("smtp://mail.example.org:0", "The port must be a number from 1 to 65535."),
        ("smtp://u:p#w@mail.example.org", "Write / ? # in a user name or password as %2F %3F %23."),
        ("smtp://:secret@mail.example.org", "A password needs a user name."),
        ("smtp://mail.example.org\r\nx", "It contains a space or a control character."),
    ],
)
def test_wrong_url_is_one_clear_sentence(text: str, reason: str) -> None:
    with pytest.raises(SmtpUrlWrong) as wrong:
        SmtpUrl.parse(text)

    assert wrong.value.reason == reason
    assert "secret" not in str(wrong.value)


def test_password_is_never_shown() -> None:
    url = SmtpUrl.parse("smtp+starttls://user:hidden@mail.example.org")

    assert str(url) == "smtp+starttls://user:***@mail.example.org:587"
    assert "hidden" not in repr(url)
    assert str(SmtpUrl("::1", 25, "none")) == "smtp://[::1]:25"
