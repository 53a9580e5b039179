"""Set certificates and read what came out; how they look was looked at as a picture."""

import hashlib
import json
import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from delivery import certificates, typeset
from delivery.certificates import file_name, hours, pdf, sheet_facts

SESSION = {"zone": "Europe/Warsaw", "place": "Ośrodek Kultury w Miłkach"}
FIRST = SESSION | {
    "starts_at": "2027-01-15T08:00:00+00:00",
    "ends_at": "2027-01-15T14:00:00+00:00",
}
SECOND = SESSION | {
    "starts_at": "2027-01-16T08:00:00+00:00",
    "ends_at": "2027-01-16T13:30:00+00:00",
}
TO_CHECK = "Sprawdzenie: w naszym czacie w Telegramie prosimy napisać /sprawdz i kod."
PROGRAMME = {
    "title": "Akademia Współpracy",
    "funder_line": "Projekt współfinansowany ze środków Unii Europejskiej",
    "organiser": "Urząd Gminy Miłki",
    "contact": "",
}
EVENT = {
    "id": 1,
    "title": "Aktywne konsultacje społeczne",
    "kind": "training",
    "place": "Urząd Gminy Miłki",
    "sessions": [FIRST, SECOND],
}


def frozen(*, event: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    facts = {
        "programme": PROGRAMME,
        "event": EVENT | (event or {}),
        "number": "AW/2027/0007",
        "code": "K7MF-2QXA-9P",
        "link": "https://t.me/akademia_bot?start=v_K7MF-2QXA-9P",
        "name": "Żaneta Gżegżółka-Świątek",
        "locale": "pl",
        "issued_at": "2027-01-18T23:30:00+00:00",
        "zone": "Europe/Warsaw",
    }
    return facts | changes


def pages(content: bytes) -> list[str]:
    found = PdfReader(BytesIO(content)).pages
    return [page.extract_text().replace("\u00a0", " ") for page in found]


def test_certificate_says_everything_in_polish() -> None:
    (page,) = pages(pdf([frozen()]))

    assert page.splitlines() == [
        "Urząd Gminy Miłki",
        "Akademia Współpracy",
        "Zaświadczenie",
        "nr AW/2027/0007",
        "o udziale w szkoleniu",
        "„Aktywne konsultacje społeczne”",
        "otrzymuje",
        "Żaneta Gżegżółka-Świątek",
        "Termin",
        "15–16 stycznia 2027 r.",
        "Miejsce",
        "Ośrodek Kultury w Miłkach",
        "Liczba godzin",
        "11:30",
        "Wystawiono 19 stycznia 2027 r.",
        "Kod: K7MF-2QXA-9P",
        f"{TO_CHECK} podpis i pieczęć organizatora",
        "Projekt współfinansowany ze środków Unii Europejskiej",
    ]


def test_certificate_says_everything_in_english() -> None:
    (page,) = pages(pdf([frozen(locale="en", event={"kind": "fair", "sessions": [FIRST]})]))

    lines = page.splitlines()
    assert lines[2:8] == [
        "Certificate",
        "No. AW/2027/0007",
        "of attendance at the event",
        "“Aktywne konsultacje społeczne”",
        "is awarded to",
        "Żaneta Gżegżółka-Świątek",
    ]
    assert lines[9] == "15 January 2027"


def test_file_is_tagged_has_a_title_and_no_moment() -> None:
    reader = PdfReader(BytesIO(pdf([frozen()])))

    assert reader.metadata is not None
    assert reader.metadata.title == "Zaświadczenie AW/2027/0007"
    assert reader.metadata.creation_date is None
    catalogue: dict[str, Any] = dict(reader.root_object)
    assert catalogue["/MarkInfo"]["/Marked"]
    assert str(catalogue["/Lang"]) == "pl"


def test_same_facts_give_the_same_bytes_also_in_another_process() -> None:
    script = (
        "import hashlib, json, sys; from delivery.certificates import pdf; "
        "print(hashlib.sha256(pdf([json.load(sys.stdin)])).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(frozen()),
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == hashlib.sha256(pdf([frozen()])).hexdigest()


def test_picture_shows_ink_where_the_words_and_the_code_are() -> None:
    with_code, without = (
        typeset.pictures("certificate", sheet_facts([frozen(link=link)]))
        for link in ("https://t.me/akademia_bot?start=v_K7MF-2QXA-9P", "")
    )

    assert [len(each) for each in (with_code, without)] == [1, 1]
    assert with_code[0].startswith(b"\x89PNG")
    assert with_code != without


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Konstantynopolitańczykowianeczka " * 3 + "Żółćińska-Gżegżółk"},
        {"name": "W" * 120},
        {"name": "A", "event": {"title": "Współpraca w gminie i o gminę z nami, a " * 5}},
        {"event": {"title": "Ż" * 200}},
        {"event": {"place": "Sala w Staświnach " * 14, "sessions": [FIRST | {"place": ""}]}},
        {
            "programme": {
                "title": "Program " * 30,
                "funder_line": "Projekt współfinansowany ze środków Unii Europejskiej " * 8,
                "organiser": "Gmina Miłki i Fundacja Rozwoju " * 8,
            },
            "name": "Konstantynopolitańczykowianeczka " * 3,
            "event": {"title": "Współpraca w gminie i o gminę z nami, a " * 5},
        },
    ],
)
def test_long_words_fit_one_page(changes: dict[str, Any]) -> None:
    facts = frozen(**changes)

    (page,) = pages(pdf([facts]))

    set_again = page.replace("\n", "").replace("\u200b", "").replace(" ", "")
    assert facts["name"].replace(" ", "") in set_again
    assert facts["event"]["title"].strip().replace(" ", "")[:60] in set_again
    assert "K7MF-2QXA-9P" in page


