from sqlalchemy import select

from playground.visitor import Visitor
from programme.people_refusals import AlreadyMerged, PersonNotFound, SamePerson
from programme.refusals import NotStaff
from storage import staff as staff_rows
from storage.tables import person
from tests.handlers.scene import Scene, all_buttons, heard, sentence
from tests.handlers.telegram.desk_scene import half_a_minute
from tests.storage.rows import make_person


async def _two_entries(scene: Scene) -> tuple[Visitor, Visitor, Visitor, int]:
    """Let one woman come from two chats, and register from both."""
    event_id = await scene.resize("lider-spolecznosci", 2)
    first, second, staff = (scene.visitor(number) for number in (1, 2, 9))
    for one in (first, second):
        await scene.introduce(one, name="Anna Wzorowa")
        await scene.register(one, event_id)
    await scene.make_staff(staff)
    return first, second, staff, event_id


async def _merged(scene: Scene) -> list[int | None]:
    async with scene.database.reading() as tx:
        rows = await tx.execute(select(person.c.merged_into_id).order_by(person.c.id))
        return list(rows.scalars())


async def test_staff_find_a_doubled_person_and_join_the_two(scene: Scene) -> None:
    first, second, staff, event_id = await _two_entries(scene)
    told = len(heard(second))

    await scene.say(staff, "/osoby")
    listed = await scene.tap(staff, "pp:0")
    shown = await scene.tap(staff, "pq:")
    asked = await scene.tap(staff, "pm:")
    waits = await scene.tap(staff, "pmm:")
    merged_yet = await _merged(scene)
    done = await half_a_minute(scene, staff)

    assert listed[-1].text == (
        "1 para wpisów to może być jedna osoba. Prosimy ją sprawdzić.\n\n"
        "1. Anna Wzorowa / Anna Wzorowa: to samo nazwisko i organizacja – zapis podwójny"
    )
    assert "NGO jako lider" in shown[-1].text
    assert shown[-1].text.count("\nTelegram\nNa liście od 04.01.2027") == 2
    assert asked[-1].text.endswith(
        "Niczego nie usuwamy, ale tej zmiany nie da się cofnąć przyciskiem."
    )
    assert waits[-1].text.startswith(
        "Za 30 sekund: połączenie dwóch wpisów w jeden: Anna Wzorowa + Anna Wzorowa."
    )
    assert merged_yet == [None, None]
    assert done[-1].text == (
        "Zrobione: połączenie dwóch wpisów w jeden: Anna Wzorowa + Anna Wzorowa.\n\n"
        "Te dwa wpisy to teraz jedna osoba. 1 podwójne zgłoszenie zostało zakończone."
    )
    assert done[-1].buttons == ["Pokaż osobę"]
    assert await _merged(scene) == [None, 1]
    assert sorted(await scene.registrations(event_id)) == [("active", 1), ("cancelled", 1)]
    assert [one.text.splitlines()[0] for one in heard(second)[told:]] == [
        "Państwa miejsce pozostaje bez zmian"
    ]
    for one in (first, second):
        mine = await scene.say(one, "/moje")
        assert "Mają Państwo zapewnione miejsce." in mine[-1].text


async def test_an_old_button_to_join_changes_nothing(scene: Scene) -> None:
    _first, _second, staff, _event_id = await _two_entries(scene)
    await scene.say(staff, "/osoby")
    for data in ("pp:0", "pq:", "pm:", "pmm:"):
        await scene.tap(staff, data)
    await half_a_minute(scene, staff)
    message_id, data = next(one for one in all_buttons(staff) if one[1].startswith("pmm:"))

    again = await scene.press(staff, message_id, data)

    refusal = sentence(AlreadyMerged("Anna Wzorowa"))
    assert again[-1].text.startswith(refusal)
    assert await _merged(scene) == [None, 1]


async def test_staff_say_that_two_are_different_people(scene: Scene) -> None:
    _first, _second, staff, _event_id = await _two_entries(scene)
    await scene.say(staff, "/osoby")
    for data in ("pp:0", "pq:"):
        await scene.tap(staff, data)

    done = await scene.tap(staff, "pn:")

    assert done[-1].text == "Wygląda na to, że nikt nie jest wpisany dwa razy."
    assert await _merged(scene) == [None, None]


