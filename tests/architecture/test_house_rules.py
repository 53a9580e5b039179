"""Rules that keep the rooms small and the promises whole."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    *("bot", "handlers", "scheduler", "delivery", "programme", "storage", "texts", "playground"),
)
LONGEST_MODULE = 400
LONGEST_HANDLER = 15
VAGUE_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "service", "services"}
# Each of these keeps truth in memory alone or lets go of updates before they are stored.
FORGETFUL = {"run_polling", "run_webhook", "JobQueue", "ConversationHandler"}
Check = Callable[[Path], list[str]]


def modules(root: Path) -> list[Path]:
    """List the Python files of all rooms."""
    return [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]


def long_modules(root: Path) -> list[str]:
    """List modules that are too long to be read at one sitting; a migration is read once."""
    files = [file for file in modules(root) if "migrations" not in file.parts]
    files += sorted((root / "tests").rglob("*.py"))
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    return [
        f"{file.relative_to(root)}: {length} lines"
        for file, length in lengths.items()
        if length > LONGEST_MODULE
    ]


def vague_names(root: Path) -> list[str]:
    """List modules and packages whose name says nothing about the field."""
    return [
        str(file.relative_to(root))
        for file in modules(root)
        if VAGUE_NAMES & {file.stem, *file.relative_to(root).parts}
    ]


def long_handlers(root: Path) -> list[str]:
    """List functions that take `update` and `context` and have a body above the limit."""
    found = []
    for file in sorted((root / "handlers").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = _body_length(node)
                names = {argument.arg for argument in node.args.args}
                if {"update", "context"} <= names and length > LONGEST_HANDLER:
                    found.append(f"{file.relative_to(root)}: {node.name} has {length} lines")
    return found


def _body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0


def forgetful_calls(root: Path) -> list[str]:
    """List uses of what would lose updates, reminders or conversations at a restart."""
    return [
        f"{file.relative_to(root)}: {name}"
        for file in modules(root)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (name := _forgetful(node))
    ]


def _forgetful(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return name if name in FORGETFUL else None
        case ast.keyword(arg="drop_pending_updates", value=value):
            kept = isinstance(value, ast.Constant) and value.value in (False, None)
            return None if kept else "drop_pending_updates"
        case _:
            return None


CHECKS: list[Check] = [long_modules, vague_names, long_handlers, forgetful_calls]


@pytest.mark.parametrize("check", CHECKS)
def test_house_rule_is_kept(check: Check) -> None:
    assert check(ROOT) == []


HANDLER = "async def choose(update, context):\n" + "    await answer()\n"


@pytest.mark.parametrize(
    ("check", "file", "content", "found"),
    [
        (long_modules, "storage/a.py", "x = 1\n" * 401, "storage/a.py: 401 lines"),
        (long_modules, "tests/test_a.py", "x = 1\n" * 401, "tests/test_a.py: 401 lines"),
        (vague_names, "programme/utils.py", "", "programme/utils.py"),
        (vague_names, "programme/common/seats.py", "", "programme/common/seats.py"),
        (
            long_handlers,
            "handlers/telegram/a.py",
            HANDLER + "    await answer()\n" * 15,
            "handlers/telegram/a.py: choose has 16 lines",
        ),
        (forgetful_calls, "bot/a.py", "application.run_polling()", "bot/a.py: run_polling"),
        (
            forgetful_calls,
            "bot/a.py",
            "from telegram.ext import JobQueue",
            "bot/a.py: JobQueue",
        ),
        (
            forgetful_calls,
            "handlers/a.py",
            "bot.delete_webhook(drop_pending_updates=True)",
            "handlers/a.py: drop_pending_updates",
        ),
    ],
)
def test_house_rule_can_fail(
    tmp_path: Path, check: Check, file: str, content: str, found: str
) -> None:
    _write(tmp_path / file, content)

    assert check(tmp_path) == [found]


@pytest.mark.parametrize(
    ("check", "file", "content"),
    [
        (long_modules, "storage/a.py", "x = 1\n" * 400),
        (long_modules, "storage/migrations/versions/0001_a.py", "x = 1\n" * 401),
        (vague_names, "programme/seats.py", ""),
        (long_handlers, "handlers/a.py", HANDLER + "    await answer()\n" * 14),
        (long_handlers, "handlers/a.py", "def read(row):\n" + "    step()\n" * 16),
        (forgetful_calls, "bot/a.py", "bot.delete_webhook(drop_pending_updates=False)"),
    ],
)
def test_house_rule_lets_pass(tmp_path: Path, check: Check, file: str, content: str) -> None:
    _write(tmp_path / file, content)

    assert check(tmp_path) == []


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")
