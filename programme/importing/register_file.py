"""Read the register of organisations from CSV or XLSX, with every fault by row and column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from programme.answers import address
from programme.importing import problems as faults
from programme.importing.entries import OrganisationEntry, RegisterFile
from programme.importing.spelling import fold
from programme.importing.table_text import Rows, read_rows
from programme.importing.toml_table import is_showable
from programme.refusals import AnswerRefused
from storage.sheets import SheetUnreadable, read_sheet

MOST_ROWS = 5000
CELL_LIMIT = 200
HEADER_WITHIN = 10
COLUMNS = {
    "name": ("nazwa", "nazwa organizacji", "organizacja", "name", "organisation", "organization"),
    "kind": ("rodzaj", "typ", "kind", "type"),
    "email": ("e mail", "email", "mail", "adres e mail", "poczta", "e mail address"),
    "phone": ("telefon", "tel", "nr telefonu", "phone", "telephone"),
    "locality": ("miejscowosc", "wies", "siedziba", "locality", "village", "place"),
    "areas": ("obszary dzialalnosci", "obszar dzialalnosci", "obszary", "areas of activity",
              "areas"),
    "postal_address": ("adres pocztowy", "adres do korespondencji", "adres korespondencyjny",
                       "adres", "postal address", "address"),
}  # fmt: skip
KINDS = {
    "ngo": ("ngo", "organizacja", "organizacja pozarzadowa", "stowarzyszenie", "fundacja"),
    "office": ("office", "urzad", "jednostka", "jednostka urzedu", "jst", "referat", "office unit"),
}
REQUIRED = ("name", "kind")
_HEADING = {spelling: column for column, names in COLUMNS.items() for spelling in names}
_KIND = {spelling: kind for kind, names in KINDS.items() for spelling in names}
_GUARD = re.compile(r"'(?=[=+\-@])")


@dataclass(frozen=True)
class _Heading:
    """Where the headings are: the row, and for each column its index and its spelling."""

    row: int
    index: dict[str, int]
    spelling: dict[str, str]
    ignored: tuple[str, ...]


def read_register(content: bytes, *, filename: str) -> RegisterFile:
    """Read a register; a name that ends in .xlsx is a workbook, any other is CSV.

    Raises FileRefused with every fault of the file.
    """
    rows, uncomputed = _rows(content, filename)
    if len(rows) > MOST_ROWS:
        raise faults.FileRefused((faults.TooManyRows(MOST_ROWS),))
    heading = _find_heading(rows)
    problems: list[faults.FileProblem] = []
    entries = [
        _entry(cells, number, heading, uncomputed, problems)
        for number, cells in enumerate(rows)
        if number > heading.row and any(_clean(cell) for cell in cells)
    ]
    problems += _duplicates(entries, heading.spelling["name"])
    if not entries:
        problems.append(faults.NoRows())
    if problems:
        raise faults.FileRefused(tuple(problems))
    return RegisterFile(tuple(entries), heading.ignored)


def _rows(content: bytes, filename: str) -> tuple[Rows, frozenset[tuple[int, int]]]:
    if not filename.lower().endswith((".xlsx", ".xlsm", ".xls")):
        return read_rows(content), frozenset()
    try:
        sheet = read_sheet(content, most_rows=MOST_ROWS + 1)
    except SheetUnreadable as error:
        raise faults.FileRefused((faults.UnreadableSheet(),)) from error
    return sheet.rows, sheet.uncomputed


def _find_heading(rows: Rows) -> _Heading:
    """Find the row of headings: the first that names the organisation's column."""
    for number, cells in enumerate(rows[:HEADER_WITHIN]):
        names = [_HEADING.get(fold(cell), "") for cell in cells]
        if "name" in names:
            return _heading(number, cells, names)
    raise faults.FileRefused((faults.MissingColumn("name"),))


