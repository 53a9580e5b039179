"""What can be wrong with a file: a value per fault, all of them handed over at once.

FileProblem
├── UnreadableText, UnreadableToml, UnreadableSheet, TooManyRows, BrokenQuotes
├── FieldProblem (a field of a programme file)
│   └── MissingField, UnknownField, WrongType, EmptyList, BadDate, BadTime, BadNumber,
│       BadKey, BadChoice, BadText, TextTooLong, DuplicateKey, UnknownZone,
│       EndsBeforeStart, UnclearRule, OptionsUnfit, ConditionUnknown, ConditionLater,
│       BlankMissing, BlankElsewhere, BlankUnfit, and those of survey_problems.py
├── CellProblem (a cell of a register)
│   └── MissingCell, BadMail, UnknownKind, DuplicateName, BadCell, UncomputedFormula
├── MissingColumn, DuplicateColumn, NoRows
└── ImportProblem (the file is sound, but what is kept stands against it)
    └── EventHasPeople, EventOfAnotherProgramme, PrivacyNoticeChanged
"""

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where in a programme file: a table, its number counted from 1, its key, what it lies in."""

    table: str
    number: int | None = None
    key: str = ""
    inside: "Place | None" = None


class FileProblem:
    """Something in the file is wrong."""


class FileRefused(Exception):
    """The file has faults, so nothing of it was kept."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True)
class UnreadableText(FileProblem):
    """The letters of the file cannot be read; save it as UTF-8."""

    line: int


@dataclass(frozen=True)
class UnreadableToml(FileProblem):
    """The file breaks the rules of TOML at this place."""

    line: int
    column: int
    reason: str


@dataclass(frozen=True)
class UnreadableSheet(FileProblem):
    """The file is not a workbook that can be read; save it as .xlsx or .csv."""


@dataclass(frozen=True)
class TooManyRows(FileProblem):
    """The register is longer than any real one."""

    limit: int


@dataclass(frozen=True)
class BrokenQuotes(FileProblem):
    """A quotation mark in this row opens or closes where it must not."""

    row: int


# --- fields of a programme file ---


@dataclass(frozen=True)
class FieldProblem(FileProblem):
    """A field of the programme file is wrong; `line` is 0 where the file's lines are not known."""

    place: Place
    field: str
    line: int = dataclasses.field(default=0, kw_only=True)


@dataclass(frozen=True)
class MissingField(FieldProblem):
    """The field must be there."""


@dataclass(frozen=True)
class UnknownField(FieldProblem):
    """No field has this name."""


@dataclass(frozen=True)
class WrongType(FieldProblem):
    """The value is of another type; `expected` is text, number, table or list."""

    expected: str


@dataclass(frozen=True)
class EmptyList(FieldProblem):
    """There must be at least one entry."""


@dataclass(frozen=True)
class BadDate(FieldProblem):
    """The value is not a day between 2000 and 2100."""

    value: str


@dataclass(frozen=True)
class BadTime(FieldProblem):
    """The value is not a time of day, or not a day with a time of day."""

    value: str


@dataclass(frozen=True)
class BadNumber(FieldProblem):
    """The number is not in its range."""

    value: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class BadKey(FieldProblem):
    """A key has small letters a-z, figures and hyphens only."""

    value: str


@dataclass(frozen=True)
class BadChoice(FieldProblem):
    """The value is none of the possible ones."""

    value: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class BadText(FieldProblem):
    """The text has characters that cannot be shown."""


@dataclass(frozen=True)
class TextTooLong(FieldProblem):
    """The text is longer than may be."""

    length: int
    limit: int


@dataclass(frozen=True)
class DuplicateKey(FieldProblem):
    """Another entry has this key already."""

    value: str


@dataclass(frozen=True)
class UnknownZone(FieldProblem):
    """No time zone has this name."""

    value: str


@dataclass(frozen=True)
class EndsBeforeStart(FieldProblem):
    """The programme ends before it starts."""


@dataclass(frozen=True)
class BlankMissing(FieldProblem):
    """There is no such file beside the programme file."""

    value: str


@dataclass(frozen=True)
class BlankElsewhere(FieldProblem):
    """A blank lies beside the programme file and is named without a folder."""

    value: str


@dataclass(frozen=True)
class BlankUnfit(FieldProblem):
    """The blank is not a PDF of at most 15 MB."""

    value: str


@dataclass(frozen=True)
class UnclearRule(FieldProblem):
    """A reminder rule needs days_before and at, or minutes_before, and not both."""


@dataclass(frozen=True)
class OptionsUnfit(FieldProblem):
    """A choice needs options, and a question answered in words has none."""


@dataclass(frozen=True)
class ConditionUnknown(FieldProblem):
    """The condition names a question or an option that the event does not have."""


@dataclass(frozen=True)
class ConditionLater(FieldProblem):
    """The condition names the question itself or one that is asked later."""


# --- cells of a register ---


@dataclass(frozen=True)
class CellProblem(FileProblem):
    """A cell of the register is wrong; the column is named as the file names it."""

    row: int
    column: str


@dataclass(frozen=True)
class MissingCell(CellProblem):
    """The cell must not be empty."""


@dataclass(frozen=True)
class BadMail(CellProblem):
    """The cell is not an e-mail address."""

    value: str


@dataclass(frozen=True)
class UnknownKind(CellProblem):
    """The cell names no kind of organisation."""

    value: str


@dataclass(frozen=True)
class DuplicateName(CellProblem):
    """An earlier row has the same name."""

    value: str
    first_row: int


@dataclass(frozen=True)
class BadCell(CellProblem):
    """The cell is too long, has no letter at all, or has characters that cannot be shown."""


@dataclass(frozen=True)
class UncomputedFormula(CellProblem):
    """The cell is a formula whose result was never computed."""


@dataclass(frozen=True)
class MissingColumn(FileProblem):
    """No row has a heading for this column; `column` is name or kind."""

    column: str


@dataclass(frozen=True)
class DuplicateColumn(FileProblem):
    """Two headings mean the same column."""

    column: str


@dataclass(frozen=True)
class NoRows(FileProblem):
    """Below the headings there is no organisation."""


# --- what is kept stands against the file ---


class ImportProblem(FileProblem):
    """The file is sound, but what is kept stands against it."""


@dataclass(frozen=True)
class EventHasPeople(ImportProblem):
    """The file changes when or where people registered for; they would have to be told.

    `changes` names what differs: place, sessions, state.
    """

    event_key: str
    event_title: str
    people: int
    changes: tuple[str, ...]


@dataclass(frozen=True)
class EventOfAnotherProgramme(ImportProblem):
    """An event of another programme has this key already."""

    event_key: str
    event_title: str


@dataclass(frozen=True)
class PrivacyNoticeChanged(ImportProblem):
    """People have been shown other words under this version of the privacy notice."""

    version: int
