"""What Telegram has delivered is committed before Telegram may forget it."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from handlers.telegram import polling
from handlers.telegram.arrivals import ALLOWED, NOBODY, arrival, lane_of
from playground.errors import ApiError
from playground.faults import (
    Fault,
    broken,
    dropped_after,
    dropped_before,
    flood,
)
from storage.database import Tx
from storage.leases import NotHeld
from tests.handlers.scene import Scene, heard, push

BREAK = {
    "sqlite": [
        "CREATE TRIGGER sick BEFORE UPDATE ON cursor BEGIN SELECT RAISE(ABORT, 'sick'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION sick() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'x'; END $$",
        "CREATE TRIGGER sick BEFORE UPDATE ON cursor FOR EACH ROW EXECUTE FUNCTION sick()",
    ],
}
MEND = {
    "sqlite": ["DROP TRIGGER sick"],
    "postgresql": ["DROP TRIGGER sick ON cursor", "DROP FUNCTION sick"],
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the poller wait less after trouble."""
    monkeypatch.setattr(polling, "FIRST_WAIT", 0.02)


async def tell(scene: Scene, statements: list[str]) -> None:
    async with scene.database.transaction() as tx:
        for statement in statements:
            await tx.execute(text(statement))


def offsets(scene: Scene) -> list[int]:
    return [
        int(call.params["offset"])
        for call in scene.playground.server.calls
        if call.method == "getUpdates"
    ]


@pytest.mark.usefixtures("impatient")
async def test_update_that_could_not_be_committed_is_delivered_again_and_handled_once(
    scene_both: Scene, backend: str
) -> None:
    anna = scene_both.visitor()
    await tell(scene_both, BREAK[backend])

    await anna.send("/pomoc")
    polls = len(offsets(scene_both))
    await scene_both.until(lambda: _true(len(offsets(scene_both)) >= polls + 2))

    assert len(scene_both.playground.server.state.updates.pending) == 1
    assert await scene_both.rows("SELECT * FROM inbox") == []

    await tell(scene_both, MEND[backend])
    await scene_both.settle()

    assert await scene_both.rows("SELECT state FROM inbox") == [("done",)]
    assert len(heard(anna)) == 1


async def _true(value: object) -> bool:
    return bool(value)


async def test_first_poll_asks_from_zero_and_later_ones_after_the_last_update(
    scene: Scene,
) -> None:
    anna = scene.visitor()
    await scene.say(anna, "/pomoc")
    await scene.say(anna, "/pomoc")
    first = scene.playground.server.state.updates.confirmed[0]

    assert offsets(scene) == [0, first + 1, first + 2]


async def test_poller_goes_on_after_a_restart_where_it_was(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.say(anna, "/pomoc")
    known = len(offsets(scene))

    await scene.restart()
    await scene.say(anna, "/pomoc")

    assert offsets(scene)[known] == offsets(scene)[known - 1]
    assert len(heard(anna)) == 2


async def test_update_delivered_twice_is_handled_once(scene_both: Scene) -> None:
    anna = scene_both.visitor()
    await anna.send("/pomoc")
    again = dict(scene_both.playground.server.state.updates.pending[0])
    await scene_both.settle()
    await scene_both.stop()
    async with scene_both.database.transaction() as tx:
        await tx.execute(text("UPDATE cursor SET value = 0"))

    scene_both.playground.server.state.updates.pending.append(again)
    await scene_both.start()
    await scene_both.settle()

    assert await scene_both.rows("SELECT state FROM inbox") == [("done",)]
    assert len(heard(anna)) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "fault",
    [
        broken(500),
        broken(502),
        broken(504),
        dropped_before(),
        dropped_after(),
        Fault(ApiError(409, "Conflict: terminated by other getUpdates request")),
        Fault(ApiError(400, "Bad Request: something new")),
    ],
    ids=["500", "502", "504", "dropped before", "dropped after", "409", "400"],
)
async def test_poller_survives_trouble_and_loses_nothing(scene: Scene, fault: Fault) -> None:
    anna = scene.visitor()
    scene.playground.server.fail("getUpdates", with_=fault, times=2)

    await scene.say(anna, "/pomoc")
    await anna.send("/pomoc")
    await scene.until(lambda: _true(len(heard(anna)) == 2))

    assert await scene.rows("SELECT state FROM inbox") == [("done",), ("done",)]


