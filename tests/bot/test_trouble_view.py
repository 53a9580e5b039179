from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console

from bot.trouble_view import STATES, Trouble, table
from storage.troubles import UNDELIVERED, MissedReminder, Quarantined, Undelivered
from tests.storage.rows import NOW
from texts.translator import load

FOUND: list[Trouble] = [
    Quarantined(NOW + timedelta(hours=2), "telegram:7", "101", "KeyError: 'x'"),
    Undelivered(NOW, "reminder", "uncertain", "mail", "zaneta@example.org", "Żaneta", "timed out"),
    MissedReminder(NOW + timedelta(hours=1), "Szkolenie", "1d"),
]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("pl", ("3 sprawy", "być może dostarczono", "wszyscy", "nie udało się obsłużyć")),
        ("en", ("3 matters", "perhaps delivered", "everyone", "could not be handled")),
    ],
)
def test_table_shows_every_kind_of_trouble(locale: str, words: tuple[str, ...]) -> None:
    written = StringIO()

    Console(width=220, file=written).print(table(FOUND, zone="Europe/Warsaw", t=load(locale)))

    shown = written.getvalue()
    facts = ("Żaneta", "zaneta@example.org", "timed out", "Szkolenie · 1d", "telegram:7", "KeyErr")
    assert [word for word in (*words, *facts) if word not in shown] == []
    assert shown.index("11:00") < shown.index("12:00") < shown.index("13:00")


def test_every_state_has_a_word() -> None:
    assert set(STATES) == set(UNDELIVERED)
