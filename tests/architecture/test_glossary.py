"""The glossary explains the words that the whole project uses."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"
ENTRY = re.compile(r"^- \*\*(?P<word>[^*]+)\*\* \((?P<polish>[^)]+)\): (?P<sentence>.+)$")
WORDS = {
    *("programme", "organisation", "person", "contact", "staff", "coordinator", "assistant"),
    *("viewer", "event", "training", "meeting", "fair", "session", "seat", "registration"),
    *("nomination", "waiting list", "offer", "required document", "attendance", "certificate"),
    *("invitation", "notice", "delivery", "reminder rule", "agenda", "form", "question"),
    *("answer", "poll", "survey", "wave", "baseline", "endline", "survey store"),
    *("consultation", "provision", "remark", "decision", "consent", "privacy notice"),
    *("retention", "queued", "leased", "started", "sent", "retry", "failed", "uncertain"),
    *("missed", "cancelled", "orphan", "quarantined"),
}


def unexplained(page: str) -> set[str]:
    """Return the words that have no line with a Polish word and a full sentence."""
    found = [ENTRY.match(line) for line in page.splitlines()]
    return WORDS - {entry["word"] for entry in found if entry and entry["sentence"].endswith(".")}


def test_glossary_explains_every_word() -> None:
    assert unexplained(PAGE.read_text(encoding="utf-8")) == set()


def test_glossary_explains_no_word_twice() -> None:
    words = re.findall(r"^- \*\*([^*]+)\*\*", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "- **seat**: what one person takes.",
        "- **seat** (miejsce): ",
        "seat (miejsce): a chair.",
    ],
)
def test_unexplained_finds_a_word_without_its_line(line: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    broken = re.sub(r"^- \*\*seat\*\*.*$", line, page, flags=re.MULTILINE)

    assert unexplained(broken) == {"seat"}
