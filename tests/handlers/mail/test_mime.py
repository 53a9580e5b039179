"""Bytes of every kind become a mail that can be worked on."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail import mime
from handlers.mail.mime_parts import DEEPEST, MOST_PARTS
from handlers.mail.read_mail import ReadMail

PIECES = [
    *(b"\r\n", b"\n", b"\r\n\r\n", b"--a\r\n", b"--a--\r\n", b"--", b"=", b"=?utf-8?B?", b"?="),
    *(b"Content-Type: multipart/mixed; boundary=a\r\n", b"Content-Type: text/html\r\n"),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: text/plain; charset=zz\r\n"),
    *(b"Content-Type: message/rfc822\r\n", b"From: a@example.org\r\n", b"Subject: \xb1\xea\r\n"),
    *(b"Content-Transfer-Encoding: quoted-printable\r\n", b"<p>", b"<table><td>", b"&#x", b"\x00"),
    *(b"Content-Type: multipart/alternative; boundary=a\r\n", b"VGFr", b"\xff\xfe", b"> ", b"*0*="),
]


def read(*lines: str, body: str = "", charset: str = "utf-8") -> ReadMail:
    head = "".join(f"{line}\r\n" for line in lines)
    return mime.read(f"{head}\r\n{body}".encode(charset))


@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert isinstance(mime.read(raw), ReadMail)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_pieces_of_mail_are_read(pieces: list[bytes]) -> None:
    found = mime.read(b"".join(pieces))

    shown = f"{found.text}{found.words}{found.subject}{found.sender_name}"
    assert "\x00" not in shown
    shown.encode("utf-8")


def test_headers_are_decoded_and_addresses_bare() -> None:
    mail = read(
        "From: =?iso-8859-2?Q?Ewa_Pr=F3bna?= <EWA@Example.org>",
        'To: "Biuro, Gmina" <biuro@example.org>, akademia+x@example.org',
        "Cc: Grupa: jan@example.org;",
        "Delivered-To: akademia@example.org",
        "Subject: =?utf-8?B?WmHFvMOzxYLE?=\r\n =?utf-8?B?h8KgxYLDs2Q=?=",
        "Message-ID: <A1@example.org>",
        "In-Reply-To: <b@example.org>",
        "References: <c@example.org> <b@example.org>",
    )

    assert (mail.sender, mail.sender_name) == ("ewa@example.org", "Ewa Próbna")
    assert mail.recipients == (
        *("biuro@example.org", "akademia+x@example.org", "jan@example.org"),
        "akademia@example.org",
    )
    assert mail.subject == "Zażółć łód"
    assert mail.message_id == "A1@example.org"
    assert mail.references == ("b@example.org", "c@example.org")


def test_line_breaks_and_hidden_signs_are_taken_out_of_headers() -> None:
    mail = read(
        "From: =?utf-8?Q?Jan=E2=80=AE=0D=0ABcc:_x?= <a@example.org>",
        "Subject: =?utf-8?Q?a=0D=0AX-Evil=3A_1?=",
    )

    assert (mail.sender_name, mail.subject) == ("Jan Bcc: x", "a X-Evil: 1")
    assert set(mail.headers) == {"from", "subject"}


def test_two_text_parts_are_both_read() -> None:
    part = "--b\r\nContent-Type: text/plain\r\n\r\n{}\r\n"
    body = part.format("Zglaszam:") + part.format("Anna Nowak") + "--b--\r\n"

    mail = read("Content-Type: multipart/mixed; boundary=b", body=body)

    assert mail.words == "Zglaszam:\n\nAnna Nowak"
    assert mail.structure == ("multipart/mixed", "text/plain", "text/plain")


def test_html_is_read_where_the_plain_part_says_nothing() -> None:
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nTwój program nie obsługuje HTML.\r\n"
        "--b\r\nContent-Type: text/html\r\n\r\n<p>Tak</p>\r\n--b--\r\n"
    )

    assert read("Content-Type: multipart/alternative; boundary=b", body=body).words == "Tak"


def test_flowed_lines_are_joined() -> None:
    body = "Zglaszam Jana \r\nPrzykladowego.\r\n-- \r\nEwa\r\n"

    mail = read("Content-Type: text/plain; format=flowed", body=body)

    assert mail.text == "Zglaszam Jana Przykladowego.\n-- \nEwa"
    assert mail.words == "Zglaszam Jana Przykladowego."


def test_mail_within_a_mail_is_text_and_file_but_no_words() -> None:
    inner = "Subject: =?utf-8?Q?Zg=C5=82o?=\r\n\r\nTAK\r\n"
    body = (
        f"--b\r\nContent-Type: text/plain\r\n\r\nProsze\r\n--b\r\nContent-Type: message/rfc822\r\n"
        f"\r\n{inner}--b--\r\n"
    )

    mail = read("Content-Type: multipart/mixed; boundary=b", body=body)

    assert (mail.words, mail.text) == ("Prosze", "Prosze\n\nTAK")
    assert [one.filename for one in mail.files] == ["wiadomość.eml"]
    assert mail.reports == (("message/rfc822", "subject: Zgło"),)


def test_report_of_a_delivery_is_given_as_text() -> None:
    body = (
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Status: 5.1.1\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\n--b--\r\n"
    )

    mail = read("Content-Type: multipart/report; boundary=b", body=body)

    assert mail.reports == (
        ("message/delivery-status", "Reporting-MTA: dns; x\n\nStatus: 5.1.1"),
        ("text/rfc822-headers", "Subject: x"),
    )
    assert mail.files == ()


def test_calendar_is_given_as_bytes() -> None:
    body = base64.encodebytes("BEGIN:VCALENDAR\r\nSUMMARY:Ż\r\n".encode()).decode()

    mail = read(
        "Content-Type: text/calendar; method=REPLY", "Content-Transfer-Encoding: base64", body=body
    )

    assert mail.calendars == ("BEGIN:VCALENDAR\r\nSUMMARY:Ż\r\n".encode(),)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename*=UTF-8''za%C5%82.pdf", "zał.pdf"),
        ("attachment; filename*0=a; filename*1=b.pdf", "ab.pdf"),
        ('attachment; filename="=?utf-8?B?emHFgi5wZGY=?="', "zał.pdf"),
        ('attachment; filename="..\\\\..\\\\x.pdf"', "x.pdf"),
        ("attachment; filename=/etc/passwd", "passwd"),
        ('attachment; filename="a\u202efdp.exe"', "afdp.exe"),
        ("attachment", "załącznik.pdf"),
        (f"attachment; filename={'x' * 500}.pdf", "x" * 100 + ".pdf"),
    ],
)
def test_file_has_a_name_that_is_safe(disposition: str, name: str) -> None:
    mail = read("Content-Type: application/pdf", f"Content-Disposition: {disposition}", body="%PDF")

    assert [one.filename for one in mail.files] == [name]


def test_nested_bomb_is_cut() -> None:
    body = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(1000)
    )

    mail = mime.read(body.encode())

    assert mail.is_cut
    assert len(mail.structure) == DEEPEST + 1


def test_bomb_of_many_parts_is_cut() -> None:
    body = "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n" * 20_000

    mail = read("Content-Type: multipart/mixed; boundary=b", body=body)

    assert mail.is_cut
    assert len(mail.structure) <= MOST_PARTS + 1


@pytest.mark.parametrize(
    "bomb",
    [
        *("<a ", "<", "<!--", "<div>", "<table><tr><td>", "<blockquote>x", "</", "<script>", "&#"),
        *(
            "W dniu x\n",
            "Od: x\n",
            "> ",
            "-- \n",
            " ",
            "-",
            "pon., 1 ",
            "a@",
            "<x@example.org> ",
            "--b\n",
        ),
    ],
)
def test_bomb_of_text_is_read_at_once(bomb: str) -> None:
    body = bomb * (200_000 // len(bomb))

    begun = time.process_time()
    for kind in ("html", "plain"):
        read(f"Content-Type: text/{kind}; boundary=b", body=body)

    assert time.process_time() - begun < 2


def test_long_text_is_cut() -> None:
    mail = read("Content-Type: text/plain", body="slowo " * 100_000)

    assert mail.is_cut
    assert len(mail.text) == mime.LONGEST_TEXT
