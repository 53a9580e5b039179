"""Every deed that is recorded, and every right that can be missing, has its words."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.telegram.audit_words import DEEDS, TRIED, UNKNOWN, WAITING, sentence
from programme import deed_actions, staff
from programme.audit_trail import ABOUT, Line
from storage.audit_trail import Recorded
from texts.translator import load

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
ROOMS = ("programme", "handlers", "scheduler", "bot")
# `_record(tx, member, deed, …)` of these modules writes another action, told apart in its detail.
ITS_OWN_WORD = {"programme/broadcasting.py"}


def _written_down() -> set[str]:
    found = set()
    for room in ROOMS:
        for file in Path(room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    found |= _action_of(node, str(file))
    return found


def _action_of(call: ast.Call, file: str) -> set[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "_record" and file in ITS_OWN_WORD:
        return set()
    given: list[ast.expr] = []
    if name in {"record", "_record"}:
        given = call.args[1:3]
    elif name == "log":
        given = [each.value for each in call.keywords if each.arg == "action"]
    return {
        each.value
        for each in given
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def test_every_action_that_is_recorded_has_its_sentence() -> None:
    assert _written_down() - set(DEEDS) == set()


def test_every_sentence_is_about_something_that_is_recorded() -> None:
    assert set(DEEDS) - _written_down() == set()


def test_every_right_and_every_deed_that_waits_has_words() -> None:
    assert set(TRIED) == {*staff.ACTIONS, "accept"}
    assert set(WAITING) == set(deed_actions.ACTIONS)


def line(done: str, detail: dict[str, Any], *, allowed: bool = True) -> Line:
    about = {
        word: {"name": f"<{word}>", "event": "Dobre <b>partnerstwa"}
        for word in ABOUT
        if word in detail
    }
    recorded = Recorded(1, AT, "Anna <b>", 900, 5, done, allowed, detail)
    return Line(recorded, about)


EVERYTHING = dict.fromkeys(ABOUT, 7) | {
    "name": "Ewa <b>",
    "role": "viewer",
    "title": "<b>",
    "old": "<1>",
    "new": "<2>",
    "before": 1,
    "after": 2,
    "people": 3,
    "certificates": 3,
    "organisations": 3,
    "stand": 3,
    "action": "merge",
    "survey": "<b>",
    "version": 2,
    "count": 3,
    "tag": "<b>",
}


@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("action", sorted(DEEDS))
def test_sentence_names_its_object_and_lets_no_markup_in(action: str, locale: str) -> None:
    words = sentence(load(locale), line(action, EVERYTHING))

    assert "<b>Anna &lt;b&gt;</b>" in words
    assert (UNKNOWN in words, "%(" in words) == (False, False)
    assert words.replace("<b>Anna &lt;b&gt;</b>", "").count("<") == 0


@pytest.mark.parametrize("action", sorted(DEEDS))
def test_sentence_about_what_is_gone_is_still_one(action: str) -> None:
    words = sentence(load("pl"), line(action, {}))

    assert words.startswith(("<b>Anna", "Nie udało się"))
    assert words.endswith(".")


@pytest.mark.parametrize("action", sorted(TRIED))
def test_attempt_without_the_right_says_what_was_tried(action: str) -> None:
    words = sentence(load("pl"), line(action, {"role": "viewer"}, allowed=False))

    assert (
        words
        == f"<b>Anna &lt;b&gt;</b> próbuje bez uprawnień: {load('pl')(TRIED[action])}. Odmówiliśmy."
    )


def test_who_is_nobody_of_staff_is_named_by_no_number() -> None:
    stranger = Line(Recorded(1, AT, "", 77, None, "audit", allowed=False, detail={}), {})
    operator = Line(Recorded(1, AT, "", None, None, "task done", allowed=True, detail={}), {})

    assert sentence(load("pl"), stranger).startswith("Ktoś spoza zespołu")
    assert sentence(load("pl"), operator).startswith("Operator serwera")
