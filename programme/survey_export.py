"""Take a survey's answers out as files: tidy, wide, labelled, for SPSS, for programs.

Tidy files (csv, jsonl, parquet) have a row for each chosen option or text; wide ones (wide, xlsx,
sav) one for each filled-in form and a column for each question of any version. Whoever handed in
without a single answer is in none of them. docs/decisions/0043-files-for-researchers.md.
"""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from programme import staff as office
from programme import survey_columns, survey_records, survey_spss, surveys
from programme.forms import Form, in_words_of
from programme.refusals import OptionUnknown
from programme.survey_columns import Column, Names
from programme.survey_records import ANSWER_COLUMNS, CODEBOOK_COLUMNS, WIDE_CODEBOOK_COLUMNS, Words
from programme.survey_refusals import (
    ParquetNotThere,
    SurveyStillOpen,
    TooFewAnswers,
    WaveUnknown,
)
from programme.survey_results import is_settled
from storage import forms as form_store
from storage import spss_file, survey_files, survey_reading, waves, workbooks
from storage.database import Tx
from storage.exports import Cell
from storage.staff import StaffMember
from storage.survey_reading import Given, Sheet
from storage.surveys import Survey
from storage.workbooks import Table

TIDY = ("csv", "jsonl", "parquet")
FORMATS = (*TIDY, "wide", "xlsx", "sav")
# A workbook has its codebook inside.
WITHOUT_CODEBOOK = ("xlsx",)
_FIGURES = ("form_version", "respondent")
_LINK_DIGITS = 12


@dataclass(frozen=True)
class Plan:
    """What is to be written: the survey in all its versions, in the waves that may be shown."""

    survey: Survey
    forms: list[Form]
    columns: list[Column]
    waves: tuple[str, ...]
    words: Words
    linked: bool


@dataclass
class Written:
    """How much went into a file."""

    respondents: int = 0
    rows: int = 0


async def plan(
    tx: Tx,
    *,
    survey_key: str,
    wave_key: str | None = None,
    words: Words,
    locale: str = "pl",
    member: StaffMember | None = None,
) -> Plan:
    """Find out what a file of a survey has; no member asks at the command line.

    Waves of an anonymous survey that are still open, or in which fewer people answered than its
    threshold, are left out. Raises SurveyUnknown, WaveUnknown and, where nothing would be left,
    SurveyStillOpen or TooFewAnswers.
    """
    if member is not None:
        office.permit(member, "survey answers")
    survey = await surveys.find(tx, survey_key)
    newest = await surveys.form_of(tx, survey)
    forms = [surveys.read(row) for row in await form_store.versions(tx, newest.key)]
    forms = [in_words_of(form, locale) for form in forms]
    linked = newest.linked
    answered = await survey_reading.question_keys(tx, survey.id)
    columns = survey_columns.columns(forms, answered, linked=linked)
    shown = await _waves(tx, survey, wave_key)
    return Plan(survey, forms, columns, shown, words, linked)


async def _waves(tx: Tx, survey: Survey, wave_key: str | None) -> tuple[str, ...]:
    counted = await survey_reading.respondents_by_wave(tx, survey.id)
    held = {one.key: one for one in await waves.of_survey(tx, survey.id)}
    known = held.keys() | counted.keys()
    if wave_key is not None and wave_key not in known:
        raise WaveUnknown
    asked = sorted(known) if wave_key is None else [wave_key]
    if not survey.is_anonymous:
        return tuple(asked)
    closed = [key for key in asked if key not in held or await is_settled(tx, held[key])]
    if not closed:
        raise SurveyStillOpen
    fits = tuple(key for key in closed if counted.get(key, 0) >= survey.threshold)
    if not fits:
        raise TooFewAnswers(survey.threshold)
    return fits


async def write(tx: Tx, *, plan: Plan, file_format: str, file: Path) -> Written:
    """Write the answers; csv, jsonl, parquet and wide in flat memory however many there are.

    Raises OptionUnknown for another format, ParquetNotThere.
    """
    if file_format not in FORMATS:
        raise OptionUnknown
    if file_format in TIDY:
        with file.open("wb") as out:
            return await _write_tidy(tx, plan, file_format, out)
    if file_format == "wide":
        with file.open("wb") as out:
            return await _write_wide(tx, plan, out)
    if file_format == "xlsx":
        return await _write_workbook(tx, plan, file)
    return await _write_spss(tx, plan, file)


def file_name(name: str, file_format: str) -> str:
    """Name the file of a format."""
    return f"{name}-wide.csv" if file_format == "wide" else f"{name}.{file_format}"


