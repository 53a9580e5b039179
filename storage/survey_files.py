"""Write rows of answers to a file as they come, so that a million of them need no memory.

CSV, JSON Lines and Parquet; SPSS wants a whole table and is in spss_file.py.
"""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from storage.exports import BYTE_ORDER_MARK, Cell, safe_cell

Rows = Iterable[Sequence[Cell]]
Write = Callable[[Rows], None]
# So many different cells are remembered: keys and labels come again and again.
_REMEMBERED = 4_096
_LONGEST_REMEMBERED = 200
_END = "\r\n"


class ParquetMissing(Exception):
    """The library that writes Parquet is not installed."""


class _Remembered(dict[Cell, str]):
    """What the cells of a column are written as, made once for those that come again and again.

    Figures are remembered only where all are whole numbers: 1 and 1.0 are one key, and are not
    written alike.
    """

    def __init__(self, write: Callable[[Cell], str], *, is_whole: bool) -> None:
        super().__init__()
        self._write = write
        self._kept = int if is_whole else str

    def __missing__(self, cell: Cell) -> str:
        written = self._write(cell)
        if isinstance(cell, self._kept) and len(written) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[cell] = written
        return written


def _lines(
    line: str, heading: Sequence[str], numbers: Collection[str], write: Callable[[Cell], str]
) -> Callable[[Rows], str]:
    """Make a way to write rows as lines, each cell in its own place of the line."""
    columns = [_Remembered(write, is_whole=name in numbers) for name in heading]
    look_up = dict.__getitem__

    def lines(rows: Rows) -> str:
        return "".join([line % tuple(map(look_up, columns, row)) for row in rows])

    return lines


@contextmanager
def csv_rows(
    out: IO[bytes], heading: Sequence[str], numbers: Collection[str] = ()
) -> Iterator[Write]:
    """Write rows as CSV that Excel recognises and computes nothing in; figures stay figures.

    The columns in `numbers` have nothing but whole numbers.
    """
    line = ",".join("%s" for _ in heading) + _END
    lines = _lines(line, heading, numbers, _csv_cell)
    out.write((BYTE_ORDER_MARK + line % tuple(map(_csv_cell, heading))).encode())

    def write(rows: Rows) -> None:
        out.write(lines(rows).encode())

    yield write


def _csv_cell(cell: Cell) -> str:
    if not isinstance(cell, str):
        return "" if cell is None else repr(cell)
    line = io.StringIO()
    # A second cell, because an empty one that is alone is written in another way.
    csv.writer(line, lineterminator=_END).writerow((safe_cell(cell), ""))
    return line.getvalue().removesuffix(f",{_END}")


@contextmanager
def jsonl_rows(
    out: IO[bytes], heading: Sequence[str], numbers: Collection[str] = ()
) -> Iterator[Write]:
    """Write each row as one JSON object a line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    names = (encode(name).replace("%", "%%") for name in heading)
    lines = _lines(
        "{" + ", ".join(f"{name}: %s" for name in names) + "}\n", heading, numbers, encode
    )

    def write(rows: Rows) -> None:
        out.write(lines(rows).encode())

    yield write


@contextmanager
def parquet_rows(
    out: IO[bytes], heading: Sequence[str], numbers: Collection[str]
) -> Iterator[Write]:
    """Write rows as Parquet; the columns in `numbers` are whole numbers, all others text.

    Raises ParquetMissing before anything is written when the library is not there.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 -- an extra, and 100 MB
        from pyarrow import parquet  # noqa: PLC0415 -- as above
    except ImportError as error:
        raise ParquetMissing from error
    schema = pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in heading])
    waiting: list[Sequence[Cell]] = []

    def pour(file: Any) -> None:
        columns = [list(each) for each in zip(*waiting, strict=True)]
        file.write_table(pa.table(dict(zip(heading, columns, strict=True)), schema=schema))
        waiting.clear()

    with parquet.ParquetWriter(out, schema, compression="zstd") as file:

        def write(rows: Rows) -> None:
            waiting.extend(rows)
            if len(waiting) >= _ROW_GROUP:
                pour(file)

        yield write
        if waiting:
            pour(file)


_ROW_GROUP = 20_000
