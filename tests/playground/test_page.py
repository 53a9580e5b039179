import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest
from playwright.async_api import Page, ViewportSize, async_playwright, expect
from telegram import (
    Bot,
    BotCommand,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
)

from playground.persona import Persona
from playground.playground import Playground
from playground.visitor import PIXEL

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
# Where CI is set a missing browser is a fault, elsewhere these tests may be left out.
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"), reason="chromium is not installed"
)
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
ANNA = Persona(
    1, "Anna", "Nowak", "pl", "prezeska koła gospodyń", "anna@example.org", "Organizacje"
)
EWA = Persona(2, "Ewa", "Wójcik", "pl", "referat promocji", "ewa@example.org", "Urząd")
NINE = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
WEEK_LATER = datetime(2027, 1, 13, 8, 0, tzinfo=UTC)
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    b"DTSTART:20270714T070000Z\r\nDTEND:20270714T130000Z\r\n"
    b"SUMMARY:Aktywne konsultacje\r\nLOCATION:Kultura\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@dataclass
class ToyClock:
    moment: datetime = NINE
    due: list[datetime] = field(default_factory=lambda: [WEEK_LATER])
    bot: Bot | None = None

    def now(self) -> datetime:
        return self.moment

    async def next_due(self) -> datetime | None:
        return self.due[0] if self.due else None

    async def move_to(self, instant: datetime) -> None:
        self.moment = instant
        while self.due and self.due[0] <= instant:
            self.due.pop(0)
            assert self.bot is not None
            await self.bot.send_message(ANNA.user_id, "Jutro szkolenie")


async def greet(bot: Bot, chat_id: int) -> None:
    rows = [
        [InlineKeyboardButton("Zapisz się", callback_data="e:1")],
        [InlineKeyboardButton("Dalej", url="https://t.me/akademia_bot?start=e_2")],
        [InlineKeyboardButton("Strona", url="https://example.org/")],
    ]
    words = "Dzień dobry, <b>tu <i>bot</i></b>! /pomoc &lt;img src=x onerror=alert(1)&gt;"
    await bot.send_message(chat_id, words, "HTML", reply_markup=InlineKeyboardMarkup(rows))


async def register(bot: Bot, query: CallbackQuery, smtp_port: int) -> None:
    await query.answer("Zapisano.")
    await query.edit_message_text("Jesteś na liście")
    chat_id = query.from_user.id
    await bot.send_document(chat_id, InputFile(CALENDAR, filename="szkolenie.ics"))
    await bot.send_photo(chat_id, PIXEL, caption="Wykres")
    await bot.send_poll(chat_id, "Która godzina?", ["16:00", "17:00"], is_anonymous=False)
    letter = EmailMessage()
    letter["From"] = "Urząd Gminy <urzad@example.org>"
    letter["To"] = ANNA.email
    letter["Subject"] = "Zaproszenie"
    letter.set_content("Zapraszamy.")
    letter.add_alternative("<p>Zapraszamy <b>serdecznie</b></p>", subtype="html")
    letter.add_attachment(CALENDAR, "text", "calendar", filename="szkolenie.ics")
    await aiosmtplib.send(letter, hostname="127.0.0.1", port=smtp_port, start_tls=False)


async def toy_bot(bot: Bot, smtp_port: int) -> None:
    offset = 0
    while True:
        for update in await bot.get_updates(offset, timeout=20):
            offset = update.update_id + 1
            if update.callback_query is not None:
                await register(bot, update.callback_query, smtp_port)
            elif update.message is not None and update.message.text == "/start":
                await greet(bot, update.message.chat.id)
            elif update.message is not None:
                await bot.send_message(update.message.chat.id, f"Słyszę: {update.message.text}")


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    clock = ToyClock()
    async with (
        Playground(personas=[ANNA, EWA], demo_clock=clock) as running,
        Bot(running.token, base_url=f"{running.api_url}/bot") as bot,
    ):
        clock.bot = bot
        await bot.set_my_commands([BotCommand("pomoc", "Kto pomoże")])
        working = asyncio.create_task(toy_bot(bot, running.smtp_port))
        yield running
        working.cancel()
        await asyncio.wait([working])


