"""How fast answers to a survey come in: by the page, over HTTP on this machine, and by the chat.

By the page people have their own devices, look at the form, send it, and hand it in: four requests
each, to the limits that hold for a village on one evening. In the chat each tap is one update
through its handler, to the reply in the outbox. Theirs is the bare driver writing as many rows.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import uvicorn
from sqlalchemy import insert, select
from telegram import Update

from benchmarks.crowded import durable_addresses, migrated, sqlite_address
from benchmarks.measure import NO_GOAL, Row
from handlers.telegram import buttons
from handlers.telegram.application import PRESSES
from handlers.telegram.turn import Context, Desk, Turn, current
from handlers.web.rate import Gate
from programme import conversations
from programme.forms import Option, Question
from storage import survey_recipients
from storage.database import Database
from storage.files import FileStore
from storage.responses import count
from storage.survey_tables import answer, current_answer
from storage.tables import outbox
from tests.handlers.web.house import StillClock, make_app
from tests.handlers.web.surveys import KEY, make_survey
from tests.storage.rows import NOW, make_person

PEOPLE, AT_ONCE = 200, 10
READ = timedelta(seconds=5)
FIRST_CHAT = 5_000
LEAST = 20.0  # answers a second: a village of a thousand in five minutes
QUESTIONS = tuple(
    Question(
        f"q{number}",
        "yes_no",
        f"Pytanie {number}",
        (Option("yes", "Tak"), Option("no", "Nie")),
    )
    for number in range(5)
)
_HIDDEN = re.compile(r'name="(pass|version|step)" value="([^"]*)"')


async def measure(*, scale: float) -> list[Row]:
    """Measure both databases."""
    people = max(20, int(PEOPLE * min(scale, 1.0)))
    rows = []
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name, durable_addresses() as new:
        for title in ("SQLite", "PostgreSQL"):
            for way in ("page", "chat"):
                folder = Path(name) / f"{title}-{way}"
                folder.mkdir()
                address = sqlite_address(folder) if title == "SQLite" else new()
                if way == "page":
                    rows.append(await _row(title, address, people, folder))
                else:
                    rows.append(await _chat_row(title, address, people))
    return rows


async def _chat_row(title: str, address: str, people: int) -> Row:
    async with migrated(address) as database:
        cpu = time.process_time()
        ours, taps = await _by_chat(database, people)
        spent = (time.process_time() - cpu) / taps * 1000
        theirs = await _bare(database, people)
    answers = people * len(QUESTIONS)
    return Row(
        f"answers by the chat, {people} people, {len(QUESTIONS)} questions, {title}",
        "bare rows in the same tables, a transaction each person",
        f"{answers / ours:.0f}/s, {taps / ours:.0f} taps/s, {spent:.0f} ms CPU a tap",
        f"{answers / theirs:.0f}/s",
        f"{theirs / ours:.3f}x",
        f">= {LEAST:.0f}/s" if people >= PEOPLE else NO_GOAL,
        answers / ours >= LEAST,
    )


async def _by_chat(database: Database, people: int) -> tuple[float, int]:
    """Let people with a chat answer by buttons, one after another; give seconds and taps."""
    async with database.transaction() as tx:
        asked = await make_survey(tx, questions=QUESTIONS, privacy="named")
        for number in range(people):
            person_id = await make_person(tx, chat=FIRST_CHAT + number)
            owner = {"owner": f"person:{person_id}", "person_id": person_id}
            await survey_recipients.add(tx, asked.wave.id, [owner])
    begun, taps = time.perf_counter(), 0
    for number in range(people):
        data = buttons.write(buttons.SURVEY, asked.wave.id)
        while data:
            taps += 1
            data = await _tap(database, FIRST_CHAT + number, data, taps)
    seconds = time.perf_counter() - begun
    async with database.counting() as tx:
        _, complete = await count(tx, asked.survey.id, wave_key=asked.wave.key)
    if complete != people:
        raise RuntimeError(f"{complete} of {people} answers came in")
    return seconds, taps


async def _tap(database: Database, chat_id: int, data: str, number: int) -> str:
    """Press a button as Telegram would say it; give what the reply's first button says."""
    async with database.transaction() as tx:
        chat = await conversations.open_chat(tx, chat_id=chat_id, locale="pl", now=NOW)
        desk = Desk("akademia@example.org", "bot", "Europe/Warsaw")
        current.set(Turn(tx, NOW, f"bench:{number}", chat_id, chat, desk))
        context = Context(application=None, chat_id=chat_id, user_id=chat_id)  # type: ignore[arg-type]
        who = {"id": chat_id, "is_bot": False, "first_name": "X"}
        message = {"message_id": 1, "date": 1, "chat": {"id": chat_id, "type": "private"}}
        query = {"id": "1", "from": who, "chat_instance": "1", "data": data}
        update = Update.de_json(
            {"update_id": number, "callback_query": query | {"message": message | {"text": "x"}}},
            None,
        )
        await PRESSES[data.split(":", maxsplit=1)[0]](update, context)
        key = outbox.c.key.like(f"reply:bench:{number}:%")
        said = await tx.execute(select(outbox.c.facts).where(key).order_by(outbox.c.id.desc()))
        facts = said.scalars().first() or {}
    pressed = [each["data"] for row in facts.get("buttons", ()) for each in row]
    # What else stands below the last message leads elsewhere.
    return pressed[0] if pressed and pressed[0].startswith(f"{buttons.ANSWER}:") else ""


