"""The longest and most hostile words that data can hold, on every screen: within all limits."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from delivery.chat import ChatMessage, from_json
from delivery.compose import compose_chat, compose_letter
from delivery.limits import check_limits
from handlers.telegram.application import COMMANDS, PRESSES
from playground.limits import caption_content, keyboard, text_content
from playground.params import Params
from storage import paper_tables, people, registrations, seat_tables, staff_tables, tables
from storage.database import Tx, open_database
from storage.insert import insert_id
from tests.handlers.telegram.rights_cases import CASES, WORDS
from tests.handlers.telegram.rights_town import Town
from tests.handlers.telegram.rights_world import World, make_world
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person, make_session

LOUD = '<b>&"</i> =1+1 \u202e\u05d0 😀😀 '
NAME = (LOUD * 9)[:120].strip() + "Ż"
TITLE = (LOUD * 20)[:199].strip() + "Ż"
PEOPLE = 300
OWNER, COORDINATOR, STRANGER = 2, 7, 3


async def _grow(tx: Tx, world: World) -> None:
    know = world.numbers
    for event_key, state, count in (
        ("event", "active", PEOPLE),
        ("offered", "waiting", PEOPLE),
        ("picked", "waiting", PEOPLE),
        ("past", "active", PEOPLE),
    ):
        for at in range(count):
            person_id = await make_person(tx, name=f"{at}")
            await registrations.add(
                tx,
                event_id=know[event_key],
                person_id=person_id,
                state=state,
                position=10 + at if state == "waiting" else None,
                door="import",
                now=NOW,
            )
    await tx.execute(
        update(tables.registration)
        .where(tables.registration.c.event_id == know["picked"])
        .values(approval="asked", note=TITLE)
    )
    for at in range(60):
        unit = await insert_id(
            tx,
            tables.organisation,
            key=f"u{at}",
            name=f"{at}",
            kind="ngo",
            email="",
            phone="",
            locality="x",
            areas=[],
        )
        await insert_id(
            tx,
            seat_tables.exhibitor,
            event_id=know["fair"],
            organisation_id=unit,
            person_id=know["jan"],
            stand=at + 10,
            state="active",
            for_residents="x",
            for_office="x",
            tables=1,
            power=True,
            needs="x",
            door="staff",
            created_at=NOW,
        )
        await tx.execute(
            tables.person.update()
            .where(tables.person.c.id == know["jan"] + 10 + at)
            .values(organisation_id=know["sekret"])
        )
        await insert_id(
            tx,
            seat_tables.nomination,
            event_id=know["naming"],
            organisation_id=know["sekret"],
            name="x",
            email="",
            phone="",
            identity=f"name:{at}",
            named_by_person_id=know["jan"],
            token_hash=f"{at}",
            state="named",
            created_at=NOW,
        )
    days = [FIRST_DAY + timedelta(days=60 + at) for at in range(60)]
    know["long"] = await make_event(tx, sessions=days[:1])
    for number, day in enumerate(days[1:], 2):
        await make_session(tx, event_id=know["long"], number=number, starts_at=day)
    for number in range(1, 21):
        await insert_id(
            tx,
            paper_tables.required_document,
            event_id=know["long"],
            key=f"k{number}",
            number=number,
            title="x",
        )
    know["long_seat"] = await registrations.add(
        tx,
        event_id=know["long"],
        person_id=know["jan"],
        state="active",
        position=None,
        door="telegram",
        now=NOW,
    )
    for at in range(30):
        for whom in ("person_id", "organisation_id"):
            number = know["jan"] if whom == "person_id" else know["sekret"]
            about = {whom: number, "text": LOUD * 45, "staff_id": 1, "written_at": NOW}
            await insert_id(tx, staff_tables.staff_note, **about)
        address = f"{'x' * 50}{at}@{'y' * 60}.example.org"
        await people.add_contact(
            tx, person_id=know["jan"], channel="mail", address=address, verified=True, now=NOW
        )
        await people.set_unreachable(tx, channel="mail", address=address, why=LOUD * 9, now=NOW)
    await _shout(tx)


async def _shout(tx: Tx) -> None:
    for table, names in (
        (tables.person, {"name": NAME, "organisation_text": TITLE[:200]}),
        (tables.organisation, {"name": TITLE, "locality": TITLE[:90], "postal_address": TITLE}),
        (tables.staff, {"name": NAME}),
        (tables.event, {"title": TITLE, "place": TITLE}),
        (tables.session, {"place": TITLE}),
        (tables.programme, {"title": TITLE, "organiser": TITLE, "contact": TITLE}),
        (paper_tables.required_document, {"title": TITLE}),
        (paper_tables.stored_file, {"original_name": TITLE[:80]}),
        (
            seat_tables.exhibitor,
            {"for_residents": TITLE, "for_office": TITLE, "needs": TITLE},
        ),
        (seat_tables.nomination, {"name": NAME, "phone": NAME[:40]}),
    ):
        await tx.execute(update(table).values(**names))


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    folder = tmp_path_factory.mktemp("loud")
    file = folder / "akademia.db"
    shutil.copyfile(sqlite_template, file)
    with ThreadPoolExecutor(max_workers=1) as thread:
        return file, thread.submit(lambda: asyncio.run(_make(file, folder))).result()


async def _make(file: Path, folder: Path) -> World:
    database = open_database(f"sqlite+aiosqlite:///{file}")
    try:
        async with database.transaction() as tx:
            world = await make_world(tx, folder / "files")
            await _grow(tx, world)
            return world
    finally:
        await database.close()


@pytest.fixture
async def town(made: tuple[Path, World], tmp_path: Path) -> AsyncIterator[Town]:
    file, world = made
    own = tmp_path / "own.db"
    shutil.copyfile(file, own)
    database = open_database(f"sqlite+aiosqlite:///{own}")
    yield Town(database, world, looks=False)
    await database.close()


def fits(message: ChatMessage) -> None:
    """Hold a message against what the real server takes."""
    check_limits(message)
    params = Params({"text": message.text, "caption": message.text, "parse_mode": "HTML"})
    has_file = message.document or message.photo or message.poll
    (caption_content if has_file else text_content)(params)
    rows = [
        [{"text": one.label, "callback_data": one.data} for one in row] for row in message.buttons
    ]
    keyboard(Params({"reply_markup": json.dumps({"inline_keyboard": rows})}))
    assert max((len(row) for row in rows), default=0) <= 8


MORE = {
    f"{action}-long": (CASES[action][0], f"{action}:{{long}}:0")
    for action in ("e", "se", "sg", "sc", "sm", "sp", "sx", "as", "ds", "dl", "c", "tp", "sl")
} | {
    "d-long": (CASES["d"][0], "d:{long_seat}"),
    "x-long": (CASES["x"][0], "x:{long_seat}"),
    "du-long": (CASES["du"][0], "du:{long_seat}"),
    "to-long": (CASES["to"][0], "to:{long_seat}"),
    "wp-all": (CASES["wp"][0], "wp:20:kn-ry-iy-l{sekret}-o{sekret}"),
    "wr-all": (CASES["wr"][0], "wr:30:"),
    "wr-person": (CASES["wr"][0], "wr:0:sc-e{event}-p{jan}"),
    "wf-people": (CASES["wf"][0], "wf:p:kn-ry-iy-l{sekret}-o{sekret}"),
    "wl-people": (CASES["wl"][0], "wl:p:1:kn-ry-iy-l{sekret}-o{sekret}"),
    "wm-unit": (CASES["wm"][0], "wm:o:{sekret}:0"),
    "wn-unit": (CASES["wn"][0], "wn:o:{sekret}:2"),
    "wk-person": (CASES["wk"][0], "wk:p:{jan}:phone"),
    "ws-units": (CASES["ws"][0], "ws:o:1:stowarzyszenie sekret"),
}


@pytest.mark.parametrize("name", sorted(CASES | MORE))
async def test_screen_fits_with_the_worst_words(name: str, town: Town) -> None:
    allowed, pattern = (CASES | MORE)[name]
    chats = [
        chat
        for role, chat in (("owner", OWNER), ("coordinator", COORDINATOR), ("stranger", STRANGER))
        if role in allowed
    ]

    for chat in chats:
        done = await town.try_out(
            chat, town.world.write(pattern), (), PRESSES[name.partition("-")[0]]
        )
        check(done.rows)


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_answer_to_a_command_fits_with_the_worst_words(name: str, town: Town) -> None:
    args = tuple(town.world.write(WORDS[name][1]).split())

    for chat in (OWNER, COORDINATOR, STRANGER):
        done = await town.try_out(chat, "", args, COMMANDS[name])
        check(done.rows)


def check(rows: list[Any]) -> None:
    for row in rows:
        if row.kind == "reply":
            fits(from_json(row.facts))
        elif row.channel == "telegram":
            fits(compose_chat(row.kind, row.facts, row.locale))
        else:
            letter = compose_letter(
                row.kind,
                row.facts,
                locale=row.locale,
                to_address="a@example.org",
                mail_from="Urząd <b@example.org>",
                now=NOW,
            )
            assert "\n" not in letter.subject
            assert LOUD[:5] not in (letter.html or "")
