"""Compare every notice, whole, with the file that shows how it shall read.

golden/facts.json holds the facts, golden/<case>.<channel>.<locale>.txt the outcome. A letter with
the plain name of its kind is written where there is a web port, the other cases without. After a
wanted change of words write the files anew and read the difference:

    REWRITE_GOLDEN=1 .venv/bin/pytest tests/delivery/test_compose_golden.py
"""

import json
import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from delivery.chat import ChatFile, ChatMessage
from delivery.compose import compose_chat, compose_letter
from delivery.compose_notices import NOTICES
from delivery.letter import Attachment, Letter
from programme.letter_doors import purposes
from tests.delivery.many import TOKENS

GOLDEN = Path(__file__).parent / "golden"
CASES: dict[str, dict[str, Any]] = json.loads((GOLDEN / "facts.json").read_text("utf-8"))
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def cases_of(channel: str) -> list[str]:
    return [name for name in CASES if NOTICES[kind_of(name)].carries(channel)]


def kind_of(case: str) -> str:
    return case.split("-", maxsplit=1)[0]


def chat_as_text(message: ChatMessage) -> str:
    shown = [message.text, ""]
    shown += ["[ " + " ][ ".join(f"{b.label} → {b.data}" for b in row) + " ]"
              for row in message.buttons]  # fmt: skip
    if message.poll is not None:
        several = " (several answers)" if message.poll.multiple else ""
        shown += [f"poll: {message.poll.question}{several}", *message.poll.options]
    if message.document is not None:
        shown += file_as_lines(message.document)
    return "\n".join(shown).rstrip("\n") + "\n"


def file_as_lines(file: ChatFile | Attachment) -> list[str]:
    heading = f"{file.filename} ({file.content_type})"
    if isinstance(file, ChatFile) and file.stored:
        # Its bytes are read when the message leaves.
        return [f"{heading}, kept as {file.stored}"]
    if file.content_type == "application/pdf":
        return [heading, *(page.extract_text() for page in PdfReader(BytesIO(file.content)).pages)]
    return [heading, file.content.decode().replace("\r\n", "\n")]


def letter_as_text(letter: Letter) -> str:
    shown = [
        f"To: {letter.to_name} <{letter.to_address}>",
        f"Reply-To: {letter.reply_to}",
        f"Subject: {letter.subject}",
        f"List-Id: {letter.list_id}",
        f"List-Unsubscribe: {', '.join(letter.list_unsubscribe)}",
        "",
        letter.text,
        letter.html,
    ]
    if letter.calendar is not None:
        content = letter.calendar.content.decode().replace("\r\n", "\n")
        shown += [f"calendar: {letter.calendar.method}", content]
    for attachment in letter.attachments:
        shown += file_as_lines(attachment)
    return "\n".join(shown).rstrip("\n") + "\n"


def expected_of(name: str, actual: str) -> str:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(actual, "utf-8")
    return path.read_text("utf-8")


@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("case", cases_of("chat"))
def test_chat_notice_reads_as_agreed(case: str, locale: str) -> None:
    message = compose_chat(kind_of(case), CASES[case], locale, now=NOW)

    actual = chat_as_text(message)

    assert actual == expected_of(f"{case}.chat.{locale}", actual)


@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("case", cases_of("mail"))
def test_letter_reads_as_agreed(case: str, locale: str) -> None:
    kind, with_pages = kind_of(case), "-" not in case
    doors = {purpose: TOKENS[purpose] for purpose in purposes(kind)}
    letter = compose_letter(
        kind,
        CASES[case] | {"doors": doors},
        locale=locale,
        to_address="anna@example.org",
        mail_from="Urząd Gminy Miłki <akademia@example.org>",
        now=NOW,
        public_url="https://akademia.example.org" if with_pages else None,
        plus=with_pages,
    )

    actual = letter_as_text(letter)

    assert actual == expected_of(f"{case}.mail.{locale}", actual)


def test_every_kind_and_channel_has_a_case() -> None:
    assert {kind_of(case) for case in CASES} == set(NOTICES)


def test_golden_folder_has_no_forgotten_file() -> None:
    wanted = {
        f"{case}.{channel}.{locale}.txt"
        for channel in ("chat", "mail")
        for case in cases_of(channel)
        for locale in ("pl", "en")
    }

    assert {path.name for path in GOLDEN.glob("*.txt")} == wanted
