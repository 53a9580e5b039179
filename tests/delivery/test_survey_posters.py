"""The poster and the codes on paper: what stands there, and that a phone can read it."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from delivery import survey_posters, typeset

LINK = "https://gmina.example.org/a/k7m4px2"
CODES = ("K7M4-PX2R", "ABCD-EFGH", "MNPQ-2345")


def _facts(**changed: Any) -> dict[str, Any]:
    return {
        "programme": {
            "title": "Akademia Współpracy",
            "organiser": "Urząd Gminy Miłki",
            "funder_line": "Projekt współfinansowany z programu NOWEFIO",
            "contact": "Anna Wzorowa, tel. 600 000 000",
        },
        "survey_key": "mieszkancy",
        "wave_key": "baseline",
        "title": "Co Państwo wiedzą o organizacjach?",
        "intro": "Prosimy o kilka minut. Wyniki pokażemy na zebraniu.",
        "privacy": "anonymous",
        "minutes": 5,
        "closes_at": "2027-02-14T22:59:00+00:00",
        "zone": "Europe/Warsaw",
        "link": LINK,
        "address": "gmina.example.org/a/k7m4px2",
        "codes": CODES,
    } | changed


def _words(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).replace("\u00a0", " ").split())


def _read_by_phone(picture: bytes, folder: Path) -> list[str]:
    """Let zbarimg read what is on a picture, as a camera does."""
    reader = shutil.which("zbarimg")
    assert reader is not None, "apt-get install zbar-tools"
    file = folder / "sheet.png"
    file.write_bytes(picture)
    found = subprocess.run(
        [reader, "--quiet", "--raw", str(file)], check=True, capture_output=True, text=True
    )
    return sorted(found.stdout.split())


def test_poster_says_all_that_somebody_needs_on_one_page() -> None:
    file = survey_posters.poster_file(_facts())

    words = _words(file.content)

    assert (file.filename, len(PdfReader(BytesIO(file.content)).pages)) == (
        "plakat-mieszkancy-baseline.pdf",
        1,
    )
    for wanted in (
        "Co Państwo wiedzą o organizacjach?",
        "gmina.example.org/a/k7m4px2",
        "Zajmie to około 5 minut. Termin odpowiedzi: niedziela, 14 lutego 2027.",
        "Ankieta jest anonimowa: nie pytamy, kim Państwo są",
        "Bez telefonu? Chętnie pomożemy: Anna Wzorowa, tel. 600 000 000",
        "NOWEFIO",
    ):
        assert wanted in words


def test_phone_reads_the_link_from_the_poster(tmp_path: Path) -> None:
    picture = survey_posters.poster_picture(_facts())

    assert _read_by_phone(picture.content, tmp_path) == [LINK]


def test_each_card_has_its_code_in_letters_and_for_a_phone(tmp_path: Path) -> None:
    words = _words(survey_posters.codes_file(_facts()).content)
    [picture] = survey_posters.codes_pictures(_facts())

    assert [code in words for code in CODES] == [True] * 3
    assert _read_by_phone(picture, tmp_path) == sorted(f"{LINK}?k={code}" for code in CODES)


@pytest.mark.parametrize(("codes", "pages"), [(1, 1), (8, 1), (9, 2), (40, 5)])
def test_eight_cards_stand_on_a_page(codes: int, pages: int) -> None:
    file = survey_posters.codes_file(_facts(codes=[CODES[0]] * codes))

    assert len(PdfReader(BytesIO(file.content)).pages) == pages


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Bardzo długi tytuł ankiety o wszystkim " * 8},
        {"title": "B" * 400, "intro": "słowo" * 300},
        {"intro": "", "closes_at": None, "privacy": "named"},
        {"title": '#import "x" $ \\ [*] <b>', "intro": "*_`=/<script>"},
        {"address": "bardzo-dluga-nazwa-gminy-i-powiatu.example.org/akademia/a/k7m4px2"},
    ],
    ids=["long", "no spaces", "bare", "markup", "long address"],
)
def test_poster_stays_on_one_page_whatever_the_words(changed: dict[str, Any]) -> None:
    facts = _facts(**changed)

    assert len(typeset.pictures("survey_poster", survey_posters.poster_facts(facts))) == 1
    assert len(survey_posters.codes_pictures(facts)) == 1
