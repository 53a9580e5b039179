"""Words are cut at their ends."""

import pytest

from handlers.telegram.labels import shorten


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        pytest.param("Dzień Organizacji", 28, "Dzień Organizacji", id="fits"),
        pytest.param("NGO jako lider społeczności", 17, "NGO jako lider…", id="whole-words"),
        pytest.param("NGO jako lider społeczności", 15, "NGO jako lider…", id="ends-with-a-word"),
        pytest.param("Współpraca JST i NGO w gminie", 25, "Współpraca JST i NGO…", id="no-lone-w"),
        pytest.param("Spotkanie robocze: program", 22, "Spotkanie robocze…", id="no-colon"),
        pytest.param("Konstantynopolitańczykowianeczka", 10, "Konstanty…", id="one-long-word"),
        pytest.param("🎓🎓🎓🎓🎓", 5, "🎓🎓…", id="emoji-count-twice"),
    ],
)
def test_shorten_cuts_at_the_end_of_a_word(text: str, limit: int, cut: str) -> None:
    assert shorten(text, limit) == cut
