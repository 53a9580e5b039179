from playground.visitor import Visitor
from programme.people_refusals import SeatsAllTaken
from programme.refusals import NotStaff, OptionUnknown
from tests.handlers.scene import Scene, heard, sentence

KGW = "Koło Gospodyń Wiejskich w Miłkach"


async def _staff(scene: Scene) -> tuple[Visitor, int]:
    staff = scene.visitor(9)
    await scene.make_staff(staff)
    event_id = await scene.resize("lider-spolecznosci", 1)
    await scene.say(staff, "/wydarzenia")
    await scene.tap(staff, f"se:{event_id}")
    return staff, event_id


async def _answer(scene: Scene, staff: Visitor, *answers: str) -> list[str]:
    """Answer one question after another, and give what was said; "b:" presses a button."""
    said = []
    for one in answers:
        if one.startswith("b:"):
            found = await scene.choose(staff, one.removeprefix("b:"))
        else:
            found = await scene.say(staff, one)
        said.append(found[-1].text)
    return said


async def test_staff_let_in_somebody_new_and_one_more_than_there_are_seats(scene: Scene) -> None:
    staff, event_id = await _staff(scene)
    await scene.tap(staff, "pw:")

    first = await _answer(scene, staff, "Ewa Nowa", "b:ngo", "KGW Milki", "b:org:", "b:seat")
    await scene.tap(staff, "pw:")
    second = await _answer(scene, staff, "ewa nova", "b:new", "b:clerk", "b:org:", "b:anyway")

    assert "Prosimy wręczyć klauzulę informacyjną" in first[3]
    assert first[4].startswith("Ewa Nowa: miejsce przyznane.")
    assert second[0].endswith(f"Czy to jedna z nich?\n– Ewa Nowa, {KGW}")
    assert "Wszystkie miejsca są zajęte (osób: 1, miejsc: 1)." in second[3]
    assert second[4].endswith(
        "Osób jest teraz więcej niż miejsc. Na karcie wydarzenia widać nadmiar."
    )
    assert await scene.registrations(event_id) == [("active", 1), ("active", 2)]
    assert (await scene.event("lider-spolecznosci")).taken == 2


async def test_somebody_known_gets_a_seat_and_keeps_it(scene: Scene) -> None:
    member = scene.visitor(1)
    await scene.introduce(member, name="Anna Wzorowa")
    staff, event_id = await _staff(scene)
    await scene.tap(staff, "pw:")

    seated = await _answer(scene, staff, "wzorowa anna", "b:1", "b:seat")
    await scene.tap(staff, "pw:")
    again = await _answer(scene, staff, "Anna Wzorowa", "b:1", "b:anyway")

    assert seated[-1].startswith("Anna Wzorowa: miejsce przyznane.")
    assert again[-1].startswith("Anna Wzorowa: ta osoba miała już miejsce.")
    assert await scene.registrations(event_id) == [("active", 1)]
    assert heard(member)[-1].text.startswith("Zapisaliśmy Państwa")


async def test_a_seat_that_went_meanwhile_is_said_and_nobody_is_added(scene: Scene) -> None:
    staff, event_id = await _staff(scene)
    await scene.tap(staff, "pw:")
    await _answer(scene, staff, "Ewa Nowa", "b:ngo", "KGW Milki", "b:org:")
    member = scene.visitor(1)
    await scene.introduce(member)
    await scene.register(member, event_id)

    said = await _answer(scene, staff, "b:seat")

    assert said[0].startswith(sentence(SeatsAllTaken(1)))
    assert await scene.rows("SELECT count(*) FROM person") == [(1,)]
    assert await scene.step(staff) == "confirm"


async def test_odd_answers_are_asked_again(scene: Scene) -> None:
    staff, event_id = await _staff(scene)
    await scene.tap(staff, "pw:")

    said = await _answer(scene, staff, "x" * 500, "😀😀", "Ewa Nowa", "szef", "b:ngo", "Nikt Nigdy")
    last = await _answer(scene, staff, "b:other", "tak")

    assert said[3].startswith(sentence(OptionUnknown()))
    assert "nie ma w rejestrze" in said[5]
    assert last[1].startswith(sentence(OptionUnknown()))
    assert await scene.registrations(event_id) == []


async def test_only_staff_let_people_in(scene: Scene) -> None:
    viewer = scene.visitor(8)
    await scene.make_staff(viewer, "viewer")

    said = await scene.press(viewer, heard(viewer)[-1].message_id, "pw:1")

    assert said[-1].text.startswith(sentence(NotStaff()))


async def test_the_way_back_to_the_event_leaves_the_questions(scene: Scene) -> None:
    staff, event_id = await _staff(scene)
    await scene.tap(staff, "pw:")

    await scene.tap(staff, f"se:{event_id}")

    assert await scene.step(staff) == ""
