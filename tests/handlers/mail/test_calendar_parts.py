"""What a calendar part is read as, whatever it is; the corpus has the forms of the programs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail import calendar_parts, mime
from handlers.mail.calendar_parts import LARGEST, MOST_ENTRIES
from handlers.mail.read_mail import MailFile, ReadMail
from programme.calendar_answers import AnsweredEntry, Attendee

UID = "3f6c1c52-9f0e-4a37-8f0e-6d2f6a6d4b11"
CORPUS = [
    part
    for file in sorted((Path(__file__).parent / "corpus").glob("calendar-*.eml"))
    if b"BEGIN:VCALENDAR" in (part := file.read_bytes())
]


def mail(*calendars: bytes, files: tuple[MailFile, ...] = ()) -> ReadMail:
    return ReadMail(
        message_id="<1@example.org>",
        sender="jan@example.org",
        sender_name="Jan",
        recipients=(),
        subject="Odpowiedź",
        text="Nie przyjdę.",
        words="Nie przyjdę.",
        references=(),
        calendars=calendars,
        files=files,
    )


def calendar(*lines: str, method: str = "REPLY", uid: str = UID) -> bytes:
    whole = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//x//y//EN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(whole).encode()


YES = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:jan@example.org"


def only(content: bytes) -> AnsweredEntry:
    answer = calendar_parts.read(mail(content))
    assert answer is not None
    (entry,) = answer.entries
    return entry


def test_answer_has_the_words_of_the_mail_for_staff() -> None:
    answer = calendar_parts.read(mail(calendar(YES, "DTSTAMP:20270104T100000Z", "SEQUENCE:3")))

    assert answer is not None
    assert (answer.sender, answer.original) == ("jan@example.org", "Odpowiedź\n\nNie przyjdę.")
    assert answer.entries == (
        AnsweredEntry(
            "REPLY",
            UID,
            3,
            (Attendee("jan@example.org", "ACCEPTED"),),
            datetime(2027, 1, 4, 10, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "DECLINECOUNTER", ""])
def test_word_of_an_organiser_is_no_answer(method: str) -> None:
    assert calendar_parts.read(mail(calendar(YES, method=method))) is None


def test_same_calendar_in_the_text_and_in_a_file_is_read_once() -> None:
    content = calendar(YES)
    file = MailFile("invite.ics", "application/octet-stream", content)

    answer = calendar_parts.read(mail(content, content, files=(file,)))

    assert answer is not None
    assert len(answer.entries) == 1


def test_part_that_is_too_large_says_nothing() -> None:
    padding = "X-PAD:" + "a" * 60
    large = calendar(YES, *[padding] * (LARGEST // 60))

    assert len(large) > LARGEST
    assert calendar_parts.read(mail(large)) is None
    assert calendar_parts.read(mail(large, calendar(YES))) is not None


def test_no_more_entries_are_read_than_a_training_may_have_days() -> None:
    many = b"".join(calendar(YES, uid=f"{number}") for number in range(MOST_ENTRIES + 5))

    answer = calendar_parts.read(mail(many))

    assert answer is not None
    assert len(answer.entries) == MOST_ENTRIES


@pytest.mark.parametrize(
    ("line", "attendees"),
    [
        ("ATTENDEE;PARTSTAT=declined:MAILTO:JAN@Example.org", (("jan@example.org", "DECLINED"),)),
        ("ATTENDEE;PARTSTAT=DECLINED:jan@example.org", (("jan@example.org", "DECLINED"),)),
        ("ATTENDEE:mailto:jan@example.org", (("jan@example.org", "NEEDS-ACTION"),)),
        ("ATTENDEE;PARTSTAT=ACCEPTED:invalid:nomail", ()),
        ("SUMMARY:nobody", ()),
    ],
)
def test_attendee_is_read_however_it_is_written(
    line: str, attendees: tuple[tuple[str, str], ...]
) -> None:
    assert only(calendar(line)).attendees == tuple(Attendee(*one) for one in attendees)


@pytest.mark.parametrize(
    ("line", "sequence"),
    [("SEQUENCE:2", 2), ("SEQUENCE:-4", 0), ("SEQUENCE:x", 0), (f"SEQUENCE:{9**20}", 2**31 - 1)],
)
def test_sequence_is_a_number_that_the_database_holds(line: str, sequence: int) -> None:
    assert only(calendar(YES, line)).sequence == sequence


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("DTSTART:20270714T070000Z", datetime(2027, 7, 14, 7, tzinfo=UTC)),
        (
            "DTSTART;TZID=Central European Standard Time:20270714T090000",
            datetime(2027, 7, 14, 7, tzinfo=UTC),
        ),
        ("DTSTART;TZID=Europe/Warsaw:20261025T090000", datetime(2026, 10, 25, 8, tzinfo=UTC)),
        ("DTSTART;TZID=Europe/Warsaw:20260329T090000", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20270714", None),
        ("DTSTART:20270714T090000", None),
        ("DTSTART;TZID=Nowhere/Atall:20270714T090000", None),
    ],
)
def test_moments_are_instants_or_nothing(line: str, moment: datetime | None) -> None:
    assert only(calendar(YES, line)).starts_at == moment


def test_nul_that_no_database_keeps_is_left_out() -> None:
    entry = only(calendar(YES, "COMMENT:Nie\0stety", uid="a\0b"))

    assert (entry.uid, entry.comment) == ("ab", "Niestety")


def test_two_answers_are_two_entries() -> None:
    answer = calendar_parts.read(mail(calendar(YES, uid="a") + calendar(YES, uid="b")))

    assert answer is not None
    assert [one.uid for one in answer.entries] == ["a", "b"]


@given(
    which=st.sampled_from(CORPUS),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8)), max_size=8),
    end=st.floats(0, 1),
)
def test_nothing_that_comes_is_ever_an_error(
    which: bytes, cuts: list[tuple[float, bytes]], end: float
) -> None:
    raw = bytearray(which[which.index(b"BEGIN:VCALENDAR") :])
    for place, given_bytes in cuts:
        at = int(place * len(raw))
        raw[at : at + len(given_bytes)] = given_bytes

    answer = calendar_parts.read(mail(bytes(raw[: int(end * len(raw))])))

    assert answer is None or answer.entries


@given(content=st.binary(max_size=400))
def test_any_bytes_are_no_error(content: bytes) -> None:
    calendar_parts.read(mail(content, b"BEGIN:VCALENDAR\r\n" + content))


def test_commands_to_a_terminal_do_not_come_through() -> None:
    raw = (
        b"From: jan@example.org\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\n"
        b"COMMENT:Hej \x1b[2J\xc2\x9b!\r\n"
        b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:\x1b[2Jjan@example.org\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )

    answer = calendar_parts.read(mime.read(raw))

    assert answer is not None
    [entry] = answer.entries
    assert entry.comment == "Hej [2J!"
    assert entry.attendees == (Attendee("[2jjan@example.org", "ACCEPTED"),)
