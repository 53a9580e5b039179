"""Pictures of the demo page while the story is played, on a desk and on a phone."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bot.stage import Stage
from playground.persona import Persona

CHROMIUM = "/usr/bin/chromium"
SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 900},
    "phone": {"width": 375, "height": 812},
}
# The page shows what has changed within this time.
SHOWN_WITHIN = 700.0
Look = Callable[[str, Persona], Awaitable[None]]


@asynccontextmanager
async def watched(stage: Stage, folder: Path) -> AsyncGenerator[Look]:
    """Open the page for whoever is looked at, and give what takes a picture of each size."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )

        async def look(name: str, persona: Persona) -> None:
            for size, viewport in SIZES.items():
                page = await _page(browser, viewport, stage.playground.page_url, persona)
                await page.wait_for_timeout(SHOWN_WITHIN)
                await page.screenshot(path=folder / f"{name}-{size}.png")
                await page.close()

        yield look
        await browser.close()


async def _page(browser: Browser, viewport: ViewportSize, address: str, persona: Persona) -> Page:
    page = await browser.new_page(viewport=viewport)
    await page.goto(address)
    understood = page.get_by_role("button", name="Rozumiem")
    if await understood.is_visible():
        await understood.click()
    whose = re.compile(f"{persona.first_name} {persona.last_name}")
    await page.get_by_role("button", name=whose).first.click()
    return page
