import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.polish_order import ALPHABET, by_surname


def test_names_are_ordered_by_surname_in_the_polish_alphabet() -> None:
    ordered = [
        "Anna Czajka",
        "Anna Ćwikła",
        "Jan Dąb",
        "Jan Lis",
        "Ewa Łoś",
        "Adam Nowak",
        "Ewa Nowak",
        "Adam Nowak-Adamska",
        "Adam Nowakowski",
        "Jan Óska",
        "Jan Sowa",
        "Jan Śliwa",
        "Jan Zając",
        "Jan Źrebak",
        "Jan Żak",
    ]

    backwards = ordered[::-1]
    assert sorted(backwards, key=by_surname) == ordered


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("jan łoś", "Jan Mak"),
        ("Jan Müller", "Jan Mur"),
        ("Jan Żak", "Іван Шевченко"),
        ("", "Anna"),
        ("Madonna", "Jan Nowak"),
        ("Jan Żak", "🙂"),
    ],
)
def test_by_surname_puts_the_first_before_the_second(first: str, second: str) -> None:
    assert by_surname(first) < by_surname(second)


def test_by_surname_ignores_capital_letters() -> None:
    assert by_surname("JAN ŁOŚ")[:2] == by_surname("Jan Łoś")[:2]


def test_by_surname_takes_decomposed_letters_for_whole_ones() -> None:
    assert by_surname("Jan Z\u0307ak")[:2] == by_surname("Jan Żak")[:2]


@given(st.lists(st.text(ALPHABET, min_size=1, max_size=4), min_size=2, max_size=5))
def test_single_words_are_ordered_letter_by_letter(words: list[str]) -> None:
    by_letters = sorted(words, key=lambda word: [ALPHABET.index(letter) for letter in word])

    assert sorted(words, key=by_surname) == by_letters


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    ordered = sorted(names, key=by_surname)

    backwards = ordered[::-1]
    assert sorted(backwards, key=by_surname) == ordered
