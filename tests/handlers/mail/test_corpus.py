"""Every mail of the corpus, read and sorted, leads to the one action that stands beside it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail import mime, sorting, wording
from handlers.mail.read_mail import ReadMail
from programme.calendar_answers import CalendarAnswer
from programme.returned_mail import ReturnedMail
from tests.handlers.mail import expected_calendar, expected_returned

CORPUS = Path(__file__).parent / "corpus"
LETTERS = sorted(CORPUS.glob("*.eml"))
OURS = frozenset({"akademia@gmina.example.org"})
KINDS = {
    ReturnedMail: "returned",
    sorting.Automatic: "automatic",
    CalendarAnswer: "calendar",
    sorting.Own: "own",
    sorting.Letter: "letter",
}
PLACEHOLDER = b"@@10MB@@"
FEWEST = 60
# What a file says of the database; the rest is what the mail is read as.
EFFECT = ("world", "our_sequence", "effect")


def raw_mail(file: Path) -> bytes:
    """Give the bytes of a mail; the large one gets its ten megabytes here and not in git."""
    line = b"QUJD" * 19 + b"\r\n"
    return file.read_bytes().replace(PLACEHOLDER, line * (10_000_000 // 57))


def _beside(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def expected_of(file: Path) -> dict[str, Any]:
    """Give what a mail must be read as."""
    return {name: value for name, value in _beside(file).items() if name not in EFFECT}


def effect_of(file: Path) -> dict[str, Any]:
    """Give what a mail must change: the letter that it answers and what is new afterwards."""
    return {name: value for name, value in _beside(file).items() if name in EFFECT}


def letter_as_found(mail: ReadMail, expected: dict[str, Any]) -> dict[str, Any]:
    """Say of a letter what is expected of it: what it asks for, and what else is named there."""
    wish = wording.understand(mail.words, mail.subject)
    people = [
        {
            "name": person.name,
            **({"email": person.email} if person.email else {}),
            **({"phone": person.phone} if person.phone else {}),
            **({} if person.is_sure else {"is_sure": False}),
        }
        for person in wish.people
    ]
    found = {
        "sort": "letter",
        "answer": wish.answer,
        "people": people,
        "rest": wish.rest,
        "files": [file.filename for file in mail.files],
        "subject": mail.subject,
        "sender_name": mail.sender_name,
    }
    wanted = expected if "answer" in expected else {"sort": "letter"}
    return {name: found[name] for name in wanted}


def as_found(file: Path) -> dict[str, Any]:
    """Read and sort a mail, and say what is found in the words of its expectation."""
    mail = mime.read(raw_mail(file))
    expected = expected_of(file)
    found = sorting.sort(mail, our_addresses=OURS)
    match found:
        case sorting.Letter():
            return letter_as_found(mail, expected)
        case CalendarAnswer():
            return {"sort": "calendar"} | expected_calendar.written(found)
        case _:
            return expected_returned.seen(found, expected)


@pytest.mark.parametrize("file", LETTERS, ids=lambda file: file.stem)
def test_mail_leads_to_its_one_action(file: Path) -> None:
    found = as_found(file)

    assert found == expected_of(file)


def test_corpus_is_large_enough() -> None:
    kinds = [str(expected_of(file)["sort"]) for file in LETTERS]

    assert len(LETTERS) >= FEWEST
    assert set(kinds) == set(KINDS.values())


def test_corpus_has_one_expectation_for_each_mail() -> None:
    named = {file.stem for file in CORPUS.glob("*.json")}

    assert named == {file.stem for file in LETTERS}


def test_mail_of_ten_megabytes_is_read_at_once() -> None:
    raw = raw_mail(CORPUS / "letter-large-attachment.eml")

    begun = time.process_time()
    mail = mime.read(raw)
    taken = time.process_time() - begun

    assert len(mail.files[0].content) == 10_000_000 // 57 * 57
    assert taken < 1


@given(
    file=st.sampled_from(LETTERS),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=8),
    end=st.floats(0, 1),
)
def test_mutilated_mail_is_read(file: Path, cuts: list[tuple[float, bytes]], end: float) -> None:
    raw = bytearray(file.read_bytes())
    for place, given_bytes in cuts:
        at = int(place * len(raw))
        raw[at : at + len(given_bytes)] = given_bytes
    cut = bytes(raw[: int(end * len(raw))])

    mail = mime.read(cut)

    wording.understand(mail.words, mail.subject)
    assert isinstance(sorting.sort(mail, our_addresses=OURS), tuple(KINDS))
