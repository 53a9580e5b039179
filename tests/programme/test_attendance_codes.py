import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.attendance_codes import DIGITS, LENGTH, draw, is_near, read, spaced

CODES = st.text(DIGITS, min_size=LENGTH, max_size=LENGTH)
SPACES = st.text(" \t\n.-–—\u00a0\u2009_/", max_size=2)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("472936", "472936"),
        ("472 936", "472936"),
        (" 4 7 2 9 3 6 ", "472936"),
        ("472-936.", "472936"),
        ("47-29-36", "472936"),
        ("„472 936”", "472936"),
        ("\u00a0472\u00a0936", "472936"),
        ("４７２９３６", "472936"),
        ("٤٧٢٩٣٦", "472936"),
        ("47Z 9E6", None),
        ("47Z 936", "472936"),
        ("4sz b36", "452836"),
        ("Kod: 472936", "472936"),
        ("mój kod to 472 936, dziękuję", "472936"),
        ("Żółć 472936 ąęś", "472936"),
        ("472936 i 222333", None),
        ("", None),
        ("Dziękuję", None),
        ("bibosz", None),
        ("47293", None),
        ("4729366", None),
        ("600 000 100", None),
        ("+48 600 000 100", None),
        ("OR.472936.2027", None),
        ("12-300 Miłki 5", None),
        ("2027-01-15", None),
        ("4" * 500, None),
        ("472936 " + "a" * 500, None),
    ],
)
def test_read_finds_the_code(typed: str, code: str | None) -> None:
    assert read(typed) == code


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("47293", True),
        ("4729366", True),
        ("472 93", True),
        ("123", False),
        ("600 000 100", False),
        ("Anna", False),
        ("", False),
        ("4" * 500, False),
    ],
)
def test_is_near_knows_a_code_that_was_mistyped(typed: str, *, near: bool) -> None:
    assert is_near(typed) == near


@given(CODES, st.lists(SPACES, min_size=LENGTH + 1, max_size=LENGTH + 1))
def test_read_forgives_whatever_stands_between_the_digits(code: str, gaps: list[str]) -> None:
    typed = gaps[0] + "".join(digit + gap for digit, gap in zip(code, gaps[1:], strict=True))

    assert read(typed) == code


@given(st.text(max_size=80) | st.text("0123456789oOlISZ .-", max_size=20))
def test_read_of_anything_is_a_code_or_nothing(typed: str) -> None:
    found = read(typed)

    assert found is None or re.fullmatch(r"[0-9]{6}", found, re.ASCII)


@given(CODES)
def test_read_understands_a_code_as_it_is_shown(code: str) -> None:
    assert read(spaced(code)) == code


def test_draw_gives_digits_that_cannot_be_mistaken() -> None:
    codes = [draw() for _ in range(500)]

    assert {len(code) for code in codes} == {LENGTH}
    assert set("".join(codes)) == set(DIGITS)
    assert [code for code in codes if re.search(r"(.)\1\1", code)] == []
    assert len(set(codes)) > 450
