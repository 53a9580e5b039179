"""A member's chat from the first /start to a seat and back."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from handlers.telegram import screens
from playground.visitor import Visitor
from programme import events as event_steps
from programme.refusals import (
    DeadlinePassed,
    EventUnknown,
    NotInAudience,
    NotRegistered,
)
from tests.handlers.scene import (
    BOTH_DOORS,
    POLISH,
    Scene,
    all_buttons,
    button,
    heard,
    sentence,
)


def oldest(visitor: Visitor) -> dict[str, int]:
    """Give every button of the conversation once, with the oldest message that bears it."""
    return {data: message_id for message_id, data in reversed(all_buttons(visitor))}


@pytest.mark.parametrize("door", BOTH_DOORS, indirect=True)
async def test_three_taps_from_start_and_two_from_a_link(scene: Scene) -> None:
    anna, jan = scene.visitor(1), scene.visitor(2)
    await scene.introduce(anna)
    await scene.introduce(jan)

    await scene.say(anna, "/start")
    await scene.tap(anna, "e:2")
    await scene.tap(anna, "r:2")
    await scene.say(jan, "/start e_2")
    await scene.tap(jan, "r:2")

    assert [state for state, _ in await scene.registrations(2)] == ["active", "active"]


async def test_link_leads_to_its_event_after_the_questions(scene: Scene) -> None:
    anna = scene.visitor()

    _thanks, card = await scene.introduce(anna, start="/start e_4")

    assert [data for _, data in all_buttons(anna)][-3] == "r:4"
    assert card.text.startswith("Aktywne konsultacje")


async def test_link_that_leads_nowhere_is_answered_kindly(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)

    for payload in ("e_999", "e_99999999999999999999", "e_", "e_²"):
        (answer,) = await scene.say(anna, f"/start {payload}")
        assert answer.text.startswith(sentence(EventUnknown()))
    for payload in ("zzz", "__"):
        (answer,) = await scene.say(anna, f"/start {payload}")
        assert len(answer.buttons) > 2

    assert await scene.rows("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_old_buttons_after_a_seat_was_taken_and_given_back(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, 2)
    await scene.say(anna, "/moje")
    ((registration_id,),) = await scene.rows("SELECT id FROM registration")
    await scene.tap(anna, f"x:{registration_id}")
    await scene.tap(anna, f"xx:{registration_id}")

    for data, message_id in oldest(anna).items():
        if data == "r:2":
            continue
        answers = await scene.press(anna, message_id, data)
        assert len(answers) == 1, data
        if data.startswith("x"):
            assert answers[0].text.startswith(
                sentence(NotRegistered(), (await scene.state(anna)).locale)
            )

    assert [state for state, _ in await scene.registrations(2)] == ["cancelled"]


async def test_button_that_nobody_wrote_does_no_harm(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    message_id = anna.last.message_id

    for data in [
        *("", "?", "e", "e:", "e:x", "e:99999999999", "r:0", "r:99999999999999999999"),
        *("x:1", "xx:1", "q", "q:", "q::", "q:1", "q:1:", "w:1", "g", "g:xx", "zz:1"),
        *("ę", ":", "::::"),
    ]:
        assert len(await scene.press(anna, message_id, data)) == 1, data

    assert await scene.rows("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_button_of_a_message_that_is_gone_works(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)

    (answer,) = await scene.press(anna, 4_000_000, "e:2")

    assert answer.text.startswith("Współpraca JST i NGO")


async def test_command_may_name_the_bot(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)

    for command in ("/start", "/szkolenia", "/moje", "/pomoc", "/jezyk", "/anuluj"):
        (plain,) = await scene.say(anna, command)
        (named,) = await scene.say(anna, f"{command}@akademia_bot")
        (loud,) = await scene.say(anna, command.upper())
        assert plain.text == named.text == loud.text


async def test_words_that_nobody_asked_for_are_answered_kindly(scene: Scene) -> None:
    anna = scene.visitor()
    expected = screens.not_understood(POLISH).text

    (before,) = await scene.say(anna, "Dzień dobry")
    await scene.introduce(anna)
    (after,) = await scene.say(anna, "Dziękuję!")
    (command,) = await scene.say(anna, "/nieznane")

    assert [before.text, after.text, command.text] == [expected] * 3
    assert after.buttons != []


@pytest.mark.parametrize("door", BOTH_DOORS, indirect=True)
async def test_blocked_bot_is_reachable_again_when_the_person_writes(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)

    await anna.block()
    await scene.settle()
    blocked = await scene.rows("SELECT unreachable_at IS NOT NULL FROM contact")
    (answer,) = await scene.say(anna, "/moje")

    assert [bool(row[0]) for row in blocked] == [True]
    assert await scene.rows("SELECT unreachable_because FROM contact") == [(None,)]
    assert answer.text


async def _notices(scene: Scene, columns: str) -> list[tuple[Any, ...]]:
    """List what people are told unasked; the coordinators' summary of the day is not for them."""
    ours = "('reply', 'summary')"
    return await scene.rows(
        f"SELECT {columns} FROM outbox WHERE kind NOT IN {ours} ORDER BY id"  # noqa: S608
    )


