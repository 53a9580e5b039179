from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.scheduler.post import Post, opened_post


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    """Put the database between real servers."""
    async with opened_post(database) as post:
        yield post
