"""Staff change an event in the chat: seats, times, place, cancelling."""

from playground.seen import SeenMessage
from programme import staff
from programme.desk_refusals import DayUnclear, NothingChanges, SessionsOverlap, WhenUnclear
from programme.refusals import (
    EventCancelled,
    NotStaff,
    OptionUnknown,
    QuestionPassed,
    SessionChanged,
    TimesWrong,
)
from programme.seat_refusals import CapacityWrong
from storage.tables import session
from tests.handlers.scene import POLISH, Scene, heard, sentence
from tests.handlers.telegram.desk_scene import (
    COORDINATOR,
    crowd,
    data,
    half_a_minute,
    open_changes,
    open_desk,
    plain_event,
    set_terms,
)

BOTH_DAYS = "aktywne-konsultacje"
DAY_ONE, DAY_TWO = "środa, 10 lutego 2027", "czwartek, 11 lutego 2027"


async def training_of_two_days(scene: Scene) -> int:
    """Give a training of two days which everybody may register for."""
    event_id = (await scene.event(BOTH_DAYS)).id
    await set_terms(scene, event_id, nomination_deadline_at=None, seats_per_organisation=None)
    return event_id


def words(message: SeenMessage) -> str:
    return message.text.replace("\u00a0", " ")


async def test_capacity_is_changed_and_the_line_moves_up(scene: Scene) -> None:
    event_id = await plain_event(scene, 1)
    await crowd(scene, event_id, 3)
    irena, _page = await open_changes(scene, event_id)
    (asked,) = await scene.tap(irena, f"sc:{event_id}")

    (wrong,) = await scene.say(irena, "dużo")
    (surely,) = await scene.say(irena, "2")
    (typed,) = await scene.say(irena, "tak")
    await scene.choose(irena, "=yes")
    (done,) = await half_a_minute(scene, irena)

    assert "Liczba miejsc teraz: 1. Zajęte lub trzymane: 1." in asked.text
    assert wrong.text == f"{sentence(CapacityWrong(10000))}\n\n{asked.text}"
    assert words(surely).split("\n\n")[1] == (
        "Miejsca teraz: 1. Ma być: 2. 1 osoba z listy rezerwowej dostanie miejsce albo propozycję "
        "miejsca i wiadomość o tym."
    )
    assert typed.text == f"{sentence(OptionUnknown())}\n\n{surely.text}"
    assert done.text == (
        "Zrobione: więcej miejsc na „Podstawy prawne konsultacji społecznych”.\n\n"
        "Liczba miejsc teraz: 2. 1 osoba z listy rezerwowej ma teraz miejsce albo propozycję "
        "miejsca."
    )
    assert data(done) == [f"se:{event_id}"]
    assert (await scene.event("podstawy-prawne")).capacity == 2


async def test_capacity_below_what_is_taken_is_asked_once_more(scene: Scene) -> None:
    event_id = await plain_event(scene, 3)
    await crowd(scene, event_id, 3)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sc:{event_id}")

    (asked,) = await scene.say(irena, "1")
    (done,) = await scene.choose(irena, "=yes")
    (desk,) = await scene.tap(irena, f"se:{event_id}")

    assert "Zapisanych będzie za dużo o: 2." in asked.text
    assert done.text == "Liczba miejsc teraz: 1."
    assert "Zajęte miejsca: 3 z 1\nZa dużo zapisanych: 2." in desk.text


