"""The page about replies says what the bot does with every sentence it shows."""

import re
from pathlib import Path

import pytest

from handlers.mail.wording import understand
from programme.mail_wishes import Wish

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-a-reply-may-say.md"
ANSWERS = {"yes": "yes", "no": "no", "no more invitations": "stop"}


def rows(heading: str) -> list[tuple[str, str]]:
    """Return the rows of the table whose second column has this heading."""
    page = PAGE.read_text(encoding="utf-8")
    table = page.split(f"| the mail says | {heading} |\n", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| (.+) \| (.+) \|$", table, re.MULTILINE)


def said(wish: Wish) -> str:
    """Write a wish as the page does."""
    answers = {answer: word for word, answer in ANSWERS.items()}
    people = [
        ", ".join(part for part in (one.name, one.email, one.phone) if part) for one in wish.people
    ]
    return ": ".join([answers[wish.answer], *(["; ".join(people)] if people else [])])


@pytest.mark.parametrize(("words", "understood"), rows("the bot understands"))
def test_sentence_of_the_page_is_understood(words: str, understood: str) -> None:
    wish = understand(words, "")

    assert wish.is_clear
    assert said(wish) == understood


@pytest.mark.parametrize(("words", "why"), rows("why it is left to you"))
def test_sentence_of_the_page_is_left_to_staff(words: str, why: str) -> None:
    assert why
    assert understand(words, "") == Wish(rest=words)


@pytest.mark.parametrize(("words", "names"), rows("it may be"))
def test_name_of_the_page_is_unsure(words: str, names: str) -> None:
    (person,) = understand(words, "").people

    assert not person.is_sure
    assert person.name.split()[-1] in names.split()
