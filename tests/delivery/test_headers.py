import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from delivery.failures import HeaderRefused, MailboxWrong
from delivery.headers import (
    Mailbox,
    links_header,
    mailbox_header,
    parse_mailbox,
    text_header,
    token_header,
)

POLISH = "aąbcćdeęfghijklłmnńoóprsśtuwyzźżAĄCĆEĘŁŃÓŚŹŻ 0123456789.,:;!?()-–„”\"'/=_<>@\\"
ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bqBQ]\?[^?\s]*\?=")
NO_CONTROLS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
WORDS = st.text(alphabet=POLISH, max_size=300) | st.text(NO_CONTROLS, max_size=200)


def parsed(header: str) -> EmailMessage:
    return message_from_bytes(header.encode("ascii") + b"\r\n", policy=default)


def assert_sound(header: str) -> None:
    assert header.endswith("\r\n")
    assert "?==?" not in header
    assert [word for word in ENCODED_WORD.findall(header) if len(word) > 75] == []
    assert max(len(line) for line in header.split("\r\n")) <= 998
    assert all(line.startswith(" ") for line in header.split("\r\n")[1:-1])


@given(WORDS)
@example("Zaproszenie na szkolenie „Jak napisać dobry wniosek o dotację” – Miłki, 15 lipca 2027 r.")
@example("=?utf-8?q?not_a_word?=")
@example("  spaces  at  both  ends  ")
@example("a" * 400)
@example("ą" * 200)
def test_subject_survives_the_way(subject: str) -> None:
    header = text_header("Subject", subject)

    assert_sound(header)
    assert parsed(header)["Subject"] == subject


def test_short_ascii_subject_is_left_readable() -> None:
    assert text_header("Subject", "Training on 15 July") == "Subject: Training on 15 July\r\n"


@given(WORDS.map(str.strip).filter(bool))
@example('Jan "Janek" Kowalski, prezes')
@example("Koło Gospodyń Wiejskich „Zgoda” w Miłkach, gmina Miłki, powiat giżycki")
@example("=?utf-8?q?Jan?=")
@example("back\\slash")
@example("a" * 100)
def test_name_survives_the_way(name: str) -> None:
    header = mailbox_header("To", Mailbox(name, "jan@example.org"))

    shown, address = parseaddr(header.removeprefix("To: ").replace("\r\n", ""))
    assert_sound(header)
    assert (str(make_header(decode_header(shown))), address) == (name, "jan@example.org")


@given(st.text(alphabet=POLISH, max_size=20).map(str.strip).filter(bool))
@example("Żaneta Świątek-Źrebięcka")
def test_ordinary_name_is_read_by_the_strict_parser(name: str) -> None:
    header = mailbox_header("From", Mailbox(name, "jan@example.org"))

    expected = (Address(name, addr_spec="jan@example.org"),)
    assert parsed(header)["From"].addresses == expected


def test_mailbox_without_name_is_the_bare_address() -> None:
    assert mailbox_header("To", Mailbox("", "jan@example.org")) == "To: jan@example.org\r\n"


@pytest.mark.parametrize("text", ["a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\x00b", "a\u2028b"])
def test_second_header_is_refused(text: str) -> None:
    for write in (text_header, token_header):
        with pytest.raises(HeaderRefused):
            write("Subject", text)
    with pytest.raises(HeaderRefused):
        mailbox_header("To", Mailbox(text, "jan@example.org"))
    with pytest.raises(HeaderRefused):
        mailbox_header("To", Mailbox("Jan", f"{text}@example.org"))
    with pytest.raises(HeaderRefused):
        links_header("List-Unsubscribe", [f"https://example.org/{text}"])


@pytest.mark.parametrize("address", ["jan@żółw.example.org", "jan", "a@b@c", "<a@b>", "a b@c", ""])
def test_address_that_is_no_ascii_mailbox_is_refused(address: str) -> None:
    with pytest.raises(HeaderRefused):
        mailbox_header("To", Mailbox("Jan", address))


def test_links_arrive_letter_by_letter() -> None:
    long = "https://example.org/wypisz/" + "x1" * 200
    mail = "mailto:szkolenia@example.org?subject=wypisz"

    header = links_header("List-Unsubscribe", [mail, long])

    assert header == f"List-Unsubscribe: <{mail}>,\r\n <{long}>\r\n"
    assert_sound(header)


@pytest.mark.parametrize("link", ["https://example.org/ż", "https://a b", "https://a>", "x" * 999])
def test_link_that_would_need_encoding_is_refused(link: str) -> None:
    with pytest.raises(HeaderRefused):
        links_header("List-Unsubscribe", [link])


@pytest.mark.parametrize("value", ["ż", "x" * 1000])
def test_token_that_would_need_encoding_is_refused(value: str) -> None:
    with pytest.raises(HeaderRefused):
        token_header("Message-ID", value)


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("szkolenia@example.org", Mailbox("", "szkolenia@example.org")),
        ("<szkolenia@example.org>", Mailbox("", "szkolenia@example.org")),
        (
            "Gmina Miłki, referat <szkolenia@example.org>",
            Mailbox("Gmina Miłki, referat", "szkolenia@example.org"),
        ),
        ('"Gmina Miłki" <szkolenia@example.org>', Mailbox("Gmina Miłki", "szkolenia@example.org")),
    ],
)
def test_mail_from_is_read_as_written(text: str, mailbox: Mailbox) -> None:
    assert parse_mailbox(text) == mailbox


@pytest.mark.parametrize(
    "text",
    ["", "Gmina", "Gmina <>", "a@b@c", "ż@example.org", "a@example.org\r\nBcc: b@c", "a b@c"],
)
def test_mail_from_that_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises(MailboxWrong):
        parse_mailbox(text)
