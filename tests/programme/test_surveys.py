import csv
import io
import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programme import surveys
from programme.forms import Form, Option, Question
from programme.refusals import OptionUnknown, SurveyUnknown
from programme.surveys import Export
from storage import surveys as store
from storage.database import Database, Tx
from storage.exports import FORMULA_STARTS, plain_cell
from storage.surveys import Answer, Survey
from tests.storage.rows import NOW

RATED = Question(
    "rated",
    "choice",
    "Jak oceniają Państwo szkolenie?",
    (Option("good", "Dobrze"), Option("bad", "Źle")),
)
USED = Question(
    "used",
    "multiple",
    "Co się przyda?",
    (Option("law", "Prawo"), Option("map", "Mapa"), Option("talk", "=Rozmowa")),
)
WORDS = Question("words", "text", "Co jeszcze?", required=False)
FORM = Form("training", 1, (RATED, USED, WORDS))
SHORTER = Form(
    "training", 2, (Question("rated", "choice", "Jak było?", (Option("good", "Dobrze"),)), WORDS)
)
AT = NOW.isoformat()
_numbers = itertools.count(1)


async def _open(tx: Tx, key: str = "training-2027", form: Form = FORM) -> Survey:
    kept = await surveys.keep_form(tx, form, now=NOW)
    survey = await store.add(
        tx,
        key=key,
        kind="survey",
        form_id=kept.id,
        event_id=None,
        wave="endline",
        now=NOW,
    )
    assert survey is not None
    return survey


def _answer(survey: Survey, order: int, person: int, question: str, **changes: Any) -> Answer:
    values: dict[str, Any] = {
        "survey_id": survey.id,
        "form_version": 1,
        "respondent": f"person:{person}",
        "question_key": question,
        "option_keys": (),
        "text": "",
        "retracted": False,
        "door": "chat",
        "source_key": f"test:{survey.id}:{order}",
        "source_order": order,
        "answered_at": NOW,
    }
    return Answer(**(values | changes))


