"""Everything that is said to people can be said in Polish, wherever it stands in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from texts import catalogue
from texts.translator import load

ROOT = Path(__file__).parents[2]
SAYING = {"t", "mark", "plural"}
SAME_IN_BOTH = {"e-mail", "Telegram"}
NOT_WORDS = re.compile(r"%\(\w+\)s|AKADEMIA_\w+|--[\w-]+|akademia event|[Ee]-mail")
# In Polish it is a letter: where the English sentence says it too, the word was left there.
LIST = re.compile(r"\blist\b", re.IGNORECASE)
ENGLISH = re.compile(
    r"\b(the|you|your|please|press|and|event|waiting list|list of|help|seat|register|sent|send|"
    r"mail|flood|token is|link|chat with|user)\b",
    re.IGNORECASE,
)


def _forms(words: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ())


def _sayer(function: ast.expr) -> str:
    """Name what is called: t(…), turn.t(…), t.plural(…) or load("pl")(…)."""
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        return function.attr
    return "t" if isinstance(function, ast.Call) and _sayer(function.func) == "load" else ""


def _said() -> Iterator[tuple[str, str]]:
    for room in ("bot", "handlers", "scheduler", "delivery", "programme"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or _sayer(node.func) not in SAYING:
                    continue
                for argument in node.args[:1]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield path.relative_to(ROOT).as_posix(), argument.value


def _polish() -> dict[str, tuple[str, ...]]:
    read = catalogue.read(ROOT / catalogue.PO_FILE)
    return {_forms(message.id)[0]: _forms(message.string) for message in read if message.id}


def test_catalogue_has_every_sentence_of_the_tree() -> None:
    assert catalogue.check(ROOT) == []


def test_sentence_is_found_even_where_the_extraction_does_not_look() -> None:
    polish = _polish()

    missing = [(path, words) for path, words in _said() if not any(polish.get(words, ()))]

    assert missing == []


def test_polish_words_differ_from_the_english_ones() -> None:
    same = {
        source
        for source, forms in _polish().items()
        if source in forms and re.search(r"[A-Za-z]{3}", re.sub(r"%\(\w+\)s", "", source))
    }

    assert same - SAME_IN_BOTH == set()


def test_polish_words_hold_no_english_ones() -> None:
    found = {
        form: ENGLISH.findall(NOT_WORDS.sub("", form))
        for forms in _polish().values()
        for form in forms
        if ENGLISH.search(NOT_WORDS.sub("", form))
    }

    assert found == {}


def test_polish_list_is_a_letter_and_no_english_list() -> None:
    found = {
        source: form
        for source, forms in _polish().items()
        for form in forms
        if LIST.search(form) and LIST.search(source) and "letter" not in source
    }

    assert found == {}


def test_english_speaks_with_its_own_ids() -> None:
    t = load("en")

    assert t("You have a seat.") == "You have a seat."
    assert t.plural("%(n)s person", "%(n)s people", 2) == "2 people"