def write_codebook(*, plan: Plan, file_format: str, file: Path) -> None:
    """Write what every column and value means, as CSV."""
    with file.open("wb") as out:
        if file_format in TIDY:
            records = survey_records.tidy_codebook(plan.survey, plan.forms, plan.words)
            with survey_files.csv_rows(out, CODEBOOK_COLUMNS) as put:
                put([record[name] for name in CODEBOOK_COLUMNS] for record in records)
        else:
            with survey_files.csv_rows(out, WIDE_CODEBOOK_COLUMNS) as put:
                put(_codebook_rows(plan))


def _codebook_rows(plan: Plan) -> list[tuple[Cell, ...]]:
    codes = {column.key: survey_spss.codes(column) for column in plan.columns}
    return list(survey_records.wide_codebook(plan.columns, codes, plan.words))


def _batches(tx: Tx, plan: Plan) -> AsyncGenerator[list[Sheet]]:
    return survey_reading.batches(
        tx, plan.survey.id, waves=plan.waves, with_moments=not plan.survey.is_anonymous
    )


async def _write_tidy(tx: Tx, plan: Plan, file_format: str, out: IO[bytes]) -> Written:
    written = Written()
    known = survey_records.labels(plan.forms, plan.words)
    try:
        with _tidy_file(file_format, out) as put:
            async for batch in _batches(tx, plan):
                put(survey_records.tidy(plan.survey, batch, known))
                written.respondents += len({one.number for one in batch})
                written.rows += sum(one.n for one in batch)
    except survey_files.ParquetMissing as error:
        raise ParquetNotThere from error
    return written


def _tidy_file(file_format: str, out: IO[bytes]) -> AbstractContextManager[survey_files.Write]:
    if file_format == "csv":
        return survey_files.csv_rows(out, ANSWER_COLUMNS, _FIGURES)
    if file_format == "jsonl":
        return survey_files.jsonl_rows(out, ANSWER_COLUMNS, _FIGURES)
    return survey_files.parquet_rows(out, ANSWER_COLUMNS, _FIGURES)


Row = tuple[tuple[Cell, ...], dict[str, Given]]


async def _rows(tx: Tx, plan: Plan) -> AsyncGenerator[list[Row]]:
    """Give the filled-in forms: the leading cells, and the answers by question."""
    link_of = _link if plan.linked else None
    async for batch in _batches(tx, plan):
        people = sorted({one.respondent for one in batch})
        filled = await survey_reading.filled(tx, plan.survey.id, people)
        yield list(survey_records.wide(plan.survey, batch, filled, link_of))


def _link(link_hash: str) -> str:
    """Give the same sign to the waves of one person; hashed once more, it opens nothing here."""
    return hashlib.sha256(link_hash.encode()).hexdigest()[:_LINK_DIGITS] if link_hash else ""


async def _write_wide(tx: Tx, plan: Plan, out: IO[bytes]) -> Written:
    written = Written()
    heading = (*survey_columns.leading(linked=plan.linked), *(one.name for one in plan.columns))
    with survey_files.csv_rows(out, heading, _FIGURES) as put:
        async for rows in _rows(tx, plan):
            put(
                (*before, *(survey_records.said(one, answers.get(one.key)) for one in plan.columns))
                for before, answers in rows
            )
            written.respondents += len({before[0] for before, _answers in rows})
            written.rows += len(rows)
    return written


async def _write_workbook(tx: Tx, plan: Plan, file: Path) -> Written:
    rows = [row async for some in _rows(tx, plan) for row in some]
    lead = survey_columns.leading(linked=plan.linked)
    answers = Table(
        plan.words("sheet_answers"),
        (*(plan.words(f"survey_{name}") for name in lead), *(one.label for one in plan.columns)),
        tuple(
            (
                *before,
                *(
                    survey_records.worded(one, given.get(one.key), plan.words)
                    for one in plan.columns
                ),
            )
            for before, given in rows
        ),
    )
    codebook = Table(
        plan.words("sheet_codebook"),
        tuple(plan.words(f"codebook_{name}") for name in WIDE_CODEBOOK_COLUMNS),
        tuple(_codebook_rows(plan)),
    )
    file.write_bytes(workbooks.to_xlsx([answers, codebook]))
    return Written(len({before[0] for before, _given in rows}), len(rows))


async def _write_spss(tx: Tx, plan: Plan, file: Path) -> Written:
    rows = [row async for some in _rows(tx, plan) for row in some]
    given = [answers for _before, answers in rows]
    names = Names(
        [*survey_columns.leading(linked=plan.linked), *(one.spss for one in plan.columns)]
    )
    variables = survey_spss.leading(
        [before for before, _answers in rows], linked=plan.linked, words=plan.words
    )
    for column in plan.columns:
        variables += survey_spss.variables(column, given, plan.words, names)
    spss_file.write(file, title=plan.forms[-1].title or plan.survey.key, variables=variables)
    return Written(len({before[0] for before, _answers in rows}), len(rows))
