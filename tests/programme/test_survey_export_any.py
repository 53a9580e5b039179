"""Whatever was asked, answered, changed and taken back: every file says what counts now."""

import csv
import io
import itertools
import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyarrow import parquet

from delivery.survey_file_words import FileWords
from programme import forms, survey_export, survey_filling, surveys
from programme.forms import Form
from programme.questions import MISSING
from programme.survey_export import Plan
from storage import surveys as store
from storage import waves
from storage.database import Database, Tx
from storage.exports import plain_cell
from storage.surveys import Survey
from storage.workbooks import fit_text
from tests.programme import any_survey
from tests.storage.rows import NOW, make_person
from texts.translator import load

_numbers = itertools.count(1)
WORDS = FileWords(load("pl"))
WAVES = ("before", "after")
# What somebody answers in a wave: by question, keys or words.
Said = dict[str, tuple[tuple[str, ...], str]]
Found = Counter[tuple[str, str]]


def _frozen(wave: str, said: Mapping[str, Any]) -> tuple[str, str]:
    return wave, repr(sorted(said.items()))


async def _open(tx: Tx, form: Form, privacy: str) -> Survey:
    kept = await surveys.keep_form(tx, form, now=NOW)
    survey = await store.add(
        tx,
        key=f"any-{next(_numbers)}",
        kind="survey",
        form_id=kept.id,
        event_id=None,
        wave="",
        now=NOW,
        privacy=privacy,
        threshold=1,
    )
    assert survey is not None
    for key in WAVES:
        await waves.add(
            tx,
            survey_id=survey.id,
            key=key,
            opens_at=NOW,
            now=NOW,
            state=waves.OPEN,
            public_key=f"{survey.key}-{key}",
        )
    return survey


async def _answer(tx: Tx, data: st.DataObject, wave_id: int, owner: str, at: int) -> Said:
    """Answer in any order, go back, and hand in; give what counts from now on."""
    now = NOW + timedelta(minutes=at)
    filling = await survey_filling.open_for(tx, wave_id=wave_id, owner=owner, now=now)
    if filling.form.questions:
        for question in data.draw(st.lists(st.sampled_from(filling.form.questions), max_size=5)):
            said = {question.key: data.draw(any_survey.answers_to(question))}
            filling = await survey_filling.save(
                tx, filling=filling, given=said, door="web", now=now
            )
    while (asked := filling.open) is not None:
        said = {asked.key: data.draw(any_survey.answers_to(asked))}
        filling = await survey_filling.save(tx, filling=filling, given=said, door="web", now=now)
    # A draft is handed in, so somebody who answered before and changes nothing keeps one too.
    filling = await survey_filling.save(tx, filling=filling, given={}, door="web", now=now)
    await survey_filling.hand_in(tx, filling=filling, door="web", now=now)
    return {
        question.key: any_survey.expected(question, filling.answers[question.key])
        for question in forms.asked(filling.form, filling.answers)
        if filling.answers.get(question.key) is not None
    }


async def _crowd(
    tx: Tx, data: st.DataObject, survey: Survey, first: Form
) -> tuple[dict[tuple[str, str], Said], list[Form]]:
    """Let three people answer in two waves, in the middle of which the form may change."""
    versions = [first]
    known: dict[tuple[str, str], Said] = {}
    people = [await make_person(tx) for _ in range(5)]
    for at in range(data.draw(st.integers(1, 5))):
        if len(versions) == 1 and data.draw(st.booleans()):
            later = any_survey.form(first.key, 2, data.draw(any_survey.changed(first.questions)))
            kept = await surveys.keep_form(tx, later, now=NOW)
            await store.set_form(tx, survey.id, form_id=kept.id)
            versions.append(later)
        wave = await waves.by_key(tx, survey.id, data.draw(st.sampled_from(WAVES)))
        assert wave is not None
        # Nobody can answer an anonymous survey twice.
        person = at if survey.is_anonymous else data.draw(st.integers(0, 2))
        owner = survey_filling.person(people[person])
        known[owner, wave.key] = await _answer(tx, data, wave.id, owner, at)
    return {key: said for key, said in known.items() if said}, versions


def _rows(file: Path) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
    return [{plain_cell(name): plain_cell(cell) for name, cell in row.items()} for row in rows]


def _tidy(rows: list[dict[str, Any]]) -> Found:
    found: dict[tuple[str, str], Said] = {}
    for row in rows:
        said = found.setdefault((str(row["respondent"]), row["wave"]), {})
        keys, words = said.get(row["question_key"], ((), ""))
        more = (row["option_key"],) if row["option_key"] else ()
        said[row["question_key"]] = ((*keys, *more), words or row["text"])
    return Counter(_frozen(wave, said) for (_number, wave), said in found.items())


def _in_one_cell(known: Mapping[tuple[str, str], Said]) -> Found:
    return Counter(
        _frozen(wave, {key: " ".join(keys) or text for key, (keys, text) in said.items()})
        for (_owner, wave), said in known.items()
    )


def _wide(plan: Plan, rows: list[dict[str, str]]) -> Found:
    return Counter(
        _frozen(
            row["wave"],
            {one.key: row[one.name] for one in plan.columns if row[one.name] != ""},
        )
        for row in rows
    )


