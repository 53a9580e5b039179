"""The web port over real HTTP on loopback, on each database."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.handlers.web.wire import Port, close, serve


@pytest.fixture
async def port(database: Database) -> AsyncIterator[Port]:
    """Start a web port with all its pages."""
    port, task = await serve(database)
    yield port
    await close(port, task)
    await asyncio.sleep(0)
