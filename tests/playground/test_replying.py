"""People's answers to mails, as their programs write them."""

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from playground import replying
from playground.mail import StoredMail
from playground.persona import Persona
from playground.replying import PostBox

NOW = datetime(2027, 6, 29, 7, 30, tzinfo=UTC)
ZOFIA = Persona(
    user_id=1,
    first_name="Zofia",
    last_name="Jagodna",
    language_code="pl",
    description="",
    email="zofia@example.org",
    group="",
)
INVITED = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a1@example.org\r\nSEQUENCE:2\r\n"
    "DTSTART:20270706T070000Z\r\nDTEND:20270706T090000Z\r\nSUMMARY:Bardzo długie spotk\r\n anie\r\n"
    "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:zofia@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def invitation() -> StoredMail:
    mail = EmailMessage()
    mail["From"] = "Urząd <akademia@example.org>"
    mail["Reply-To"] = "akademia+abc@example.org"
    mail["Message-ID"] = "<abc@example.org>"
    mail["Subject"] = "Zaproszenie"
    mail.set_content("Zapraszamy.\nDo zobaczenia\n")
    mail.add_alternative(INVITED, subtype="calendar")
    return StoredMail(1, "akademia@example.org", ("zofia@example.org",), mail.as_bytes(), NOW)


def test_words_stand_above_the_quoted_letter() -> None:
    answer = replying.words(ZOFIA, invitation(), " TAK ", now=NOW)

    assert (answer["To"], answer["Subject"]) == ("akademia+abc@example.org", "Odp: Zaproszenie")
    assert (answer["In-Reply-To"], answer["References"]) == ("<abc@example.org>",) * 2
    text = answer.get_content()
    assert text.startswith("TAK\n\n29.06.2027 07:30 Urząd <akademia@example.org> napisał(a):\n\n")
    assert text.endswith("> Zapraszamy.\n> Do zobaczenia\n")


def test_calendar_answers_with_the_same_uid_and_number() -> None:
    answer = replying.calendar(ZOFIA, invitation(), "DECLINED", now=NOW)

    part = next(one for one in answer.walk() if one.get_content_type() == "text/calendar")
    said = part.get_content()
    assert answer["Subject"] == "Odrzucono: Bardzo długie spotkanie"
    assert part.get_param("method") == "REPLY"
    assert "METHOD:REPLY" in said
    assert "UID:a1@example.org" in said
    assert "SEQUENCE:2" in said
    assert "PARTSTAT=DECLINED:\n mailto:zofia@example.org" in said.replace("\r\n", "\n")
    assert "NEEDS-ACTION" not in said


def test_calendar_answers_nothing_else() -> None:
    with pytest.raises(ValueError, match="MAYBE"):
        replying.calendar(ZOFIA, invitation(), "MAYBE", now=NOW)


def test_post_box_delivers_whole_mails(tmp_path: Path) -> None:
    box = PostBox(tmp_path / "maildir")

    box.post(replying.words(ZOFIA, invitation(), "TAK", now=NOW))

    kept = [path for path in (tmp_path / "maildir").glob("*/*") if path.is_file()]
    assert [path.parent.name for path in kept] == ["new"]
    read = email.message_from_bytes(kept[0].read_bytes(), policy=default)
    assert read["From"] == "Zofia Jagodna <zofia@example.org>"
