"""Offers of a seat and overlapping events, as a member meets them in the chat."""

from datetime import timedelta

import pytest

from programme.refusals import AlreadyRegistered
from programme.seat_refusals import EntryByNomination, OfferOver, SeatGone
from storage.tables import session
from tests.handlers.scene import BOTH_DOORS, Scene, button, heard, sentence
from tests.handlers.telegram.desk_scene import data, plain_event, seat_with_offer, set_terms


@pytest.mark.parametrize("door", BOTH_DOORS, indirect=True)
async def test_seat_that_is_offered_is_taken_by_one_tap(scene: Scene) -> None:
    event_id, _anna, jan = await seat_with_offer(scene)

    offered = heard(jan)[-1]
    (confirmed,) = await scene.tap(jan, "o:2")

    assert "Trzymamy je dla Państwa do: wtorek, 5 stycznia 2027" in offered.text.replace(
        "\u00a0", " "
    )
    assert data(offered) == ["o:2", "od:2"]
    assert confirmed.text.startswith("Zapisaliśmy Państwa")
    assert [state for state, _ in await scene.registrations(event_id)] == ["cancelled", "active"]


async def test_card_and_own_list_show_the_open_offer(scene: Scene) -> None:
    event_id, _anna, jan = await seat_with_offer(scene)

    (mine,) = await scene.say(jan, "/moje")
    (card,) = await scene.say(jan, f"/start e_{event_id}")

    assert "Jest dla Państwa wolne miejsce. Trzymamy je do:" in card.text
    assert data(mine)[:2] == data(card)[:2] == ["o:2", "od:2"]


async def test_seat_that_is_declined_passes_on(scene: Scene) -> None:
    event_id, _anna, jan = await seat_with_offer(scene)

    (answer,) = await scene.tap(jan, "od:2")

    assert answer.text.startswith("Przyjęliśmy rezygnację")
    assert [state for state, _ in await scene.registrations(event_id)] == ["cancelled"] * 2
    assert (await scene.event("podstawy-prawne")).taken == 0


