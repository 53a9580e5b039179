"""A letter on its way to many, from the chat of whoever sent it."""

from datetime import timedelta
from typing import Any

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme import broadcasting, events, staff
from programme.broadcast_refusals import BroadcastBegun, BroadcastNotPaused, BroadcastPaused
from programme.broadcasting import HOLD
from programme.refusals import NotStaff
from storage import staff as staff_rows
from tests.handlers.scene import POLISH, Scene, heard, sentence
from tests.programme.sending import start

MINUTE = timedelta(minutes=1)


async def _people(scene: Scene, *names: str) -> list[Visitor]:
    found = [scene.visitor(number, name) for number, name in enumerate(names, start=1)]
    for person, name in zip(found, names, strict=True):
        await scene.introduce(person, name=name)
    return found


async def _letter(scene: Scene, *, chat: int = 900, **changes: Any) -> int:
    """Let the coordinator confirm a letter to the participants of the bot."""
    async with scene.database.transaction() as tx:
        member = await staff_rows.by_chat(tx, chat)
        assert member is not None
        started = await start(tx, member, now=scene.clock(), **changes)
    return started.broadcast_id


async def _pass(scene: Scene, span: timedelta = HOLD) -> None:
    """Let time pass, and everything happen that it brings."""
    await scene.process.settle()
    scene.clock.put_forward(scene.clock() + span)
    await scene.process.ticker.tick()
    await scene.process.settle()


async def _look(scene: Scene) -> None:
    await scene.process.ticker.report()
    await scene.process.settle()


async def _staff(scene: Scene, number: int = 900) -> Visitor:
    member = scene.visitor(number, "Irena")
    # Telegram lets a bot write only to whoever has written to it.
    await scene.say(member, "/pomoc")
    return member


async def _press(scene: Scene, visitor: Visitor, message: int, data: str) -> list[SeenMessage]:
    """Press a button while letters wait for the morning, and give what the bot answers."""
    before = heard(visitor)
    await visitor.press_data(message, data)

    async def is_taken() -> bool:
        return not scene.playground.server.state.updates.pending

    await scene.until(is_taken)
    await scene.process.settle()
    return heard(visitor)[len(before) :]


def _buttons(message: SeenMessage) -> list[str]:
    return [one["callback_data"] for row in message.rows for one in row]


async def test_letter_shows_how_it_stands_from_the_plan_to_the_report(scene: Scene) -> None:
    irena = await _staff(scene)
    (anna,) = await _people(scene, "Anna Jasna")
    before = len(heard(anna))
    number = await _letter(scene)

    await _look(scene)
    planned = irena.last
    waiting = planned.text, _buttons(planned), len(heard(anna))
    await _pass(scene)
    await _pass(scene, MINUTE)
    await _look(scene)

    report = next(one for one in irena.messages if one.message_id == planned.message_id)
    assert waiting[0].startswith("Gotowe do wysłania: Szkolenie\nWyślemy: poniedziałek")
    assert waiting[0].endswith("Nic jeszcze nie wyszło – mogą Państwo to jeszcze cofnąć.")
    assert waiting[1:] == ([f"bz:{number}"], before)
    assert len(heard(anna)) == before + 1
    assert report.text.startswith(f"{POLISH('Sending has ended. Report:')} Szkolenie")
    assert _buttons(report) == [f"yr:{number}"]


async def test_taken_back_in_time_it_reaches_nobody(scene: Scene) -> None:
    irena = await _staff(scene)
    (anna,) = await _people(scene, "Anna Jasna")
    before = len(heard(anna))
    await _letter(scene)
    await _look(scene)

    (said,) = await scene.tap(irena, "bz:")
    await _pass(scene)
    await _look(scene)

    assert said.text.startswith("Cofnięto.")
    assert len(heard(anna)) == before
    assert await scene.rows("SELECT count(*) FROM outbox WHERE kind = 'invitation'") == [(0,)]


async def test_taken_back_too_late_says_so(scene: Scene) -> None:
    irena = await _staff(scene)
    await _people(scene, "Anna Jasna")
    await _letter(scene)
    await _look(scene)
    message, data = irena.last.message_id, _buttons(irena.last)[0]
    await _pass(scene)

    said = await scene.press(irena, message, data)

    assert said[-1].text.startswith(sentence(BroadcastBegun()))


