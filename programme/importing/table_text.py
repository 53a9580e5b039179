"""Read a table kept as text: CSV with commas, semicolons or tabs in the encodings of Excel."""

import codecs
import csv
import io

from programme.importing.problems import BrokenQuotes, FileRefused, UnreadableText

Rows = tuple[tuple[str, ...], ...]
DELIMITERS = ";,\t"


def read_rows(content: bytes) -> Rows:
    """Read every row, empty ones too, so that their numbers are those of the spreadsheet.

    Raises FileRefused when letters or quotation marks cannot be made sense of.
    """
    text = _decode(content)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        # Excel's own line; an empty one in its place keeps the numbers of the rows.
        return _parse("\n" + rest, first.strip()[-1])
    return _parse(text, max(DELIMITERS, key=_header(text).count))


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        try:
            return content.decode("cp1250")
        except UnicodeDecodeError:
            line = content[: broken.start].count(b"\n") + 1
            raise FileRefused((UnreadableText(line),)) from broken


def _header(text: str) -> str:
    """Take the line with the most delimiters among the first ones: titles have none."""
    lines = text.splitlines()[:10]
    return max(lines, key=lambda line: max(map(line.count, DELIMITERS)), default="")


def _parse(text: str, delimiter: str) -> Rows:
    rows: list[tuple[str, ...]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows.extend(tuple(row) for row in reader)
    except csv.Error as error:
        raise FileRefused((BrokenQuotes(len(rows) + 1),)) from error
    return tuple(rows)
