"""Files of answers: their columns, who is left out, and what SPSS reads in them."""

import csv
import io
import sys
from datetime import timedelta
from pathlib import Path

import pyreadstat
import pytest

from delivery.survey_file_words import FileWords
from programme import survey_columns, survey_export, surveys
from programme.forms import Form, Option, Question
from programme.refusals import NotStaff, OptionUnknown
from programme.survey_refusals import ParquetNotThere, SurveyStillOpen, TooFewAnswers, WaveUnknown
from storage import surveys as store
from storage import waves
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.surveys import Answer, Survey
from tests.storage.rows import NOW
from texts.translator import load

WORDS = FileWords(load("pl"))
RATED = Question(
    "rated", "choice", "Jak było?", (Option("good", "Dobrze"), Option("bad", "Źle")), no_answer=True
)
USED = Question(
    "used", "multiple", "Co się przyda?", (Option("law", "Prawo"), Option("map", "Mapa"))
)
GONE = Question("gone", "number", "Ile razy?", minimum=0, hard_to_say=True)
FIRST = Form("training", 1, (RATED, GONE, USED), title="Po szkoleniu")
LATER = Form(
    "training",
    2,
    (
        Question(
            "rated",
            "choice",
            "Jak było dziś?",
            (Option("good", "Dobrze"), Option("so", "Tak sobie")),
            no_answer=True,
        ),
        USED,
    ),
    title="Po szkoleniu",
)


async def _survey(tx: Tx, *, privacy: str = "named", threshold: int = 5) -> Survey:
    await surveys.keep_form(tx, FIRST, now=NOW)
    kept = await surveys.keep_form(tx, LATER, now=NOW)
    survey = await store.add(
        tx,
        key="po-szkoleniu",
        kind="survey",
        form_id=kept.id,
        event_id=None,
        wave="",
        now=NOW,
        privacy=privacy,
        threshold=threshold,
    )
    assert survey is not None
    return survey


async def _wave(tx: Tx, survey: Survey, key: str, *, people: int, state: str) -> None:
    await waves.add(tx, survey_id=survey.id, key=key, opens_at=NOW, now=NOW, state=state)
    for number in range(people):
        await store.append(
            tx,
            [_said(survey, f"{key}:{number}", "rated", ("good",), wave=key)],
            anonymous=survey.is_anonymous,
        )


def _said(
    survey: Survey,
    who: str,
    question: str,
    keys: tuple[str, ...],
    *,
    version: int = 1,
    wave: str = "one",
) -> Answer:
    return Answer(
        survey_id=survey.id,
        form_version=version,
        respondent=f"p:{who}",
        question_key=question,
        option_keys=keys,
        text="",
        retracted=False,
        door="web",
        source_key=f"test:{who}",
        source_order=1,
        answered_at=NOW + timedelta(minutes=1),
        wave=wave,
    )


async def _fill(tx: Tx) -> None:
    survey = await _survey(tx)
    await waves.add(tx, survey_id=survey.id, key="one", opens_at=NOW, now=NOW, state=waves.OPEN)
    for answer in (
        _said(survey, "a", "rated", ("bad",)),
        _said(survey, "a", "gone", ("3",)),
        _said(survey, "a", "used", ("law", "map")),
        _said(survey, "b", "rated", ("_no_answer",)),
        _said(survey, "b", "gone", ("_hard_to_say",)),
        _said(survey, "c", "rated", ("so",), version=2),
    ):
        await store.append(tx, [answer])


def _rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


