"""`akademia survey check|load|show|register`, run as a person would."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.office import SAMPLE, Office, Starter, quick_starter

KEY = "dzialalnosc-organizacji"
FILE = SAMPLE / "surveys" / f"{KEY}.toml"
BROKEN = """key = "s"
title = "S"
privacy = "secret"

[[questions]]
key = "q"
kind = "choice"
label = "Q"
options = [
  { key = "a", label = "A" },
  { key = "a", label = "B" },
]
when = { question = "later", options = ["1"] }

[[questions]]
key = "later"
kind = "scale"
label = "Later"
when = { question = "q", options = ["a"] }
"""


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


async def test_check_says_how_long_a_survey_is_and_writes_nothing(office: Office) -> None:
    said = await office.say("survey", "check", FILE)

    assert (said.code, said.out, said.err) == (
        0,
        "In order: 12 questions, about 3 minutes.\n",
        "",
    )
    assert not office.data.exists()


async def test_check_and_load_name_every_fault_with_its_line(office: Office) -> None:
    broken = office.folder / "broken.toml"
    broken.write_text(BROKEN, encoding="utf-8")
    sentences = [
        "line 3, privacy: “secret” is not known. Possible: named, pseudonymous, anonymous.",
        "line 11, question 1 (q), option 2 (a), key: “a” is used twice. Each key may be used once.",
        (
            "line 13, question 1 (q), when, question: these questions wait for each other: "
            "q → later → q."
        ),
    ]

    checked = await office.say("survey", "check", broken)
    loaded = await office.say("survey", "load", broken)

    assert (checked.code, checked.out, checked.err.splitlines()) == (2, "", sentences)
    assert (loaded.code, loaded.out, loaded.err.splitlines()) == (2, "", sentences)


async def test_survey_is_loaded_changed_and_shown(office: Office) -> None:
    changed = office.folder / "changed.toml"
    text = FILE.read_text("utf-8")
    changed.write_text(text.replace('opens = "+8 10:00"', 'opens = "+9 10:00"'), encoding="utf-8")

    first = await office.say("survey", "load", FILE)
    again = await office.say("survey", "load", FILE)
    moved = await office.say("survey", "load", changed)
    shown = await office.say("survey", "show", KEY, "--locale", "en")
    unknown = await office.say("survey", "show", "nothing")

    assert (first.code, first.err, first.out) == (
        0,
        "",
        f"The survey “{KEY}” is loaded, version 1.\nNew waves: activity.\n",
    )
    assert again.out == f"Nothing has changed in the survey “{KEY}”, version 1.\n"
    assert moved.out == (f"The survey “{KEY}” is changed, version 1.\nChanged waves: activity.\n")
    lines = shown.out.splitlines()
    assert lines[:3] == [
        "What does your organisation do?",
        f"{KEY} · with names · version 1 · 12 questions · about 3 minutes ·",
        "results from 5 answers on",
    ]
    fourth = lines.index(
        "4. How many members does the organisation have? [members, a number, at least 0, at most"
    )
    assert lines[fourth + 1] == "   5000, people]"
    assert "   only if “Is the organisation active at present?” is answered: Yes" in lines
    assert lines[-2] == "Versions of the questions: 1."
    assert lines[-1].startswith("activity: planned · ")
    assert lines[-1].endswith(" · answers: 0, whole: 0")
    assert (unknown.code, unknown.err) == (
        2,
        f"There is no survey “nothing”. Known: {KEY}.\n",
    )


async def test_register_says_that_it_has_everything(office: Office) -> None:
    await office.say("survey", "load", FILE)

    nothing = await office.say("survey", "register", KEY)
    beyond = await office.say("survey", "register", KEY, "--take", "1")

    assert (nothing.code, nothing.out) == (0, "The register has all that the organisations say.\n")
    assert (beyond.code, beyond.out) == (2, "")
