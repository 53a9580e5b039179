import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.characters import has_controls, one_line, printable


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Zażółć gęślą jaźń 🎉", "Zażółć gęślą jaźń 🎉"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\u2028b\u2029c\x85d", "a\nb\nc\nd"),
        ("a\x00b\x0bc\x1bd\x7fe", "abcde"),
        ("a\tb", "a\tb"),
        ("half \ud83d of a pair", "half ? of a pair"),
    ],
)
def test_printable_keeps_what_people_see(text: str, kept: str) -> None:
    assert printable(text) == kept


def test_one_line_joins_words_with_single_spaces() -> None:
    assert one_line("  Jan\r\n\tKowalski  ") == "Jan Kowalski"


@given(st.text())
def test_one_line_has_no_controls(text: str) -> None:
    assert not has_controls(one_line(text))


@pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\x00b", "a\u2028b", "a\x85b", "\ud800"])
def test_has_controls_finds_line_breakers(text: str) -> None:
    assert has_controls(text)


def test_short_cuts_know_every_character() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        assert has_controls(character) is (category in {"Cc", "Cs", "Zl", "Zp"}), hex(code)
        changed = category in {"Cc", "Cs", "Zl", "Zp"} and character not in "\n\t"
        assert (printable(character) != character) is changed, hex(code)
