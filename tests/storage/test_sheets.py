import io
import zipfile
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from storage.sheets import MOST_UNPACKED_BYTES, Sheet, SheetUnreadable, read_sheet


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(size: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", bytes(size))
    return target.getvalue()


def test_read_cells_are_text_as_shown() -> None:
    day = datetime(2027, 1, 15, tzinfo=UTC).replace(tzinfo=None)
    content = workbook(["a", 1, 1.5, None, day])

    assert read_sheet(content, most_rows=10) == Sheet((("a", "1", "1.5", "", "2027-01-15"),))


def test_read_formula_that_was_never_computed_is_pointed_at() -> None:
    content = workbook(["a"], ["b", "=1+1"])

    assert read_sheet(content, most_rows=10) == Sheet((("a",), ("b", "")), frozenset({(1, 1)}))


def test_read_stops_after_the_most_rows() -> None:
    content = workbook(["a"], ["b"], ["c"])

    assert read_sheet(content, most_rows=2).rows == (("a",), ("b",))


@pytest.mark.parametrize(
    "content",
    [b"", b"nazwa;rodzaj", archive(10), archive(MOST_UNPACKED_BYTES + 1)],
    ids=["empty", "text", "other archive", "huge archive"],
)
def test_read_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(SheetUnreadable):
        read_sheet(content, most_rows=10)
