from datetime import timedelta
from typing import Any, get_args

from handlers.telegram import task_screens
from playground.visitor import Visitor
from programme import tasks
from programme.refusals import NotStaff
from programme.task_refusals import TaskDoneBefore, TaskUnknown
from storage.tables import person
from tests.handlers.scene import Scene, heard, sentence
from tests.storage.rows import make_person

MAIL = {"sender": "anna@ngo.example.org", "subject": "Pytanie <o> salę"}
LONG = "Dzień dobry, " + "proszę o <miejsce> & parking. " * 200


async def _ask(scene: Scene, key: str, **values: Any) -> None:
    known: dict[str, Any] = {"kind": "mail", "facts": MAIL} | values
    async with scene.database.transaction() as tx:
        await tasks.ask(tx, key=key, now=scene.clock(), **known)


async def _staff(scene: Scene, role: str = "coordinator", number: int = 9) -> Visitor:
    staff = scene.visitor(number)
    await scene.make_staff(staff, role)
    return staff


async def test_staff_see_what_is_to_be_done_and_do_it(scene: Scene) -> None:
    staff = await _staff(scene, "assistant")
    await _ask(scene, "mail:1", original="Czy jest winda?\n<b>Anna</b>")

    listed = await scene.say(staff, "/zadania")
    card = await scene.tap(staff, "uv:")
    done = await scene.tap(staff, "ud:")
    empty = await scene.tap(staff, "ut:")

    assert listed[-1].text == (
        "1 sprawa do załatwienia\n\n"
        "1. Wiadomość do przeczytania, od: anna@ngo.example.org, temat: „Pytanie <o> salę”\n"
        "od 04.01.2027"
    )
    assert "Czy jest winda?\n<b>Anna</b>" in card[-1].text
    assert "Wysłano z adresu: anna@ngo.example.org" in card[-1].text
    assert done[-1].text.startswith("✓ Zrobione: Maria.")
    assert empty[-1].text == "Nie ma żadnych spraw do załatwienia. Dziękujemy!"


async def test_the_way_to_the_list_stands_below_the_events(scene: Scene) -> None:
    staff = await _staff(scene, "viewer")
    without = await scene.say(staff, "/wydarzenia")
    await _ask(scene, "mail:1")
    await _ask(scene, "mail:2")

    listed = await scene.say(staff, "/wydarzenia")
    shown = await scene.tap(staff, "ut:")

    assert listed[-1].buttons == [*without[-1].buttons, "Sprawy do załatwienia (2)"]
    assert shown[-1].text.startswith("2 sprawy do załatwienia")


async def test_a_task_that_was_done_can_be_put_back(scene: Scene) -> None:
    staff = await _staff(scene)
    await _ask(scene, "mail:1")
    await scene.say(staff, "/zadania")
    for data in ("uv:", "ud:", "uu:"):
        shown = await scene.tap(staff, data)

    assert not shown[-1].text.startswith("✓")
    assert [one["callback_data"] for row in shown[-1].rows for one in row] == ["ud:1", "ut:0"]


async def test_an_old_button_says_that_it_is_done(scene: Scene) -> None:
    staff = await _staff(scene)
    await _ask(scene, "mail:1")
    await scene.say(staff, "/zadania")
    card = await scene.tap(staff, "uv:")
    await scene.tap(staff, "ud:")

    again = await scene.press(staff, card[-1].message_id, "ud:1")
    unknown = await scene.press(staff, card[-1].message_id, "uv:77")

    assert again[-1].text.startswith(sentence(TaskDoneBefore()))
    assert unknown[-1].text.startswith(sentence(TaskUnknown()))


async def test_a_viewer_reads_and_does_nothing(scene: Scene) -> None:
    viewer = await _staff(scene, "viewer")
    await _ask(scene, "mail:1", original="Czy jest winda?")

    await scene.say(viewer, "/zadania")
    card = await scene.tap(viewer, "uv:")
    forced = await scene.press(viewer, card[-1].message_id, "ud:1")

    assert "Czy jest winda?" in card[-1].text
    assert [one["callback_data"] for row in card[-1].rows for one in row] == ["ut:0"]
    assert forced[-1].text.startswith(sentence(NotStaff()))