def _read(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _row(respondent: str, question: str, *rest: str, version: str = "1") -> dict[str, str]:
    cells = ("training-2027", "endline", version, respondent, question, *rest, AT)
    return dict(zip(surveys.ANSWER_COLUMNS, cells, strict=True))


async def _fill(tx: Tx) -> None:
    """Let persons 70 and 12 answer, and person 5 take an answer back."""
    survey = await _open(tx)
    await store.append(
        tx,
        [
            _answer(survey, 1, 70, "rated", option_keys=("bad",)),
            _answer(survey, 2, 5, "rated", option_keys=("good",)),
            _answer(survey, 3, 12, "used", option_keys=("law", "talk")),
            _answer(survey, 4, 70, "words", text="=1+1\nżółw"),
            _answer(survey, 5, 5, "rated", retracted=True),
            _answer(survey, 6, 70, "rated", option_keys=("good",)),
        ],
    )


async def test_export_as_csv(database: Database) -> None:
    async with database.transaction() as tx:
        await _fill(tx)
        export = await surveys.export(tx, survey_key="training-2027", file_format="csv")

    assert _read(export.answers) == [
        _row("1", "rated", "good", "Dobrze", ""),
        _row("1", "words", "", "", "'=1+1\nżółw"),
        _row("3", "used", "law", "Prawo", ""),
        _row("3", "used", "talk", "'=Rozmowa", ""),
    ]
    assert (export.respondents, export.retracted) == (2, 1)


async def test_export_as_jsonl(database: Database) -> None:
    async with database.transaction() as tx:
        await _fill(tx)
        export = await surveys.export(tx, survey_key="training-2027", file_format="jsonl")

    assert [json.loads(line) for line in export.answers.decode().splitlines()][1] == {
        "survey": "training-2027",
        "wave": "endline",
        "form_version": 1,
        "respondent": 1,
        "question_key": "words",
        "option_key": "",
        "option_label": "",
        "text": "=1+1\nżółw",
        "answered_at": AT,
    }


async def test_export_of_a_survey_without_answers(database: Database) -> None:
    async with database.transaction() as tx:
        await _open(tx)
        export = await surveys.export(tx, survey_key="training-2027", file_format="jsonl")

    assert export == Export(b"", export.codebook, 0, 0)


async def test_codebook_has_every_option_of_every_version(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _open(tx)
        await surveys.keep_form(tx, SHORTER, now=NOW)
        await store.append(
            tx,
            [
                _answer(survey, 1, 1, "rated", option_keys=("bad",)),
                _answer(survey, 2, 2, "rated", option_keys=("good",), form_version=2),
            ],
        )
        export = await surveys.export(tx, survey_key="training-2027", file_format="csv")

    assert [list(row.values())[1:] for row in _read(export.codebook)] == [
        ["1", "rated", "choice", RATED.label, "good", "Dobrze"],
        ["1", "rated", "choice", RATED.label, "bad", "Źle"],
        ["1", "used", "multiple", USED.label, "law", "Prawo"],
        ["1", "used", "multiple", USED.label, "map", "Mapa"],
        ["1", "used", "multiple", USED.label, "talk", "'=Rozmowa"],
        ["1", "words", "text", WORDS.label, "", ""],
        ["2", "rated", "choice", "Jak było?", "good", "Dobrze"],
        ["2", "words", "text", WORDS.label, "", ""],
    ]
    assert _read(export.answers) == [
        _row("1", "rated", "bad", "Źle", ""),
        _row("2", "rated", "good", "Dobrze", "", version="2"),
    ]


async def test_keep_form_again_makes_no_version(database: Database) -> None:
    async with database.transaction() as tx:
        versions = [
            (await surveys.keep_form(tx, form, now=NOW)).version for form in (FORM, FORM, SHORTER)
        ]
        survey = await _open(tx, form=SHORTER)

        assert versions == [1, 1, 2]
        assert await surveys.form_of(tx, survey) == SHORTER


async def test_respondents_keep_their_number(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _open(tx)
        await store.append(
            tx,
            [
                _answer(survey, 1, 9, "words", text="pierwsza"),
                _answer(survey, 2, 8, "words", text="druga"),
            ],
        )
        before = await surveys.export(tx, survey_key=survey.key, file_format="csv")
        await store.append(
            tx,
            [
                _answer(survey, 3, 9, "words", retracted=True),
                _answer(survey, 4, 1, "words", text="trzecia"),
            ],
        )
        after = await surveys.export(tx, survey_key=survey.key, file_format="csv")

    def numbers(export: Export) -> dict[str, str]:
        return {row["text"]: row["respondent"] for row in _read(export.answers)}

    assert numbers(before) == {"pierwsza": "1", "druga": "2"}
    assert numbers(after) == {"druga": "2", "trzecia": "3"}


async def test_export_of_an_unknown_survey_names_the_known_ones(database: Database) -> None:
    async with database.transaction() as tx:
        await _open(tx, "b")
        await _open(tx, "a")

        with pytest.raises(SurveyUnknown) as caught:
            await surveys.export(tx, survey_key="c", file_format="csv")

    assert (caught.value.key, caught.value.known) == ("c", ("a", "b"))


async def test_export_in_an_unknown_format_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _open(tx)

        with pytest.raises(OptionUnknown):
            await surveys.export(tx, survey_key=survey.key, file_format="xls")


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=9)
# Who answered which question how: options of a choice, a text, or None for an answer taken back.
ANSWERED = st.one_of(
    st.tuples(st.just("rated"), st.sampled_from((("good",), ("bad",), None))),
    st.tuples(st.just("used"), st.sampled_from((("law",), ("law", "map"), None))),
    st.tuples(st.just("words"), TEXTS | st.none()),
)
STEPS = st.lists(st.tuples(st.integers(1, 3), ANSWERED), max_size=12)


def _step(survey: Survey, order: int, person: int, question: str, value: Any) -> Answer:
    return _answer(
        survey,
        order,
        person,
        question,
        option_keys=value if isinstance(value, tuple) else (),
        text=value if isinstance(value, str) else "",
        retracted=value is None,
    )


def _said(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((row["question_key"], row["option_key"], row["text"]) for row in rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, data=st.data())
async def test_any_answering_reads_back_from_both_exports(
    database: Database, steps: list[tuple[int, tuple[str, Any]]], data: st.DataObject
) -> None:
    last: dict[tuple[int, str], Any] = {}
    for person, (question, value) in steps:
        last[person, question] = value
    expected = sorted(
        (question, "", value) if isinstance(value, str) else (question, option, "")
        for (_, question), value in last.items()
        if value is not None
        for option in (value if isinstance(value, tuple) else ("",))
    )

    async with database.transaction() as tx:
        survey = await _open(tx, f"any-{next(_numbers)}")
        arrivals = [
            _step(survey, order, person, question, value)
            for order, (person, (question, value)) in enumerate(steps)
        ]
        for arrival in data.draw(st.permutations(arrivals + arrivals[:2])):
            await store.append(tx, [arrival])
        as_csv = await surveys.export(tx, survey_key=survey.key, file_format="csv")
        as_jsonl = await surveys.export(tx, survey_key=survey.key, file_format="jsonl")

    rows = _read(as_csv.answers)
    plain = [{name: plain_cell(cell) for name, cell in row.items()} for row in rows]
    lines = [json.loads(line) for line in as_jsonl.answers.decode().split("\n")[:-1]]
    assert _said(plain) == _said(lines) == expected
    assert as_csv.retracted == sum(value is None for value in last.values())
    assert [cell for row in rows for cell in row.values() if cell.startswith(FORMULA_STARTS)] == []
