"""Write rows as files that other programs open: CSV for spreadsheets, JSON Lines for programs."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence

Cell = str | int | float | None
Record = Mapping[str, Cell]

# What a spreadsheet would take for a formula when a cell begins with it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMULA = re.compile(rf"[\s']*[{re.escape(''.join(FORMULA_STARTS))}]")
# Excel takes a file without this mark for the old code page and breaks Polish letters.
BYTE_ORDER_MARK = "\ufeff"


def safe_cell(cell: Cell) -> str:
    """Write a cell so that no spreadsheet computes it.

    An apostrophe is put before what could be a formula, and one more where the text itself
    has apostrophes before it, so that `plain_cell` gives back exactly what was written.
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    # Some programs cut spaces off before they look.
    return _FORMULA.match(text) is not None


def plain_cell(cell: str) -> str:
    """Undo `safe_cell`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def to_csv(columns: Sequence[str], records: Iterable[Record]) -> bytes:
    """Write records as CSV with a heading, in UTF-8 that Excel recognises."""
    return rows_to_csv(columns, ([record[name] for name in columns] for record in records))


def rows_to_csv(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write rows as CSV below a heading, in which several columns may have the same words."""
    sheet = io.StringIO(newline="")
    sheet.write(BYTE_ORDER_MARK)
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([safe_cell(name) for name in heading])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return sheet.getvalue().encode()


def to_jsonl(columns: Sequence[str], records: Iterable[Record]) -> bytes:
    """Write records as one JSON object a line."""
    lines = (
        json.dumps({name: record[name] for name in columns}, ensure_ascii=False)
        for record in records
    )
    return "".join(f"{line}\n" for line in lines).encode()