async def test_wide_file_keeps_what_was_taken_out_of_the_form(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        await _fill(tx)
        plan = await survey_export.plan(tx, survey_key="po-szkoleniu", words=WORDS)
        written = await survey_export.write(
            tx, plan=plan, file_format="wide", file=tmp_path / "wide.csv"
        )
    survey_export.write_codebook(plan=plan, file_format="wide", file=tmp_path / "codebook.csv")

    at = "2027-01-04T10:01:00+00:00"
    assert _rows(tmp_path / "wide.csv") == [
        ["respondent", "wave", "form_version", "complete", "answered_at", "rated", "gone", "used"],
        ["1", "one", "1", "1", at, "bad", "3", "law map"],
        ["2", "one", "1", "1", at, "_no_answer", "_hard_to_say", ""],
        ["3", "one", "2", "1", at, "so", "", ""],
    ]
    assert written == survey_export.Written(3, 3)
    assert [row[:1] + row[4:] for row in _rows(tmp_path / "codebook.csv")[1:]] == [
        ["rated", "1 2", "Jak było dziś?", "good", "1", "Dobrze", "1 2"],
        ["rated", "1 2", "Jak było dziś?", "bad", "2", "Źle", "1"],
        ["rated", "1 2", "Jak było dziś?", "so", "3", "Tak sobie", "2"],
        ["rated", "1 2", "Jak było dziś?", "_no_answer", "'-9", "Nie chcę odpowiadać", ""],
        ["gone", "1", "Ile razy?", "_hard_to_say", "'-8", "Trudno powiedzieć", ""],
        ["used", "1 2", "Co się przyda?", "law", "", "Prawo", "1 2"],
        ["used", "1 2", "Co się przyda?", "map", "", "Mapa", "1 2"],
    ]


async def test_spss_file_has_labels_and_knows_what_is_no_answer(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "answers.sav"
    async with database.transaction() as tx:
        await _fill(tx)
        plan = await survey_export.plan(tx, survey_key="po-szkoleniu", words=WORDS)
        await survey_export.write(tx, plan=plan, file_format="sav", file=file)

    whole, meta = pyreadstat.read_sav(file, output_format="dict", user_missing=True)
    counted, _ = pyreadstat.read_sav(file, output_format="dict")
    assert (whole["rated"], whole["gone"]) == ([2.0, -9.0, 3.0], [3.0, -8.0, None])
    assert (counted["rated"], counted["gone"]) == ([2.0, None, 3.0], [3.0, None, None])
    assert (whole["used_law"], whole["used_map"]) == ([1.0, None, None], [1.0, None, None])
    assert meta.column_names_to_labels["used_map"] == "Co się przyda?: Mapa"
    assert meta.variable_value_labels["rated"] == {
        1.0: "Dobrze",
        2.0: "Źle",
        3.0: "Tak sobie",
        -9.0: "Nie chcę odpowiadać",
    }


async def test_anonymous_waves_stay_out_while_open_or_small(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx, privacy="anonymous")
        await _wave(tx, survey, "open", people=9, state=waves.OPEN)
        with pytest.raises(SurveyStillOpen):
            await survey_export.plan(tx, survey_key=survey.key, words=WORDS)
        await _wave(tx, survey, "small", people=4, state=waves.CLOSED)
        with pytest.raises(TooFewAnswers):
            await survey_export.plan(tx, survey_key=survey.key, wave_key="small", words=WORDS)
        await _wave(tx, survey, "large", people=5, state=waves.CLOSED)

        plan = await survey_export.plan(tx, survey_key=survey.key, words=WORDS)
        await survey_export.write(tx, plan=plan, file_format="csv", file=tmp_path / "a.csv")

    rows = _rows(tmp_path / "a.csv")[1:]
    assert plan.waves == ("large",)
    # Neither the moment nor the order of coming.
    assert [(row[1], row[-1]) for row in rows] == [("large", "")] * 5
    assert sorted(int(row[3]) for row in rows) != list(range(1, 6))


async def test_files_of_one_wave(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx)
        await _wave(tx, survey, "one", people=2, state=waves.OPEN)
        await _wave(tx, survey, "two", people=1, state=waves.OPEN)

        plan = await survey_export.plan(tx, survey_key=survey.key, wave_key="two", words=WORDS)
        written = await survey_export.write(
            tx, plan=plan, file_format="jsonl", file=tmp_path / "two.jsonl"
        )
        with pytest.raises(WaveUnknown):
            await survey_export.plan(tx, survey_key=survey.key, wave_key="three", words=WORDS)
        with pytest.raises(OptionUnknown):
            await survey_export.write(tx, plan=plan, file_format="doc", file=tmp_path / "a.doc")

    assert written == survey_export.Written(1, 1)
    # The number is the same as in the file of all waves.
    assert '"respondent": 3' in (tmp_path / "two.jsonl").read_text("utf-8")


async def test_parquet_without_its_library_is_refused(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    async with database.transaction() as tx:
        await _fill(tx)
        plan = await survey_export.plan(tx, survey_key="po-szkoleniu", words=WORDS)
        with pytest.raises(ParquetNotThere):
            await survey_export.write(
                tx, plan=plan, file_format="parquet", file=tmp_path / "a.parquet"
            )


async def test_viewer_gets_no_files(database: Database) -> None:
    async with database.transaction() as tx:
        await _fill(tx)
        viewer = StaffMember(1, "Jan", "viewer", 5)

        with pytest.raises(NotStaff):
            await survey_export.plan(tx, survey_key="po-szkoleniu", words=WORDS, member=viewer)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("trust", "trust"),
        ("trust.fire-brigade", "trust.fire_brigade"),
        ("to", "q_to"),
        ("9", "q_9"),
        ("-x", "q__x"),
        ("a_", "a"),
        ("k" * 40 + "." + "r" * 40, "k" * 40 + "." + "r" * 23),
    ],
)
def test_spss_takes_the_name(key: str, name: str) -> None:
    assert survey_columns.spss_name(key) == name


def test_names_are_there_once_whatever_their_case() -> None:
    names = survey_columns.Names(["Wave"])

    assert [names.new(each) for each in ("wave", "trust", "TRUST", "trust")] == [
        "wave_2",
        "trust",
        "TRUST_2",
        "trust_3",
    ]
