"""Write rows as an Excel workbook in which nothing computes: text is text, only counts are numbers.

A cell's kind is told to the file and not guessed from its first sign, so that "=1+1" stays what
somebody typed. It is also marked as text for the program's own editing.
"""

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Value = str | int | float | None

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel's own limits: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
LONGEST_TEXT = 32_767
LONGEST_NAME = 31
MOST_ROWS = 1_048_575
CUT = "…"
# What XML cannot hold is shown as lost and not left out silently.
LOST = "\ufffd"
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
# Excel reads _x0041_ as one sign; the first underscore is written as such a code itself.
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
NARROWEST, WIDEST = 8, 60
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Table:
    """One sheet: its name, the heading of each column, and the rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def fit_text(text: str) -> str:
    """Write a text as a cell can hold it: lines end in one way, what XML forbids is shown as lost.

    A text that is too long ends in "…".
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = _NOT_IN_XML.sub(LOST, lines)
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 1] + CUT


def fit_names(names: Sequence[str]) -> list[str]:
    """Make names of sheets that Excel takes: short, without brackets and slashes, each once."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = _NOT_IN_NAMES.sub(" ", _NOT_IN_XML.sub(" ", name))
        plain = " ".join(plain.split()).strip("'").strip()[:LONGEST_NAME].strip() or "1"
        fitting, number = plain, 2
        while fitting.casefold() in taken:
            tail = f" {number}"
            fitting, number = plain[: LONGEST_NAME - len(tail)].rstrip() + tail, number + 1
        taken.add(fitting.casefold())
        found.append(fitting)
    return found


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """Write each table as a sheet with a bold heading that stays in sight."""
    from openpyxl import Workbook  # noqa: PLC0415 -- 20 MB that only a list needs

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        book = Workbook(write_only=True)
        names = fit_names([table.name for table in tables])
        for table, name in zip(tables, names, strict=True):
            _write(book.create_sheet(name), table)
        content = io.BytesIO()
        book.save(content)
    return content.getvalue()


def _write(sheet: Any, table: Table) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 -- as above

    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, heading, bold=True) for heading in table.columns])
    for row in table.rows[:MOST_ROWS]:
        sheet.append([_cell(sheet, value) for value in row])


def _widths(table: Table) -> list[int]:
    columns = zip(table.columns, *table.rows, strict=True)
    return [min(WIDEST, max(NARROWEST, *(_width(each) for each in cells))) for cells in columns]


def _width(value: Value) -> int:
    lines = ("" if value is None else str(value)).splitlines() or [""]
    return max(len(line) for line in lines) + 2


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, int | float):
        return value
    text = fit_text(value)
    safe = _CODED.sub("_x005F_", text)
    # Most texts need no cell of their own, which costs five times as much.
    plain = not bold and "\n" not in text and not text.startswith((*FORMULA_STARTS, "#"))
    return safe if plain else _told(sheet, safe, bold=bold)


def _told(sheet: Any, text: str, *, bold: bool) -> Any:
    """Make a cell that says itself what it holds."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 -- 20 MB that only a list needs
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 -- as above

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