async def test_double_tap_registers_once(scene_both: Scene) -> None:
    anna = scene_both.visitor()
    await scene_both.introduce(anna)
    await scene_both.say(anna, "/start e_2")
    message_id, data = button(anna, "r:2")
    said = len(heard(anna))

    await asyncio.gather(anna.press_data(message_id, data), anna.press_data(message_id, data))
    await scene_both.settle()

    assert [state for state, _ in await scene_both.registrations(2)] == ["active"]
    kinds = await _notices(scene_both, "kind")
    assert kinds == [("registration_confirmed",)]
    assert len(heard(anna)) == said + 2
    assert (await scene_both.event("wspolpraca-jst-ngo")).taken == 1


async def test_seat_given_back_twice_is_given_back_once(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, 2)
    await scene.say(anna, "/moje")
    await scene.tap(anna, "x:")
    message_id, data = button(anna, "xx:")

    (first,) = await scene.press(anna, message_id, data)
    (second,) = await scene.press(anna, message_id, data)

    assert second.text.startswith(sentence(NotRegistered()))
    assert first.text != second.text
    assert (await scene.event("wspolpraca-jst-ngo")).taken == 0


async def test_full_event_leads_to_the_waiting_list_and_up_again(scene: Scene) -> None:
    event_id = await scene.resize("wspolpraca-jst-ngo", 1)
    anna, jan, ewa = (
        scene.visitor(number, name) for number, name in [(1, "Anna"), (2, "Jan"), (3, "Ewa")]
    )
    for person in (anna, jan, ewa):
        await scene.introduce(person)
    await scene.register(anna, event_id)
    await scene.register(jan, event_id)

    (waiting,) = await scene.register(ewa, event_id)
    (card,) = await scene.say(ewa, f"/start e_{event_id}")

    assert "2" in waiting.text
    assert POLISH("You are number %(position)s on the waiting list.", position=2) in card.text
    before = len(heard(jan))
    await scene.say(anna, "/moje")
    await scene.tap(anna, "x:")
    await scene.tap(anna, "xx:")
    (promoted,) = heard(jan)[before:]
    assert promoted.document is not None
    assert [state for state, _ in await scene.registrations(event_id)] == [
        "cancelled",
        "active",
        "waiting",
    ]
    kinds = await _notices(scene, "kind, address")
    assert kinds == [
        ("registration_confirmed", "1"),
        ("waiting_listed", "2"),
        ("waiting_listed", "3"),
        ("registration_cancelled", "1"),
        ("promoted", "2"),
    ]


