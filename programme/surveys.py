"""The survey store as the programme uses it: forms in versions, answers out as files."""

from dataclasses import dataclass
from datetime import datetime

from programme import survey_records
from programme.forms import Form
from programme.refusals import OptionUnknown, SurveyUnknown
from storage import exports, forms, survey_reading, surveys
from storage.database import Tx
from storage.exports import Record
from storage.forms import StoredForm
from storage.surveys import Survey

FORMATS = ("csv", "jsonl")
ANSWER_COLUMNS = survey_records.ANSWER_COLUMNS
CODEBOOK_COLUMNS = survey_records.CODEBOOK_COLUMNS


@dataclass(frozen=True)
class Export:
    """Two files, how many people have answers in them, and how many answers were taken back."""

    answers: bytes
    codebook: bytes
    respondents: int
    retracted: int


async def keep_form(tx: Tx, form: Form, *, now: datetime) -> StoredForm:
    """Keep a form's questions; the store counts the versions, not the form."""
    content = form.to_json()
    del content["key"], content["version"]
    return await forms.save(tx, key=form.key, content=content, now=now)


def read(row: StoredForm) -> Form:
    """Read a version of a form from the store."""
    return Form.from_json({"key": row.key, "version": row.version, **row.content})


async def form_of(tx: Tx, survey: Survey) -> Form:
    """Read the version of the form that a survey asks."""
    return read(await forms.get(tx, survey.form_id))


async def find(tx: Tx, survey_key: str) -> Survey:
    """Find a survey by its key; raises SurveyUnknown, which names the keys there are."""
    survey = await surveys.by_key(tx, survey_key)
    if survey is None:
        known = sorted(each.key for each in await surveys.newest(tx))
        raise SurveyUnknown(survey_key, tuple(known))
    return survey


async def export(tx: Tx, *, survey_key: str, file_format: str) -> Export:
    """Write a survey's current answers as csv or jsonl, with a codebook in CSV.

    One row is one chosen option or one text. A respondent is a number that stays the same in
    every export of this survey and says nothing about the person. The codebook has every
    version of the form, so that an option taken away later still has its label. Raises
    SurveyUnknown, and OptionUnknown for another format.
    """
    if file_format not in FORMATS:
        raise OptionUnknown
    survey = await find(tx, survey_key)
    versions = [read(row) for row in await forms.versions(tx, (await form_of(tx, survey)).key)]
    known = survey_records.labels(versions, _no_words)
    records: list[Record] = []
    people: set[int] = set()
    with_moments = not survey.is_anonymous
    async for batch in survey_reading.batches(tx, survey.id, waves=None, with_moments=with_moments):
        people |= {one.number for one in batch}
        rows = survey_records.tidy(survey, batch, known)
        records += [dict(zip(ANSWER_COLUMNS, row, strict=True)) for row in rows]
    write = exports.to_csv if file_format == "csv" else exports.to_jsonl
    codebook = survey_records.tidy_codebook(survey, versions, _no_words)
    return Export(
        write(ANSWER_COLUMNS, records),
        exports.to_csv(CODEBOOK_COLUMNS, codebook),
        len(people),
        await surveys.count_retracted(tx, survey.id),
    )


def _no_words(key: str) -> str:
    """Say nothing for a code: no language is spoken here."""
    del key
    return ""
