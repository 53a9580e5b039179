"""The weekly digest and the daily summary in the chat, as staff and readers meet them."""

from typing import Any

from playground.visitor import Visitor
from programme.announcement_refusals import AnnouncementTold
from programme.announcements import moment_of
from storage import announcements as rows
from storage import staff as staff_rows
from storage.staff import StaffMember
from storage.tables import outbox
from tests.handlers.scene import Scene, button, heard, sentence
from tests.programme.newsletters import announce
from tests.storage.rows import ZONE, make_person

LONG = "Zapraszamy do składania wniosków. " * 40


async def _staff(scene: Scene, role: str = "assistant") -> tuple[Visitor, StaffMember]:
    visitor = scene.visitor(9)
    await scene.make_staff(visitor, role)
    async with scene.database.reading() as tx:
        member = await staff_rows.by_chat(tx, 9)
    assert member is not None
    return visitor, member


async def _announce(scene: Scene, member: StaffMember, *subjects: str, body: str = LONG) -> None:
    async with scene.database.transaction() as tx:
        for subject in subjects:
            await announce(tx, member, subject, body=body, now=scene.clock())


async def _make_digest(scene: Scene) -> None:
    """Let Friday come, ten in the morning."""
    async with scene.database.reading() as tx:
        day = await rows.first_day(tx)
    assert day is not None
    await scene.settle()
    scene.clock.put_forward(moment_of(day, ZONE))
    await scene.process.ticker.tick()
    await scene.settle()


async def test_staff_take_an_announcement_out_and_put_it_back(scene: Scene) -> None:
    staff, member = await _staff(scene)
    await _announce(scene, member, "Nabór <i> granty", "Dyżur")

    listed = await scene.say(staff, "/ogloszenia")
    card = await scene.tap(staff, "jw:1")
    gone = await scene.tap(staff, "jww:1")
    back = await scene.tap(staff, "ju:1")
    once_more = await scene.tap(staff, "jl")

    assert listed[-1].text.splitlines()[-2:] == ["1. Nabór <i> granty", "2. Dyżur"]
    assert card[-1].text.endswith("Czy usunąć je z przeglądu? Wtedy nikt go nie dostanie.")
    assert gone[-1].text == (
        "Ogłoszenie „Nabór <i> granty” zostało usunięte z przeglądu. Nikt go nie dostanie."
    )
    assert back[-1].text.startswith("Ogłoszenie „Nabór <i> granty” wróciło: ")
    assert once_more[-1].text == listed[-1].text


async def test_what_was_told_is_no_longer_in_the_list(scene: Scene) -> None:
    staff, member = await _staff(scene)
    await _announce(scene, member, "Nabór")
    await scene.say(staff, "/ogloszenia")
    message_id, data = button(staff, "jw:1")
    await _make_digest(scene)

    late = await scene.press(staff, message_id, data)
    empty = await scene.say(staff, "/ogloszenia")

    assert late[-1].text.startswith(sentence(AnnouncementTold()))
    assert empty[-1].text.startswith("Żadne ogłoszenie nie czeka na przegląd tygodnia.")


async def test_reader_opens_the_whole_text_below_the_digest(scene: Scene) -> None:
    _visitor, member = await _staff(scene)
    ewa = scene.visitor(5, "Ewa")
    async with scene.database.transaction() as tx:
        await make_person(tx, name="Ewa", chat=5)
    await scene.say(ewa, "/pomoc")
    await _announce(scene, member, "Nabór", "Dyżur")
    await _make_digest(scene)

    digest = heard(ewa)[-1]
    whole = await scene.tap(ewa, "ja:1")

    assert digest.text.startswith("Ogłoszenia z tego tygodnia\n\n1. Nabór\n")
    assert digest.text.count("Cały tekst otwiera przycisk poniżej.") == 2
    assert LONG.strip() not in digest.text
    assert LONG.strip() in whole[-1].text
    assert whole[-1].text.startswith("Nabór\n")


async def test_coordinator_asks_for_the_summary_and_looks_at_what_did_not_arrive(
    scene: Scene,
) -> None:
    chief, _member = await _staff(scene, "coordinator")

    nothing = await scene.say(chief, "/podsumowanie")
    page = await scene.tap(chief, "s")
    async with scene.database.transaction() as tx:
        person_id = await make_person(tx, name="Jan Przykładowy", mail="jan@example.org")
        row: dict[str, Any] = {
            "key": "lost",
            "channel": "mail",
            "kind": "reminder",
            "state": "failed",
        }
        row |= {"address": "jan@example.org", "locale": "pl", "facts": {}, "priority": 20}
        moments = dict.fromkeys(("due_at", "not_after", "created_at", "ended_at"), scene.clock())
        await tx.execute(outbox.insert().values(person_id=person_id, **row, **moments))
    something = await scene.say(chief, "/podsumowanie")
    lost = await scene.tap(chief, "jf:0")

    assert "Nic nowego od: " in nothing[-1].text
    assert page
    assert "Nie dotarła 1 wiadomość." in something[-1].text
    assert "1. Jan Przykładowy, e-mail\nprzypomnienie – nie dostarczono" in lost[-1].text
