import re
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from delivery import typeset
from delivery.attendance_sheets import (
    EMPTY_ROWS,
    code_picture,
    code_sheet_facts,
    code_sheet_file,
    list_facts,
    part,
    signing_list,
    signing_list_file,
)
from texts.translator import load

FUNDER = "Projekt współfinansowany z programu NOWEFIO"
TITLE = "Budowanie partnerstw w gminie"
LINK = "https://t.me/akademia_bot?start=a_472936"
COLUMNS = "Lp. Imię i nazwisko Organizacja Podpis"
# Names without a space that a line could be broken at.
NAMES = [f"Żółw{number:02d}" for number in range(1, 61)]


def _session(day: int = 15, position: int = 1, of: int = 1) -> dict[str, Any]:
    return {
        "starts_at": f"2027-01-{day}T08:00:00+00:00",
        "ends_at": f"2027-01-{day}T14:00:00+00:00",
        "zone": "Europe/Warsaw",
        "place": "Urząd Gminy w Miłkach, sala 12",
        "position": position,
        "of": of,
        "days": of,
    }


def _facts(names: list[str], *, days: int = 1, title: str = TITLE) -> dict[str, Any]:
    return {
        "programme": {
            "title": "Akademia Współpracy",
            "organiser": "Urząd Gminy Miłki",
            "funder_line": FUNDER,
            "contact": "",
        },
        "event": {"title": title},
        "sessions": [_session(15 + day, day + 1, days) for day in range(days)],
        "rows": [
            {"number": number, "name": name, "organisation": "KGW Miłki"}
            for number, name in enumerate(names, 1)
        ],
        "printed": {"number": 2, "made_at": "2027-01-14T14:00:00+00:00"},
    }


def _code_facts(title: str = TITLE) -> dict[str, Any]:
    return {
        **_facts([], title=title),
        "session": _session(15, 1, 2),
        "code": "472936",
        "opens_at": "2027-01-15T07:00:00+00:00",
        "closes_at": "2027-01-15T14:30:00+00:00",
    }


def _pages(content: bytes) -> list[str]:
    texts = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    return [re.sub(r"\s+", " ", text.replace("\u00a0", " ")) for text in texts]


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (3, 1), (24, 2), (60, 3)])
def test_list_holds_every_name_once_and_repeats_its_head(people: int, pages: int) -> None:
    found = _pages(signing_list(_facts(NAMES[:people])))

    together = " ".join(found)
    assert [together.count(name) for name in NAMES] == [1] * people + [0] * (60 - people)
    assert [page.count(COLUMNS) for page in found] == [1] * pages
    assert [page.count(FUNDER) for page in found] == [1] * pages
    assert [f"strona {at} z {pages}" in page for at, page in enumerate(found, 1)] == [True] * pages
    assert [page.count(TITLE) for page in found] == [1] * pages
    last = people + EMPTY_ROWS
    assert [f"{number}." in together for number in range(1, last + 1)] == [True] * last


def test_list_names_the_session_and_leaves_room_for_who_leads_it() -> None:
    [page] = _pages(signing_list(_facts(NAMES[:2])))

    head = page.split(COLUMNS)[0]
    assert head.startswith(f"Urząd Gminy Miłki Akademia Współpracy Lista obecności {TITLE} ")
    assert "piątek, 15 stycznia 2027, godz. 9:00–15:00" in head
    assert "Urząd Gminy w Miłkach, sala 12" in head
    assert "Prowadzący:" in head
    assert "lista nr 2, czwartek, 14 stycznia 2027, godz. 15:00" in page


def test_each_day_has_a_sheet_with_its_own_pages() -> None:
    found = _pages(signing_list(_facts(NAMES[:30], days=2)))

    numbers = [re.findall(r"strona \d z \d", page) for page in found]
    assert numbers == [["strona 1 z 2"], ["strona 2 z 2"]] * 2
    assert [("dzień 1 z 2" in page, "dzień 2 z 2" in page) for page in found] == [
        (True, False),
        (False, False),
        (False, True),
        (False, False),
    ]
    assert ["16 stycznia 2027" in page for page in found] == [False, False, True, True]


def test_the_same_facts_give_the_same_bytes() -> None:
    assert signing_list(_facts(NAMES[:3])) == signing_list(_facts(NAMES[:3]))


def test_long_names_and_titles_are_cut_or_wrapped_but_never_refused() -> None:
    names = ["A" * 500, "Maria Konstancja " * 20, "🙂" * 50, "#panic() $x$ *a* <b>"]
    found = " ".join(_pages(signing_list(_facts(names, title="Bardzo długi tytuł " * 30))))

    assert ("#panic() $x$ *a* <b>" in found, "Bardzo długi tytuł" in found) == (True, True)


@given(st.lists(st.text(max_size=60), max_size=4))
@settings(max_examples=15, deadline=None)
def test_any_names_can_be_printed(names: list[str]) -> None:
    assert signing_list(_facts(names))[:5] == b"%PDF-"


def test_no_line_of_the_list_ends_in_a_word_of_one_letter() -> None:
    facts = list_facts(_facts(["Jan z Miłek"], title="Wspólnie i z sercem o gminie"))

    title = "Wspólnie i\u00a0z\u00a0sercem o\u00a0gminie"
    assert (facts["rows"][0][1], facts["title"]) == ("Jan z\u00a0Miłek", title)


def test_code_sheet_says_code_event_session_and_hours() -> None:
    file = code_sheet_file(_code_facts(), link=LINK, bot="akademia_bot")

    [page] = _pages(file.content)
    assert file.filename == "kod-obecnosci-2027-01-15.pdf"
    for words in (
        "Akademia Współpracy",
        TITLE,
        "piątek, 15 stycznia 2027, godz. 9:00–15:00 (dzień 1 z 2)",
        "@akademia_bot",
        "Kod działa od godz. 8:00 do godz. 15:30.",
        FUNDER,
    ):
        assert words in page
    assert re.search(r"472 ?936", page)


def test_code_sheet_stays_on_one_page_with_the_longest_title() -> None:
    facts = code_sheet_facts(_code_facts("Bardzo długi tytuł " * 30), link=LINK, bot="b" * 32)

    assert len(typeset.pictures("attendance_code", facts)) == 1


def test_code_picture_is_a_picture() -> None:
    picture = code_picture(_code_facts(), link=LINK, bot="akademia_bot")

    assert (picture.filename, picture.content[:4]) == ("kod-obecnosci-2027-01-15.png", b"\x89PNG")


def test_list_file_is_named_after_its_first_day() -> None:
    file = signing_list_file(_facts(NAMES[:1], days=2))

    assert (file.filename, file.content_type) == (
        "lista-obecnosci-2027-01-15.pdf",
        "application/pdf",
    )


@pytest.mark.parametrize(
    ("number", "count", "days", "words"),
    [(1, 1, 1, ""), (1, 2, 2, "dzień 1 z\u00a02"), (2, 3, 2, "część 2 z\u00a03")],
)
def test_part_says_which_day_it_is(number: int, count: int, days: int, words: str) -> None:
    assert part(load("pl"), number=number, count=count, days=days) == words
