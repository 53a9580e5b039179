"""Only who is alone on a SQLite file takes up what the dead have left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.alone import beside_others


class Company:
    """Processes on one file; each notes what it does."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self.heard: list[str] = []

    @asynccontextmanager
    async def come(self, name: str, *, seconds: float = 0) -> AsyncIterator[None]:
        """Let a process begin and work; taking up what the dead have left takes so long."""

        async def inherit() -> None:
            await asyncio.sleep(seconds)
            self.heard.append(f"{name} is alone")

        async with beside_others(self._file, when_alone=inherit):
            self.heard.append(f"{name} works")
            yield


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "akademia.db")


async def test_second_process_is_not_alone(company: Company) -> None:
    async with company.come("a"), company.come("b"):
        pass

    assert company.heard == ["a is alone", "a works", "b works"]


async def test_third_process_is_not_alone_although_the_first_has_ended(company: Company) -> None:
    async with AsyncExitStack() as rest:
        async with company.come("a"):
            await rest.enter_async_context(company.come("b"))
        async with company.come("c"):
            pass

    assert company.heard == ["a is alone", "a works", "b works", "c works"]


async def test_process_after_the_last_is_alone_again(company: Company) -> None:
    async with company.come("a"):
        pass
    async with company.come("b"):
        pass

    assert company.heard == ["a is alone", "a works", "b is alone", "b works"]


async def test_second_process_waits_until_the_first_has_taken_up_everything(
    company: Company,
) -> None:
    async def work(name: str, seconds: float) -> None:
        async with company.come(name, seconds=seconds):
            await asyncio.sleep(0.2)

    first = asyncio.create_task(work("a", 0.2))
    await asyncio.sleep(0)
    await work("b", 0)
    await first

    assert company.heard == ["a is alone", "a works", "b works"]


async def test_process_on_postgresql_is_never_sure() -> None:
    company = Company(None)

    async with company.come("a"):
        pass

    assert company.heard == ["a works"]
