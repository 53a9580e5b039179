"""Words that staff type never set off what concerns many people, or what cannot be undone.

Every button and command that begins a dialogue of staff is pressed, and the dialogue walked from
step to step. At each step everything somebody might type in haste is typed; what is kept of it is
held against what was there before. A last look must stay a last look, whatever is typed.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from delivery.chat import from_json
from handlers.telegram import answers, buttons
from handlers.telegram.application import COMMANDS, PRESSES
from handlers.telegram.turn import Context, Turn
from programme import asking
from programme.refusals import Refusal
from storage.database import open_database
from storage.tables import outbox
from tests.handlers.telegram.rights_cases import CASES, READERS, WORDS, WRITERS
from tests.handlers.telegram.rights_town import Row, Town, changes, look
from tests.handlers.telegram.rights_world import ROLES, World, make_world

# Last words first: they are the ones a step might take for a yes.
TYPED = (
    "tak",
    "TAK",
    "yes",
    "=yes",
    "ok",
    "wyślij",
    "send",
    "confirm",
    "potwierdzam",
    "usuń",
    "odwołaj",
    "1",
    "0",
    "20.02.2027 10:00-16:00",
    "20.02.2027",
    "Szkoła w Miłkach",
    "Tak\nNie",
)
STEPS = 14
# What begins a dialogue, and its last look: it must be met, or the walk shows nothing about it.
LAST_LOOKS = (
    ("zaproszenie", "invitation", "confirm"),
    ("pytanie", "poll", "confirm"),
    ("sc", "event_change", "capacity_confirm"),
    ("sm", "event_change", "move_confirm"),
    ("sp", "event_change", "move_confirm"),
    ("sx", "event_change", "cancel_confirm"),
    ("tx", "seat_desk", "confirm"),
    ("tn", "seat_desk", "confirm"),
)
BEGUN_BY = sorted(
    action for action, (allowed, _) in CASES.items() if allowed <= READERS and allowed & WRITERS
)
COMMANDS_OF_STAFF = sorted(name for name, (allowed, _) in WORDS.items() if allowed <= READERS)


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    folder = tmp_path_factory.mktemp("typed")
    file = folder / "akademia.db"
    shutil.copyfile(sqlite_template, file)
    with ThreadPoolExecutor(max_workers=1) as thread:
        return file, thread.submit(lambda: asyncio.run(_make(file, folder))).result()


async def _make(file: Path, folder: Path) -> World:
    database = open_database(f"sqlite+aiosqlite:///{file}")
    try:
        async with database.transaction() as tx:
            return await make_world(tx, folder / "files")
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


def harm(changed: dict[str, list[Row]]) -> list[str]:
    """Name what of these changes concerns many people, or ends something of somebody."""
    found: list[str] = [name for name in ("deed", "broadcast") if name in changed]
    told = {row["address"] for row in changed.get("outbox", ()) if row["kind"] != "reply"}
    found += [f"told: {len(told)}"] if len(told) > 1 else []
    for name, column, ends in (
        ("event", "state", "cancelled"),
        ("registration", "state", "cancelled"),
        ("exhibitor", "state", "cancelled"),
        ("nomination", "state", "withdrawn"),
        ("invitation", "state", "confirmed"),
    ):
        found += [name for row in changed.get(name, ()) if row[column] == ends]
    for name, column in (
        ("certificate", "revoked_at"),
        ("person", "merged_into_id"),
        ("staff", "removed_at"),
        ("staff_note", "removed_at"),
    ):
        found += [name for row in changed.get(name, ()) if row[column] is not None]
    return found


async def _type(turn: Turn, words: str) -> None:
    turn.key = f"typed:{turn.said}:{words[:20]}"
    who = {"id": turn.chat_id, "is_bot": False, "first_name": "X"}
    message = {
        "message_id": 2,
        "date": 1,
        "chat": {"id": turn.chat_id, "type": "private"},
        "from": who,
        "text": words,
    }
    update = Update.de_json({"update_id": 2, "message": message}, None)
    context = Context(application=None, chat_id=turn.chat_id, user_id=turn.chat_id)  # type: ignore[arg-type]
    with suppress(Refusal):
        await answers.take_text(update, context)


async def _offered(turn: Turn) -> list[str]:
    """List the values behind the buttons of the question that is open."""
    rows = await turn.tx.execute(
        outbox.select()
        .where(outbox.c.kind == "reply", outbox.c.address == str(turn.chat_id))
        .order_by(outbox.c.id.desc())
    )
    mine = buttons.write(buttons.ANSWER, turn.state.version)
    return [
        buttons.read_answer(button.data)[1]
        for row in rows
        for line in from_json(row.facts).buttons
        for button in line
        if button.data is not None and button.data.startswith(f"{mine}:")
    ]


async def _walk(_update: Update, context: Context) -> None:
    await _go(context.turn)


async def _go(turn: Turn) -> tuple[str, str]:
    """Type everything at each step; then go one step on, by words or else by the first button.

    Gives the last look at which the walk ended, or nothing.
    """
    before = await look(turn.tx)
    for _ in range(STEPS):
        state = turn.state
        if not state.flow:
            break
        onward: Any = None
        for words in TYPED:
            await turn.keep(state)
            await _type(turn, words)
            after = await look(turn.tx)
            assert harm(changes(before, after, turn.chat_id)) == [], (state.flow, state.step, words)
            if asking.takes_buttons_only(state):
                assert (turn.state.flow, turn.state.step) == (state.flow, state.step)
            elif turn.state.flow == state.flow and turn.state.step != state.step:
                onward = onward or turn.state
        if asking.takes_buttons_only(state):
            return state.flow, state.step
        await turn.keep(state)
        if onward is not None:
            await turn.keep(onward)
            await _ask(turn)
            continue
        await _ask(turn)
        offered = [value for value in await _offered(turn) if value not in ("skip", "none")]
        if not offered:
            break
        turn.key = f"pressed:{turn.said}"
        with suppress(Refusal):
            await answers.answer(turn, offered[0])
        before = await look(turn.tx)
    return "", ""


async def _ask(turn: Turn) -> None:
    turn.key = f"asked:{turn.said}:{turn.state.version}"
    with suppress(Refusal):
        await answers.repeat_question(turn)


@pytest.mark.parametrize("action", BEGUN_BY)
async def test_words_typed_after_a_button_harm_nobody(action: str, town: Town) -> None:
    data = town.world.write(CASES[action][1])

    done = await town.try_out(ROLES["coordinator"], data, (), PRESSES[action], _walk)

    assert done.chat == ROLES["coordinator"]


@pytest.mark.parametrize("name", COMMANDS_OF_STAFF)
async def test_words_typed_after_a_command_harm_nobody(name: str, town: Town) -> None:
    args = tuple(town.world.write(WORDS[name][1]).split())

    done = await town.try_out(ROLES["coordinator"], "", args, COMMANDS[name], _walk)

    assert done.chat == ROLES["coordinator"]


@pytest.mark.parametrize(("action", "words"), [("sx", ()), ("tx", ("tak",)), ("tn", ("tak",))])
async def test_the_button_of_a_last_look_would_be_noticed(
    action: str, words: tuple[str, ...], town: Town
) -> None:
    """Otherwise the walk would find nothing whatever was set off."""
    found: list[str] = []

    async def press_yes(_update: Update, context: Context) -> None:
        turn = context.turn
        before = await look(turn.tx)
        for one in words:
            await _type(turn, one)
        turn.key = "yes"
        await answers.answer(turn, "=yes")
        found.extend(harm(changes(before, await look(turn.tx), turn.chat_id)))

    data = town.world.write(CASES[action][1])
    await town.try_out(ROLES["coordinator"], data, (), PRESSES[action], press_yes)

    assert found == ["deed"]


@pytest.mark.parametrize(("begun_by", "flow", "step"), LAST_LOOKS)
async def test_the_walk_comes_to_the_last_look(
    begun_by: str, flow: str, step: str, town: Town
) -> None:
    ends: list[tuple[str, str]] = []

    async def walk(_update: Update, context: Context) -> None:
        ends.append(await _go(context.turn))

    begin = PRESSES.get(begun_by) or COMMANDS[begun_by]
    data = town.world.write(CASES[begun_by][1]) if begun_by in PRESSES else ""
    await town.try_out(ROLES["coordinator"], data, (), begin, walk)

    assert ends == [(flow, step)]
