from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.calendar import CalendarEntry, cancel, request
from delivery.failures import HeaderRefused, NaiveInstant
from delivery.letter import Attachment, CalendarPart, Letter, to_bytes

NOW = datetime(2027, 7, 1, 8, 0, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="5f1d7a0c9be24d0c8f5e0d8ce5f0a1b2@example.org",
    sequence=0,
    starts_at=datetime(2027, 7, 15, 7, 0, tzinfo=UTC),
    ends_at=datetime(2027, 7, 15, 13, 0, tzinfo=UTC),
    summary="Szkolenie: wnioski o dotacje",
    place="Gminny Ośrodek Kultury",
    description="Proszę zabrać statut.",
)
PEOPLE = {
    "organiser_name": "Urząd Gminy Miłki",
    "organiser_address": "szkolenia@example.org",
    "attendee_name": "Żaneta Świątek",
    "attendee_address": "zaneta@ngo.example.org",
}
INVITATION = CalendarPart("REQUEST", request(ENTRY, **PEOPLE, stamp=NOW))
LETTER = Letter(
    to_name="Żaneta Świątek",
    to_address="zaneta@ngo.example.org",
    subject="Jest Pani zapisana na szkolenie „Wnioski o dotacje” – 15 lipca 2027 r., godz. 9:00",
    text="Dzień dobry,\n\nma Pani miejsce.\n",
    html="<p>Dzień dobry,</p><p>ma Pani miejsce.</p>\n",
    calendar=INVITATION,
)


def written(letter: Letter) -> bytes:
    return to_bytes(
        letter,
        mail_from="Akademia Współpracy <szkolenia@example.org>",
        message_id="<8c1f@example.org>",
        date=NOW,
    )


def opened(letter: Letter) -> EmailMessage:
    return message_from_bytes(written(letter), policy=default)


def tree(part: MIMEPart) -> object:
    if part.is_multipart():
        return (part.get_content_type(), [tree(child) for child in part.iter_parts()])
    return part.get_content_type()


def test_letter_with_calendar_has_the_tree_that_clients_understand() -> None:
    mail = opened(LETTER)

    assert tree(mail) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", "text/html", "text/calendar"]),
            "application/ics",
        ],
    )


def test_letter_without_calendar_is_an_alternative() -> None:
    mail = opened(replace(LETTER, calendar=None))

    assert tree(mail) == ("multipart/alternative", ["text/plain", "text/html"])


@pytest.mark.parametrize(
    ("write", "method", "filename"),
    [(request, "REQUEST", "zaproszenie.ics"), (cancel, "CANCEL", "odwolanie.ics")],
)
def test_calendar_parts_are_the_same_bytes_under_the_same_method(
    write: Callable[..., bytes], method: str, filename: str
) -> None:
    content = write(ENTRY, **PEOPLE, stamp=NOW)
    mail = opened(replace(LETTER, calendar=CalendarPart(method, content)))

    (inline,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    (attached,) = mail.iter_attachments()
    calendar = icalendar.Calendar.from_ical(content)
    assert dict(inline["Content-Type"].params) == {"method": method, "charset": "utf-8"}
    assert calendar["METHOD"] == method
    assert inline.get_content_disposition() is None
    assert inline.get_payload(decode=True) == content
    assert attached.get_payload(decode=True) == content
    assert attached.get_filename() == filename


def test_headers_say_who_what_and_that_nobody_typed_it() -> None:
    mail = opened(LETTER)

    assert dict(mail.items()) == {
        "From": "Akademia Współpracy <szkolenia@example.org>",
        "To": "Żaneta Świątek <zaneta@ngo.example.org>",
        "Subject": LETTER.subject,
        "Date": "Thu, 01 Jul 2027 08:00:00 +0000",
        "Message-ID": "<8c1f@example.org>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Type": mail["Content-Type"],
        "MIME-Version": "1.0",
    }


def test_words_arrive_as_written() -> None:
    mail = opened(LETTER)

    plain = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().replace("\r\n", "\n") == LETTER.html


@pytest.mark.parametrize("text", ["", "Plain words.\n", "Żółć.\n", "x" * 2000])
def test_encoding_does_not_depend_on_the_words(text: str) -> None:
    mail = opened(replace(LETTER, text=text, html=text))

    leaves = [part for part in mail.walk() if not part.is_multipart()]
    assert [part["Content-Transfer-Encoding"] for part in leaves] == ["base64"] * 4


def test_unsubscribe_links_stand_whole_with_one_click() -> None:
    link = "https://example.org/wypisz/" + "Zm9v" * 30

    raw = written(replace(LETTER, list_unsubscribe=("mailto:szkolenia@example.org", link)))

    assert f"List-Unsubscribe: <mailto:szkolenia@example.org>,\r\n <{link}>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_unsubscribe_by_mail_alone_promises_no_one_click() -> None:
    mail = opened(replace(LETTER, list_unsubscribe=("mailto:szkolenia@example.org",)))

    assert mail["List-Unsubscribe"] == "<mailto:szkolenia@example.org>"
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("message_id", ["8c1f@example.org", "<8c1f@example.org>"])
def test_message_id_is_bracketed_once(message_id: str) -> None:
    raw = to_bytes(LETTER, mail_from="a@example.org", message_id=message_id, date=NOW)

    assert b"\r\nMessage-ID: <8c1f@example.org>\r\n" in raw


def test_same_letter_is_the_same_bytes() -> None:
    assert written(LETTER) == written(LETTER)


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, subject="a\r\nBcc: x@example.org"),
        replace(LETTER, to_name="a\nBcc: x@example.org"),
        replace(LETTER, to_address="a@example.org\r\nBcc: x@example.org"),
        replace(LETTER, list_unsubscribe=("https://example.org/\r\nBcc: x",)),
    ],
)
def test_header_injection_is_refused(letter: Letter) -> None:
    with pytest.raises(HeaderRefused):
        written(letter)


def test_message_id_injection_is_refused() -> None:
    with pytest.raises(HeaderRefused):
        to_bytes(LETTER, mail_from="a@example.org", message_id="<a@b>\r\nBcc: x@y", date=NOW)


def test_date_without_zone_is_refused() -> None:
    naive = datetime(2027, 7, 1, 8, 0)  # noqa: DTZ001 - the case

    with pytest.raises(NaiveInstant):
        to_bytes(LETTER, mail_from="a@example.org", message_id="<a@b>", date=naive)


@given(text=st.text(), html=st.text())
def test_any_words_make_a_sound_mail_of_ascii(text: str, html: str) -> None:
    raw = written(replace(LETTER, text=text, html=html))

    mail = message_from_bytes(raw, policy=default)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert [defect for part in mail.walk() for defect in part.defects] == []
    assert tree(mail) == tree(opened(LETTER))


@pytest.mark.parametrize("with_calendar", [False, True])
def test_attachments_come_last_and_whole(*, with_calendar: bool) -> None:
    content = bytes(range(256)) * 40
    paper = Attachment("zaswiadczenie-AW-2027-0007.pdf", content, "application/pdf")
    letter = replace(LETTER, attachments=(paper,))
    if not with_calendar:
        letter = replace(letter, calendar=None)

    mail = opened(letter)

    assert mail.get_content_type() == "multipart/mixed"
    found = list(mail.iter_attachments())[-1]
    assert found.get_filename() == "zaswiadczenie-AW-2027-0007.pdf"
    assert found.get_content_type() == "application/pdf"
    assert found.get_content() == content
    assert written(letter) == written(letter)
    assert max(map(len, written(letter).split(b"\r\n"))) <= 998
