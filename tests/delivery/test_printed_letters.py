"""Set letters for the printer and read what came out; how they look was looked at as a picture."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from delivery import typeset
from delivery.printed_letters import chat_file, pdf, sheet_facts

MILLIMETRE = 72 / 25.4
PAGE_HEIGHT = 297
PROGRAMME = {
    "title": "Akademia Współpracy",
    "funder_line": "Projekt współfinansowany ze środków Unii Europejskiej (umowa POKL.05-E77/13)",
    "organiser": "Urząd Gminy Miłki",
    "contact": "Sekretarz Gminy, tel. 600 000 100",
}
EVENT = {
    "id": 1,
    "title": "Spotkanie robocze",
    "kind": "meeting",
    "place": "Ośrodek Kultury w Miłkach",
    "sessions": [
        {
            "starts_at": "2015-02-10T15:00:00+00:00",
            "ends_at": "2015-02-10T17:00:00+00:00",
            "zone": "Europe/Warsaw",
            "place": "",
        }
    ],
}
KLUB = {
    "name": "Klub Seniora w Lipińskich",
    "address": "Lipińskie 14\n11-513 Miłki",
    "placeholders": {"organizacja": "Klub Seniora w Lipińskich"},
}
KOLKO = {
    "name": "Kółko Rolnicze",
    "address": "Kleszczewo 7\n11-513 Miłki",
    "placeholders": {"organizacja": "Kółko Rolnicze"},
}


def letters(*to: dict[str, Any], **changes: Any) -> dict[str, Any]:
    facts = {
        "programme": PROGRAMME,
        "case_number": "SK.523.3.2015",
        "dated": "2015-02-05",
        "subject": "Zaproszenie na spotkanie",
        "body": "Szanowni Państwo,\n\nzapraszam: {organizacja}. {data}, {miejsce}.",
        "signature": "Wójt Gminy Miłki",
        "file": None,
        "event": EVENT,
        "deadline": "2015-02-09T11:00:00+00:00",
    }
    return {"broadcast_id": 5, "facts": facts | changes, "to": list(to or (KLUB, KOLKO))}


def pages(content: bytes) -> list[str]:
    found = PdfReader(BytesIO(content)).pages
    return [" ".join(page.extract_text().replace("\u00a0", " ").split()) for page in found]


def test_one_file_has_the_addresses_first_and_a_page_for_each() -> None:
    first, klub, kolko = pages(pdf(letters()))

    assert first == (
        "Listy do wydruku Zaproszenie na spotkanie Lp. Organizacja Adres pocztowy "
        "1. Klub Seniora w Lipińskich Lipińskie 14 11-513 Miłki "
        "2. Kółko Rolnicze Kleszczewo 7 11-513 Miłki "
        "Projekt współfinansowany ze środków Unii Europejskiej (umowa POKL.05-E77/13)"
    )
    assert "Klub Seniora" not in kolko
    assert klub == (
        "Urząd Gminy Miłki Akademia Współpracy Miłki, 5 lutego 2015 r. "
        "Znak sprawy SK.523.3.2015 Klub Seniora w Lipińskich Lipińskie 14 11-513 Miłki "
        "Zaproszenie na spotkanie Szanowni Państwo, "
        "zapraszam: Klub Seniora w Lipińskich. 10 lutego 2015, Ośrodek Kultury w Miłkach. "
        "Wydarzenie Spotkanie robocze Termin wtorek, 10 lutego 2015, godz. 16:00–18:00 "
        "Miejsce Ośrodek Kultury w Miłkach Zgłoszenia do poniedziałek, 9 lutego 2015, "
        "godz. 12:00 Aby się zgłosić, prosimy zadzwonić lub napisać: Sekretarz Gminy, "
        "tel. 600 000 100 Wójt Gminy Miłki podpis i pieczęć "
        "Projekt współfinansowany ze środków Unii Europejskiej (umowa POKL.05-E77/13)"
    )


def test_letter_about_no_event_has_its_words_alone() -> None:
    _first, letter = pages(
        pdf(letters(KLUB, event=None, deadline=None, case_number="", dated=None, body="Cześć."))
    )

    assert letter == (
        "Urząd Gminy Miłki Akademia Współpracy Miłki Klub Seniora w Lipińskich Lipińskie 14 "
        "11-513 Miłki Zaproszenie na spotkanie Cześć. Wójt Gminy Miłki podpis i pieczęć "
        "Projekt współfinansowany ze środków Unii Europejskiej (umowa POKL.05-E77/13)"
    )


@pytest.mark.parametrize(
    "to",
    [
        KLUB,
        {
            "name": "Stowarzyszenie na rzecz Rozwoju i Odnowy Wsi Jagodne Wielkie „Zielony Brzeg”",
            "address": "u sołtysa\nul. Wojska Polskiego 112 m. 14\n11-513 Miłki\npoczta Miłki",
            "placeholders": {},
        },
    ],
)
def test_addressee_stands_in_the_window_of_the_envelope(to: dict[str, Any]) -> None:
    page = PdfReader(BytesIO(pdf(letters(to)))).pages[1]
    wanted = {*to["address"].splitlines()}
    found: list[tuple[float, float]] = []

    def visit(words: str, cm: list[float], tm: list[float], *_font: Any) -> None:
        if words.replace("\u00a0", " ").strip() in wanted:
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((x / MILLIMETRE, PAGE_HEIGHT - y / MILLIMETRE))

    page.extract_text(visitor_text=visit)

    assert len(found) == len(wanted)
    # 110 to 190 mm from the left and 60 to 84 mm from above, however the sheet lies in it.
    assert all(110 <= x <= 190 and 60 <= y <= 84 for x, y in found)


def test_second_page_of_a_letter_is_numbered_and_each_letter_begins_anew() -> None:
    body = "\n\n".join(["Bardzo ważne zdanie o spotkaniu. " * 12] * 9)

    found = pages(pdf(letters(KLUB, KOLKO, body=body)))

    numbers = [page.rpartition("E77/13)")[2].strip() for page in found]
    assert numbers == ["", "", "strona 2", "", "strona 2"]


def test_what_people_wrote_is_never_markup() -> None:
    evil = {"name": "#panic() $x$ *", "address": "= 1\n#sys", "placeholders": {}}

    first, letter = pages(pdf(letters(evil, body='#import "x" <a> @b \\ {osoba}', event=None)))

    assert "#panic() $x$ *" in first
    assert '#import "x" <a> @b \\ {osoba}' in letter


def test_same_facts_give_the_same_bytes() -> None:
    assert pdf(letters()) == pdf(letters())
    assert chat_file(letters()).filename == "listy-do-wydruku-5.pdf"


def test_place_is_read_from_the_postal_code_or_the_name_of_the_office() -> None:
    def place(organiser: str) -> str:
        facts = letters(programme=PROGRAMME | {"organiser": organiser})
        return str(sheet_facts(facts)["place_and_date"]).replace("\u00a0", " ")

    assert place("Urząd Gminy, ul. Mazurska 2, 11-513 Miłki") == "Miłki, 5 lutego 2015 r."
    assert place("Urząd Gminy Stare Juchy") == "Stare Juchy, 5 lutego 2015 r."
    assert place("Fundacja Dobra") == "5 lutego 2015 r."


@settings(max_examples=10)
@given(name=st.text(max_size=300), lines=st.lists(st.text(max_size=80), max_size=8), body=st.text())
def test_any_words_can_be_set(name: str, lines: list[str], body: str) -> None:
    to = {"name": name, "address": "\n".join(lines), "placeholders": {}}

    assert typeset.pdf("letters", sheet_facts(letters(to, body=body))).startswith(b"%PDF")
