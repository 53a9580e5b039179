"""Nobody's silence is taken for a yes, and a yes is one in the operator's language."""

import io

import pytest

from bot.question import confirmed
from texts.translator import load


@pytest.mark.parametrize(
    ("locale", "typed", "wanted"),
    [
        ("pl", "t\n", True),
        ("pl", "Tak\n", True),
        ("pl", "y\n", False),
        ("pl", "n\n", False),
        ("en", "yes\n", True),
        ("en", "t\n", False),
        ("en", "\n", False),
        ("en", "", False),
    ],
)
def test_confirmed_takes_only_a_clear_yes(
    locale: str,
    typed: str,
    wanted: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))

    answer = confirmed("Wysłać?", load(locale))

    choice = "[t/N]" if locale == "pl" else "[y/N]"
    assert (answer, capsys.readouterr().err.strip()) == (wanted, f"Wysłać? {choice}")
