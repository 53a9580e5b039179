"""The pages in a real browser: without JavaScript, by keyboard, narrow, enlarged, with axe."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize
from sqlalchemy import select

from storage import migrate
from storage.database import Database, open_database
from storage.tables import registration
from tests.handlers.web import letters
from tests.handlers.web.browsing import CHROMIUM, browsing, is_page, served, show
from tests.handlers.web.gallery import Piece, hang
from tests.handlers.web.house import House
from tests.storage.rows import NOW

# Where CI is set a missing browser is a fault, elsewhere these tests may be left out.
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"), reason="chromium is not installed"
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Database]:
    opened = open_database(f"sqlite+aiosqlite:///{tmp_path}/pages.db")
    await migrate.apply(opened, now=NOW)
    yield opened
    await opened.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as opened:
        yield opened


@pytest.fixture
async def home(own: Database, tmp_path: Path) -> AsyncIterator[tuple[House, str]]:
    async with served(own, tmp_path) as opened:
        yield opened


async def pieces_of(house: House) -> list[Piece]:
    return [piece for piece in await hang(house) if is_page(piece)]


async def widest(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth"))


async def test_axe_finds_no_fault_in_light_and_dark(
    home: tuple[House, str], browser: Browser
) -> None:
    house, address = home
    found: dict[str, list[str]] = {}
    pieces = await pieces_of(house)
    for scheme in SCHEMES:
        # Only axe needs scripts, and only for it the policy that forbids them is passed over.
        context = await browser.new_context(
            viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True
        )
        page = await context.new_page()
        for piece in pieces:
            await show(page, address, piece)
            result = await Axe().run(page)
            ids = [one["id"] for one in result.response["violations"]]
            if ids:
                found[f"{piece.name} {scheme}"] = ids
        await context.close()

    assert found == {}


async def test_pages_fit_a_narrow_screen_and_twice_the_size(
    home: tuple[House, str], browser: Browser
) -> None:
    house, address = home
    pieces = await pieces_of(house)
    too_wide = []
    # 200 % on a screen of 640 pixels is a screen of 320 with twice the dots.
    for width, dots, text in ((320, 1, 100), (320, 2, 100), (640, 1, 200)):
        context = await browser.new_context(
            viewport={"width": width, "height": 640}, device_scale_factor=dots, bypass_csp=True
        )
        page = await context.new_page()
        for piece in pieces:
            await show(page, address, piece)
            if text != 100:
                await page.add_style_tag(content=f"html {{ font-size: {118.75 * text / 100}% }}")
            if await widest(page) > width:
                too_wide.append((piece.name, width, text))
        await context.close()

    assert too_wide == []


async def test_browser_obeys_the_policy_and_asks_nobody_else(
    home: tuple[House, str], browser: Browser
) -> None:
    house, address = home
    context = await browser.new_context()
    page = await context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for piece in await pieces_of(house):
        await show(page, address, piece)
        ink = await page.evaluate("getComputedStyle(document.querySelector('main')).borderRadius")
        assert ink != "0px", piece.name

    strangers = [url for url in asked if not url.startswith(address) or "favicon" in url]
    assert strangers == []
    assert [text for text in said if "Content Security Policy" in text] == []


async def test_seat_is_given_back_with_the_keyboard_alone_and_without_scripts(
    home: tuple[House, str], own: Database, browser: Browser
) -> None:
    house, address = home
    async with own.transaction() as tx:
        scene = await letters.make_seat(tx)
    token = await letters.seat_door(house, scene)
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}/l/{token}")

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**ask=cancel*")
    button = page.get_by_role("button", name="Tak, nie przyjdę")
    await reach(page, "Tak, nie przyjdę")
    outline = await button.evaluate("element => getComputedStyle(element).outlineStyle")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**done=cancel*")

    assert outline == "solid"
    assert await page.locator("h1").inner_text() == "Nie ma już Państwa na liście"
    async with own.reading() as tx:
        rows = await tx.execute(
            select(registration.c.state).where(registration.c.id == scene.registration_id)
        )
        assert rows.scalar_one() == "cancelled"


async def reach(page: Page, label: str) -> None:
    """Press Tab until the focus is on something with this label."""
    for _ in range(40):
        focused = page.locator(":focus")
        if await focused.count() and label in (await focused.inner_text()):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"{label} is not reached by keyboard")


async def test_newcomer_fills_in_the_form_with_the_keyboard_alone(
    home: tuple[House, str], own: Database, browser: Browser
) -> None:
    house, address = home
    pieces = {piece.name: piece for piece in await pieces_of(house)}
    context = await browser.new_context(java_script_enabled=False, viewport=NARROW)
    page = await context.new_page()
    await page.goto(address + pieces["newcomer"].path)

    # Name, role, organisation, dinner, the rest of the questions, the notice, the tick, send.
    await page.keyboard.press("Tab")
    await page.keyboard.type("Zofia Nowicka-Przykładowa")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Klub Seniora")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    await page.locator("#read-1").focus()
    await page.keyboard.press("Space")
    await reach(page, "Zapisuję się")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/l/*")

    assert await page.locator("h1").inner_text() == "Zapisaliśmy Państwa"
    async with own.reading() as tx:
        rows = (await tx.execute(select(registration).where(registration.c.door == "web"))).all()
    assert [row.answers for row in rows] == [{"diet": "veg"}]


async def test_file_is_sent_by_a_browser(
    home: tuple[House, str], browser: Browser, tmp_path: Path
) -> None:
    house, address = home
    pieces = {piece.name: piece for piece in await pieces_of(house)}
    scan = tmp_path / "Skan karty.pdf"
    scan.write_bytes(letters.PDF)
    big = tmp_path / "wielki.pdf"
    big.write_bytes(letters.PDF + b"x" * 25 * 1024 * 1024)
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(address + pieces["papers"].path)

    await page.locator("input[type=file]").first.set_input_files(big)
    await page.get_by_role("button", name="Wyślij plik").first.click()
    refused = await page.locator(".error").inner_text()
    await page.locator("input[type=file]").first.set_input_files(scan)
    await page.get_by_role("button", name="Wyślij plik").first.click()
    await page.wait_for_url("**done=hand_in")

    assert "za duży" in refused
    assert await page.get_by_role("status").inner_text() == "Plik do nas dotarł. Dziękujemy."
