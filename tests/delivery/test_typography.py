import pytest

from delivery.typography import bind


@pytest.mark.parametrize(
    ("line", "bound"),
    [
        ("", ""),
        ("w Miłkach", "w\u00a0Miłkach"),
        ("Razem i z nami", "Razem i\u00a0z\u00a0nami"),
        ("Ewa Dąb a las", "Ewa Dąb a\u00a0las"),
        ("W urzędzie", "W\u00a0urzędzie"),
        ("lew Miłki", "lew Miłki"),
    ],
)
def test_bind_ties_words_of_one_letter_to_the_next(line: str, bound: str) -> None:
    assert bind(line) == bound
