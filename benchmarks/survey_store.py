"""A survey of a million answers: its results, its files, and how fast answers come in.

Results and files are measured in a process of their own, so that the peak of its memory is theirs
alone. Theirs is polars reading the very same answers from a CSV file and counting them, which
knows no database, no versions and nobody who corrects an answer.
"""

import asyncio
import importlib
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.crowded import AT_ONCE, NOW, migrated, postgres_address, sqlite_address
from benchmarks.measure import NO_GOAL, Row
from programme import survey_export, surveys
from programme.forms import Form, Option, Question
from programme.survey_results import results
from storage import surveys as store
from storage import waves
from storage.database import Database, open_database
from storage.survey_tables import answer, current_answer, response

ANSWERS, QUESTIONS = 1_000_000, 30
KEY, WAVE = "bench", "baseline"
MOST_SECONDS, MOST_MB = 1.0, 64.0
RUNS = 3
MEGABYTE = 1024  # of the kilobytes in which Linux counts
GROUPS = "results by group"
RESULTS = ("results", GROUPS)
FILES = ("csv", "jsonl", "wide", "parquet")


def form() -> Form:
    """Make a form of thirty questions: choices, several choices, scales, numbers, words."""
    options = tuple(Option(f"o{number}", f"Odpowiedź {number}") for number in range(1, 6))
    kinds = ("choice", "scale", "multiple", "number", "scale", "text")
    return Form(
        KEY,
        1,
        tuple(
            Question(
                f"q{number}",
                kind,
                f"Pytanie {number}",
                options if kind in ("choice", "multiple") else (),
                hard_to_say=kind == "scale",
            )
            for number in range(QUESTIONS)
            for kind in [kinds[number % len(kinds)]]
        ),
        title="Ankieta",
    )


def _said(kind: str, chance: random.Random) -> tuple[list[str], str]:
    match kind:
        case "choice":
            return [f"o{chance.randint(1, 5)}"], ""
        case "multiple":
            return [f"o{n}" for n in range(1, 6) if chance.random() < 0.5] or ["o1"], ""  # noqa: PLR2004 -- a coin
        case "scale":
            return [chance.choice(("1", "2", "3", "4", "5", "_hard_to_say"))], ""
        case "number":
            return [str(chance.randint(0, 99))], ""
        case _:
            return [], chance.choice(("Więcej zajęć dla dzieci.", "Dziękuję!", "Brak uwag."))


async def fill(database: Database, count: int) -> int:
    """Put so many answers into the tables themselves, and give how many people gave them."""
    asked = form()
    async with database.transaction() as tx:
        kept = await surveys.keep_form(tx, asked, now=NOW)
        survey = await store.add(
            tx, key=KEY, kind="survey", form_id=kept.id, event_id=None, wave="", now=NOW
        )
        assert survey is not None  # noqa: S101 -- the database is empty
        await waves.add(tx, survey_id=survey.id, key=WAVE, opens_at=NOW, now=NOW, state=waves.OPEN)
    people = count // QUESTIONS
    rows = _rows(survey.id, asked, people)
    while chunk := [row for _, row in zip(range(AT_ONCE), rows, strict=False)]:
        async with database.transaction() as tx:
            await tx.execute(answer.insert(), chunk)
            await tx.execute(current_answer.insert(), [_current(row) for row in chunk])
    forms = (
        {
            "survey_id": survey.id,
            "wave": WAVE,
            "respondent": _respondent(number),
            "form_version": 1,
            "complete": True,
        }
        for number in range(people)
    )
    while chunk := [row for _, row in zip(range(AT_ONCE), forms, strict=False)]:
        async with database.transaction() as tx:
            await tx.execute(response.insert(), chunk)
    await _keep_house(database)
    return people


