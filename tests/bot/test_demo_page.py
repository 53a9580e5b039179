import os
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot.demo import PERSONAS
from bot.stage import Stage, set_up

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
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
MEETING = "Spotkanie robocze"
# A busy machine may take its time; what is expected does not change.
expect.set_options(timeout=40_000)
# Where CI is set a missing browser is a fault, elsewhere these tests may be left out.
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"), reason="chromium is not installed"
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with set_up(personas=PERSONAS, today=date(2027, 6, 28), by_mail=True) as made:
        yield made


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield made
        await made.close()


def pictured(name: str) -> Path | None:
    """Where to keep a picture to look at: a folder named by PICTURES, else nowhere."""
    folder = os.environ.get("PICTURES")
    return Path(folder) / f"{name}.png" if folder else None


async def keep_picture(page: Page, name: str) -> None:
    path = pictured(name)
    if path is not None:
        await page.wait_for_timeout(400)
        await page.screenshot(path=path)


async def answer(page: Page, words: str) -> None:
    await page.get_by_label("Napisz wiadomość").fill(words)
    await page.keyboard.press("Enter")


async def press(page: Page, label: str | re.Pattern[str]) -> None:
    await page.locator("#log").get_by_role("button", name=label).last.click()


async def introduce_zofia(page: Page, stage: Stage) -> None:
    """Go from START through every question to the list of events."""
    await page.get_by_role("button", name="START").click()
    await press(page, "Rozumiem, dalej")
    await expect(page.locator("#log")).to_contain_text("imię i nazwisko")
    await answer(page, "Zofia Jagodna")
    await press(page, re.compile("^Organizację"))
    await expect(page.locator("#log")).to_contain_text("Z jakiej są Państwo organizacji?")
    await answer(page, "KGW Milki")
    await press(page, "Koło Gospodyń Wiejskich w Miłkach")
    await expect(page.locator("#log")).to_contain_text("adres e-mail?")
    await answer(page, "zofia@example.org")
    mail = await stage.playground.mailbox.wait_for_mail("zofia@example.org", timeout=20)
    await expect(page.locator("#log")).to_contain_text("wysłaliśmy kod")
    code = re.search(r"\b\d{6}\b", mail.text)
    assert code is not None
    await answer(page, code.group())


async def test_person_registers_sees_the_mail_and_the_reminder(
    stage: Stage, browser: Browser
) -> None:
    page = await browser.new_page(viewport=WIDE)
    await page.goto(stage.playground.page_url)
    await keep_picture(page, "wide-first")
    await page.get_by_role("button", name="Rozumiem").click()
    await page.get_by_role("button", name=re.compile("Zofia Jagodna")).click()

    await introduce_zofia(page, stage)
    await press(page, re.compile(MEETING))
    await keep_picture(page, "wide-card")
    await press(page, "Zapisuję się")

    log, mail = page.locator("#log"), page.locator("#mail-body")
    await expect(log).to_contain_text("Zapisaliśmy Państwa")
    await expect(mail).to_contain_text("Spotkanie robocze")
    await mail.get_by_text("Spotkanie robocze").first.click()
    await expect(mail).to_contain_text("Zaproszenie")
    await keep_picture(page, "wide-registered")

    await page.get_by_role("button", name="Do następnej wiadomości").click()

    await expect(log).to_contain_text("Przypominamy: jutro")
    await expect(page.locator("#clock")).to_contain_text("poniedziałek, 5 lipca 2027, 9:00")
    await keep_picture(page, "wide-reminder")


async def test_person_registers_on_a_phone(stage: Stage, browser: Browser) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(stage.playground.page_url)
    await page.get_by_role("button", name="Rozumiem").click()
    await keep_picture(page, "phone-people")
    await page.get_by_role("button", name=re.compile("Zofia Jagodna")).click()
    await page.get_by_role("button", name=re.compile("^Rozmowa")).click()

    await introduce_zofia(page, stage)
    await press(page, re.compile(MEETING))
    await keep_picture(page, "phone-card")
    await press(page, "Zapisuję się")

    await expect(page.locator("#log")).to_contain_text("Zapisaliśmy Państwa")
    await keep_picture(page, "phone-registered")
    await page.get_by_role("button", name=re.compile("^Poczta")).click()
    await page.locator("#mail-body").get_by_text("Spotkanie robocze").first.click()
    await keep_picture(page, "phone-mail")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE["width"]


