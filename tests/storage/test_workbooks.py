import io
import time
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from storage.workbooks import (
    CUT,
    LONGEST_NAME,
    LONGEST_TEXT,
    LOST,
    Table,
    fit_names,
    fit_text,
    to_xlsx,
)

NASTY = ["=", "+", "-", "@", "\t", "\r", "\n", "'", "😀", "\x00", "\x0b", "\ufffe", "\ud800", "ż"]
TEXTS = st.text(st.sampled_from(NASTY) | st.characters(), max_size=40)
VALUES = TEXTS | st.integers(-(10**9), 10**9) | st.none()


def _read(content: bytes) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content))
    rows = [
        [unescape(cell) if isinstance(cell, str) else cell for cell in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    book.close()
    return rows


@given(rows=st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_to_xlsx_is_read_back_as_it_was(rows: list[tuple[str | int | None, ...]]) -> None:
    table = Table("Lista", ("a", "b"), tuple(rows))

    found = _read(to_xlsx([table]))

    wanted = [
        [fit_text(one) or None if isinstance(one, str) else one for one in row] for row in rows
    ]
    while wanted and wanted[-1] == [None, None]:
        wanted.pop()
    assert found[0] == ["a", "b"]
    assert found[1 : 1 + len(wanted)] == wanted


@given(text=TEXTS)
def test_to_xlsx_has_no_formula(text: str) -> None:
    content = to_xlsx([Table("Lista", ("=1+1",), ((text,),))])

    book = load_workbook(io.BytesIO(content))
    kinds = {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    book.close()
    assert kinds <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_to_xlsx_marks_what_could_become_a_formula_as_text(start: str) -> None:
    book = load_workbook(io.BytesIO(to_xlsx([Table("Lista", ("a",), ((f"{start}1",),))])))

    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (f"{start}1", "s", True)
    book.close()


def test_to_xlsx_keeps_the_heading_in_sight_and_columns_wide_enough() -> None:
    long = "Koło Gospodyń Wiejskich w Miłkach"
    table = Table("Uczestnicy", ("lp.", "organizacja"), ((1, long), (2, "x" * 500)))

    book = load_workbook(io.BytesIO(to_xlsx([table, table])))

    sheet = book.worksheets[0]
    widths = [sheet.column_dimensions[letter].width for letter in "AB"]
    assert (sheet.freeze_panes, widths) == ("A2", [8, 60])
    assert book.sheetnames == ["Uczestnicy", "Uczestnicy 2"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A1"].font.b) == (1, "n", True)
    book.close()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x1fc", f"a{LOST}b{LOST}c"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("half \ud800", f"half {LOST}"),
        ("żółć 😀\t.", "żółć 😀\t."),
        ("x" * (LONGEST_TEXT + 1), "x" * (LONGEST_TEXT - 1) + CUT),
    ],
)
def test_fit_text_shows_what_is_lost(text: str, kept: str) -> None:
    assert fit_text(text) == kept


@given(names=st.lists(st.text(max_size=60), max_size=8))
def test_fit_names_gives_what_excel_takes(names: list[str]) -> None:
    found = fit_names(names)

    assert len({one.casefold() for one in found}) == len(names)
    for one in found:
        assert 0 < len(one) <= LONGEST_NAME
        assert not set(one) & set("[]:*?/\\")
    _read(to_xlsx([Table(name, ("a",), ()) for name in names] or [Table("x", ("a",), ())]))


def test_to_xlsx_of_three_hundred_people_and_sixty_documents_takes_no_time() -> None:
    columns = tuple(f"dokument {number}" for number in range(60))
    rows = tuple(tuple(f"przyjęty {row}" for _ in columns) for row in range(300))

    began = time.perf_counter()
    to_xlsx([Table("Dokumenty", columns, rows)])

    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "12", "TRUE", "2027-01-15", "=", "_x0041_"])
def test_to_xlsx_takes_no_text_for_something_else(text: str) -> None:
    book = load_workbook(io.BytesIO(to_xlsx([Table("Lista", ("a",), ((text,),))])))

    cell = book.worksheets[0]["A2"]
    assert (unescape(cell.value), cell.data_type) == (text, "s")
    book.close()