async def test_staff_find_a_person_and_say_who_is_the_same(scene: Scene) -> None:
    member, other, staff = (scene.visitor(number) for number in (1, 2, 9))
    await scene.introduce(member, name="Łucja Zając")
    await scene.introduce(other, name="Lucyna Zającowa")
    await scene.make_staff(staff)

    found = await scene.say(staff, "/osoby zajac")
    card = await scene.tap(staff, "pc:1")
    asked = await scene.tap(staff, "ps:1")
    offered = await scene.say(staff, "lucyna")
    pair = await scene.tap(staff, "pq:1:2")

    assert [line for line in found[-1].text.splitlines() if line.startswith("–")] == [
        "– Łucja Zając, Koło Gospodyń Wiejskich w Miłkach",
        "– Lucyna Zającowa, Koło Gospodyń Wiejskich w Miłkach",
    ]
    assert card[-1].text.startswith(
        "Łucja Zając\nKoło Gospodyń Wiejskich w Miłkach\nReprezentuje organizację społeczną (NGO)"
    )
    assert asked[-1].text.startswith("Kto jest tą samą osobą co Łucja Zając?")
    assert "Lucyna" in offered[-1].text
    assert "Co na to wskazuje: wskazanie urzędu." in pair[-1].text


async def test_nobody_found_and_nobody_there(scene: Scene) -> None:
    staff = scene.visitor(9)
    await scene.make_staff(staff)
    await scene.say(staff, "/osoby")

    nobody = await scene.say(staff, "😀😀")
    message_id = heard(staff)[-1].message_id
    unknown = await scene.press(staff, message_id, "pc:77")
    same = await scene.press(staff, message_id, "pq:7:7")

    assert nobody[-1].text == "Nikogo nie znaleźliśmy. Prosimy wpisać krótszą część nazwiska."
    assert unknown[-1].text.startswith(sentence(PersonNotFound()))
    assert same[-1].text.startswith(sentence(SamePerson()))


async def test_people_are_for_staff_alone_and_joined_by_some_of_them(scene: Scene) -> None:
    _first, _second, staff, _event_id = await _two_entries(scene)
    viewer, member = scene.visitor(8), scene.visitor(1)
    await scene.make_staff(viewer, "viewer")
    message_id = heard(member)[-1].message_id

    assert (await scene.say(member, "/osoby"))[-1].text.startswith(sentence(NotStaff()))
    for one, first in ((viewer, ()), (member, ("ps", "pc:1"))):
        for data in (*first, "ps:1", "pp:0", "pq:1:2", "pm:1:2", "pmm:1:2", "pn:1:2"):
            said = await scene.press(one, heard(one)[-1].message_id, data)
            assert said[-1].text.startswith(sentence(NotStaff()))
    assert message_id
    assert staff
    assert await _merged(scene) == [None, None]


async def test_the_search_ends_for_whoever_is_no_longer_staff(scene: Scene) -> None:
    staff = scene.visitor(9)
    await scene.make_staff(staff)
    await scene.say(staff, "/osoby")
    async with scene.database.transaction() as tx:
        await staff_rows.remove(tx, chat_id=9, now=scene.clock())

    said = await scene.say(staff, "zajac")

    assert said[-1].text.startswith(sentence(NotStaff()))
    assert not await scene.step(staff)


async def test_three_hundred_pairs_page(scene: Scene) -> None:
    staff = scene.visitor(9)
    await scene.make_staff(staff)
    async with scene.database.transaction() as tx:
        for number in range(300):
            for _ in range(2):
                await make_person(tx, name=f"Osoba {number} {'ż' * 120}")

    await scene.say(staff, "/osoby")
    listed = await scene.tap(staff, "pp:0")
    turned = await scene.tap(staff, "pp:1")
    found = await scene.say(staff, "/osoby osoba")

    assert listed[-1].text.startswith("300 par wpisów")
    assert "\n9. Osoba" in turned[-1].text
    assert len(found[-1].rows) == 13
