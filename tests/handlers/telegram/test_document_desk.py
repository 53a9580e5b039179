"""Staff check documents in the chat."""

from typing import Any

import pytest
from sqlalchemy import insert

from playground.visitor import Visitor
from programme.document_refusals import DocumentChecked, DocumentReplaced
from programme.refusals import AnswerEmpty, NotStaff
from storage import staff as staff_rows
from storage.tables import person, registration
from tests.handlers.papers import (
    CARD,
    JPEG,
    KEY,
    PDF,
    STATEMENT,
    kept,
    plain,
    registered,
    required_ids,
    send,
    state,
)
from tests.handlers.scene import Scene, heard, sentence


async def handed(scene: Scene) -> tuple[Visitor, Visitor, int, int]:
    """Give a member with both documents handed in, staff, the registration and the event."""
    visitor, number = await registered(scene)
    for content, name in ((JPEG, ""), (PDF, "skan.pdf")):
        await send(scene, visitor, content, name)
        await scene.choose(visitor, f"{number}.")
    staff = scene.visitor(9, "Maria")
    await scene.make_staff(staff)
    return visitor, staff, number, (await scene.event(KEY)).id


def labels(message: Any) -> list[str]:
    return [one["text"] for row in message.rows for one in row]


def datas(message: Any) -> list[str]:
    return [one["callback_data"] for row in message.rows for one in row]


async def test_desk_leads_to_the_documents(scene: Scene) -> None:
    _, staff, _, event_id = await handed(scene)

    await scene.say(staff, "/wydarzenia")
    (desk,) = await scene.tap(staff, f"se:{event_id}")
    (seen,) = await scene.tap(staff, f"ds:{event_id}")

    assert "Dokumenty" in labels(desk)
    assert plain(seen.text).endswith(
        f"Wymagane: {CARD}; {STATEMENT}\n\nOsoby: 1\nKomplet w porządku: 0\n"
        "Dokumenty do sprawdzenia: 2\nOsoby, którym czegoś brakuje: 0"
    )
    assert labels(seen) == [
        "Sprawdź następny dokument",
        "Czyje dokumenty czekają na sprawdzenie",
        "Komu brakuje dokumentów",
        "Dokumenty wszystkich osób",
        "Wróć do wydarzenia",
    ]


async def test_photo_comes_as_a_photo_and_a_file_as_a_file(scene: Scene) -> None:
    _, staff, _, event_id = await handed(scene)

    (photo,) = await scene.press(staff, 1, f"dc:{event_id}")
    await scene.tap(staff, "dy:")
    (file,) = await scene.press(staff, 1, f"dc:{event_id}")

    first, _, second = scene.playground.server.delivered(9)[-3:]
    assert photo.text.startswith(f"{CARD}\nAnna Wzorowa, Koło Gospodyń Wiejskich w Miłkach\n")
    assert first["photo"][0]["file_size"] == len(JPEG)
    assert file.text.startswith(STATEMENT)
    assert second["document"]["file_name"] == "Oświadczenie-uczestnika-projektu-Anna-Wzorowa.pdf"
    assert labels(file) == [
        "Przyjmij",
        "Odeślij z podaniem powodu",
        "Wszystkie dokumenty tej osoby",
    ]


async def test_all_accepted_tells_the_person_once(scene: Scene) -> None:
    visitor, staff, _, event_id = await handed(scene)
    before = len(heard(visitor))

    for _ in range(2):
        await scene.press(staff, 1, f"dc:{event_id}")
        said = await scene.tap(staff, "dy:")
    (nothing,) = await scene.press(staff, 1, f"dc:{event_id}")

    assert said[0].text.startswith("Przyjęto. Ta osoba ma już komplet i dostaje o tym wiadomość.")
    assert [message.text.partition("\n")[0] for message in heard(visitor)[before:]] == [
        "Dokumenty są w porządku"
    ]
    assert nothing.text.endswith("Wszystkie dokumenty, które dotarły, są sprawdzone.")


async def test_double_tap_on_accept_says_so_and_changes_nothing(scene: Scene) -> None:
    visitor, staff, _, event_id = await handed(scene)
    await scene.press(staff, 1, f"dc:{event_id}")
    await scene.tap(staff, "dy:")
    before, told = await state(scene), len(heard(visitor))

    (said,) = await scene.tap(staff, "dy:")

    assert plain(said.text) == plain(sentence(DocumentChecked(CARD, "accepted")))
    assert labels(said)[0] == "Sprawdź następny dokument"
    assert await state(scene) == before
    assert len(heard(visitor)) == told


async def test_sent_back_with_a_ready_reason_and_sent_again(scene: Scene) -> None:
    visitor, staff, number, event_id = await handed(scene)
    await scene.press(staff, 1, f"dc:{event_id}")
    (question,) = await scene.tap(staff, "dn:")
    (done,) = await scene.choose(staff, "reason:1")
    told = heard(visitor)[-1]
    (asked,) = await scene.tap(visitor, f"dh:{number}:")
    (again,) = await send(scene, visitor, JPEG + b"2")

    assert labels(question) == ["Nieczytelne", "Brak podpisu", "Inny albo niecały dokument"]
    assert done.text.startswith("Odesłano. Ta osoba dostaje wiadomość z powodem.")
    assert plain(told.text).startswith(
        f"Prosimy poprawić jeden dokument\n\nNie możemy jeszcze przyjąć dokumentu „{CARD}”. "
        "Powód: Brakuje podpisu. Prosimy podpisać dokument i przysłać go jeszcze raz."
    )
    assert asked.text.startswith(f"Prosimy teraz przysłać „{CARD}”")
    assert again.startswith(f"Dziękujemy, dokument „{CARD}” dotarł.")
    assert [row[:2] for row in await state(scene)] == [
        ("handed_in", "returned"),
        ("handed_in", None),
        ("handed_in", None),
    ]
    assert len(kept(scene)) == 3