@pytest.mark.usefixtures("impatient")
async def test_poller_comes_back_after_another_one_took_its_place(scene: Scene) -> None:
    anna = scene.visitor()
    other = scene.playground.server.state.updates

    await other.poll(offset=0, limit=1, seconds=0, allowed=None)
    answers = await scene.say(anna, "/pomoc")

    assert len(answers) == 1


async def test_poller_waits_as_long_as_telegram_asks(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "FIRST_WAIT", 0.0)
    anna = scene.visitor()
    scene.playground.server.fail("getUpdates", with_=flood(1))

    await scene.say(anna, "/pomoc")
    await scene.say(anna, "/pomoc")

    calls = [call for call in scene.playground.server.calls if call.method == "getUpdates"]
    refused = next(index for index, call in enumerate(calls) if call.outcome.startswith("Too Many"))
    pause = (calls[refused + 1].at - calls[refused].at).total_seconds()
    assert 1.0 <= pause < 2.0


async def test_update_that_cannot_be_read_is_kept_and_stops_nobody(scene: Scene) -> None:
    push(scene, {"message": "words instead of a message"})
    push(scene, {"message": {"from": "nobody", "chat": 7}})
    push(scene, {"message": {"message_id": 1, "from": {"id": 3}}})
    push(scene, {"something_of_next_year": {"from": {"id": 1}}})
    push(scene, {})
    anna = scene.visitor()

    answers = await scene.say(anna, "/pomoc")

    assert len(answers) == 1
    states = await scene.rows("SELECT state, lane FROM inbox ORDER BY id")
    assert states == [
        ("quarantined", NOBODY),
        ("quarantined", NOBODY),
        ("quarantined", "telegram:3"),
        ("done", NOBODY),
        ("done", NOBODY),
        ("done", "telegram:1"),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    update=st.dictionaries(
        st.sampled_from([*ALLOWED, "edited_message"]),
        st.dictionaries(st.sampled_from(["from", "user", "chat", "id"]), json_values) | json_values,
    )
)
def test_lane_is_found_for_whatever_arrives(update: dict[str, Any]) -> None:
    lane = lane_of(update)

    assert lane.startswith("telegram:")
    assert arrival({"update_id": 7, **update}).key == "7"


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"message": {"from": {"id": 5}, "chat": {"id": 9}}}, "telegram:5"),
        ({"callback_query": {"from": {"id": 5}}}, "telegram:5"),
        ({"poll_answer": {"user": {"id": 5}}}, "telegram:5"),
        ({"my_chat_member": {"chat": {"id": 5}}}, "telegram:5"),
    ],
)
def test_lane_is_the_person_whatever_they_do(update: dict[str, Any], lane: str) -> None:
    assert lane_of(update) == lane


async def test_poller_never_throws_waiting_updates_away(silent: Scene) -> None:
    anna = silent.visitor()
    await anna.send("/pomoc")
    await asyncio.sleep(0)

    await silent.start()
    await silent.settle()

    assert len(heard(anna)) == 1
    asked = [
        call
        for call in silent.playground.server.calls
        if "drop_pending_updates" in call.params or int(call.params.get("offset", 0)) < 0
    ]
    assert asked == []


async def test_stale_poller_keeps_no_update_and_moves_no_offset(silent_both: Scene) -> None:
    scene = silent_both
    await scene.process.door.open()
    await scene.visitor().send("/pomoc")

    async def refuse(_tx: Tx) -> None:
        raise NotHeld("poller")

    async with asyncio.timeout(60):
        with pytest.raises(NotHeld):
            await scene.process.door.poll(refuse)
    await scene.process.door.close()

    assert await scene.rows("SELECT * FROM inbox") == []
    assert await scene.rows("SELECT * FROM cursor") == []
    assert len(scene.playground.server.state.updates.pending) == 1
