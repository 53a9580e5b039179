import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from delivery.chat import PollQuestion
from delivery.compose import compose_chat
from delivery.limits import CAPTION_LENGTH, TEXT_LENGTH, visible_length

CASES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "facts.json").read_text("utf-8")
)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def facts_of(case: str) -> dict[str, Any]:
    return copy.deepcopy(CASES[case])


def test_longest_allowed_invitation_reaches_the_chat_whole() -> None:
    body = "\n\n".join(["Zapraszamy na spotkanie robocze w sprawie programu. " * 13] * 5)[:3500]

    message = compose_chat("invitation", facts_of("invitation") | {"body": body}, "pl")

    assert body.strip().splitlines()[-1].strip() in message.text
    assert "To tylko część zaproszenia" not in message.text


def test_overlong_invitation_is_cut_at_a_paragraph_with_a_note() -> None:
    paragraphs = [f"Akapit {number}. " + "Zapraszamy na spotkanie. " * 20 for number in range(12)]
    facts = facts_of("invitation") | {"body": "\n\n".join(paragraphs)}

    message = compose_chat("invitation", facts, "pl")

    said = [number for number in range(12) if f"Akapit {number}." in message.text]
    assert said == list(range(6))
    assert message.text.count(paragraphs[5].strip()) == 1
    assert (
        "To tylko część zaproszenia. Całość udostępni: "
        "Sekretarz Gminy, tel. 87 555 01 00, sekretarz@example.org" in message.text
    )
    assert visible_length(message.text) <= TEXT_LENGTH


@pytest.mark.parametrize("body", ["słowo " * 1000, "ż" * 5000, "🌻" * 5000, "a\n" * 4000])
def test_invitation_of_one_endless_paragraph_is_cut_inside(body: str) -> None:
    message = compose_chat("invitation", facts_of("invitation") | {"body": body}, "pl")

    assert 2000 < visible_length(message.text) <= TEXT_LENGTH
    assert "…" in message.text


def test_confirmation_of_very_many_sessions_leaves_its_file_out() -> None:
    facts = facts_of("registration_confirmed")
    facts["event"]["sessions"] *= 30
    facts["calendar_entries"] *= 30

    message = compose_chat("registration_confirmed", facts, "pl", now=NOW)

    assert message.document is None
    assert CAPTION_LENGTH < visible_length(message.text) <= TEXT_LENGTH
    assert "załączony plik" not in message.text
    assert "część 30 z\u00a030" in message.text


def test_confirmation_with_long_names_shortens_them_to_keep_its_file() -> None:
    facts = facts_of("registration_confirmed")
    facts["event"]["title"] = "Bardzo długi tytuł szkolenia " * 15
    facts["programme"]["contact"] = "Sekretarz Gminy " * 30

    message = compose_chat("registration_confirmed", facts, "pl", now=NOW)

    assert message.document is not None
    assert visible_length(message.text) <= CAPTION_LENGTH


def test_poll_keeps_its_question_and_options_letter_by_letter() -> None:
    asked: dict[str, Any] = {"question": "Czy " + "bardzo " * 40, "options": ["tak " * 24, "nie"]}
    facts = facts_of("poll") | asked
    facts["event"]["title"] = "🌻" * 700

    message = compose_chat("poll", facts, "pl")

    assert message.poll == PollQuestion(
        asked["question"].strip(), (asked["options"][0].strip(), "nie")
    )
    assert visible_length(message.text) <= CAPTION_LENGTH
