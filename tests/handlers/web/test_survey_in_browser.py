"""A resident answers a public survey in a real browser: a small phone, no scripts."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page

from storage import migrate
from storage import surveys as store
from storage.database import open_database
from tests.handlers.web.browsing import CHROMIUM, browsing, served
from tests.handlers.web.surveys import KEY, QUESTIONS, make_survey
from tests.storage.rows import NOW, make_programme

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"), reason="chromium is not installed"
)
ASKED = tuple(one for one in QUESTIONS if one.key in ("hello", "village", "agree", "order"))


async def _go_on(page: Page, button: str = "Zapisz i dalej") -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name=button).click()


async def test_resident_answers_by_touch_alone(tmp_path: Path) -> None:
    database = open_database(f"sqlite+aiosqlite:///{tmp_path}/pages.db")
    await migrate.apply(database, now=NOW)
    async with database.transaction() as tx:
        await make_programme(tx)
        asked = await make_survey(tx, questions=ASKED, privacy="anonymous", public_key=KEY)
    async with served(database, tmp_path) as (house, address), browsing() as browser:
        context = await browser.new_context(
            java_script_enabled=False, viewport={"width": 320, "height": 640}, has_touch=True
        )
        page = await context.new_page()
        await page.goto(f"{address}/a/{KEY}")
        await page.get_by_role("link", name="Zaczynam ankietę").tap()
        # The page notes when it was written; only then does the reader take their time.
        await page.get_by_role("button", name="Zapisz i dalej").wait_for()
        house.clock.moment += timedelta(seconds=10)
        # Nothing is chosen, and the page says so; then it goes on.
        await _go_on(page)
        said = await page.locator(".error").first.inner_text()
        await page.get_by_label("Rydzewo").tap()
        for statement in range(3):
            await page.locator(".row").nth(statement).get_by_text(str(statement + 2)).tap()
        await _go_on(page)
        await page.get_by_label("Miejsce 1").select_option("b")
        await page.get_by_label("Miejsce 2").select_option("c")
        await _go_on(page)
        shown = await page.locator("dd").all_inner_texts()
        await _go_on(page, "Wyślij odpowiedzi")
        thanks = await page.locator("h1").inner_text()
        await page.goto(f"{address}/a/{KEY}")
        again = await page.locator("h1").inner_text()
        cookies = await context.cookies()
    async with database.reading() as tx:
        tally = await store.tally(tx, asked.survey.id, wave_key="baseline")
    await database.close()

    assert said == "Prosimy to uzupełnić albo zaznaczyć odpowiedź."
    assert shown == [
        *("Rydzewo <b>nad</b> jeziorem", "2", "3", "4"),
        "1. Sprawa B; 2. Sprawa C",
    ]
    assert (thanks, again) == ("Dziękujemy, mamy Państwa odpowiedzi", "Mamy już Państwa odpowiedzi")
    assert [(one["path"], one["httpOnly"], one["sameSite"]) for one in cookies] == [
        (f"/a/{KEY}", True, "Lax")
    ]
    assert {key: dict(count) for key, count in tally.items()} == {
        "village": {"r": 1},
        "agree.trust": {"2": 1},
        "agree.know": {"3": 1},
        "agree.join": {"4": 1},
        "order": {"b c": 1},
    }