def _labels(versions: list[Form], said: Said) -> dict[str, str]:
    """Say an answer in labels: the newest there are, whichever version was answered."""
    found = {}
    newest = {
        question.key: question for form in versions for question in forms.flat(form).questions
    }
    for key, (keys, text) in said.items():
        labels = {
            (question.key, option.key): option.label
            for form in versions
            for question in form.questions
            for option in question.options
        }
        points = {newest[key].points[0]: newest[key].low_label} if newest[key].points else {}
        points |= {newest[key].points[-1]: "dobrze"} if newest[key].points else {}
        words = []
        for each in keys:
            if each in MISSING:
                words.append(WORDS(each))
            elif points.get(each):
                words.append(f"{each} – {points[each]}")
            else:
                words.append(labels.get((key, each), each))
        found[key] = fit_text("; ".join(words) or text)
    return found


def _workbook(plan: Plan, file: Path) -> Found:
    book = load_workbook(file)
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    book.close()
    lead = 6  # respondent, wave, version, complete, moment, link
    return Counter(
        _frozen(
            str(row[1]),
            {
                one.key: _plain(cell)
                for one, cell in zip(plan.columns, row[lead:], strict=True)
                if cell is not None
            },
        )
        for row in rows
    )


def _plain(cell: Any) -> str:
    # Excel reads _x005F_ as one underscore, and the library leaves that to others.
    if isinstance(cell, str):
        return cell.replace("_x005F_", "_")
    return format(cell, ".6f").rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)


def _spss(plan: Plan, file: Path, codebook: list[dict[str, str]]) -> tuple[Found, Any]:
    frame, _meta = pyreadstat.read_sav(
        file, output_format="polars", user_missing=True, disable_datetime_conversion=True
    )
    back = {
        (row["question_key"], row["spss_value"]): row["value"]
        for row in codebook
        if row["spss_value"]
    }
    found: Found = Counter()
    for row in frame.iter_rows(named=True):
        said = {}
        for one in plan.columns:
            cell = row[one.spss]
            if cell is None or cell == "":
                continue
            written = _plain(cell)
            if (one.key, written) in back:
                said[one.key] = back[one.key, written]
            elif one.kind == "date":
                day = date(1582, 10, 14).toordinal() + int(cell) // 86400
                said[one.key] = date.fromordinal(day).isoformat()
            else:
                said[one.key] = written
        found[_frozen(row["wave"], said)] += 1
    return found, frame


def _by_pspp(sav: Path) -> list[dict[str, str]]:
    """Read the file with a program of other people; a machine without it fails the test."""
    out = sav.with_suffix(".pspp.csv")
    subprocess.run(["pspp-convert", sav, out], check=True, capture_output=True)  # noqa: S607 -- Debian's
    return list(csv.DictReader(io.StringIO(out.read_bytes().decode(), newline="")))


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_every_file_says_what_counts(
    database: Database, tmp_path: Path, data: st.DataObject
) -> None:
    privacy = data.draw(st.sampled_from(["named", "pseudonymous", "anonymous"]))
    number = next(_numbers)
    first = any_survey.form(f"form-{number}", 1, data.draw(any_survey.questions()))
    async with database.transaction() as tx:
        survey = await _open(tx, first, privacy)
        known, versions = await _crowd(tx, data, survey, first)
        if not known:
            return
        for wave in await waves.of_survey(tx, survey.id):
            await waves.close(tx, wave.id, now=NOW)

        plan = await survey_export.plan(tx, survey_key=survey.key, words=WORDS)
        files = {name: tmp_path / f"{number}.{name}" for name in survey_export.FORMATS}
        for name, file in files.items():
            await survey_export.write(tx, plan=plan, file_format=name, file=file)
    survey_export.write_codebook(plan=plan, file_format="sav", file=tmp_path / "codebook.csv")

    expected = Counter(_frozen(wave, said) for (_owner, wave), said in known.items())
    lines = files["jsonl"].read_text("utf-8").split("\n")[:-1]
    assert _tidy(_rows(files["csv"])) == expected
    assert _tidy([json.loads(line) for line in lines]) == expected
    assert _tidy(parquet.read_table(files["parquet"]).to_pylist()) == expected
    in_cells = _in_one_cell(known)
    assert _wide(plan, _rows(files["wide"])) == in_cells
    assert _workbook(plan, files["xlsx"]) == Counter(
        _frozen(wave, _labels(versions, said)) for (_owner, wave), said in known.items()
    )
    codebook = _rows(tmp_path / "codebook.csv")
    by_spss, frame = _spss(plan, files["sav"], codebook)
    assert by_spss == in_cells
    by_pspp = _by_pspp(files["sav"])
    assert [list(row) for row in by_pspp[:1]] == [frame.columns]
    texts = [one.spss for one in plan.columns if one.kind in ("text", "multiple", "ranking")]
    assert [[row[name] for name in texts] for row in by_pspp] == [
        [row[name] or "" for name in texts] for row in frame.iter_rows(named=True)
    ]


def test_spss_reader_can_fail(tmp_path: Path) -> None:
    (tmp_path / "not.sav").write_bytes(b"nothing")

    with pytest.raises(subprocess.CalledProcessError):
        _by_pspp(tmp_path / "not.sav")