@pytest.fixture(params=[WIDE], ids=["wide"])
async def page(playground: Playground, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        context = await browser.new_context(viewport=request.param)
        opened = await context.new_page()
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        await opened.goto(playground.page_url)
        yield opened
        await browser.close()
        assert faults == []


async def start_as_anna(page: Page) -> None:
    await page.get_by_role("button", name="Anna Nowak").click()
    await page.get_by_role("button", name="START", exact=True).click()
    await page.get_by_role("button", name="Zapisz się").wait_for()


@needs_chromium
async def test_person_registers_reads_mail_and_moves_the_clock(page: Page) -> None:
    await page.get_by_role("button", name="Rozumiem").click()
    await expect(page.locator("#clock")).to_have_text("Zegar: wtorek, 5 stycznia 2027, 9:00")

    await start_as_anna(page)
    await expect(page.locator(".words b i")).to_have_text("bot")
    await expect(page.locator(".bubble img")).to_have_count(0)
    await page.get_by_role("button", name="Zapisz się").click()

    await expect(page.locator("#toast")).to_have_text("Zapisano.")
    await expect(page.locator("#log")).to_contain_text("Jesteś na liście")
    card = page.locator("#log .event")
    await expect(card).to_contain_text("środa, 14 lipca 2027, godz.\u00a09:00–15:00")
    await expect(page.locator("#log img")).to_be_visible()

    await page.locator(".mail-line").click()
    await expect(page.locator("#mail .event .kind")).to_have_text("Zaproszenie")
    await expect(page.frame_locator("iframe.letter").locator("b")).to_have_text("serdecznie")
    assert await page.locator("iframe.letter").get_attribute("sandbox") == (
        "allow-popups allow-popups-to-escape-sandbox allow-same-origin"
    )
    await page.get_by_role("button", name="Sam tekst").click()
    await expect(page.locator(".plain-text")).to_contain_text("Zapraszamy.")
    await page.get_by_role("button", name="← Wszystkie listy").click()
    await expect(page.locator(".mail-line.fresh")).to_have_count(0)

    await page.get_by_role("button", name="Do następnej wiadomości").click()
    await expect(page.locator("#log")).to_contain_text("Jutro szkolenie")
    await expect(page.locator("#now")).to_have_text("środa, 13 stycznia 2027, 9:00")
    await page.get_by_role("button", name="Do następnej wiadomości").click()
    await expect(page.locator("#toast")).to_contain_text("Teraz nic nie czeka na wysłanie.")
    await page.get_by_role("button", name="+1 godzina").click()
    await expect(page.locator("#now")).to_have_text("środa, 13 stycznia 2027, 10:00")


@needs_chromium
async def test_person_writes_uses_menu_and_votes(page: Page) -> None:
    await start_as_anna(page)
    await page.get_by_label("Napisz wiadomość").fill("Dobry wieczór")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log")).to_contain_text("Słyszę: Dobry wieczór")

    await page.keyboard.type("Tak")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Nie")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log .mine .words").last).to_have_text("Tak\nNie")

    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="/pomoc Kto pomoże").click()
    await expect(page.locator("#log")).to_contain_text("Słyszę: /pomoc")
    await page.get_by_role("button", name="Dalej").click()
    await expect(page.locator("#log")).to_contain_text("Słyszę: /start e_2")

    await page.get_by_role("button", name="Zapisz się").click()
    await page.get_by_role("button", name="17:00").click()
    await expect(page.locator(".poll")).to_contain_text("17:00 ✓ Twój głos 1")
    await page.get_by_role("button", name="Cofnij głos").click()
    await expect(page.locator(".poll .total")).to_have_text("Głosów: 0")


@needs_chromium
async def test_person_sends_a_photo_and_a_file(playground: Playground, page: Page) -> None:
    await start_as_anna(page)
    empty = await page.get_by_label("Napisz wiadomość").evaluate("node => node.offsetHeight")
    button = page.get_by_role("button", name="Wyślij zdjęcie albo plik")
    for name, content in (("kot.png", PIXEL), ("karta.pdf", b"%PDF-1.4"), ("nic.pdf", b"")):
        async with page.expect_file_chooser() as chooser:
            await button.click()
        await (await chooser.value).set_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        await expect(button).not_to_have_attribute("aria-busy", "true")

    await expect(page.locator("#toast")).to_contain_text("Tego pliku nie udało się wysłać")
    await expect(page.locator("#log .mine img")).to_be_visible()
    await expect(page.locator("#log .mine .file b")).to_have_text("karta.pdf")
    sent = [message for message in playground.visitor(1, "Anna").messages if not message.from_bot]
    assert [message.photo is not None for message in sent] == [False, True, False]
    assert [one.document.filename for one in sent if one.document] == ["karta.pdf"]
    assert empty >= 44


