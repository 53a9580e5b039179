import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from delivery.compose import compose_chat, compose_letter
from delivery.compose_notices import CHANNELS, EVENT, NOTICES, Notice
from texts.translator import TEMPLATES

CASES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "facts.json").read_text("utf-8")
)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
FILES = {"chat": {"chat.txt"}, "mail": {"subject.txt", "body.txt", "body.html"}}


def kind_of(case: str) -> str:
    return case.split("-", maxsplit=1)[0]


def registered(notice: Notice, channel: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Keep of the facts only those that the registry names."""
    names = [*notice.required(channel), *notice.may_be_null, *notice.optional]
    if facts.get("event") is not None and "event" in names:
        names.remove("event")
        names += EVENT
    kept: dict[str, Any] = {}
    for name in names:
        first, _, second = name.partition(".")
        if first not in facts:
            continue
        if second:
            kept.setdefault(first, {})[second] = facts[first][second]
        else:
            kept[first] = facts[first]
    return kept


@pytest.mark.parametrize("case", [each for each in CASES if NOTICES[kind_of(each)].carries("chat")])
def test_chat_templates_use_registered_facts_alone(case: str) -> None:
    kind = kind_of(case)
    facts = registered(NOTICES[kind], "chat", CASES[case])

    message = compose_chat(kind, facts, "pl", now=NOW)

    assert message == compose_chat(kind, CASES[case], "pl", now=NOW)


@pytest.mark.parametrize("case", [each for each in CASES if NOTICES[kind_of(each)].carries("mail")])
def test_mail_templates_use_registered_facts_alone(case: str) -> None:
    kind = kind_of(case)
    facts = registered(NOTICES[kind], "mail", CASES[case])
    words: dict[str, Any] = {
        "locale": "pl",
        "to_address": "anna@example.org",
        "mail_from": "akademia@example.org",
        "now": NOW,
    }

    letter = compose_letter(kind, facts, **words)

    assert letter == compose_letter(kind, CASES[case], **words)


def test_every_notice_has_templates_for_exactly_its_channels() -> None:
    wanted = {
        f"{kind}/{file}"
        for kind, notice in NOTICES.items()
        for channel in CHANNELS
        if notice.carries(channel)
        for file in FILES[channel]
    }

    found = {
        path.relative_to(TEMPLATES / "notices").as_posix()
        for path in (TEMPLATES / "notices").glob("*/*")
    }

    assert found == wanted
