"""Write rows as files that other programs open: CSV for spreadsheets, JSON Lines for programs."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

Cell = str | int | None
Record = Mapping[str, Cell]

# What a spreadsheet would take for a formula when a cell begins with it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Excel takes a file without this mark for the old code page and breaks Polish letters.
BYTE_ORDER_MARK = "\ufeff"


def safe_cell(cell: Cell) -> str:
    """Write a cell so that no spreadsheet computes it.

    An apostrophe is put before what could be a formula, and one more where the text itself
    has apostrophes before it, so that `plain_cell` gives back exactly what was written.
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def plain_cell(cell: str) -> str:
    """Undo `safe_cell`."""
    guarded = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS)
    return cell[1:] if guarded else cell


def to_csv(columns: Sequence[str], records: Iterable[Record]) -> bytes:
    """Write records as CSV with a heading, in UTF-8 that Excel recognises."""
    sheet = io.StringIO(newline="")
    sheet.write(BYTE_ORDER_MARK)
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(record[name]) for name in columns] for record in records)
    return sheet.getvalue().encode()


def to_jsonl(columns: Sequence[str], records: Iterable[Record]) -> bytes:
    """Write records as one JSON object a line."""
    lines = (
        json.dumps({name: record[name] for name in columns}, ensure_ascii=False)
        for record in records
    )
    return "".join(f"{line}\n" for line in lines).encode()