@pytest.mark.parametrize("action", ["o", "od"])
async def test_answer_a_second_after_the_end_is_refused_kindly(scene: Scene, action: str) -> None:
    event_id, _anna, jan = await seat_with_offer(scene)
    message_id, _data = button(jan, f"{action}:2")
    # The ticker looks at the clock on its own, so the moment is set in the offer instead.
    async with scene.database.transaction() as tx:
        await tx.exec_driver_sql(
            "UPDATE offer SET expires_at = ?",
            ((scene.clock() - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S.%f"),),
        )

    answers = await scene.press(jan, message_id, f"{action}:2")

    # A tick may have come meanwhile, which tells the person too.
    late = [one for one in answers if one.text.startswith(sentence(OfferOver()))]
    assert len(late) == 1
    assert "active" not in [state for state, _ in await scene.registrations(event_id)]


@pytest.mark.parametrize("action", ["o", "od"])
async def test_buttons_of_an_old_offer_change_nothing(scene: Scene, action: str) -> None:
    event_id, _anna, jan = await seat_with_offer(scene)
    message_id, _data = button(jan, "o:2")
    await scene.tap(jan, "o:2")
    await scene.say(jan, "/moje")
    await scene.tap(jan, "x:2")
    await scene.tap(jan, "xx:2")
    scene.clock.put_forward(scene.clock() + timedelta(days=365))
    before = await scene.registrations(event_id)

    (answer,) = await scene.press(jan, message_id, f"{action}:2")

    assert answer.text.startswith(sentence(OfferOver()))
    assert await scene.registrations(event_id) == before


async def test_offer_taken_twice_says_that_it_is_done(scene: Scene) -> None:
    event_id, _anna, jan = await seat_with_offer(scene)
    await scene.tap(jan, "o:2")

    (answer,) = await scene.tap(jan, "o:2")

    assert answer.text.startswith(sentence(AlreadyRegistered(2, "active")))
    assert (await scene.registrations(event_id))[1][0] == "active"


@pytest.mark.parametrize("data_of_another", ["o:2", "od:2", "o:", "o:x", "od:99999999999999999"])
async def test_offer_of_somebody_else_is_over_for_everybody_else(
    scene: Scene, data_of_another: str
) -> None:
    event_id, anna, _jan = await seat_with_offer(scene)
    before = await scene.registrations(event_id)

    (answer,) = await scene.press(anna, anna.last.message_id, data_of_another)

    assert answer.text.startswith(sentence(OfferOver()))
    assert await scene.registrations(event_id) == before


async def test_last_seat_before_the_beginning_goes_to_whoever_presses_first(scene: Scene) -> None:
    event_id = await plain_event(scene, 1, last_minute_hours=24 * 60)
    people = [scene.visitor(number) for number in (1, 2, 3)]
    for one in people:
        await scene.introduce(one)
        await scene.register(one, event_id)
    anna, jan, ewa = people
    await scene.say(anna, "/moje")
    await scene.tap(anna, "x:")
    await scene.tap(anna, "xx:")

    asked = [heard(one)[-1] for one in (jan, ewa)]
    (confirmed,) = await scene.tap(ewa, "o:3")
    (late,) = await scene.tap(jan, "o:2")

    assert [one.text.partition("\n")[0] for one in asked] == ["Zwolniło się miejsce"] * 2
    assert confirmed.text.startswith("Zapisaliśmy Państwa")
    assert late.text.startswith(sentence(SeatGone()))
    states = [state for state, _ in await scene.registrations(event_id)]
    assert states == ["cancelled", "waiting", "active"]


async def test_waiting_list_is_left_by_one_tap(scene: Scene) -> None:
    event_id = await plain_event(scene, 1)
    anna, jan = scene.visitor(1), scene.visitor(2)
    for one in (anna, jan):
        await scene.introduce(one)
    await scene.register(anna, event_id)
    (listed,) = await scene.register(jan, event_id)

    (answer,) = await scene.tap(jan, "xx:2")

    assert data(listed) == ["m", "xx:2"]
    assert answer.text.startswith("Przyjęliśmy rezygnację")
    assert [state for state, _ in await scene.registrations(event_id)] == ["active", "cancelled"]


async def test_event_at_the_same_time_is_pointed_out_and_both_stay(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    other = await scene.event("spotkanie-program-konsultacji")
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, other.id)
    async with scene.database.transaction() as tx:
        times = (session.c.starts_at, session.c.ends_at, session.c.starts_wall, session.c.ends_wall)
        row = (await tx.execute(session.select().where(session.c.event_id == other.id))).one()
        await tx.execute(
            session.update()
            .where(session.c.event_id == event_id)
            .values({column.name: getattr(row, column.name) for column in times})
        )

    overlap, confirmed = await scene.register(anna, event_id)

    assert overlap.text.replace("\u00a0", " ") == (
        "Zwracamy uwagę: w czasie wydarzenia „Podstawy prawne konsultacji społecznych” mają "
        "Państwo już coś innego:\n\n"
        "– Spotkanie robocze: program aktywnych konsultacji i Wieloletni Program Współpracy: "
        "wtorek, 12 stycznia 2027, godz. 16:00–19:00\n\n"
        "Oba zapisy są ważne. Jeżeli mogą Państwo przyjść tylko na jedno, prosimy odwołać drugie."
    )
    assert confirmed.text.startswith("Zapisaliśmy Państwa")
    assert await scene.rows("SELECT state FROM registration") == [("active",)] * 2


async def test_application_waits_and_can_be_withdrawn_by_one_tap(scene: Scene) -> None:
    event_id = await plain_event(scene, 5, approval="staff")
    anna = scene.visitor()
    await scene.introduce(anna)

    (received,) = await scene.register(anna, event_id)
    (card,) = await scene.say(anna, f"/start e_{event_id}")
    (answer,) = await scene.tap(anna, "xx:1")

    assert received.text.startswith("Mamy Państwa zgłoszenie")
    assert "Państwa zgłoszenie czeka na decyzję urzędu." in card.text
    assert answer.text.startswith("Przyjęliśmy rezygnację")
    assert [state for state, _ in await scene.registrations(event_id)] == ["cancelled"]


async def test_event_by_nomination_offers_no_button_and_refuses_an_old_one(scene: Scene) -> None:
    event_id = await plain_event(scene, 5, entry="nominated")
    anna = scene.visitor()
    await scene.introduce(anna)

    (card,) = await scene.say(anna, f"/start e_{event_id}")
    (answer,) = await scene.press(anna, card.message_id, f"r:{event_id}")

    assert "Na to wydarzenie uczestników zgłaszają organizacje." in card.text
    assert f"r:{event_id}" not in data(card)
    assert answer.text.startswith(sentence(EntryByNomination()))
    assert await scene.registrations(event_id) == []


async def test_late_person_is_taken_where_the_event_takes_late_ones(scene: Scene) -> None:
    event_id = await plain_event(
        scene, 5, late="line", deadline_at=scene.clock() - timedelta(seconds=1)
    )
    anna = scene.visitor()
    await scene.introduce(anna)

    (card,) = await scene.say(anna, f"/start e_{event_id}")
    await scene.tap(anna, f"r:{event_id}")

    assert "Termin zapisów minął, ale nadal można się zgłosić." in card.text
    assert "Zapisy przyjmujemy do" not in card.text
    assert [state for state, _ in await scene.registrations(event_id)] == ["active"]


async def test_overbooked_event_looks_full_to_a_member(scene: Scene) -> None:
    event_id = await plain_event(scene, 2)
    for number in (1, 2):
        await scene.introduce(scene.visitor(number))
        await scene.register(scene.visitor(number), event_id)
    await set_terms(scene, event_id, capacity=1)
    ewa = scene.visitor(3)
    await scene.introduce(ewa)

    (card,) = await scene.say(ewa, f"/start e_{event_id}")

    assert "Wszystkie miejsca są zajęte. Można wpisać się na listę rezerwową." in card.text