@pytest.mark.parametrize(
    "name",
    [
        '#import "x.typ"',
        "*b* _i_ $x$ @a <b> \\ [c]",
        "🎓🎓🎓",
        "אבג דהו",
        "\x00\x07\u202eAnna",
        "'; --",
    ],
)
def test_strange_names_are_words_and_nothing_else(name: str) -> None:
    (page,) = pages(pdf([frozen(name=name)]))

    assert "K7MF-2QXA-9P" in page


@settings(max_examples=20)
@given(name=st.text(min_size=1, max_size=120), title=st.text(min_size=1, max_size=200))
def test_any_name_and_title_give_one_page(name: str, title: str) -> None:
    assert len(pages(pdf([frozen(name=name, event={"title": title})]))) == 1


def test_all_of_an_event_come_as_one_file_with_a_page_each() -> None:
    content = pdf([frozen(name=f"Osoba {n}", number=f"AW/2027/{n:04d}") for n in range(1, 31)])

    reader = PdfReader(BytesIO(content))
    assert [f"nr AW/2027/{n:04d}" in page for n, page in enumerate(pages(content), 1)] == [
        True
    ] * 30
    assert reader.metadata is not None
    assert reader.metadata.title == "Zaświadczenia"


@pytest.mark.parametrize(
    ("sessions", "said"),
    [([FIRST], "6"), ([FIRST, SECOND], "11:30"), ([FIRST] * 20, "120"), ([], "0")],
)
def test_hours_are_those_of_the_sessions_attended(
    sessions: list[dict[str, Any]], said: str
) -> None:
    assert hours(sessions) == said


def test_hours_count_the_night_of_the_clock_change_as_it_was() -> None:
    night = SESSION | {
        "starts_at": "2027-03-28T00:00:00+00:00",
        "ends_at": "2027-03-28T02:30:00+00:00",
    }

    assert hours([night]) == "2:30"


@pytest.mark.parametrize(
    ("number", "locale", "name"),
    [
        ("AW/2027/0007", "pl", "zaswiadczenie-AW-2027-0007.pdf"),
        ("ŚŁ/2027/0007", "en", "certificate-S-2027-0007.pdf"),
    ],
)
def test_file_is_named_in_plain_letters(number: str, locale: str, name: str) -> None:
    assert file_name(frozen(number=number, locale=locale)) == name


def test_no_line_ends_in_a_word_of_one_letter_and_titles_keep_their_own_quotes() -> None:
    title = "Spotkanie o „Programie” w i z gminą"

    (page,) = sheet_facts([frozen(event={"title": title})])["pages"]

    assert page["event"] == "Spotkanie o\u00a0„Programie” w\u00a0i\u00a0z\u00a0gminą"


def test_place_of_the_event_stands_where_the_sessions_were_at_several() -> None:
    elsewhere = SECOND | {"place": "Gdzie indziej"}

    (page,) = sheet_facts([frozen(event={"sessions": [FIRST, elsewhere]})])["pages"]

    assert page["facts"][1][1] == "Urząd Gminy Miłki"


def test_chat_file_and_attachment_are_the_same_paper() -> None:
    file, attachment = certificates.chat_file(frozen()), certificates.attachment(frozen())

    assert (file.filename, file.content) == (attachment.filename, attachment.content)
    assert file.content_type == attachment.content_type == "application/pdf"
