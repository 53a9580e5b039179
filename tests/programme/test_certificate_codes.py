import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.certificate_codes import ALPHABET, LENGTH, initials, new_code, number, read_code


@pytest.mark.parametrize(
    ("title", "letters"),
    [
        ("Akademia Współpracy", "AW"),
        ("Program współpracy w gminie i o gminę", "PWGG"),
        ("„Świetlica” – łąka", "ŚŁ"),
        ("Raz dwa trzy cztery pięć sześć siedem osiem", "RDTCPS"),
        ("W i o", "WIO"),
        ("ßonate", "S"),
        ("2027", "Z"),
        ("🎓🎓", "Z"),
        ("", "Z"),
    ],
)
def test_initials_are_those_of_the_longer_words(title: str, letters: str) -> None:
    assert initials(title) == letters


def test_number_tells_programme_year_and_count() -> None:
    assert number("Akademia Współpracy", year=2027, count=7) == "AW/2027/0007"
    assert number("Akademia Współpracy", year=2027, count=12345) == "AW/2027/12345"


def test_alphabet_has_no_look_alikes() -> None:
    assert set("0O1IL5SB8Z2UV") & set(ALPHABET) == {"2", "8"}
    assert len(set(ALPHABET)) == len(ALPHABET) == 25


def test_new_codes_are_grouped_and_differ() -> None:
    codes = {new_code() for _ in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {LENGTH + 2}
    assert {code[4] + code[9] for code in codes} == {"--"}


@pytest.mark.parametrize(
    "typed",
    [
        "K7MF-2QXA-9P",
        "k7mf-2qxa-9p",
        " k7mf 2qxa 9p ",
        "K7MF2QXA9P",
        "k7mf–2qxa–9p.",
        "K7MF\n2QXA\n9P",
        "K7MF-ZQXA-9P",
        "Ｋ7MF-2QXA-9P",
    ],
)
def test_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == "K7MF-2QXA-9P"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "K7MF-2QXA-9",
        "K7MF-2QXA-9PP",
        "K7MF-2QXA-9O",
        "0000-0000-00",
        "🎓" * 10,
        "'; DROP TABLE certificate; --",
        "K7MF-2QXA-9P' OR '1'='1",
        "K" * 500,
        "K7MF-2QXA-9P" + " " * 500,
        "\x00" * 20,
        "\ud800" * 10,
    ],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=80))
def test_reading_never_fails_and_gives_only_codes(typed: str) -> None:
    code = read_code(typed)

    assert code is None or read_code(code) == code


@given(st.text(max_size=60))
def test_initials_are_few_capitals(title: str) -> None:
    letters = initials(title)

    assert 1 <= len(letters) <= 6
    assert letters.isalpha()
