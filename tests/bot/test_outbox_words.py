"""What is said about a row: every state, every refusal, and what comes next."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import CheckConstraint

from bot.outbox_words import REFUSALS, prospect, refusal_words, state_words
from delivery.kind_words import STATES
from programme.outbox_desk import DeskRefusal
from storage.outbox_desk import DeskRow
from storage.tables import outbox
from tests.storage.rows import NOW
from texts.translator import load

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ROW = DeskRow(
    id=7,
    channel="mail",
    kind="registration_confirmed",
    state="queued",
    person="Żaneta",
    address="zaneta@example.org",
    due_at=NOW,
    not_after=NOW + 5 * HOUR,
    attempts=0,
    doubted=0,
    ended_at=None,
    settled_at=None,
    answer=None,
    key="a",
    locale="pl",
    facts={},
    priority=10,
    person_id=1,
    broadcast_id=None,
    leased_until=NOW + MINUTE,
    started_at=None,
    created_at=NOW,
    message_id=None,
    body=None,
    result=None,
)
DOUBT = replace(ROW, state="uncertain", doubted=1, ended_at=NOW)


def _coming(row: DeskRow, *, now: datetime = NOW, resting: datetime | None = None) -> str:
    zone = ZoneInfo("Europe/Warsaw")
    return prospect(row, now=now, resting=resting, zone=zone, t=load("en"))


@pytest.mark.parametrize(
    ("row", "now", "resting", "begins"),
    [
        (ROW, NOW, None, "It leaves as soon as a sender is free, until 04.01.2027 16:00."),
        (replace(ROW, state="retry", due_at=NOW + HOUR), NOW, None, "It leaves at 04.01.2027 12:"),
        (ROW, NOW, NOW + HOUR, "The channel rests; it leaves after 04.01.2027 12:00"),
        (ROW, NOW, NOW + 6 * HOUR, "The channel rests longer than it is worth sending"),
        (ROW, NOW + 6 * HOUR, None, "It was worth sending until 04.01.2027 16:00"),
        (replace(ROW, state="leased"), NOW, None, "A sender has it until 04.01.2027 11:01"),
        (replace(ROW, state="leased"), NOW + HOUR, None, "Its sender is gone. A running process l"),
        (replace(ROW, state="started"), NOW, None, "It is leaving. Without an answer by"),
        (
            replace(ROW, state="started"),
            NOW + HOUR,
            None,
            "Its sender is gone. A running process m",
        ),
        (DOUBT, NOW, None, "It is sent once more by itself at 04.01.2027 11:15"),
        (replace(DOUBT, doubted=2), NOW, None, "Nothing more by itself, as the person may"),
        (replace(DOUBT, kind="invitation"), NOW, None, "Nothing more by itself, as the person may"),
        (replace(DOUBT, kind="unheard_of"), NOW, None, "Nothing more by itself, as the person may"),
        (DOUBT, NOW + 6 * HOUR, None, "Nothing more by itself, as the person may"),
        (replace(DOUBT, settled_at=NOW), NOW, None, "Nothing more."),
        (
            replace(ROW, state="failed"),
            NOW,
            None,
            "Nothing more by itself. To send it again: akademia outbox again 7;",
        ),
        (replace(ROW, state="missed", settled_at=NOW), NOW, None, "Nothing more."),
        (replace(ROW, state="sent"), NOW, None, "Nothing more."),
        (replace(ROW, state="cancelled"), NOW, None, "Nothing more."),
    ],
)
def test_prospect_tells_what_comes_next(
    row: DeskRow, now: datetime, resting: datetime | None, begins: str
) -> None:
    assert _coming(row, now=now, resting=resting).startswith(begins)


def test_every_state_of_the_table_has_a_word() -> None:
    [rule] = [
        str(one.sqltext)
        for one in outbox.constraints
        if isinstance(one, CheckConstraint) and "cancelled" in str(one.sqltext)
    ]

    assert all(f"'{state}'" in rule for state in STATES)
    assert rule.count("'") == 2 * len(STATES)


def test_settled_row_says_so() -> None:
    row = replace(ROW, state="failed", settled_at=NOW)

    assert state_words(row, load("en")) == "not delivered, settled"
    assert state_words(row, load("pl")) == "nie dostarczono, sprawa załatwiona"


def test_every_refusal_has_words() -> None:
    assert set(REFUSALS) == set(DeskRefusal.__subclasses__())


@pytest.mark.parametrize("kind", DeskRefusal.__subclasses__())
def test_refusal_is_one_sentence_in_both_languages(kind: type[DeskRefusal]) -> None:
    english, polish = (refusal_words(kind(7, "sent"), load(locale)) for locale in ("en", "pl"))

    assert english != polish
    assert ("7" in english, "7" in polish) == (True, True)
