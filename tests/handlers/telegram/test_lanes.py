"""Each update has its effect once, in order per person, and a bad one stops nobody."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from telegram import Update
from telegram.ext import CommandHandler

from delivery.chat import ChatMessage
from delivery.plain import without_markup
from handlers.telegram.arrivals import arrival
from handlers.telegram.lanes import Lanes
from handlers.telegram.turn import Context
from playground.faults import dropped_after, slow
from playground.visitor import Visitor
from programme import asking, registration, votes
from scheduler.ticks import unasked
from storage import inbox
from storage.database import Database
from tests.handlers.scene import BOTH_DOORS, NOW, POLISH, Scene, button, heard, push

Handler = Any


def listen(scene: Scene, command: str, handler: Handler) -> None:
    """Let one more command do something, before all others."""
    scene.process.door._application.handlers[0].insert(0, CommandHandler(command, handler))


def apology() -> str:
    """Give the first line of what is said when something failed on our side."""
    facts = {
        "programme": {"title": "", "funder_line": "", "organiser": "", "contact": ""},
        "person": {"name": ""},
    }
    return without_markup(POLISH.render("notices/trouble/chat.txt", facts).splitlines()[0])


async def test_everything_one_person_does_has_its_effect_in_order(scene_both: Scene) -> None:
    anna = scene_both.visitor()
    message = await anna.send("/start e_2")
    await asyncio.gather(
        *(
            step
            for step in (
                anna.press_data(message, "q:1:accept", within=0),
                anna.send("Anna Wzorowa"),
                anna.press_data(message, "q:3:ngo", within=0),
                anna.send("KGW Miłki"),
                anna.press_data(message, "q:5:org:1", within=0),
                anna.press_data(message, "q:6:skip", within=0),
                anna.press_data(message, "r:2", within=0),
            )
        )
    )

    await scene_both.settle()

    assert [state for state, _ in await scene_both.registrations(2)] == ["active"]
    answered = await scene_both.rows("SELECT key FROM outbox WHERE kind = 'reply' ORDER BY id")
    assert [row[0] for row in answered] == sorted(row[0] for row in answered)
    assert len(heard(anna)) == 9


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_slow_handler_of_one_person_does_not_delay_another(scene_both: Scene) -> None:
    goes_on = asyncio.Event()

    async def wait(_update: Update, _context: Context) -> None:
        await goes_on.wait()

    listen(scene_both, "czekaj", wait)
    anna, jan = scene_both.visitor(1), scene_both.visitor(2)

    await anna.send("/czekaj")
    await anna.send("/pomoc")
    await jan.send("/pomoc")
    await jan.wait_for()

    assert heard(anna) == []
    goes_on.set()
    await scene_both.settle()
    assert len(heard(anna)) == 1


async def test_many_updates_of_one_person_do_not_starve_another(scene: Scene) -> None:
    anna, jan = scene.visitor(1), scene.visitor(2)
    for _ in range(40):
        await anna.send("/pomoc")
    await jan.send("/pomoc")

    await jan.wait_for()
    heard_by_anna = len(heard(anna))
    await scene.settle()

    assert heard_by_anna < 40
    assert len(heard(anna)) == 40


async def test_poisonous_update_is_tried_three_times_and_the_person_is_told(
    scene_both: Scene,
) -> None:
    tries = []

    async def fail(_update: Update, context: Context) -> None:
        turn = context.turn
        tries.append(turn.key)
        await turn.keep(asking.fresh(turn.state, "invitation"))
        await turn.say(ChatMessage("half of an effect"))
        raise RuntimeError("poison")

    listen(scene_both, "trucizna", fail)
    anna, jan = scene_both.visitor(1), scene_both.visitor(2)
    await scene_both.say(anna, "/pomoc")

    await anna.send("/trucizna")
    await anna.send("/pomoc")
    await jan.send("/pomoc")
    await scene_both.settle()

    assert len(tries) == 3
    rows = await scene_both.rows("SELECT state, attempts, error FROM inbox ORDER BY id")
    assert rows == [
        ("done", 0, None),
        ("quarantined", 3, "RuntimeError: poison"),
        ("done", 0, None),
        ("done", 0, None),
    ]
    assert [apology() in message.text for message in heard(anna)] == [False, True, False]
    assert (await scene_both.state(anna)).flow == ""
    assert len(heard(jan)) == 1


async def test_effect_inbox_and_outbox_are_committed_together_or_not_at_all(
    scene_both: Scene,
) -> None:
    failures = [RuntimeError("after the effect")]

    async def register(_update: Update, context: Context) -> None:
        turn = context.turn
        assert turn.chat.person is not None
        await registration.register(
            turn.tx, event_id=2, person_id=turn.chat.person.id, door="telegram", now=turn.now
        )
        if failures:
            raise failures.pop()

    listen(scene_both, "zapisz", register)
    anna = scene_both.visitor()
    await scene_both.introduce(anna)

    await scene_both.say(anna, "/zapisz")

    assert [state for state, _ in await scene_both.registrations(2)] == ["active"]
    kinds = await scene_both.rows("SELECT kind FROM outbox WHERE kind <> 'reply'")
    assert kinds == [("registration_confirmed",)]
    assert (await scene_both.event("wspolpraca-jst-ngo")).taken == 1
    assert await scene_both.rows("SELECT count(*) FROM calendar_entry") == [(2,)]


async def test_stop_between_commit_and_sending_loses_nothing(silent_both: Scene) -> None:
    anna = silent_both.visitor()
    door = silent_both.process.door
    await door.open()
    listening = asyncio.gather(door.handle(), door.poll(unasked))
    await anna.send("/pomoc")
    await silent_both.until(lambda: _handled(silent_both, 1))
    listening.cancel()
    await asyncio.wait({listening})
    await door.close()

    assert heard(anna) == []
    await silent_both.start()
    await silent_both.settle()

    assert len(heard(anna)) == 1


async def _handled(scene: Scene, count: int) -> bool:
    return await scene.rows("SELECT count(*) FROM inbox WHERE state = 'done'") == [(count,)]


async def test_update_seen_by_two_processes_has_one_effect(
    silent_both: Scene, second: Database
) -> None:
    scene = silent_both
    await scene.process.door.open()
    arrivals = [
        arrival(_command(number, chat=number, words="/zaproszenie")) for number in range(20)
    ]
    async with scene.database.transaction() as tx:
        await inbox.accept(tx, arrivals, now=NOW)
    workers = [_lanes(scene, database) for database in (scene.database, second)]

    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    await scene.until(lambda: _handled(scene, 20))
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await scene.process.door.close()

    # Every refused command leaves one line in the record, which no key makes unique.
    refused = await scene.rows("SELECT count(*) FROM audit WHERE NOT allowed")
    assert refused == [(20,)]
    assert await scene.rows("SELECT count(*) FROM outbox") == [(20,)]


def _lanes(scene: Scene, database: Database) -> Lanes:
    return Lanes(
        application=scene.process.door._application,
        database=database,
        clock=scene.clock,
        desk=scene.process._desk("akademia_bot"),
        wake_outbox=lambda: None,
    )


def _command(number: int, *, chat: int, words: str) -> dict[str, Any]:
    person = {"id": chat + 1, "is_bot": False, "first_name": "Anna", "language_code": "pl"}
    message = {
        "message_id": number,
        "date": 0,
        "chat": {"id": chat + 1, "type": "private", "first_name": "Anna"},
        "from": person,
        "text": words,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(words)}],
    }
    return {"update_id": number, "message": message}


@pytest.mark.parametrize("rounds", range(5))
async def test_lanes_stop_when_cancelled_just_as_they_are_woken(silent: Scene, rounds: int) -> None:
    # A cancel that met a waking event was once lost, and the process could not be stopped.
    scene = silent
    lanes = _lanes(scene, scene.database)
    running = asyncio.create_task(lanes.run())
    await asyncio.sleep(0.05)

    lanes.wake()
    for _ in range(rounds):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait({running}, timeout=5)

    assert running.cancelled()


@pytest.mark.parametrize("door", BOTH_DOORS, indirect=True)
async def test_vote_in_a_poll_that_is_not_known_yet_waits_for_it(scene_both: Scene) -> None:
    scene = scene_both
    anna, maria = scene.visitor(1), scene.visitor(9, "Maria")
    await scene.introduce(anna)
    await scene.register(anna, 2)
    await scene.make_staff(maria)
    scene.playground.server.fail("sendPoll", with_=dropped_after())
    await _ask_poll(scene, maria, event_id=2)

    await anna.vote(1)
    await scene.settle()

    waiting = await scene.rows("SELECT state, error FROM inbox WHERE state <> 'done'")
    assert waiting == [("orphan", "belongs to nothing known")]
    poll = next(message for message in heard(anna) if message.poll)
    assert poll.poll is not None
    ((outbox_id, survey_key),) = await scene.rows(
        "SELECT outbox.id, survey.key FROM outbox, survey WHERE outbox.kind = 'poll'"
    )

    async with scene.database.transaction() as tx:
        await votes.note_sent(
            tx,
            outbox_id=outbox_id,
            survey_key=survey_key,
            poll_id=poll.poll["id"],
            chat_id=anna.user_id,
            message_id=poll.message_id,
            now=scene.clock(),
        )
    await scene.until(lambda: _no_orphans(scene))

    async with scene.database.reading() as tx:
        found = await votes.results(tx, survey_key=survey_key)
    assert [option.count for option in found.options] == [0, 1]


async def _no_orphans(scene: Scene) -> bool:
    return await scene.rows("SELECT count(*) FROM inbox WHERE state = 'orphan'") == [(0,)]


async def _ask_poll(scene: Scene, maria: Visitor, *, event_id: int) -> None:
    await scene.say(maria, "/pytanie")
    await scene.choose(maria, str(event_id))
    await scene.say(maria, "Która pora Państwu odpowiada?")
    await scene.say(maria, "rano\npo południu")
    await scene.choose(maria, "send")


async def test_stranger_who_votes_counts_nowhere_and_is_not_troubled(scene: Scene) -> None:
    anna, maria, ewa = scene.visitor(1), scene.visitor(9, "Maria"), scene.visitor(5, "Ewa")
    await scene.introduce(anna)
    await scene.register(anna, 2)
    await scene.make_staff(maria)
    await _ask_poll(scene, maria, event_id=2)
    poll = next(message for message in heard(anna) if message.poll)
    assert poll.poll is not None

    voter = {"id": ewa.user_id, "is_bot": False, "first_name": "Ewa"}
    vote = {"poll_id": poll.poll["id"], "user": voter, "option_ids": [0]}
    push(scene, {"poll_answer": {**vote, "option_persistent_ids": ["0"]}})
    await scene.settle()

    assert await scene.rows("SELECT count(*) FROM answer") == [(0,)]
    assert await scene.rows("SELECT DISTINCT state FROM inbox") == [("done",)]
    assert heard(ewa) == []


async def test_button_is_answered_while_its_handler_still_works(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.say(anna, "/pomoc")
    scene.playground.server.fail("answerCallbackQuery", with_=slow(5))

    message_id, data = button(anna, "l")
    await anna.press_data(message_id, data, within=0)
    await scene.settle()

    assert len(heard(anna)) == 2


async def test_lanes_rest_when_even_the_failure_cannot_be_noted(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    anna = scene.visitor()
    async with scene.database.transaction() as tx:
        await tx.execute(
            text("CREATE TRIGGER sick BEFORE UPDATE ON inbox BEGIN SELECT RAISE(ABORT, 'x'); END")
        )

    await anna.send("/pomoc")
    await scene.until(lambda: _said(caplog, "inbox_not_written"))
    async with scene.database.transaction() as tx:
        await tx.execute(text("DROP TRIGGER sick"))
    await scene.settle()

    assert len(heard(anna)) == 1
    assert await scene.rows("SELECT state, attempts FROM inbox") == [("done", 0)]


async def _said(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return any(words in record.message for record in caplog.records)


async def test_update_is_not_blamed_for_a_full_disk(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    async def fill(_update: Update, context: Context) -> None:
        if not await _said(caplog, "inbox_not_written"):
            await context.turn.tx.execute(text("PRAGMA max_page_count = 1"))
        await context.turn.tx.execute(text("INSERT INTO cursor VALUES (hex(zeroblob(50000)), 1)"))

    listen(scene, "duzo", fill)
    anna = scene.visitor()

    await anna.send("/duzo")
    await scene.until(lambda: _said(caplog, "inbox_not_written"))
    async with scene.database.transaction() as tx:
        await tx.execute(text("PRAGMA max_page_count = 1000000"))
    await scene.settle()

    assert await scene.rows("SELECT state, attempts FROM inbox") == [("done", 0)]


async def test_group_chats_are_left_alone(scene: Scene) -> None:
    anna = scene.visitor()
    update = _command(1, chat=0, words="/start")
    update["message"]["chat"] = {"id": -100, "type": "group", "title": "KGW"}
    push(scene, {"message": update["message"]})
    update["message"] = {**update["message"], "text": "Dzień dobry", "entities": []}
    push(scene, {"message": update["message"]})
    member = {"user": {"id": 700700700, "is_bot": True, "first_name": "b"}, "status": "kicked"}
    changed = {
        "chat": {"id": -100, "type": "group", "title": "KGW"},
        "from": {"id": anna.user_id, "is_bot": False, "first_name": "Anna"},
        "date": 0,
        "old_chat_member": {**member, "status": "member"},
        "new_chat_member": {**member, "until_date": 0},
    }
    push(scene, {"my_chat_member": changed})

    await scene.settle()

    assert heard(anna) == []
    assert await scene.rows("SELECT state FROM inbox") == [("done",), ("done",), ("done",)]
    assert await scene.rows("SELECT chat_id FROM conversation WHERE chat_id < 900") == []
