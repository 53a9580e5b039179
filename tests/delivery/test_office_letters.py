"""Letters of the office to many: their file, the words of their readers, and whether they fit."""

from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import letter_room, office_letters
from delivery.compose import compose_chat
from delivery.limits import CAPTION_LENGTH, TEXT_LENGTH, check_limits, visible_length
from delivery.stencil_mail import Post, mail_copy
from tests.delivery.many import CASES, NOW

LETTER = CASES["invitation-letter"]
POST = Post("Urząd <akademia@example.org>", "anna@example.org", "<a@example.org>", NOW)
FILE = b"%PDF-1.7\n" + bytes(range(256)) * 40


def letter(**changes: Any) -> dict[str, Any]:
    return {**LETTER, **changes}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Program współpracy.pdf", "Program-wspolpracy.pdf"),
        ("ŁÓDŹ ćma.PDF", "LODZ-cma.PDF"),
        ("日本.pdf", "pismo.pdf"),
        ("bez kropki", "bez-kropki.pdf"),
        ("../../etc/passwd\r\nBcc: x.pdf", "etc-passwd-Bcc-x.pdf"),
    ],
)
def test_name_of_a_file_by_mail_is_plain(name: str, plain: str) -> None:
    assert office_letters.plain_name(name) == plain


def test_mail_carries_the_file_that_was_read_for_it() -> None:
    for name in ("Anna", "Jan", "Ewa Żółć", "Zofia"):
        facts = letter(person={"name": name})
        raw = mail_copy("invitation", facts, "pl", replace(POST, attached=FILE))
        read = message_from_bytes(raw, policy=policy.default)
        [attached] = list(read.iter_attachments())
        assert attached.get_payload(decode=True) == FILE
        assert attached.get_filename() == "Projekt-programu-wspolpracy.pdf"


def test_stencil_gives_each_mail_its_own_file() -> None:
    mails = [
        mail_copy("invitation", letter(), "pl", replace(POST, attached=content))
        for content in (FILE, FILE, FILE, FILE + b"2", FILE)
    ]

    found = [
        next(iter(message_from_bytes(raw, policy=policy.default).iter_attachments()))
        for raw in mails
    ]
    assert [one.get_payload(decode=True) for one in found] == [FILE] * 3 + [FILE + b"2", FILE]
    assert mails[0] == mails[2] == mails[4]


@pytest.mark.parametrize("letters", [100, 900, 1_100, 3_000])
def test_file_stands_beside_short_words_and_below_long_ones(letters: int) -> None:
    message = compose_chat("invitation", letter(body="ż" * letters), "pl")

    check_limits(message)
    is_caption = message.document is not None
    assert is_caption == (visible_length(message.text) <= CAPTION_LENGTH)
    assert ("if:3" in [one.data for row in message.buttons for one in row]) == (not is_caption)


@given(
    letters=st.integers(0, 4_200),
    name=st.text(st.sampled_from("ąW😀&<{}"), max_size=200),
    file=st.booleans(),
)
def test_what_has_room_reaches_the_chat_uncut(letters: int, name: str, file: bool) -> None:
    facts = letter(
        body="{osoba}," + "x" * letters,
        placeholders={"osoba": name},
        file=LETTER["file"] if file else None,
    )

    too_many = letter_room.too_many(facts)
    message = compose_chat("invitation", facts, "pl")

    check_limits(message)
    assert visible_length(message.text) <= TEXT_LENGTH
    if not too_many:
        assert "x" * letters in message.text


def test_room_is_missing_by_as_many_characters_as_are_told() -> None:
    facts = letter(body="x" * 5_000, file=None)

    too_many = letter_room.too_many(facts)

    assert too_many > 0
    assert letter_room.too_many(facts | {"body": "x" * (5_000 - too_many)}) == 0
    assert letter_room.too_many(facts | {"body": "x" * (5_001 - too_many)}) == 1
