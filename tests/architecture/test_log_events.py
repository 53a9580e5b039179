"""Every event of the log is one stable word, listed with its meaning, and carries nobody's data."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "scheduler", "delivery", "programme", "storage", "texts", "playground")
PAGE = ROOT / "docs" / "reference" / "log-events.md"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
WORD = re.compile(r"[a-z]+(?:_[a-z]+)+")
# These name what people are called, where they live and what they wrote.
PRIVATE = re.compile(
    r"(^|_)(name|address|text|email|mail|phone|person|words|body|subject|payload|facts|chat_id|"
    r"user|username|recipient|sender|message)$"
)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a logger, by its method."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        source = ast.unparse(node.func.value)
        if node.func.attr in LEVELS and re.fullmatch(r"_?logger|logging(\..+)?|.*\.logger", source):
            yield node.func.attr, node


def wrong(call: ast.Call, method: str) -> list[str]:
    """Say what is wrong with one call: its words, or what it carries."""
    said = call.args[1:] if method == "log" else call.args
    found = []
    if len(said) != 1:
        found.append("one word and nothing to fill into it")
    first = said[0] if said else None
    if not (isinstance(first, ast.Constant) and WORD.fullmatch(str(first.value))):
        found.append("not one_stable_word")
    for keyword in call.keywords:
        if keyword.arg == "extra":
            found += _wrong_facts(keyword.value)
        elif keyword.arg not in ("exc_info", "stack_info"):
            found.append(f"{keyword.arg}=")
    return found


def _wrong_facts(extra: ast.expr) -> list[str]:
    if not isinstance(extra, ast.Dict):
        return ["extra is not written out"]
    keys = [key.value if isinstance(key, ast.Constant) else None for key in extra.keys]
    return [f"extra {key!r}" for key in keys if key is None or PRIVATE.search(str(key))]


def rooms() -> Iterator[tuple[str, ast.AST]]:
    """Yield every module of the rooms."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def events() -> set[str]:
    """List every word that the rooms log."""
    return {
        str(argument.value)
        for _, tree in rooms()
        for _, call in calls(tree)
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def test_every_event_is_one_word_and_carries_nobody_s_data() -> None:
    found = [
        f"{file}:{call.lineno}: {reason}"
        for file, tree in rooms()
        for method, call in calls(tree)
        for reason in wrong(call, method)
    ]

    assert found == []


def test_page_lists_every_event_and_no_other() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(listed) == sorted(events() | {"library_said"})


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ('logger.info(f"sent_{x}")', "not one_stable_word"),
        ('logger.info("sent_it: %s", x)', "one word and nothing to fill into it"),
        ('logger.info("sent_it: %s" % x)', "not one_stable_word"),
        ('logger.warning("Two words")', "not one_stable_word"),
        ('logging.getLogger(__name__).error("Gone wrong.")', "not one_stable_word"),
        ("logger.error(error)", "not one_stable_word"),
        ("logger.error()", "one word and nothing to fill into it"),
        ('logger.log(30, "two words")', "not one_stable_word"),
        ('logger.info("sent_it", extra=facts)', "extra is not written out"),
        ('logger.info("sent_it", extra={**facts})', "extra None"),
        ('logger.info("sent_it", extra={"name": x})', "extra 'name'"),
        ('logger.info("sent_it", extra={"person_name": x})', "extra 'person_name'"),
        ('logger.info("sent_it", extra={"address": x})', "extra 'address'"),
        ('logger.info("sent_it", extra={"text": x})', "extra 'text'"),
        ('logger.info("sent_it", extra={"email": x})', "extra 'email'"),
        ('self.logger.info("sent_it", x=1)', "x="),
    ],
)
def test_wrong_finds(statement: str, reason: str) -> None:
    [(method, call)] = calls(ast.parse(statement))

    assert reason in wrong(call, method)


@pytest.mark.parametrize(
    "statement",
    [
        'logger.info("sent_it", extra={"outbox_id": row.id, "channel": row.channel})',
        'logger.exception("gone_wrong", exc_info=error)',
        'logger.log(level, "sent_it")',
    ],
)
def test_wrong_lets_pass(statement: str) -> None:
    [(method, call)] = calls(ast.parse(statement))

    assert wrong(call, method) == []
