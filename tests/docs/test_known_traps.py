"""Every test that the page of known traps names exists."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "explanation" / "known-traps.md"
NAMED = re.compile(r"`(?P<file>[\w/]+\.py)::(?P<name>test_\w+)`")
TRAPS = sorted(
    {(found["file"], found["name"]) for found in NAMED.finditer(PAGE.read_text("utf-8"))}
)


def test_page_names_tests() -> None:
    assert len(TRAPS) > 40


@pytest.mark.parametrize(("file", "name"), TRAPS)
def test_test_that_keeps_us_out_of_a_trap_exists(file: str, name: str) -> None:
    assert f"def {name}(" in (TESTS / file).read_text("utf-8")


def test_every_line_names_a_test() -> None:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]

    assert [line for line in lines if "::" not in line and not line.startswith("| what ")] == []