async def test_typed_reason_is_what_the_person_reads(scene: Scene) -> None:
    visitor, staff, _, event_id = await handed(scene)
    await scene.press(staff, 1, f"dc:{event_id}")
    await scene.tap(staff, "dn:")

    (empty,) = await scene.say(staff, "👍")
    (long,) = await scene.say(staff, "x" * 301)
    await scene.say(staff, "Data jest <sprzed> roku & bez podpisu")

    assert plain(empty.text).startswith(plain(sentence(AnswerEmpty())))
    assert "300" in long.text
    assert "Powód: Data jest <sprzed> roku & bez podpisu" in plain(heard(visitor)[-1].text)


async def test_reason_for_a_document_that_was_replaced_meanwhile(scene: Scene) -> None:
    visitor, staff, number, event_id = await handed(scene)
    await scene.press(staff, 1, f"dc:{event_id}")
    await scene.tap(staff, "dn:")
    card, _ = await required_ids(scene)
    await scene.press(visitor, 1, f"dh:{number}:{card}")
    await send(scene, visitor, JPEG + b"2")
    before = await state(scene)

    (said,) = await scene.choose(staff, "reason:0")

    assert plain(said.text).startswith(plain(sentence(DocumentReplaced())))
    assert await state(scene) == before
    assert await scene.step(staff) == ""


async def test_paper_at_the_office_is_ticked(scene: Scene) -> None:
    visitor, number = await registered(scene)
    staff = scene.visitor(9, "Maria")
    await scene.make_staff(staff)
    event_id = (await scene.event(KEY)).id

    (listed,) = await scene.press(staff, 1, f"dl:{event_id}:m:0")
    (sheet,) = await scene.tap(staff, f"du:{number}")
    await scene.tap(staff, f"dp:{number}:")
    (done,) = await scene.tap(staff, f"dp:{number}:")

    assert "– Anna Wzorowa: w porządku: 0 z 2, brakuje: 2" in plain(listed.text)
    assert labels(sheet)[0].startswith("Papier w urzędzie: Karta")
    assert plain(done.text).startswith("Zapisano: papier jest w urzędzie.")
    assert f"✅ {STATEMENT}: w porządku (papier w urzędzie)" in plain(done.text)
    assert heard(visitor)[-1].text.startswith("Dokumenty są w porządku")


async def test_list_of_300_people_pages(scene: Scene) -> None:
    _, staff, _, event_id = await handed(scene)
    async with scene.database.transaction() as tx:
        for number in range(1000, 1300):
            await tx.execute(
                insert(person).values(
                    id=number,
                    name=f"Osoba {number} " + "ź" * 200,
                    role="ngo",
                    organisation_text="",
                    locale="pl",
                    created_at=scene.clock(),
                )
            )
            await tx.execute(
                insert(registration).values(
                    event_id=event_id,
                    person_id=number,
                    state="active",
                    door="staff",
                    created_at=scene.clock(),
                    seated_at=scene.clock(),
                )
            )

    (first,) = await scene.press(staff, 1, f"dl:{event_id}:m:0")
    (last,) = await scene.press(staff, 1, f"dl:{event_id}:m:9999")

    assert plain(first.text).count("– Osoba") == 10
    assert "Strona 1 z 30" in plain(first.text)
    assert "Strona 30 z 30" in plain(last.text)
    assert datas(first)[-2:] == [f"dl:{event_id}:m:1", f"ds:{event_id}"]
    assert datas(last)[-2:] == [f"dl:{event_id}:m:28", f"ds:{event_id}"]


@pytest.mark.parametrize(
    "press", ["ds:1", "dl:1:a:0", "dv:1", "dc:1", "dy:1", "dn:1", "du:1", "dp:1:1"]
)
async def test_nobody_but_staff_gets_in(scene: Scene, press: str) -> None:
    visitor, _ = await registered(scene)
    before = await state(scene)

    (said,) = await scene.press(visitor, 1, press)

    assert plain(said.text).startswith(plain(sentence(NotStaff())))
    assert await state(scene) == before


async def test_staff_who_lost_their_rights_cannot_finish_a_reason(scene: Scene) -> None:
    _, staff, _, event_id = await handed(scene)
    await scene.press(staff, 1, f"dc:{event_id}")
    await scene.tap(staff, "dn:")
    async with scene.database.transaction() as tx:
        await staff_rows.remove(tx, chat_id=9, now=scene.clock())
    before = await state(scene)

    (said,) = await scene.say(staff, "Brak podpisu")

    assert plain(said.text).startswith(plain(sentence(NotStaff())))
    assert await state(scene) == before