async def _row(title: str, address: str, people: int, folder: Path) -> Row:
    async with migrated(address) as database:
        cpu = time.process_time()
        ours = await _by_web(database, people, folder)
        spent = (time.process_time() - cpu) / people * 1000
        theirs = await _bare(database, people)
    answers = people * len(QUESTIONS)
    return Row(
        f"answers by the page, {people} people, {len(QUESTIONS)} questions, {title}",
        "bare rows in the same tables, a transaction each person",
        f"{answers / ours:.0f}/s, {spent:.0f} ms CPU a person",
        f"{answers / theirs:.0f}/s",
        f"{theirs / ours:.3f}x",
        f">= {LEAST:.0f}/s" if people >= PEOPLE else NO_GOAL,
        answers / ours >= LEAST,
    )


@asynccontextmanager
async def _served(database: Database, folder: Path, clock: StillClock) -> AsyncGenerator[str]:
    app, _pages = make_app(
        database, FileStore(folder / "files"), clock=clock, wake=lambda: None, gate=Gate()
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 -- it tells nobody
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def _by_web(database: Database, people: int, folder: Path) -> float:
    async with database.transaction() as tx:
        asked = await make_survey(tx, questions=QUESTIONS, privacy="anonymous", public_key=KEY)
    clock = StillClock(NOW)
    async with _served(database, folder, clock) as base:
        begun = time.perf_counter()
        turns = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as crowd:
            for _ in range(people):
                crowd.create_task(_one(base, clock, turns))
        seconds = time.perf_counter() - begun
    async with database.counting() as tx:
        _, complete = await count(tx, asked.survey.id, wave_key=asked.wave.key)
    if complete != people:
        raise RuntimeError(f"{complete} of {people} answers came in")
    return seconds


async def _one(base: str, clock: StillClock, turns: asyncio.Semaphore) -> None:
    async with turns, httpx.AsyncClient(base_url=base, follow_redirects=True) as phone:
        page = await phone.get(f"/a/{KEY}?page=1")
        clock.moment += READ
        while 'value="hand_in"' not in page.text:
            names = sorted(set(re.findall(r'name="(q-q\d+)"', page.text)))
            sent = dict(_HIDDEN.findall(page.text))
            sent |= {"deed": "next", "more": ""} | dict.fromkeys(names, "yes")
            page = await phone.post(str(page.url), data=sent)
            page.raise_for_status()
        sent = dict(_HIDDEN.findall(page.text)) | {"deed": "hand_in", "more": ""}
        (await phone.post(str(page.url), data=sent)).raise_for_status()


async def _bare(database: Database, people: int) -> float:
    """Write as many rows with nothing around them."""
    begun = time.perf_counter()
    for number in range(people):
        rows = [
            {
                "survey_id": 1,
                "form_version": 1,
                "respondent": f"bare:{number}",
                "question_key": question.key,
                "option_keys": ["yes"],
                "text": "",
                "retracted": False,
                "door": "",
                "source_key": f"bare:{number}",
                "source_order": 1,
                "answered_at": NOW,
                "wave": "bare",
            }
            for question in QUESTIONS
        ]
        kept = [
            {name: row[name] for name in row if name in current_answer.c} | {"chosen": "yes"}
            for row in rows
        ]
        async with database.transaction() as tx:
            await tx.execute(insert(answer), rows)
            await tx.execute(insert(current_answer), kept)
    return time.perf_counter() - begun