async def _keep_house(database: Database) -> None:
    """Do at once what PostgreSQL's autovacuum does within the hour; SQLite is left as it is."""
    if database.is_sqlite:
        return
    engine = create_async_engine(database.url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


def _respondent(number: int) -> str:
    return f"p:{random.Random(number).getrandbits(128):032x}"  # noqa: S311 -- the same every time


def _rows(survey_id: int, asked: Form, people: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)  # noqa: S311 -- the same every time
    for number in range(people):
        for question in asked.questions:
            option_keys, words = _said(question.kind, chance)
            yield {
                "survey_id": survey_id,
                "form_version": 1,
                "respondent": _respondent(number),
                "question_key": question.key,
                "option_keys": option_keys,
                "text": words,
                "retracted": False,
                "door": "web",
                "source_key": f"bench:{number}",
                "source_order": number,
                "answered_at": NOW,
                "wave": WAVE,
            }


def _current(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in row if name in current_answer.c}
    return {**kept, "chosen": " ".join(row["option_keys"])}


@dataclass(frozen=True)
class Cost:
    """Seconds, and the megabytes that the process grew by."""

    seconds: float
    megabytes: float


async def measure(*, scale: float) -> list[Row]:
    """Measure both databases, and polars with the file that came out of the first."""
    count = max(QUESTIONS * 100, int(ANSWERS * scale))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        folder = Path(name)
        with postgres_address() as server:
            for title, address in (("SQLite", sqlite_address(folder)), ("PostgreSQL", server)):
                async with migrated(address) as database:
                    await fill(database, count)
                rows += await _of_database(title, address, folder, count)
    return rows


async def _of_database(title: str, address: str, folder: Path, count: int) -> list[Row]:
    costs = {name: await _apart(name, address, folder) for name in (*RESULTS, *FILES)}
    theirs = await _apart("polars", address, folder)
    return [
        _row(f"{title}: {work}", count, cost, theirs, goal=_goal(work))
        for work, cost in costs.items()
    ]


def _goal(work: str) -> str:
    if work in FILES:
        return f"<= +{MOST_MB:.0f} MB"
    return NO_GOAL if work == GROUPS else f"<= {MOST_SECONDS:.0f} s"


def _row(work: str, count: int, ours: Cost, theirs: Cost, *, goal: str) -> Row:
    is_small, is_quick = ours.megabytes <= MOST_MB, ours.seconds <= MOST_SECONDS
    return Row(
        f"{work}, {count} answers, {QUESTIONS} questions",
        "polars reads the CSV and counts",
        f"{ours.seconds:.2f} s, +{ours.megabytes:.0f} MB",
        f"{theirs.seconds:.2f} s, +{theirs.megabytes:.0f} MB",
        f"{ours.seconds / theirs.seconds:.1f}x the time",
        goal,
        is_small if goal.endswith("MB") else is_quick,
    )


async def _apart(work: str, address: str, folder: Path) -> Cost:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.survey_store", work, address, str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return Cost(**json.loads(said))


def _peak() -> float:
    """Give the most memory that this process has had, in megabytes."""
    # What getrusage says begins with the memory of whoever started the process.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peak) / MEGABYTE


async def _timed(work: Callable[[], Awaitable[object]], *, runs: int) -> Cost:
    """Do a piece of work after a first time that loads what it needs, and give the middle time."""
    before = _peak()
    took = []
    for _ in range(runs):
        begun = time.perf_counter()
        await work()
        took.append(time.perf_counter() - begun)
    return Cost(sorted(took)[len(took) // 2], _peak() - before)


@asynccontextmanager
async def _opened(address: str) -> AsyncGenerator[Database]:
    database = open_database(address)
    try:
        yield database
    finally:
        await database.close()


async def _results(database: Database, group_by: str | None) -> None:
    async with database.counting() as tx:
        found = await results(tx, survey_key=KEY, wave_key=WAVE, group_by=group_by, member=None)
    assert len(found.questions) == QUESTIONS  # noqa: S101 -- else the figure says nothing


async def _export(database: Database, form_of_file: str, folder: Path) -> None:
    async with database.counting() as tx:
        plan = await survey_export.plan(tx, survey_key=KEY, words=str)
        file = folder / f"answers.{form_of_file}"
        await survey_export.write(tx, plan=plan, file_format=form_of_file, file=file)


async def _polars(file: Path) -> None:
    import polars as pl  # noqa: PLC0415 -- as the exports do

    counted = (
        pl.read_csv(file, infer_schema=False)
        .group_by("question_key", "option_key", "wave")
        .len()
        .sort("question_key")
    )
    assert len(counted) > QUESTIONS  # noqa: S101 -- as above


async def alone(work: str, address: str, folder: Path) -> Cost:
    """Do one piece of work in this process."""
    if work == "polars":
        return await _timed(partial(_polars, folder / "answers.csv"), runs=RUNS)
    async with _opened(address) as database:
        if work in RESULTS:
            group_by = "q0" if work == GROUPS else None
            # The first time loads libraries, which a bot that runs has loaded.
            await _results(database, group_by)
            return await _timed(partial(_results, database, group_by), runs=RUNS)
        if work == "parquet":
            importlib.import_module(
                "pyarrow.parquet"
            )  # as large as all the rest, whatever is written
        return await _timed(partial(_export, database, work, folder), runs=1)


if __name__ == "__main__":
    spent = asyncio.run(alone(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
    sys.stdout.write(json.dumps(vars(spent)))
