"""The pages over real HTTP, and a browser to open them in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bot.web import WebPort
from bot.web_bind import WebBind
from storage.database import Database
from tests.handlers.web.gallery import Piece
from tests.handlers.web.house import House, open_house

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def served(database: Database, folder: Path) -> AsyncIterator[tuple[House, str]]:
    """Serve the pages on a port of this machine; give the address."""
    async with open_house(database, folder) as house:
        port = WebPort(house.app, WebBind("127.0.0.1", 0))
        port.open()
        task = asyncio.create_task(port.run())
        try:
            yield house, f"http://127.0.0.1:{port.port}"
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Open a browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield browser
        await browser.close()


async def show(page: Page, address: str, piece: Piece) -> None:
    """Open a page and press its button, if any."""
    await page.goto(address + piece.path)
    if piece.press:
        async with page.expect_navigation():
            await page.get_by_role("button", name=piece.press).first.click()


def is_page(piece: Piece) -> bool:
    """Tell whether there is something to see; a file is downloaded."""
    return piece.name != "blank"
