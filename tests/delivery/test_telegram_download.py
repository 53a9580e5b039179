"""A file is looked at before its bytes are fetched."""

from typing import Any, cast

import pytest
from telegram import Bot

from delivery.telegram_download import TooBigToFetch, download


class Said:
    """What Telegram says of a file, and whether its bytes were fetched."""

    def __init__(self, size: int | None) -> None:
        self.file_size = size
        self.fetched = False

    async def get_file(self, _file_id: str) -> "Said":
        return self

    async def download_as_bytearray(self) -> bytearray:
        self.fetched = True
        return bytearray(b"abc")


async def fetch(said: Any) -> bytes:
    return await download(cast("Bot", said), "id", most=3)


@pytest.mark.parametrize("size", [3, None])
async def test_file_that_is_small_enough_is_fetched(size: int | None) -> None:
    assert await fetch(Said(size)) == b"abc"


async def test_no_byte_of_a_file_that_is_too_big_is_fetched() -> None:
    said = Said(4)

    with pytest.raises(TooBigToFetch):
        await fetch(said)

    assert not said.fetched
