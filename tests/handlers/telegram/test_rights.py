"""Who may do and see what: every button and command, pressed by everybody, about another's things.

A button or command without a row in rights_cases fails: say who may use it, and with which numbers.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select
from telegram import Update

from handlers.telegram import answers
from handlers.telegram.application import COMMANDS, PRESSES
from handlers.telegram.turn import Context, Turn
from programme import staff
from programme.refusals import Refusal
from storage.database import open_database
from storage.tables import outbox
from tests.handlers.telegram.rights_cases import (
    CASES,
    COORDINATORS,
    EVERYBODY,
    KEEPERS,
    LINKS,
    READERS,
    TRAINERS,
    WORDS,
    WRITERS,
)
from tests.handlers.telegram.rights_town import Done, Row, Town, changes, look
from tests.handlers.telegram.rights_world import NAMES, ROLES, SECRETS, World, make_world
from tests.storage.rows import NOW


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    folder = tmp_path_factory.mktemp("rights")
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
    yield Town(database, world)
    await database.close()


def test_every_button_and_every_command_has_a_row_here() -> None:
    assert set(CASES) == set(PRESSES)
    assert set(WORDS) == set(COMMANDS)
    assert {action: data.partition(":")[0] for action, (_, data) in CASES.items()} == {
        action: action for action in CASES
    }


@pytest.mark.parametrize("action", sorted(PRESSES))
async def test_button_does_and_shows_nothing_to_whom_it_is_not_for(action: str, town: Town) -> None:
    allowed, pattern = CASES[action]
    data = town.world.write(pattern)

    for role, chat in ROLES.items():
        done = await town.try_out(chat, data, (), PRESSES[action])
        _check(done, role, allowed, town.world)


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_command_does_and_shows_nothing_to_whom_it_is_not_for(name: str, town: Town) -> None:
    allowed, words = WORDS[name]
    args = tuple(town.world.write(words).split())

    for role, chat in ROLES.items():
        done = await town.try_out(chat, "", args, COMMANDS[name])
        _check(done, role, allowed, town.world)


@pytest.mark.parametrize("link", LINKS)
async def test_link_of_nobody_changes_and_shows_nothing(link: str, town: Town) -> None:
    args = (town.world.write(link),)

    for role in ("member", "stranger", "removed", "viewer"):
        done = await town.try_out(ROLES[role], "", args, COMMANDS["start"])
        assert (role, done.leaked, done.changed) == (role, [], {})


def _check(done: Done, role: str, allowed: frozenset[str], world: World) -> None:
    if role in allowed:
        assert role != "claimer" or done.leaked == []
        if allowed != EVERYBODY:
            # Otherwise the case would show nothing about those who may not.
            assert (role, done.refusal) == (role, None)
            return
        if role in READERS or role == "owner":
            return
        if role in TRAINERS:
            # Of people a trainer sees the names on the list of an own event, and no more.
            assert (role, [one for one in done.leaked if one not in NAMES]) == (role, [])
            return
        assert (role, done.leaked) == (role, [])
        assert _of_jan(done.changed or {}, world) == []
        return
    assert (role, done.leaked, done.files) == (role, [], 0)
    assert (role, done.changed) == (role, {})


def _of_jan(changed: dict[str, list[Row]], world: World) -> list[tuple[str, Row]]:
    jan = world.numbers["jan"]
    return [
        (name, row) for name, rows in changed.items() for row in rows if row.get("person_id") == jan
    ]


DESKS = sorted(
    action for action, (allowed, _) in CASES.items() if allowed in (WRITERS, KEEPERS, COORDINATORS)
)


async def _take_rights(_update: Update, context: Context) -> None:
    await staff.remove(context.turn.tx, chat_id=context.turn.chat_id, now=NOW)


async def _ask_again(_update: Update, context: Context) -> None:
    turn = context.turn
    turn.said, newest = 90, await _count(turn)
    try:
        await answers.repeat_question(turn)
    finally:
        await _keep_only_new(turn, newest)


async def _count(turn: Turn) -> int:
    return await turn.tx.scalar(select(outbox.c.id).order_by(outbox.c.id.desc()).limit(1)) or 0


async def _keep_only_new(turn: Turn, newest: int) -> None:
    """Forget what was said before the rights were taken away."""
    await turn.tx.execute(outbox.delete().where(outbox.c.id <= newest))


@pytest.mark.parametrize("action", DESKS)
async def test_dialogue_of_staff_shows_nothing_after_the_rights_are_gone(
    action: str, town: Town
) -> None:
    data = town.world.write(CASES[action][1])

    done = await town.try_out(
        ROLES["coordinator"], data, (), PRESSES[action], _take_rights, _ask_again
    )

    assert done.leaked == []


@pytest.mark.parametrize("action", DESKS)
async def test_dialogue_of_staff_does_nothing_after_the_rights_are_gone(
    action: str, town: Town
) -> None:
    data = town.world.write(CASES[action][1])

    async def answer_somehow(_update: Update, context: Context) -> None:
        turn = context.turn
        turn.said = 90
        newest, before, state = await _count(turn), await look(turn.tx), turn.state
        for raw in ("1", "yes", "confirm", "Jan", "x") if state.flow else ():
            await turn.keep(state)
            with suppress(Refusal):
                await answers.answer(turn, raw)
        assert changes(before, await look(turn.tx), turn.chat_id) == {}
        await _keep_only_new(turn, newest)

    done = await town.try_out(
        ROLES["coordinator"], data, (), PRESSES[action], _take_rights, answer_somehow
    )

    assert done.leaked == []


async def test_what_is_secret_is_shown_to_those_whom_it_is_for(town: Town) -> None:
    """Otherwise the tests above would find nothing whatever was shown."""
    shown = set()
    for action in ("pc", "nv", "np", "fi", "tw", "dv"):
        data = town.world.write(CASES[action][1])
        shown |= {*(await town.try_out(ROLES["coordinator"], data, (), PRESSES[action])).leaked}

    # A file is shown under the name of its document.
    assert shown == {*SECRETS} - {"skan-tajny"}
