from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.trouble_view import Trouble, as_text
from delivery.kind_words import STATES
from storage.troubles import UNDELIVERED, MissedReminder, Quarantined, Undelivered
from tests.storage.rows import NOW
from texts.translator import load

ZONE = ZoneInfo("Europe/Warsaw")
MAIL, WHOM, LONG = "mail", "zaneta@example.org", "timed out " * 12
FOUND: list[Trouble] = [
    Quarantined(NOW + timedelta(hours=2), "telegram:7", "101", "KeyError: 'x'"),
    Undelivered(44, NOW, "reminder", "uncertain", MAIL, WHOM, "Żaneta", LONG),
    MissedReminder(NOW + timedelta(hours=1), "Szkolenie", "1d"),
]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("pl", ("3 sprawy", "być może dostarczono", "wszyscy", "nie udało się obsłużyć")),
        ("en", ("3 matters", "perhaps delivered", "everyone", "could not be handled")),
    ],
)
def test_every_kind_of_trouble_is_shown_whole(locale: str, words: tuple[str, ...]) -> None:
    shown = as_text(FOUND, zone=ZONE, width=80, t=load(locale))

    facts = ("    44  04.01.2027", f"Żaneta <{WHOM}>", "Szkolenie · 1d", "telegram:7", "KeyErr")
    assert [word for word in (*words, *facts) if word not in shown] == []
    assert shown.count("timed out") + shown.count("timed\n") == 12
    assert shown.index("11:00") < shown.index("12:00") < shown.index("13:00")
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_message_has_a_number_to_look_it_up_by() -> None:
    found, other = FOUND[1], FOUND[2]

    assert "akademia outbox show" in as_text([found], zone=ZONE, width=80, t=load("pl"))
    assert "akademia outbox show" not in as_text([other], zone=ZONE, width=80, t=load("pl"))


def test_every_state_has_a_word() -> None:
    assert set(UNDELIVERED) <= set(STATES)