async def test_session_is_moved_after_a_last_look(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sm:{event_id}")

    (unclear,) = await scene.say(irena, "za tydzień")
    (past,) = await scene.say(irena, "20.01.2020 9-15")
    await scene.say(irena, "19.02.2027 10:00-16:00")
    (last_look,) = await scene.say(irena, "Szkoła <Podstawowa>")
    quiet_yet = heard(anna)[-1].text
    (waits,) = await scene.choose(irena, "=yes")
    still_quiet = heard(anna)[-1].text
    (done,) = await half_a_minute(scene, irena)

    assert unclear.text.startswith(sentence(WhenUnclear()))
    assert past.text.startswith(sentence(TimesWrong()))
    assert words(last_look).split("\n\n", 1)[1] == (
        "Było: środa, 3 lutego 2027, godz. 9:00–14:00\n"
        "Urząd Gminy Miłki, ul. Mazurska 2, sala narad\n\n"
        "Będzie: piątek, 19 lutego 2027, godz. 10:00–16:00\n"
        "Szkoła <Podstawowa>\n\n"
        "Wiadomość dostanie 1 osoba. Na razie nic się nie zmieniło."
    )
    assert quiet_yet.startswith("Zapisaliśmy Państwa")
    assert still_quiet == quiet_yet
    assert waits.text == (
        "Za 30 sekund: zmiana terminu lub miejsca wydarzenia „Podstawy prawne konsultacji "
        "społecznych”.\n\nWiadomość dostanie 1 osoba.\n\nNa razie nic się nie zmieniło. Jeżeli to "
        "pomyłka, prosimy nacisnąć „Cofnij”."
    )
    assert done.text == (
        "Zrobione: zmiana terminu lub miejsca wydarzenia „Podstawy prawne konsultacji "
        "społecznych”.\n\nWiadomość dostaje 1 osoba."
    )
    assert heard(anna)[-1].text.startswith("Zmieniły się termin i miejsce")


async def test_place_alone_is_changed(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    irena, _page = await open_changes(scene, event_id)
    (asked,) = await scene.tap(irena, f"sp:{event_id}")

    (last_look,) = await scene.say(irena, "Szkoła w Miłkach")
    await scene.choose(irena, "=yes")
    (done,) = await half_a_minute(scene, irena)

    assert done.text.endswith("\n\nNie było kogo powiadomić.")
    assert data(asked) == []
    assert last_look.text.endswith("Nie ma kogo powiadomić. Na razie nic się nie zmieniło.")
    assert "Będzie: środa, 3 lutego 2027, godz. 9:00–14:00\nSzkoła w Miłkach" in words(last_look)
    assert await scene.rows(
        "SELECT place FROM session WHERE event_id = :event_id", event_id=event_id
    ) == [("Szkoła w Miłkach",)]


async def test_cancelling_says_how_many_are_told_and_can_be_refused(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    irena, _page = await open_changes(scene, event_id)

    (asked,) = await scene.tap(irena, f"sx:{event_id}")
    (kept,) = await scene.choose(irena, "=no")
    await scene.tap(irena, f"se:{event_id}")
    await scene.tap(irena, f"sx:{event_id}")
    (waits,) = await scene.choose(irena, "=yes")
    (done,) = await half_a_minute(scene, irena)
    (desk,) = await scene.tap(irena, f"se:{event_id}")

    assert "Wiadomość dostanie 1 osoba." in asked.text
    assert kept.text == POLISH("Nothing was changed.")
    assert waits.text.startswith("Za 30 sekund: odwołanie wydarzenia „Podstawy prawne")
    assert [one[:3] for one in data(waits)] == ["vz:"]
    assert done.text.startswith("Zrobione: odwołanie wydarzenia „Podstawy prawne")
    assert done.text.endswith("Wiadomość dostaje 1 osoba.")
    assert data(done) == [f"se:{event_id}"]
    assert "To wydarzenie zostało odwołane." in desk.text
    assert [one for one in data(desk) if one.startswith(("sg", "sc", "sm", "sp", "sx", "sl"))] == []
    (changes,) = await scene.press(irena, irena.last.message_id, f"sg:{event_id}")
    assert (changes.text, data(changes)) == (desk.text, data(desk))
    (answer,) = await scene.press(irena, irena.last.message_id, f"sx:{event_id}")
    assert answer.text.startswith(sentence(EventCancelled()))


async def test_session_that_changed_meanwhile_ends_the_dialogue(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sm:{event_id}")
    async with scene.database.transaction() as tx:
        await tx.execute(session.update().where(session.c.event_id == event_id).values(revision=7))

    (answer,) = await scene.say(irena, "19.02.2027 10:00-16:00")

    assert answer.text == sentence(SessionChanged())
    assert data(answer) == [f"se:{event_id}"]
    assert (await scene.state(irena)).flow == ""


async def test_change_ends_with_the_rights_to_make_it(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sc:{event_id}")
    async with scene.database.transaction() as tx:
        await staff.remove(tx, chat_id=COORDINATOR, now=scene.clock())

    (answer,) = await scene.say(irena, "1")

    assert answer.text.startswith(sentence(NotStaff()))
    assert (await scene.state(irena)).flow == ""
    assert (await scene.event("podstawy-prawne")).capacity == 5


async def test_changes_are_one_button_away_and_lead_back(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    irena, desk = await open_desk(scene, event_id)

    (changes,) = await scene.tap(irena, f"sg:{event_id}")

    assert data(desk)[-2:] == [f"sg:{event_id}", "s"]
    assert [one for one in data(desk) if one.startswith(("sc", "sm", "sp", "sx", "sl"))] == []
    assert data(changes) == [
        *(f"{letter}:{event_id}" for letter in ("sl", "zd", "sc", "sm", "sp", "sx")),
        f"se:{event_id}",
    ]
    assert changes.text.endswith("Co chcą Państwo zmienić?")


async def test_whole_training_is_moved_at_once_and_told_once(scene: Scene) -> None:
    event_id = await training_of_two_days(scene)
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    before = len(heard(anna))
    irena, _page = await open_changes(scene, event_id)
    (which,) = await scene.tap(irena, f"sm:{event_id}")
    (first_day,) = await scene.choose(irena, "=all")

    (unclear,) = await scene.say(irena, "o dzień później")
    (past,) = await scene.say(irena, "20.01.2020")
    (place,) = await scene.say(irena, "18.02.2027")
    (last_look,) = await scene.choose(irena, "=keep")
    await scene.choose(irena, "=yes")
    (done,) = await half_a_minute(scene, irena)

    assert which.rows[0][0]["text"] == "Całe szkolenie (wszystkie dni)"
    assert "Teraz jest: 10–11 lutego 2027." in words(first_day)
    assert unclear.text == f"{sentence(DayUnclear())}\n\n{first_day.text}"
    assert past.text == f"{sentence(TimesWrong())}\n\n{first_day.text}"
    assert data(place)[-1].endswith(":=keep")
    assert words(last_look).split("\n\n", 1)[1] == (
        f"Było:\n– {DAY_ONE}, godz. 9:00–15:00\n– {DAY_TWO}, godz. 9:00–15:00\n"
        "Ośrodek Kultury, Miłki\n\n"
        "Będzie:\n– czwartek, 18 lutego 2027, godz. 9:00–15:00\n"
        "– piątek, 19 lutego 2027, godz. 9:00–15:00\n"
        "Ośrodek Kultury, Miłki\n\n"
        "Wiadomość dostanie 1 osoba. Na razie nic się nie zmieniło."
    )
    assert done.text.endswith("\n\nWiadomość dostaje 1 osoba.")
    (moved,) = heard(anna)[before:]
    assert moved.text.startswith("Zmienił się termin")
    assert words(moved).index(DAY_TWO) < words(moved).index("piątek, 19 lutego 2027")


async def test_whole_training_is_moved_to_another_place(scene: Scene) -> None:
    event_id = await training_of_two_days(scene)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sp:{event_id}")
    await scene.choose(irena, "=all")

    (same,) = await scene.say(irena, "Ośrodek Kultury, Miłki")
    (last_look,) = await scene.say(irena, "Szkoła w Miłkach")
    (again,) = await scene.choose(irena, "=again")
    await scene.say(irena, "Szkoła w Miłkach")
    await scene.choose(irena, "=yes")
    (done,) = await half_a_minute(scene, irena)

    assert same.text == f"{sentence(NothingChanges())}\n\n{again.text}"
    assert words(last_look).count("Szkoła w Miłkach") == 1
    assert done.text.startswith("Zrobione: zmiana terminu lub miejsca")
    assert (
        await scene.rows("SELECT place FROM session WHERE event_id = :event_id", event_id=event_id)
        == [("Szkoła w Miłkach",)] * 2
    )


async def test_day_that_would_fall_on_another_is_asked_again(scene: Scene) -> None:
    event_id = await training_of_two_days(scene)
    irena, _page = await open_changes(scene, event_id)
    (which,) = await scene.tap(irena, f"sm:{event_id}")
    (asked,) = await scene.tap(irena, data(which)[1])

    (onto,) = await scene.say(irena, "11.02.2027 14:00-18:00")

    assert onto.text == f"{sentence(SessionsOverlap())}\n\n{asked.text}"


async def test_yes_that_is_pressed_twice_changes_once(scene: Scene) -> None:
    event_id = await training_of_two_days(scene)
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sm:{event_id}")
    await scene.choose(irena, "=all")
    await scene.say(irena, "18.02.2027")
    await scene.choose(irena, "=keep")
    yes = f"q:{(await scene.state(irena)).version}:=yes"

    await scene.tap(irena, yes)
    (second,) = await scene.tap(irena, yes)
    await half_a_minute(scene, irena)

    assert second.text.startswith(sentence(QuestionPassed()))
    assert (
        await scene.rows(
            "SELECT revision FROM session WHERE event_id = :event_id", event_id=event_id
        )
        == [(1,)] * 2
    )
    assert await scene.rows("SELECT count(*) FROM outbox WHERE kind = 'event_moved'") == [(1,)]