async def test_paused_it_waits_and_goes_on(scene: Scene) -> None:
    irena = await _staff(scene)
    (anna,) = await _people(scene, "Anna Jasna")
    before = len(heard(anna))
    night = scene.clock().replace(hour=20)
    number = await _letter(scene)
    scene.clock.put_forward(night)
    await _pass(scene)
    await _look(scene)
    message = irena.last.message_id

    paused = await _press(scene, irena, message, f"bp:{number}")
    again = await _press(scene, irena, message, f"bp:{number}")
    await _pass(scene, timedelta(hours=14))
    still = len(heard(anna))
    goes_on = await _press(scene, irena, message, f"bg:{number}")
    twice = await _press(scene, irena, goes_on[-1].message_id, f"bg:{number}")
    await _pass(scene)

    assert paused[-1].text.startswith("Wstrzymano.")
    assert again[-1].text.startswith(sentence(BroadcastPaused()))
    assert still == before
    assert goes_on[-1].text.startswith("Wysyłamy dalej")
    assert twice[-1].text.startswith(sentence(BroadcastNotPaused()))
    assert len(heard(anna)) == before + 1


async def test_stopped_for_good_asks_first_and_tells_how_many_were_held_back(scene: Scene) -> None:
    irena = await _staff(scene)
    (anna,) = await _people(scene, "Anna Jasna")
    before = len(heard(anna))
    number = await _letter(scene)
    scene.clock.put_forward(scene.clock().replace(hour=20))
    await _pass(scene)
    await _look(scene)
    ((people,),) = await scene.rows("SELECT people FROM broadcast")

    (asked,) = await _press(scene, irena, irena.last.message_id, f"bs:{number}")
    during = await scene.rows("SELECT state FROM broadcast")
    (stopped,) = await _press(scene, irena, asked.message_id, f"bss:{number}")
    await _pass(scene, timedelta(hours=14))
    await _look(scene)

    assert f"{people} odbiorców" in asked.text
    assert _buttons(asked) == [f"bg:{number}", f"bss:{number}"]
    assert during == [("paused",)]
    assert stopped.text.startswith(f"Wysyłanie zakończone. Zatrzymano {people} wiadomości.")
    assert len(heard(anna)) == before
    assert await scene.rows("SELECT state, reported_at IS NOT NULL FROM broadcast") == [
        ("stopped", 1)
    ]


async def test_event_that_is_cancelled_stops_the_letter_and_says_so(scene: Scene) -> None:
    irena = await _staff(scene)
    await _people(scene, "Anna Jasna")
    await _letter(scene, event_id=2)
    await _look(scene)
    async with scene.database.transaction() as tx:
        await events.cancel_event(tx, event_id=2, now=scene.clock())
    before = len(heard(irena))

    await _pass(scene)
    await _look(scene)

    [said] = heard(irena)[before:]
    assert said.text.startswith("Zatrzymaliśmy wysyłanie listu „Szkolenie”.")
    assert "Wydarzenie zostało odwołane" in said.text


async def test_letter_of_somebody_who_left_waits_for_another_coordinator(scene: Scene) -> None:
    irena, adam = await _staff(scene), await _staff(scene, 901)
    await _people(scene, "Anna Jasna")
    number = await _letter(scene)
    async with scene.database.transaction() as tx:
        member = await staff_rows.by_chat(tx, 900)
        assert member is not None
        await staff.remove(tx, chat_id=900, now=scene.clock())
        await broadcasting.author_left(tx, member=member, now=scene.clock())
    await _pass(scene)
    during = await scene.rows("SELECT count(*) FROM outbox WHERE kind = 'invitation'")

    await scene.say(adam, "/zadania")
    (task,) = await scene.tap(adam, "uv:")
    refused = await scene.press(adam, task.message_id, f"bp:{number}")
    goes_on = await scene.tap(adam, "bg:")
    by_irena = await scene.say(irena, "/zaproszenie")
    await _pass(scene)
    await _look(scene)

    assert during == [(0,)]
    assert "Szkolenie" in task.text
    assert "nie ma już dostępu" in task.text
    assert refused[-1].text.startswith(sentence(BroadcastPaused()))
    assert _buttons(goes_on[-1]) == [f"bz:{number}"]
    assert by_irena[-1].text.startswith(sentence(NotStaff()))
    assert await scene.rows("SELECT state FROM broadcast") == [("running",)]


async def test_viewer_holds_nothing_back(scene: Scene) -> None:
    viewer = scene.visitor(1)
    await scene.make_staff(viewer, "viewer")
    number = await _letter(scene)

    for data in ("bz", "bp", "bg", "bs", "bss"):
        said = await scene.press(viewer, viewer.last.message_id, f"{data}:{number}")
        assert said[-1].text.startswith(sentence(NotStaff()))

    assert await scene.rows("SELECT state FROM broadcast") == [("planned",)]