@needs_chromium
@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
async def test_phone_shows_one_pane_at_a_time(page: Page) -> None:
    await expect(page.locator("#chat")).to_be_hidden()

    await start_as_anna(page)
    await expect(page.locator("#people")).to_be_hidden()
    await page.get_by_role("button", name="Zapisz się").click()
    await expect(page.locator("#tab-mail")).to_have_text("1")
    await page.locator(".tabs").get_by_role("button", name="Poczta").click()
    await page.locator(".mail-line").click()

    await expect(page.locator("#mail .event")).to_be_visible()
    await expect(page.locator("#tab-mail")).to_be_hidden()
    wider = "document.documentElement.scrollWidth > innerWidth"
    assert await page.evaluate(wider) is False
    sizes = "[...document.querySelectorAll('button')].filter(b => b.offsetParent)"
    assert await page.evaluate(f"{sizes}.every(b => b.offsetHeight >= 44)") is True


@needs_chromium
async def test_unread_badges_count_for_other_people(playground: Playground, page: Page) -> None:
    await page.get_by_role("button", name="Ewa Wójcik").click()

    await playground.visitor(1, "Anna").send("/start")

    anna = page.get_by_role("button", name="Anna Nowak")
    await expect(anna.get_by_label("nowe wiadomości: 1")).to_be_visible()


async def test_page_forbids_foreign_scripts(playground: Playground) -> None:
    async with httpx.AsyncClient(base_url=playground.page_url) as client:
        answer = await client.get("/")
        script = await client.get("/page/page.js")

    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert script.status_code == 200


async def test_files_are_given_as_downloads(playground: Playground) -> None:
    anna = playground.visitor(1, "Anna")
    await anna.send_document("plan ą.html", b"<script>")
    document = anna.messages[-1].document
    assert document is not None

    async with httpx.AsyncClient(base_url=playground.page_url) as client:
        answer = await client.get(f"/page/files/{document.file_id}")
        missing = await client.get("/page/files/none")

    assert answer.headers["content-disposition"] == 'attachment; filename="plan__.html"'
    assert answer.headers["content-type"] == "application/octet-stream"
    assert missing.status_code == 404


async def test_mail_attachment_is_downloaded(playground: Playground) -> None:
    letter = (
        b'Content-Type: text/plain; name=a\r\nContent-Disposition: attachment; filename="a.txt"'
    )
    playground.mailbox.keep("urzad@example.org", [ANNA.email], letter + b"\r\n\r\ntre\r\n")

    async with httpx.AsyncClient(base_url=playground.page_url) as client:
        listed = (await client.get("/page/mails/1")).json()
        file = await client.get("/page/mails/1/1/files/a.txt")
        strangers = [
            await client.get(path)
            for path in ("/page/mails/2/1", "/page/mails/2/1/files/a.txt", "/page/mails/9")
        ]

    assert (listed[0]["from"], listed[0]["calendar"]) == ("urzad@example.org", False)
    assert file.content == b"tre\r\n"
    assert [answer.status_code for answer in strangers] == [404, 404, 404]


async def test_other_kinds_of_messages_are_described(playground: Playground) -> None:
    anna = playground.visitor(1, "Anna")
    await anna.send_voice()
    await anna.send_sticker("👍")

    async with httpx.AsyncClient(base_url=playground.page_url) as client:
        await client.post("/page/chats/1/send", json={"text": "  "})
        chat = (await client.get("/page/chats/1")).json()
        people = (await client.get("/page/overview")).json()["persons"]

    assert [(m["voice"], m["sticker"]) for m in chat["messages"][:2]] == [(True, ""), (False, "👍")]
    assert all(message["text"] != "  " for message in chat["messages"])
    assert [person["name"] for person in people] == ["Anna Nowak", "Ewa Wójcik"]


async def test_closed_poll_refuses_a_vote(playground: Playground) -> None:
    anna = playground.visitor(1, "Anna")
    await anna.send("a")
    async with Bot(playground.token, base_url=f"{playground.api_url}/bot") as bot:
        sent = await bot.send_poll(1, "Która?", ["a", "b"], is_closed=True)

    async with httpx.AsyncClient(base_url=playground.page_url) as client:
        told = {"message": sent.message_id, "options": [0]}
        answer = await client.post("/page/chats/1/vote", json=told)

    assert answer.status_code == 409


async def test_clock_without_demo_stands_on_its_own() -> None:
    async with (
        Playground(personas=[ANNA]) as playground,
        httpx.AsyncClient(base_url=playground.page_url) as client,
    ):
        overview = (await client.get("/page/overview")).json()
        refused = await client.post("/page/clock/next")

    assert (overview["movable"], refused.status_code) == (False, 409)
