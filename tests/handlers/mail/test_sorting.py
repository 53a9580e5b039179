import json
import time
from pathlib import Path

import pytest

from handlers.mail import mime
from handlers.mail.sorting import Automatic, Letter, Own, sort
from programme.calendar_answers import CalendarAnswer
from programme.returned_mail import ReturnedMail
from tests.handlers.mail.expected_returned import SORTS

CORPUS = Path(__file__).parent / "corpus"
OURS = frozenset({"akademia@gmina.example.org"})
TOKEN = "k7wq2mzr4tnb6vhx5cjp3gydla"
HEAD = "From: Anna <anna@ngo.example.org>\nTo: akademia@gmina.example.org\n"


def _files() -> list[str]:
    files = sorted(CORPUS.glob("*.json"))
    return [one.stem for one in files if json.loads(one.read_text())["sort"] in SORTS]


def _sorted(text: str) -> object:
    return sort(mime.read(text.replace("\n", "\r\n").encode()), our_addresses=OURS)


def test_machine_that_numbers_its_mails_as_we_do_is_not_ourselves() -> None:
    theirs = f"Auto-Submitted: auto-generated\nMessage-ID: <{TOKEN}@drugi.example.net>\n"
    ours = theirs.replace("drugi.example.net", "Gmina.example.org")

    assert _sorted(f"{HEAD}{theirs}\nTAK\n") == Automatic("header")
    assert _sorted(f"{HEAD}{ours}\nTAK\n") == Own("address")


def test_the_corpus_has_enough_of_them() -> None:
    assert len(_files()) >= 22


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: no\n",
        "auto-submitted: NO (a person)\n",
        "X-Auto-Response-Suppress: All\n",
        "X-Auto-Response-Suppress: None\nPrecedence: normal\n",
        "X-Autoreply: no\n",
        "Subject: Autobus na szkolenie\n",
        "Subject: Re: Urlop\n",
        "Subject: Urlopy w KGW, pytanie\n",
        "Subject: Kwarantanna w szkole\n",
        "Subject: Nieobecnosc na szkoleniu\n",
        "Subject: Zwrot kosztow dojazdu\n",
        "Disposition-Notification-To: anna@ngo.example.org\n",
        "Return-Receipt-To: anna@ngo.example.org\n",
    ],
)
def test_a_persons_mail_is_a_letter(headers: str) -> None:
    assert _sorted(f"{HEAD}{headers}\nPrzyjdę.\n") == Letter()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("Auto-Submitted: auto-replied; owner-email=x\n", Automatic("header")),
        ("Auto-Submitted: auto-notified\n", Automatic("header")),
        ("X-Autorespond: temat\n", Automatic("header")),
        ("Precedence: auto_reply\n", Automatic("header")),
        ("Precedence: bulk\n", Automatic("bulk", is_doubtful=True)),
        ("Subject: Out of office\n", Automatic("subject", is_doubtful=True)),
        ("Subject: Urlop\n", Automatic("subject", is_doubtful=True)),
        ("Subject: Poza biurem: do 15 stycznia\n", Automatic("subject", is_doubtful=True)),
        ("List-Id: <ngo.example.org>\n", Automatic("list")),
        ("Return-Path: <>\n", Automatic("noreply", is_doubtful=True)),
    ],
)
def test_a_machines_mail_is_known_by_its_marks(headers: str, expected: Automatic) -> None:
    assert _sorted(f"{HEAD}{headers}\nNie ma mnie.\n") == expected


def test_a_calendar_answers_although_the_mail_says_that_it_is_automatic() -> None:
    text = (
        f"{HEAD}Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        "Content-Type: text/calendar; method=REPLY; charset=utf-8\n\n"
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//PL\nMETHOD:REPLY\nBEGIN:VEVENT\n"
        "UID:0123@gmina.example.org\nDTSTAMP:20270104T100000Z\nDTSTART:20270115T080000Z\n"
        "SEQUENCE:0\nATTENDEE;PARTSTAT=DECLINED:mailto:anna@ngo.example.org\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    )

    assert isinstance(_sorted(text), CalendarAnswer)


def test_our_own_calendar_invitation_that_came_back_is_a_returned_mail() -> None:
    report = (
        "From: MAILER-DAEMON@ngo.example.org\nReturn-Path: <>\nSubject: Undelivered\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;"
        ' boundary="b"\n\n--b\nContent-Type: text/plain\n\nzle\n--b\n'
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; anna@ngo.example.org\nAction: failed\nStatus: 5.1.1\n\n--b\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: <{TOKEN}@gmina.example.org>\n"
        "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b--\n"
    )

    found = _sorted(report)

    assert isinstance(found, ReturnedMail)
    assert found.tokens == (TOKEN,)


@pytest.mark.parametrize(
    ("stations", "expected"), [(30, Letter()), (31, Own("loop")), (200, Own("loop"))]
)
def test_a_mail_that_passed_too_many_stations_goes_in_a_circle(
    stations: int, expected: object
) -> None:
    received = "Received: from a.example.org by b.example.org; Mon, 4 Jan 2027 10:00:00 +0100\n"

    assert _sorted(f"{received * stations}{HEAD}\nDzień dobry\n") == expected


def test_our_address_in_any_case_and_with_a_token_is_ours() -> None:
    for sender in ("Akademia@Gmina.Example.org", f"akademia+{TOKEN}@gmina.example.org"):
        assert _sorted(f"From: {sender}\n\nTest\n") == Own("address")


def test_a_mail_of_nothing_is_sorted_too() -> None:
    assert _sorted("") == Automatic("noreply", is_doubtful=True)
    assert _sorted("\n\n\n") == Automatic("noreply", is_doubtful=True)


def test_a_report_with_many_recipients_is_cut() -> None:
    blocks = "".join(
        f"\nFinal-Recipient: rfc822; a{number}@ngo.example.org\nAction: failed\nStatus: 5.1.1\n"
        for number in range(500)
    )
    report = (
        "From: MAILER-DAEMON@ngo.example.org\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n{blocks}\n--b--\n"
    )

    found = _sorted(report)

    assert isinstance(found, ReturnedMail)
    assert len(found.recipients) == 20


@pytest.mark.parametrize(
    "words",
    [
        "a" * 200_000,
        "a." * 100_000,
        "a@" * 100_000,
        "a@b." * 50_000,
        "<" * 200_000,
        "warning: message " * 12_000,
        "potwierdź wysłanie " * 10_000,
        " " * 200_000,
        "550 5.1." * 25_000,
        "konto użytkownika " * 11_000,
    ],
)
def test_no_words_keep_us_busy_for_long(words: str) -> None:
    head = f"From: MAILER-DAEMON@ngo.example.org\nSubject: Undelivered {words[:900]}\n"
    begun = time.process_time()

    _sorted(f"{head}\n{words}\n")
    _sorted(f"{HEAD}Subject: {words[:900]}\n\n{words}\n")

    assert time.process_time() - begun < 2
