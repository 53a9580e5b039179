"""The survey store as the programme uses it: forms in versions, answers out as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from programme.forms import Form, Option, Question
from programme.refusals import OptionUnknown, SurveyUnknown
from storage import exports, forms, surveys
from storage.database import Tx
from storage.exports import Record
from storage.forms import StoredForm
from storage.surveys import Answer, Survey

FORMATS = ("csv", "jsonl")
ANSWER_COLUMNS = (
    "survey",
    "wave",
    "form_version",
    "respondent",
    "question_key",
    "option_key",
    "option_label",
    "text",
    "answered_at",
)
CODEBOOK_COLUMNS = (
    "survey",
    "form_version",
    "question_key",
    "kind",
    "question_label",
    "option_key",
    "option_label",
)


@dataclass(frozen=True)
class Export:
    """Two files, how many people have answers in them, and how many answers were taken back."""

    answers: bytes
    codebook: bytes
    respondents: int
    retracted: int


async def keep_form(tx: Tx, form: Form, *, now: datetime) -> StoredForm:
    """Keep a form's questions; the store counts the versions, not the form."""
    content = {"questions": form.to_json()["questions"]}
    return await forms.save(tx, key=form.key, content=content, now=now)


def _read(row: StoredForm) -> Form:
    return Form.from_json({"key": row.key, "version": row.version, **row.content})


async def form_of(tx: Tx, survey: Survey) -> Form:
    """Read the version of the form that a survey asks."""
    return _read(await forms.get(tx, survey.form_id))


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
    versions = [_read(row) for row in await forms.versions(tx, (await form_of(tx, survey)).key)]
    answers = await surveys.current_answers(tx, survey.id)
    respondents = await surveys.respondents(tx, survey.id)
    numbers = {respondent: number for number, respondent in enumerate(respondents, start=1)}
    answers.sort(key=lambda answer: numbers[answer.respondent])
    write = exports.to_csv if file_format == "csv" else exports.to_jsonl
    records = list(_answer_records(survey, answers, numbers, _labels(versions)))
    return Export(
        write(ANSWER_COLUMNS, records),
        exports.to_csv(CODEBOOK_COLUMNS, _codebook_records(survey, versions)),
        len({answer.respondent for answer in answers}),
        await surveys.count_retracted(tx, survey.id),
    )


def _labels(versions: list[Form]) -> dict[tuple[int, str, str], str]:
    return {
        (form.version, question.key, option.key): option.label
        for form in versions
        for question in form.questions
        for option in question.options
    }


def _answer_records(
    survey: Survey,
    answers: list[Answer],
    numbers: dict[str, int],
    labels: dict[tuple[int, str, str], str],
) -> Iterator[Record]:
    for answer in answers:
        # A text has no option, and still is one row.
        for option_key in answer.option_keys or ("",):
            yield {
                "survey": survey.key,
                "wave": survey.wave,
                "form_version": answer.form_version,
                "respondent": numbers[answer.respondent],
                "question_key": answer.question_key,
                "option_key": option_key,
                "option_label": labels.get(
                    (answer.form_version, answer.question_key, option_key), ""
                ),
                "text": answer.text,
                "answered_at": answer.answered_at.isoformat(),
            }


def _codebook_records(survey: Survey, versions: list[Form]) -> Iterator[Record]:
    for form in versions:
        for question in form.questions:
            for option in question.options or (Option("", ""),):
                yield _codebook_record(survey, form, question, option)


def _codebook_record(survey: Survey, form: Form, question: Question, option: Option) -> Record:
    return {
        "survey": survey.key,
        "form_version": form.version,
        "question_key": question.key,
        "kind": question.kind,
        "question_label": question.label,
        "option_key": option.key,
        "option_label": option.label,
    }
