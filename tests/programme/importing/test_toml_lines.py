"""The lines of fields in TOML, held against what the standard library reads."""

import tomllib
from pathlib import Path as File
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.importing.toml_lines import Path, find_lines, line_of

SAMPLE = File(__file__).parents[3] / "bot" / "sample"
NASTY = '''# a = "no"
title = """one ""\\" # two
[not.a.table] = 3""" # after
'quo.ted' = 'a # b'
"esc\\"aped".dotted."x y" = [ [1, 2], # ]
  [ "]", { deep = "}", more = [ 1 ] } ],
]
day = 2026-11-23 10:00:00

[table.inside]
a.b = 1
lines = \'\'\'
x = "y"
[z]\'\'\'

[[list]]
key = "one"
[[list.inner]]
n = 1
[list.inner.part]
m = 2
[[list.inner]]
n = 3
[[list]]
[[list.inner]]
last = true
'''
FILES = [File(name) for name in sorted(SAMPLE.rglob("*.toml"))]


def paths(data: Any, path: Path = ()) -> set[Path]:
    inside = {path}
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for name, value in entries:
        below = (*path, name)
        inside |= paths(value, below) if isinstance(value, dict | list) else {below}
    return inside


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_lines_of_a_file_stand_where_its_keys_are(file: File) -> None:
    text = file.read_text("utf-8")

    found = find_lines(text)

    written = text.split("\n")
    assert set(found) == paths(tomllib.loads(text))
    for path, line in found.items():
        if path and isinstance(path[-1], str):
            assert path[-1] in written[line - 1]


def test_lines_of_nasty_toml_are_all_found() -> None:
    found = find_lines(NASTY)

    assert set(found) == paths(tomllib.loads(NASTY))
    lines = {line: path for path, line in reversed(found.items())}
    assert lines[4] == ("quo.ted",)
    assert found[('esc"aped', "dotted", "x y", 1, 1, "more", 0)] == 6
    assert found[("table", "inside", "lines")] == 12
    assert found[("list", 0, "inner", 0, "part", "m")] == 21
    assert found[("list", 0, "inner", 1, "n")] == 23
    assert found[("list", 1, "inner", 0, "last")] == 26


def test_line_of_what_is_not_written_is_that_of_its_table() -> None:
    found = find_lines("a = 1\n[b]\nc = 2\n")

    assert line_of(found, ("b", "nothing", "here")) == 2
    assert line_of(found, ("nothing",)) == 1


@given(
    names=st.lists(st.text(max_size=5), min_size=1, max_size=4, unique=True),
    words=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=9),
    windows=st.booleans(),
)
def test_lines_are_found_behind_any_text(names: list[str], words: str, *, windows: bool) -> None:
    quoted = "".join(
        f"{_quoted(name)} = [{_quoted(words)},\n{{ {_quoted(words)} = 1 }}]\n" for name in names
    )

    found = find_lines(quoted.replace("\n", "\r\n") if windows else quoted)

    assert set(found) == paths(tomllib.loads(quoted))
    assert [found[name, 1] for name in names] == [2 * spot + 2 for spot in range(len(names))]


def _quoted(words: str) -> str:
    coded = "".join(f"\\U{ord(sign):08x}" for sign in words)
    return f'"{coded}"'


def test_lists_in_lists_without_end_are_no_trouble() -> None:
    found = find_lines(f"a = 1\nb = {'[' * 5000}{']' * 5000}\n")

    assert (found["a",], found["b",]) == (1, 2)