def _heading(number: int, cells: tuple[str, ...], names: list[str]) -> _Heading:
    problems: list[faults.FileProblem] = [
        faults.MissingColumn(column) for column in REQUIRED if column not in names
    ]
    problems += [faults.DuplicateColumn(column) for column in COLUMNS if names.count(column) > 1]
    if problems:
        raise faults.FileRefused(tuple(problems))
    index = {name: position for position, name in enumerate(names) if name}
    spelling = {name: _clean(cells[position]) for name, position in index.items()}
    ignored = [_clean(cell) for cell, name in zip(cells, names, strict=True) if not name]
    return _Heading(number, index, spelling, tuple(filter(None, ignored)))


def _clean(cell: str) -> str:
    """Take off what spreadsheets put around a text to keep it from being computed."""
    text = " ".join(cell.split())
    if text.startswith('="') and text.endswith('"') and len(text) > len('="'):
        text = text[len('="') : -1].strip()
    return _GUARD.sub("", text, count=1) if _GUARD.match(text) else text


def _entry(
    cells: tuple[str, ...],
    number: int,
    heading: _Heading,
    uncomputed: frozenset[tuple[int, int]],
    problems: list[faults.FileProblem],
) -> OrganisationEntry:
    row = number + 1
    texts = {
        column: _clean(_in_lines(column, cells[index])) if index < len(cells) else ""
        for column, index in heading.index.items()
    }
    formulas = {column for column, index in heading.index.items() if (number, index) in uncomputed}
    for column, spelling in heading.spelling.items():
        if column in formulas:
            problems.append(faults.UncomputedFormula(row, spelling))
        else:
            problems += _cell_problems(column, texts[column], row, spelling)
    return OrganisationEntry(
        row=row,
        name=texts["name"],
        kind=_KIND.get(fold(texts["kind"]), ""),
        email=_address(texts.get("email", "")) or "",
        phone=texts.get("phone", ""),
        locality=texts.get("locality", ""),
        areas=_areas(texts.get("areas", "")),
        postal_address=_envelope(texts.get("postal_address")),
    )


def _cell_problems(column: str, text: str, row: int, spelling: str) -> Iterator[faults.FileProblem]:
    if not text:
        if column in REQUIRED:
            yield faults.MissingCell(row, spelling)
    elif (
        (len(text) > CELL_LIMIT and column != "areas")
        or not is_showable(text)
        or (column == "name" and not fold(text))
    ):
        yield faults.BadCell(row, spelling)
    elif column == "kind" and fold(text) not in _KIND:
        yield faults.UnknownKind(row, spelling, text)
    elif column == "email" and _address(text) is None:
        yield faults.BadMail(row, spelling, text)


def _address(text: str) -> str | None:
    """Write an address in ASCII, as the wire needs it; None when it is none."""
    try:
        return address(text)
    except AnswerRefused:
        return None


def _areas(text: str) -> tuple[str, ...]:
    """Split areas at commas, semicolons or bars, whichever a cell may hold."""
    parts = (part.strip() for part in re.split(r"[,;|]", text))
    return tuple(dict.fromkeys(filter(None, parts)))


def _in_lines(column: str, cell: str) -> str:
    """Let the lines of an address in one cell be parts like those between commas."""
    lines = [line.strip(" ,\t") for line in cell.splitlines() if line.strip(" ,\t")]
    return ", ".join(lines) if column == "postal_address" else cell


def _envelope(text: str | None) -> str | None:
    """Write a postal address as the lines of an envelope."""
    if text is None:
        return None
    return "\n".join(part.strip() for part in text.split(",") if part.strip())


def _duplicates(entries: list[OrganisationEntry], column: str) -> Iterator[faults.FileProblem]:
    first_rows: dict[str, int] = {}
    for entry in entries:
        name = fold(entry.name)
        if name and name in first_rows:
            yield faults.DuplicateName(entry.row, column, entry.name, first_rows[name])
        first_rows.setdefault(name, entry.row)
