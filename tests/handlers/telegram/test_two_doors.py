"""One door is exchanged for the other; nothing is lost and nothing has its effect twice."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text

from bot.process import Process
from bot.roles import Role
from handlers.telegram import polling
from handlers.telegram.webhook import aim
from storage.database import Database
from tests.handlers.scene import HOLD, Scene, heard

SICK = {
    "sqlite": [
        (
            "CREATE TRIGGER sick BEFORE INSERT ON inbox WHEN NEW.lane = 'telegram:1' "
            "BEGIN SELECT RAISE(ABORT, 'sick'); END"
        )
    ],
    "postgresql": [
        "CREATE FUNCTION sick() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'x'; END $$",
        (
            "CREATE TRIGGER sick BEFORE INSERT ON inbox FOR EACH ROW "
            "WHEN (NEW.lane = 'telegram:1') EXECUTE FUNCTION sick()"
        ),
    ],
}
WELL = {
    "sqlite": ["DROP TRIGGER sick"],
    "postgresql": ["DROP TRIGGER sick ON inbox", "DROP FUNCTION sick"],
}
HANDLED = "SELECT state, count(*) FROM inbox GROUP BY state"
REPLIES = "SELECT count(*) FROM outbox WHERE kind = 'reply'"


async def tell(scene: Scene, statements: list[str]) -> None:
    async with scene.database.transaction() as tx:
        for statement in statements:
            await tx.execute(text(statement))


@pytest.mark.parametrize("first", ["polling", "webhook"])
async def test_exchanging_the_doors_loses_nothing_and_doubles_nothing(
    silent_both: Scene, first: str
) -> None:
    scene, said = silent_both, 0
    people = [scene.visitor(number, f"Osoba {number}") for number in (1, 2, 3)]
    doors = ["polling", "webhook", "polling", "webhook", "polling"]
    for door in doors if first == "polling" else doors[1:]:
        scene.use_door(door)
        for person in people:
            await person.send("/pomoc")
        await scene.start()
        for person in people:
            await person.send("/pomoc")
        await scene.settle()
        for person in people:
            await person.send("/pomoc")
        said += 9
        await scene.stop()

    await scene.start()
    await scene.settle()

    assert await scene.rows(HANDLED) == [("done", said)]
    assert await scene.rows(REPLIES) == [(said,)]
    assert [len(heard(person)) for person in people] == [said / 3] * 3


async def test_update_that_was_not_kept_comes_through_the_other_door(
    silent_both: Scene, backend: str
) -> None:
    scene = silent_both
    anna, jan = scene.visitor(1), scene.visitor(2, "Jan")
    await scene.start()
    await scene.say(jan, "/pomoc")
    await scene.stop()
    scene.use_door("webhook")
    await tell(scene, SICK[backend])
    await scene.start()

    await anna.send("/pomoc")
    await jan.send("/pomoc")
    await scene.until(lambda: _is_true(len(heard(jan)) == 2))
    left = len(scene.playground.server.state.updates.pending)
    await scene.stop()
    await tell(scene, WELL[backend])
    scene.use_door("polling")
    await scene.start()
    await scene.settle()

    assert left == 1
    assert (len(heard(anna)), len(heard(jan))) == (1, 2)
    assert await scene.rows(HANDLED) == [("done", 3)]


async def _is_true(value: object) -> bool:
    return bool(value)


@pytest.mark.usefixtures("impatient")
async def test_poller_takes_the_webhook_away_that_another_process_set_again(silent: Scene) -> None:
    scene = silent
    anna = scene.visitor()
    await scene.start()
    await scene.say(anna, "/pomoc")

    # The last process with the other settings looks once more before it is stopped.
    await aim(scene.process.door.bot, public_url=f"http://{scene.settings.web_bind}")
    await anna.send("/pomoc")
    await scene.settle()

    assert scene.playground.server.state.updates.webhook_url == ""
    assert len(heard(anna)) == 2


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the poller wait less after trouble."""
    monkeypatch.setattr(polling, "FIRST_WAIT", 0.02)


@pytest.mark.parametrize("then", ["polling", "webhook"])
async def test_update_whose_answer_was_lost_comes_again_and_has_one_effect(
    silent_both: Scene, then: str
) -> None:
    scene = silent_both
    scene.use_door("webhook" if then == "polling" else "polling")
    anna = scene.visitor()
    await anna.send("/pomoc")
    again = dict(scene.playground.server.state.updates.pending[0])
    await scene.start()
    await scene.settle()
    await scene.stop()

    scene.playground.server.state.updates.pending.append(again)
    if then == "webhook":
        scene.playground.server.state.updates.confirmed.clear()
    scene.use_door(then)
    await scene.start()
    await scene.settle()

    assert await scene.rows(HANDLED) == [("done", 1)]
    assert len(heard(anna)) == 1


async def test_webhook_stays_when_the_bot_stops_and_telegram_keeps_what_comes(
    silent: Scene,
) -> None:
    silent.use_door("webhook")
    await silent.start()
    await silent.stop()
    anna = silent.visitor()

    await anna.send("/pomoc")
    webhook = silent.playground.server.state.updates.webhook_url
    await silent.start()
    await silent.settle()

    assert webhook == f"{silent.settings.public_url}/telegram"
    assert len(heard(anna)) == 1


async def test_broken_handler_holds_nobody_up_at_the_webhook(silent: Scene) -> None:
    silent.use_door("webhook")
    await silent.start()
    updates = silent.playground.server.state.updates
    updates.push("message", {"from": {"id": 3}, "words": "instead of a message"})
    anna = silent.visitor()

    await silent.say(anna, "/pomoc")

    states = await silent.rows("SELECT state, lane FROM inbox ORDER BY lane")
    assert states == [("done", "telegram:1"), ("quarantined", "telegram:3")]
    assert len(heard(anna)) == 1
    assert {status for _, status in silent.playground.server.webhook.posted} == {"200 OK"}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_one_process_keeps_what_comes_and_another_handles_it(
    silent_both: Scene, second: Database
) -> None:
    scene = silent_both
    scene.use_door("webhook")
    web = Process(scene.settings, scene.database, roles=frozenset({Role.WEB}), clock=scene.clock)
    rest = Process(
        scene.settings,
        second,
        roles=frozenset({Role.RECEIVE, Role.SEND}),
        clock=scene.clock,
        paced=False,
        hold=HOLD,
    )
    anna = scene.visitor()

    listening = await _serve(web)
    await anna.send("/pomoc")
    await scene.until(lambda: _is_true(not scene.playground.server.state.updates.pending))
    kept = await scene.rows(HANDLED)
    working = await _serve(rest)
    await scene.settle()
    await anna.send("/pomoc")
    await scene.settle()
    for task in (listening, working):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    assert kept == [("new", 1)]
    assert len(heard(anna)) == 2
    assert await scene.rows(HANDLED) == [("done", 2)]
    assert scene.playground.server.count("getUpdates") == 0


async def _serve(process: Process) -> asyncio.Task[None]:
    ready = asyncio.Event()
    task = asyncio.create_task(process.serve(ready=ready))
    async with asyncio.timeout(30):
        await ready.wait()
    return task
