"""Read the first sheet of a workbook as rows of text."""

import io
import warnings
import zipfile
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MOST_UNPACKED_BYTES = 50_000_000
MOST_COLUMNS = 50


class SheetUnreadable(Exception):
    """The bytes are not an .xlsx workbook with a sheet, or unpack to more than a register needs."""


@dataclass(frozen=True)
class Sheet:
    """Rows of text, and the places (row, column, from 0) of formulas without a result."""

    rows: tuple[tuple[str, ...], ...]
    uncomputed: frozenset[tuple[int, int]] = frozenset()


def read_sheet(content: bytes, *, most_rows: int) -> Sheet:
    """Read the first sheet; formulas give the result that was computed last.

    At most `most_rows` rows are read. Raises SheetUnreadable.
    """
    _check_size(content)
    results = _cells(content, most_rows=most_rows, results=True)
    formulas = _cells(content, most_rows=most_rows, results=False)
    uncomputed = frozenset(
        (row, column)
        for row, cells in enumerate(formulas)
        for column, cell in enumerate(cells)
        if _is_formula(cell) and results[row][column] is None
    )
    return Sheet(tuple(tuple(_as_text(cell) for cell in cells) for cells in results), uncomputed)


def _check_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError) as error:
        raise SheetUnreadable from error
    if size > MOST_UNPACKED_BYTES:
        raise SheetUnreadable


def _cells(content: bytes, *, most_rows: int, results: bool) -> list[tuple[Any, ...]]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- 20 MB that only an import needs

    with warnings.catch_warnings():
        # The library warns about decoration that it cannot keep; only the words are read here.
        warnings.simplefilter("ignore")
        try:
            workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=results)
            return _first_sheet(workbook, most_rows)
        except Exception as error:
            # A damaged workbook makes the library raise whatever its XML happens to break.
            raise SheetUnreadable from error


def _first_sheet(workbook: "Workbook", most_rows: int) -> list[tuple[Any, ...]]:
    sheet = workbook.worksheets[0]
    # The size a workbook claims may be a million empty rows; what is written is counted instead.
    sheet.reset_dimensions()
    rows = islice(sheet.iter_rows(values_only=True), most_rows)
    cells = [row[:MOST_COLUMNS] for row in rows]
    workbook.close()
    return cells


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith("=")


def _as_text(cell: object) -> str:
    """Write a cell as it stands in the sheet: 600000101.0 is 600000101."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)
