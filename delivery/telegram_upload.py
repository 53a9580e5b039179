"""Write files into a request piece by piece, each within the time that one piece may take."""

import asyncio
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from aiohttp import FormData, Payload
from aiohttp.abc import AbstractStreamWriter

from delivery.telegram_causes import WriteTimeout

# What the connection's own buffers take without waiting for the other side.
PIECE = 64 * 1024


class Upload(Payload):
    """A body that gives up when the other side takes no piece of it for some time."""

    def __init__(self, body: bytes, *, content_type: str, seconds: float | None) -> None:
        super().__init__(body, content_type=content_type)
        self._pieces = memoryview(body)
        self._size = len(body)
        self._seconds = seconds

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Show the body as text, which the base class asks for."""
        return bytes(self._pieces).decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write the whole body, or raise WriteTimeout."""
        for start in range(0, len(self._pieces), PIECE):
            try:
                async with asyncio.timeout(self._seconds):
                    await writer.write(self._pieces[start : start + PIECE])
                    await writer.drain()
            except TimeoutError as error:
                raise WriteTimeout(f"{start} of {len(self._pieces)} bytes") from error


async def upload(
    fields: Mapping[str, str], files: Mapping[str, Any], *, seconds: float | None
) -> Upload:
    """Build the body; `files` are the bot library's (file name, content, type) by field name."""
    # Telegram reads a file's name as it stands; percent signs would be shown to people.
    form = FormData(quote_fields=False, default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in files.items():
        form.add_field(name, BytesIO(content), filename=filename, content_type=content_type)
    body = form()
    return Upload(await body.as_bytes(), content_type=body.content_type, seconds=seconds)
