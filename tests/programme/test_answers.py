import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.answers import address, name, one_line, text
from programme.refusals import (
    AddressWrong,
    AnswerEmpty,
    AnswerRefused,
    AnswerTooLong,
    NameWithoutLetters,
)


def test_text_keeps_lines_and_drops_control_characters() -> None:
    assert text("\x00 Dzień\r\ndobry\x07,\tgmino \n", 100) == "Dzień\ndobry,\tgmino"


def test_text_keeps_joined_emoji() -> None:
    assert text("👩‍👧 tak", 100) == "👩‍👧 tak"


@pytest.mark.parametrize("raw", ["", " \n\t", "\x00", "\u200b\u200d", "\ud800"])
def test_text_without_words_is_refused(raw: str) -> None:
    with pytest.raises(AnswerEmpty):
        text(raw, 100)


def test_text_at_the_limit_is_taken() -> None:
    assert text("ż" * 10, 10) == "ż" * 10


def test_text_over_the_limit_is_refused_with_the_limit() -> None:
    with pytest.raises(AnswerTooLong) as caught:
        text("ż" * 11, 10)

    assert caught.value.limit == 10


def test_one_line_may_be_empty() -> None:
    assert one_line("\n\u202e ") == ""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Jan  Kowalski\n", "Jan Kowalski"),
        ("Zażółć\u202e \u200bGęślą", "Zażółć Gęślą"),
        ("Anna\x1f Nowak-O’Brien", "Anna Nowak-O’Brien"),
        ("李 小龍", "李 小龍"),
        ("A" * 120, "A" * 120),
    ],
)
def test_name_is_one_visible_line(raw: str, expected: str) -> None:
    assert name(raw) == expected


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ("", AnswerEmpty),
        ("\u200b", AnswerEmpty),
        ("12345", NameWithoutLetters),
        ("👩‍👧", NameWithoutLetters),
        ("A" * 121, AnswerTooLong),
    ],
)
def test_name_is_refused(raw: str, error: type[AnswerRefused]) -> None:
    with pytest.raises(error):
        name(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "anna",
        "anna@",
        "anna@example",
        "anna nowak@example.org",
        "Anna <anna@example.org>",
        "żaba@example.org",
        "anna@example.org\r\nBcc: jan@example.org",
        "a@" + "b" * 250 + ".example.org",
        '"anna nowak"@example.org',
        "anna@[127.0.0.1]",
    ],
)
def test_address_is_refused(raw: str) -> None:
    with pytest.raises(AddressWrong):
        address(raw)


def test_address_is_taken_with_white_space_around_it() -> None:
    assert address("\tanna.nowak+ngo@example.org \n") == "anna.nowak+ngo@example.org"


@given(raw=st.text())
def test_name_has_no_control_characters(raw: str) -> None:
    try:
        words = name(raw)
    except AnswerRefused:
        return

    assert {unicodedata.category(each) for each in words} & {"Cc", "Cf", "Cs"} == set()
    assert name(words) == words
