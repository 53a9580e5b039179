from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from delivery import typeset
from delivery.typeset import SheetBroken

PROGRAMME = {"funder_line": "Projekt współfinansowany ze środków Unii Europejskiej"}
TEMPLATE = """
#import "_sheet.typ": facts, sheet
#show: sheet.with(title: facts.title)
#facts.words
"""


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("sheets")
    frame = (typeset.SHEETS / "_sheet.typ").read_text(encoding="utf-8")
    (folder / "_sheet.typ").write_text(frame, encoding="utf-8")
    (folder / "letter.typ").write_text(TEMPLATE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typeset, "SHEETS", folder)
        yield folder


def facts(words: str) -> dict[str, object]:
    return {"programme": PROGRAMME, "title": "Pismo", "words": words}


def read(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.mark.usefixtures("sheets")
def test_pdf_holds_the_words_and_the_funders_line() -> None:
    text = read(typeset.pdf("letter", facts("Zażółć gęślą jaźń")))

    assert text.splitlines() == ["Zażółć gęślą jaźń", f"{PROGRAMME['funder_line']} 1 / 1"]


@pytest.mark.usefixtures("sheets")
def test_pdf_of_the_same_facts_has_the_same_bytes() -> None:
    assert typeset.pdf("letter", facts("Raz")) == typeset.pdf("letter", facts("Raz"))


@pytest.mark.usefixtures("sheets")
def test_pdf_tells_its_title() -> None:
    details = PdfReader(BytesIO(typeset.pdf("letter", facts("Raz")))).metadata

    assert details is not None
    assert details.title == "Pismo"


@pytest.mark.usefixtures("sheets")
def test_pictures_give_one_a_page() -> None:
    pages = typeset.pictures("letter", facts("Wiersz.\n\n" * 200))

    assert [page[:4] for page in pages] == [b"\x89PNG"] * len(pages)
    assert len(pages) > 1


@pytest.mark.usefixtures("sheets")
@pytest.mark.parametrize(
    "words",
    ["#panic()", "= Tytuł", "$x$", '"', "\\", '#import "/etc/passwd"', "*a* _b_ `c`", "@x", "//"],
)
def test_pdf_takes_markup_for_words(words: str) -> None:
    assert read(typeset.pdf("letter", facts(words))).splitlines()[0] == words


def test_pdf_with_a_missing_fact_is_refused(sheets: Path) -> None:
    (sheets / "broken.typ").write_text('#import "_sheet.typ": facts\n#facts.nobody')

    with pytest.raises(SheetBroken):
        typeset.pdf("broken", facts("Raz"))


def test_pdf_reads_no_file_outside_its_folder(sheets: Path) -> None:
    (sheets.parent / "secret.txt").write_text("tajne")
    (sheets / "thief.typ").write_text('#read("../secret.txt")')

    with pytest.raises(SheetBroken):
        typeset.pdf("thief", facts("Raz"))


@pytest.mark.usefixtures("sheets")
@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_pdf_of_any_words_can_be_set(words: str) -> None:
    # What no printer has a letter for is left blank; only half characters cannot travel at all.
    whole = words.encode("utf-8", "ignore").decode()

    assert typeset.pdf("letter", facts(whole))[:5] == b"%PDF-"