async def test_somebody_else_sees_nothing(scene: Scene) -> None:
    anna = scene.visitor(1)
    await scene.introduce(anna)
    await _ask(scene, "mail:1", original="Tajne")

    said = await scene.say(anna, "/zadania")

    assert said[-1].text.startswith(sentence(NotStaff()))
    assert "Tajne" not in "".join(one.text for one in heard(anna))


async def test_a_long_letter_is_shortened_and_sent_whole_as_a_file(scene: Scene) -> None:
    staff = await _staff(scene)
    await _ask(scene, "mail:1", original=LONG)
    await scene.say(staff, "/zadania")

    card = await scene.tap(staff, "uv:")
    whole = await scene.tap(staff, "ux:")

    assert "…" in card[-1].text
    assert len(card[-1].text) < 2_500
    assert whole[-1].document is not None
    assert whole[-1].document.filename == "list-1.txt"
    assert whole[-1].document.content.decode("utf-8-sig") == LONG


async def test_a_dead_address_says_whom_to_call(scene: Scene) -> None:
    staff = await _staff(scene)
    async with scene.database.transaction() as tx:
        ewa = await make_person(tx, name="Ewa Wzorowa")
        await tx.execute(person.update().where(person.c.id == ewa).values(phone="600 100 200"))
    facts = {"address": "ewa@example.org", "name": "Ewa Wzorowa", "chat": False}
    await _ask(scene, "address:1", kind="address", facts=facts, person_id=ewa)
    await scene.say(staff, "/zadania")

    card = await scene.tap(staff, "uv:")

    assert card[-1].text == (
        "Poprosić o nowy adres e-mail: Ewa Wzorowa\n"
        "od 04.01.2027\n\n"
        "Osoba: Ewa Wzorowa\n"
        "Adres: ewa@example.org\n"
        "Telefon: 600 100 200 (Ewa Wzorowa)\n\n"
        "E-maile na ten adres wracają. Prosimy zadzwonić i poprosić o inny adres. Gdy zostanie on "
        "potwierdzony, ta sprawa zamknie się sama.\n"
        "Do tego czasu nic od nas tam nie dociera."
    )
    lead = await scene.tap(staff, "pc:")
    assert lead[-1].text.startswith("Ewa Wzorowa")


def test_every_kind_of_task_has_its_words() -> None:
    assert set(task_screens.LINES) == set(task_screens.TO_DO) == set(get_args(tasks.Kind))


async def test_a_task_of_any_kind_is_shown_although_its_facts_say_little(scene: Scene) -> None:
    staff = await _staff(scene)
    for kind in get_args(tasks.Kind):
        await _ask(scene, kind, kind=kind, facts={})
    await scene.say(staff, "/zadania")

    cards = [
        await scene.press(staff, heard(staff)[-1].message_id, f"uv:{number}")
        for number in range(1, len(get_args(tasks.Kind)) + 1)
    ]

    assert [card[-1].text.splitlines()[0] for card in cards] == [
        "Wiadomość do przeczytania, od: (bez adresu), temat: „(bez tematu)”",
        "Nazwiska do sprawdzenia:",
        "Poprosić o nowy adres e-mail:",
        "Pytanie z kalendarza:",
        "Który to dokument? Od: (bez adresu)",
        "Czy ten adres działa?",
        "List czeka na decyzję: „(bez tematu)” – autor: ?, już bez dostępu",
    ]


async def test_coordinators_hear_that_there_is_something_to_do(scene: Scene) -> None:
    staff = await _staff(scene)
    before = len(heard(staff))
    # In one transaction, because the ticker may look at any moment.
    async with scene.database.transaction() as tx:
        for number in range(3):
            await tasks.ask(tx, key=f"mail:{number}", kind="mail", facts=MAIL, now=scene.clock())

    scene.clock.put_forward(scene.clock() + timedelta(minutes=1))
    await scene.process.ticker.tick()
    await scene.settle()

    told = heard(staff)[before:]
    assert [one.text for one in told] == [
        "Są 3 nowe sprawy do załatwienia\n\nProsimy nacisnąć przycisk lub /zadania."
    ]
    listed = await scene.tap(staff, "ut:")
    assert listed[-1].text.startswith("3 sprawy do załatwienia")
