"""A file lies on the disk before its row is committed; a crash between the two loses nothing."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.telegram import document_flows
from programme.documents import Kept
from tests.handlers.papers import JPEG, kept, registered, state
from tests.handlers.scene import Scene, heard

CRASHED = "the machine lost its power"


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> list[Kept]:
    """Let the first transaction with a file fail after its rows were written; give the files."""
    seen: list[Kept] = []
    take = document_flows.take

    async def fails_once(turn: Any, file: Kept) -> bool:
        taken = await take(turn, file)
        seen.append(file)
        if len(seen) == 1:
            # As `arrived.taken` would say after a commit that may have come through.
            turn.file.taken = True
            raise ConnectionError(CRASHED)
        return taken

    monkeypatch.setattr(document_flows, "take", fails_once)
    return seen


async def test_crash_before_the_commit_leaves_no_row_and_an_orphan_that_is_swept(
    scene: Scene, crashing: list[Kept]
) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")

    await visitor.send_photo(JPEG)
    await scene.settle()

    orphan, taken = (file.bytes.name for file in crashing)
    assert kept(scene) == sorted([orphan, taken])
    assert await scene.rows("SELECT name FROM stored_file") == [(taken,)]
    assert await state(scene) == [("handed_in", None, "image/jpeg")]
    said = [message.text for message in heard(visitor) if "dotarł.\n" in message.text]
    assert len(said) == 1

    await scene.process.ticker.sweep()
    assert len(kept(scene)) == 2
    scene.clock.put_forward(scene.clock() + timedelta(days=1, minutes=1))
    await scene.process.ticker.sweep()

    assert kept(scene) == [taken]


async def test_photo_that_nobody_named_is_swept_with_its_row(scene: Scene) -> None:
    visitor, _ = await registered(scene)
    await visitor.send_photo(JPEG)
    await scene.settle()
    assert len(kept(scene)) == 1

    scene.clock.put_forward(scene.clock() + timedelta(days=1, minutes=1))
    await scene.process.ticker.sweep()
    # A database that knows no file at all is not the one of this folder.
    assert (await scene.rows("SELECT name FROM stored_file"), len(kept(scene))) == ([], 1)
    (lost,) = await scene.choose(visitor, "1.")

    assert lost.text == "Nie mamy już tego pliku. Prosimy przysłać go jeszcze raz."
    assert await state(scene) == []
    assert await scene.step(visitor) == ""


async def test_restart_in_the_middle_of_a_question_keeps_the_file(scene: Scene) -> None:
    visitor, _ = await registered(scene)
    await visitor.send_photo(JPEG)
    await scene.settle()

    await scene.restart()
    await scene.choose(visitor, "1.")

    assert await state(scene) == [("handed_in", None, "image/jpeg")]
    assert len(kept(scene)) == 1


async def test_file_is_fetched_before_the_transaction_and_never_inside(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    open_now: list[str] = []
    begin = scene.database.transaction

    def watched() -> Any:
        open_now.append(f"begun after {scene.playground.server.count('getFile')} fetched")
        return begin()

    monkeypatch.setattr(scene.database, "transaction", watched)
    await visitor.send_photo(JPEG)
    await scene.settle()

    assert "begun after 1 fetched" in open_now
    assert await state(scene) == [("handed_in", None, "image/jpeg")]
