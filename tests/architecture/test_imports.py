"""The rooms' order: who may import whom, and which outside library lives where."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A room, and what of ours it may import; "storage.inbox" means that module (and its own) alone.
MAY_IMPORT = {
    "bot": {"handlers", "scheduler", "delivery", "programme", "storage", "texts", "playground"},
    "handlers": {
        *("programme", "delivery", "texts"),
        *(
            "storage.inbox",
            "storage.database",
            "storage.outage",
            "storage.leases",
            "storage.figures",
        ),
    },
    "scheduler": {"programme", "delivery", "storage", "texts"},
    "delivery": {"programme", "storage.outbox", "texts"},
    "programme": {"storage"},
    "storage": set[str](),
    "texts": set[str](),
    "playground": set[str](),
}
OUTSIDE = {
    "bot": {"typer", "pydantic", "pydantic_settings", "uvicorn", "rich"},
    "handlers": {
        *("telegram", "starlette", "aioimaplib", "prometheus_client", "flufl", "icalendar"),
    },
    "scheduler": {"apscheduler"},
    "delivery": {
        *("aiosmtplib", "aiohttp", "icalendar", "telegram", "typst", "matplotlib", "segno"),
        *("dkim", "nacl"),
    },
    "programme": {"rapidfuzz", "holidays", "scipy", "email_validator"},
    "storage": {
        *("sqlalchemy", "aiosqlite", "asyncpg", "alembic", "openpyxl", "pyreadstat"),
        *("polars", "pyarrow"),
    },
    "texts": {"babel", "css_inline", "jinja2", "markupsafe"},
    "playground": {"starlette", "aiosmtpd", "uvicorn"},
}


def imports(root: Path, file: Path) -> Iterator[str]:
    """Yield the full name of all that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            folders = file.relative_to(root).parts[: -node.level] if node.level else ()
            source = ".".join([*folders, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def within(name: str, allowed: set[str]) -> bool:
    """Tell whether `name` is one of the allowed packages or lies in one."""
    return any(name == room or name.startswith(f"{room}.") for room in allowed)


def wrong_imports(root: Path) -> list[str]:
    """List every import that breaks the order of the rooms, as `file: name`."""
    wrong = []
    for room, may_import in MAY_IMPORT.items():
        allowed = may_import | OUTSIDE[room] | {room} | set(sys.stdlib_module_names)
        for file in sorted((root / room).rglob("*.py")):
            names = [name for name in imports(root, file) if not within(name, allowed)]
            wrong += [f"{file.relative_to(root)}: {name}" for name in names]
    return wrong


def test_imports_point_downward() -> None:
    assert wrong_imports(ROOT) == []


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    files = [file for room in MAY_IMPORT for file in (ROOT / room).rglob("__init__.py")]
    packages = {".".join(file.parent.relative_to(ROOT).parts) for file in files}
    assert set(listed["tool"]["setuptools"]["packages"]) == packages


def test_every_package_is_a_room() -> None:
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"benchmarks"}

    assert packages == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("room", "statement", "name"),
    [
        pytest.param("storage", "import bot.settings", "bot.settings", id="upward"),
        pytest.param("texts", "from storage import outbox", "storage.outbox", id="sideways"),
        pytest.param("handlers", "import scheduler.ticks", "scheduler.ticks", id="neighbours"),
        pytest.param("scheduler", "from handlers import x", "handlers.x", id="neighbours back"),
        pytest.param("handlers", "from storage import outbox", "storage.outbox", id="not inbox"),
        pytest.param("delivery", "from storage import inbox", "storage.inbox", id="not outbox"),
        pytest.param("handlers", "import storage.inbox_x", "storage.inbox_x", id="like inbox"),
        pytest.param("programme", "import sqlalchemy", "sqlalchemy", id="library"),
        pytest.param("playground", "from texts import dates", "texts.dates", id="playground"),
        pytest.param("storage", "def f():\n    import bot", "bot", id="inline"),
        pytest.param("storage", "from ..bot import cli", "bot.cli", id="relative"),
    ],
)
def test_wrong_imports_finds(tmp_path: Path, room: str, statement: str, name: str) -> None:
    (tmp_path / room).mkdir()
    (tmp_path / room / "module.py").write_text(statement, encoding="utf-8")

    assert wrong_imports(tmp_path) == [f"{room}/module.py: {name}"]


@pytest.mark.parametrize(
    ("room", "statement"),
    [
        ("bot", "import handlers.telegram, uvicorn"),
        ("handlers", "from storage import inbox"),
        ("handlers", "from storage.inbox import Row"),
        ("delivery", "from storage.outbox import Row"),
        ("storage", "from . import tables"),
        ("programme", "from datetime import date"),
    ],
)
def test_wrong_imports_lets_pass(tmp_path: Path, room: str, statement: str) -> None:
    (tmp_path / room).mkdir()
    (tmp_path / room / "module.py").write_text(statement, encoding="utf-8")

    assert wrong_imports(tmp_path) == []