async def test_coordinator_invites_and_asks(stage: Stage, browser: Browser) -> None:
    page = await browser.new_page(viewport=WIDE)
    await page.goto(stage.playground.page_url)
    await page.get_by_role("button", name="Rozumiem").click()
    await page.get_by_role("button", name=re.compile("Irena Sekretarska")).click()
    await page.get_by_role("button", name="START").click()
    log = page.locator("#log")
    await expect(log).not_to_contain_text("START")

    await answer(page, "/zaproszenie")
    await press(page, re.compile("^Dzień Organizacji"))
    await press(page, "Bez znaku sprawy")
    await expect(log).to_contain_text("Prosimy napisać treść listu")
    await answer(page, "Zapraszamy wszystkie organizacje na dzień otwarty.")
    await press(page, "Tylko organizacje (NGO)")
    await keep_picture(page, "wide-invitation")
    await press(page, "Wyślij teraz")

    await expect(log).to_contain_text("24 z 24", timeout=40_000)
    await keep_picture(page, "wide-report")


async def test_person_answers_a_mail_and_a_calendar(stage: Stage, browser: Browser) -> None:
    page = await browser.new_page(viewport=WIDE)
    await page.goto(stage.playground.page_url)
    await page.get_by_role("button", name="Rozumiem").click()
    await page.get_by_role("button", name=re.compile("Zofia Jagodna")).click()
    await introduce_zofia(page, stage)
    await press(page, re.compile(MEETING))
    await press(page, "Zapisuję się")
    mail = page.locator("#mail-body")
    await mail.get_by_text("Spotkanie robocze").first.click()
    await keep_picture(page, "wide-mail-answer")

    await mail.get_by_role("button", name="Odrzucam").click()

    await expect(mail).to_contain_text("Kalendarz wysłał odpowiedź: Odrzucam")
    await expect(page.locator("#log")).to_contain_text("miejsce zostało zwolnione")
    await mail.get_by_role("button", name=re.compile("Wszystkie listy")).click()
    await mail.get_by_text(re.compile("miejsce zostało zwolnione")).first.click()
    await mail.get_by_role("button", name="TAK", exact=True).click()
    await mail.get_by_role("button", name="Wyślij odpowiedź").click()
    await expect(mail).to_contain_text("Odpowiedź wysłana.")
    await expect(page.locator("#log").get_by_text("Zapisaliśmy Państwa")).to_have_count(2)
    await expect(page.locator("#log")).to_contain_text(
        re.compile("Zapisaliśmy Państwa.*", re.DOTALL)
    )
    await keep_picture(page, "wide-mail-answered")


async def test_mail_leads_to_its_page(stage: Stage, browser: Browser) -> None:
    page = await browser.new_page(viewport=WIDE)
    await page.goto(stage.playground.page_url)
    await page.get_by_role("button", name="Rozumiem").click()
    await page.get_by_role("button", name=re.compile("Zofia Jagodna")).click()
    await introduce_zofia(page, stage)
    await press(page, re.compile(MEETING))
    await press(page, "Zapisuję się")
    mail = page.locator("#mail-body")
    await mail.get_by_text("Spotkanie robocze").first.click()
    letter = page.frame_locator("iframe.letter")

    async with page.expect_popup() as opened:
        await letter.get_by_role("link", name=re.compile("zgłoszenie|zapis", re.IGNORECASE)).click()
    own = await opened.value

    await expect(own.locator("h1")).to_be_visible()
    await expect(own.locator("body")).to_contain_text("Spotkanie robocze")
    await keep_picture(own, "wide-letter-page")
