"""The tables of failures on the page are those of the code."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from telegram.error import ChatMigrated, RetryAfter

from delivery import smtp_failures, telegram_failures
from scheduler.outcomes import OUTCOMES, PATIENT, QUICK

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-is-repeated.md"
DASH = "–"


def smtp_table() -> Iterator[str]:
    for rule in smtp_failures.RULES:
        yield _row(", ".join(rule.steps), f"`{_bare(rule.answer)}`", rule.failure.__name__)
    for step, failure in smtp_failures.NO_ANSWER.items():
        yield _row(step, "none, or none that can be read", failure.__name__)


def telegram_table() -> Iterator[str]:
    yield _row(RetryAfter.__name__, "any", "FloodLimited, for the time told")
    yield _row(ChatMigrated.__name__, "any", "ChatMoved, to the number told")
    for cause, failure in telegram_failures.CAUSES.items():
        yield _row("NetworkError", f"cause {cause}", failure.__name__)
    for rule in telegram_failures.RULES:
        words = ", ".join(f"“{sign}”" for sign in rule.signs) or "any"
        yield _row(rule.error.__name__, words, rule.failure.__name__)
    yield _row("any other, 5xx too", "any", "OutcomeUnknown")


def outcome_table() -> Iterator[str]:
    rhythms = {(): DASH, PATIENT: "patient", QUICK: "quick"}
    for failure, outcome in OUTCOMES.items():
        yield _row(
            f"`{failure.__name__}`",
            outcome.state,
            rhythms[outcome.rhythm],
            outcome.contact or DASH,
            f"rests, {outcome.rest}" if outcome.rest else DASH,
            outcome.alert or DASH,
        )


def _bare(pattern: str) -> str:
    r"""Write a pattern for readers: each of [45] by itself, \d as x, a first digit as 4xx."""
    choice = re.search(r"\[(\w+)\]", pattern)
    if choice:
        each = (pattern.replace(choice[0], sign) for sign in choice[1])
        return "` or `".join(dict.fromkeys("` or `".join(map(_bare, each)).split("` or `")))
    plain = pattern.replace(r"\d", "x").replace(r"\.", ".").replace(r" .*\b", " … ")
    return "` or `".join(f"{one}xx" if len(one) == 1 else one for one in plain.split("|"))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _tables() -> dict[str, list[str]]:
    """Read the rows of every table, by the heading above it."""
    found: dict[str, list[str]] = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, *lines = part.splitlines()
        found[heading] = [line for line in lines if line.startswith("|")][2:]
    return found


def test_smtp_failures_are_on_the_page() -> None:
    assert _tables()["What a mail server answers"] == list(smtp_table())


def test_telegram_failures_are_on_the_page() -> None:
    assert _tables()["What Telegram answers"] == list(telegram_table())


def test_outcomes_are_on_the_page() -> None:
    assert _tables()["What becomes of the row"] == list(outcome_table())


def test_rhythms_are_as_the_page_says() -> None:
    minutes = [pause // timedelta(minutes=1) for pause in PATIENT]

    assert minutes == [1, 5, 15, 30, 60, 120]
    assert [pause // timedelta(seconds=1) for pause in QUICK[:4]] == [10, 20, 40, 80]
    assert QUICK[-1] == timedelta(minutes=30)