async def test_keeping_the_seat_after_all_shows_the_event(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, 2)
    await scene.say(anna, "/moje")
    (surely,) = await scene.tap(anna, "x:")

    answers = await scene.press(anna, surely.message_id, "e:2")

    assert len(answers) == 1
    assert [state for state, _ in await scene.registrations(2)] == ["active"]


async def test_somebody_elses_registration_cannot_be_cancelled(scene: Scene) -> None:
    anna, jan, stranger = scene.visitor(1), scene.visitor(2), scene.visitor(3)
    await scene.introduce(anna)
    await scene.introduce(jan)
    await scene.register(anna, 2)
    ((registration_id,),) = await scene.rows("SELECT id FROM registration")
    await scene.say(stranger, "/pomoc")

    for visitor in (jan, stranger):
        for data in (f"x:{registration_id}", f"xx:{registration_id}"):
            (answer,) = await scene.press(visitor, visitor.last.message_id, data)
            assert answer.text.startswith(sentence(NotRegistered()))

    assert [state for state, _ in await scene.registrations(2)] == ["active"]


async def test_clerk_cannot_take_a_seat_that_is_meant_for_organisations(scene: Scene) -> None:
    clerk = scene.visitor()
    await scene.say(clerk, "/start")
    await scene.choose(clerk, "accept")
    await scene.say(clerk, "Piotr Urzędowy")
    await scene.choose(clerk, "clerk")
    await scene.choose(clerk, "org:")
    await scene.choose(clerk, "skip")
    ngo_only = (await scene.event("lider-spolecznosci")).id

    (answer,) = await scene.press(clerk, clerk.last.message_id, f"r:{ngo_only}")

    assert answer.text.startswith(sentence(NotInAudience("ngo")))
    listed = [data for _, data in all_buttons(clerk) if data.startswith("e:")]
    assert f"e:{ngo_only}" not in listed


async def test_deadline_that_has_passed_is_said_with_its_day(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.say(anna, "/start e_2")
    deadline = (await scene.event("wspolpraca-jst-ngo")).deadline_at
    assert deadline is not None
    async with scene.database.transaction() as tx:
        await tx.execute(text("UPDATE event SET deadline_at = '2027-01-01 12:00:00' WHERE id = 2"))
    past = (await scene.event("wspolpraca-jst-ngo")).deadline_at
    assert past is not None

    (answer,) = await scene.tap(anna, "r:2")

    assert answer.text.startswith(sentence(DeadlinePassed(past)))
    (card,) = await scene.say(anna, "/start e_2")
    assert "r:2" not in [one["callback_data"] for row in card.rows for one in row]


async def test_cancelled_event_is_shown_as_such_and_can_no_longer_be_chosen(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, 2)
    async with scene.database.transaction() as tx:
        await event_steps.cancel_event(tx, event_id=2, now=scene.clock())
    scene.process.wake()
    await scene.settle()

    (card,) = await scene.say(anna, "/start e_2")
    await scene.say(anna, "/moje")

    assert POLISH("This event has been cancelled.") in card.text
    assert "r:2" not in [one["callback_data"] for row in card.rows for one in row]
    assert anna.last.text == screens.my_registrations(POLISH, []).text


async def test_bot_without_a_programme_still_answers(scene: Scene) -> None:
    anna = scene.visitor()
    async with scene.database.transaction() as tx:
        await tx.execute(text("PRAGMA defer_foreign_keys = ON"))
        await tx.execute(text("DELETE FROM reminder"))
        await tx.execute(text("DELETE FROM reminder_rule"))
        await tx.execute(text("DELETE FROM required_document"))
        await tx.execute(text("DELETE FROM session"))
        await tx.execute(text("DELETE FROM event"))
        await tx.execute(text("DELETE FROM programme"))
        await tx.execute(text("DELETE FROM privacy_notice"))

    await scene.introduce(anna)
    for command in ("/szkolenia", "/moje", "/pomoc"):
        assert len(await scene.say(anna, command)) == 1

    assert await scene.rows("SELECT DISTINCT state FROM inbox") == [("done",)]
