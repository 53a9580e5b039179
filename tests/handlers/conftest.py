import asyncio
import importlib
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from playground.playground import Playground
from tests.handlers.scene import NOW, Scene


async def load_sample(url: str) -> None:
    """Load the sample programme and the register into a migrated database."""
    # Imported here for the same reason as in the other conftest: tests that need it wait for it.
    stage = importlib.import_module("bot.stage")
    database = importlib.import_module("storage.database").open_database(url)
    try:
        await stage.load_sample(database, now=NOW)
    finally:
        await database.close()


@pytest.fixture(scope="session")
def sample_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the sample programme into one SQLite file, which every test's own is copied from."""
    file = tmp_path_factory.mktemp("sample") / "akademia.db"
    shutil.copyfile(sqlite_template, file)
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(load_sample(f"sqlite+aiosqlite:///{file}"))).result()
    return file


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """Start a Telegram server and a mail server."""
    async with Playground() as started:
        yield started


@pytest.fixture
def door(request: pytest.FixtureRequest) -> str:
    """Say how updates come; a test that is for both doors asks for each."""
    return str(getattr(request, "param", "polling"))


@pytest.fixture
async def silent(
    playground: Playground, sample_template: Path, tmp_path: Path, door: str
) -> AsyncIterator[Scene]:
    """Give a bot on a SQLite file with the sample programme that has not been started."""
    file = tmp_path / "akademia.db"
    shutil.copyfile(sample_template, file)
    scene = Scene(playground, f"sqlite+aiosqlite:///{file}", tmp_path)
    scene.use_door(door)
    yield scene
    await scene.close()


@pytest.fixture
async def scene(silent: Scene) -> Scene:
    """Give a bot that listens, on a SQLite file with the sample programme."""
    await silent.start()
    return silent


@pytest.fixture
async def silent_both(
    playground: Playground, database_url: str, tmp_path: Path, door: str
) -> AsyncIterator[Scene]:
    """Give a bot that has not been started, on each database."""
    await load_sample(database_url)
    scene = Scene(playground, database_url, tmp_path)
    scene.use_door(door)
    yield scene
    await scene.close()


@pytest.fixture
async def scene_both(silent_both: Scene) -> Scene:
    """Give a bot that listens, on each database."""
    await silent_both.start()
    return silent_both
