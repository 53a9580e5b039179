"""A member hands documents in by chat; every sentence is the one that people read."""

from datetime import timedelta

from storage.files import Bytes, FileStore, add
from storage.paper_tables import required_document
from tests.handlers.papers import (
    ASKED,
    CARD,
    HELP,
    JPEG,
    PDF,
    STATEMENT,
    kept,
    plain,
    registered,
    required_ids,
    send,
    state,
)
from tests.handlers.scene import Scene, heard


async def test_confirmation_and_list_lead_to_the_documents(scene: Scene) -> None:
    visitor, number = await registered(scene)

    confirmation = heard(visitor)[-1]
    (mine,) = await scene.say(visitor, "/moje")
    (page,) = await scene.tap(visitor, f"d:{number}")

    assert f"Prosimy przekazać przed wydarzeniem:\n– {CARD}\n– {STATEMENT}\n" in confirmation.text
    assert [row[0]["callback_data"] for row in confirmation.rows] == [f"d:{number}", "m"]
    assert f"Brakuje dokumentów: {CARD}, {STATEMENT}." in mine.text
    assert f"◻️ {CARD}: czekamy na ten dokument\n◻️ {STATEMENT}: czekamy" in page.text


async def test_photo_is_handed_in_after_the_button(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    (asked,) = await scene.tap(visitor, f"dh:{number}:")

    (said,) = await send(scene, visitor, JPEG)

    assert plain(asked.text) == ASKED
    assert said.startswith(f"Dziękujemy, dokument „{CARD}” dotarł.\n\n")
    assert f"📨 {CARD}: jest już u nas, czeka na sprawdzenie\n◻️ {STATEMENT}: czekamy" in said
    assert await state(scene) == [("handed_in", None, "image/jpeg")]
    assert len(kept(scene)) == 1
    assert await scene.step(visitor) == ""


async def test_words_instead_of_a_file_are_answered(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")

    (said,) = await scene.say(visitor, "już wysłałam pocztą")

    assert plain(said.text) == f"Czekamy tu na zdjęcie albo plik PDF.\n\n{ASKED}"


async def test_file_without_a_word_is_asked_about(scene: Scene) -> None:
    visitor, number = await registered(scene)

    (asked,) = await send(scene, visitor, PDF, "skan.pdf")
    card, _ = await required_ids(scene)
    (said,) = await scene.choose(visitor, f"{number}.{card}")

    assert asked == "Dziękujemy, mamy plik „skan.pdf”. Który to dokument?"
    assert said.text.startswith(f"Dziękujemy, dokument „{CARD}” dotarł.")
    assert await state(scene) == [("handed_in", None, "application/pdf")]


async def test_only_missing_document_is_confirmed_by_one_button(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    await send(scene, visitor, JPEG)

    (asked,) = await send(scene, visitor, JPEG)
    (said,) = await scene.choose(visitor, f"{number}.")

    assert asked.startswith(f"Dziękujemy, mamy Państwa zdjęcie. Czy to dokument „{STATEMENT}”?")
    assert said.text.startswith(f"Dziękujemy, dokument „{STATEMENT}” dotarł.")
    assert len(await state(scene)) == 2


async def test_second_photo_at_once_waits_for_its_turn(scene: Scene) -> None:
    visitor, number = await registered(scene)
    first, second = await required_ids(scene)

    await visitor.send_photo(JPEG)
    await visitor.send_photo(JPEG + b"2")
    await scene.settle()
    held = [plain(message.text) for message in heard(visitor)[-2:]]
    thanks, again = await scene.choose(visitor, f"{number}.{first}")
    (done,) = await scene.choose(visitor, f"{number}.{second}")

    assert held == [
        "Dziękujemy, mamy Państwa zdjęcie. Który to dokument?",
        (
            "Ten plik też mamy i za chwilę o niego zapytamy. Prosimy najpierw odpowiedzieć "
            "na pytanie powyżej."
        ),
    ]
    assert thanks.text.startswith(f"Dziękujemy, dokument „{CARD}” dotarł.")
    assert f"Czy to dokument „{STATEMENT}”?" in again.text
    assert done.text.startswith(f"Dziękujemy, dokument „{STATEMENT}” dotarł.")
    assert [row[0] for row in await state(scene)] == ["handed_in", "handed_in"]


async def test_file_that_is_none_of_them_is_thrown_away(scene: Scene) -> None:
    visitor, _ = await registered(scene)
    await send(scene, visitor, JPEG)

    (said,) = await scene.choose(visitor, "none")

    assert said.text == "Usunęliśmy ten plik. Nic się nie zmieniło."
    assert await state(scene) == []


async def test_file_when_nothing_is_missing_is_not_kept(scene: Scene) -> None:
    visitor, number = await registered(scene)
    for _ in range(2):
        await send(scene, visitor, JPEG)
        await scene.choose(visitor, f"{number}.")
    before = kept(scene)

    said = await send(scene, visitor, JPEG)

    assert said == [
        (
            "Dziękujemy, ale mamy już wszystkie Państwa dokumenty, więc tego pliku nie "
            "zachowaliśmy. Aby wymienić któryś z nich, prosimy nacisnąć „Moje "
            f"szkolenia”, a potem „Moje dokumenty”.{HELP}"
        )
    ]
    assert kept(scene) == before


async def test_file_for_a_cancelled_registration_is_not_kept(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    await scene.press(visitor, 1, f"xx:{number}")

    (said,) = await send(scene, visitor, JPEG)

    assert said.startswith(
        "Nie są już Państwo zapisani na to wydarzenie, więc ten dokument nie jest potrzebny. "
        "Niczego nie zachowaliśmy."
    )
    assert (await state(scene), kept(scene)) == ([], [])


async def test_file_after_the_event_is_not_kept(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    scene.clock.put_forward(scene.clock() + timedelta(days=60))

    (said,) = await send(scene, visitor, JPEG)

    assert said.startswith(
        "To wydarzenie już się odbyło, więc dokumentów do niego nie można tu już przysyłać. "
        "Prosimy przynieść dokument do urzędu."
    )
    assert (await state(scene), kept(scene)) == ([], [])


async def test_blank_is_sent_as_a_file(scene: Scene) -> None:
    visitor, number = await registered(scene)
    content = b"%PDF-1.7 druk"
    bytes_ = await FileStore(scene.settings.files_folder).put(content, now=scene.clock())
    async with scene.database.transaction() as tx:
        file = await add(
            tx, bytes_, original_name="", content_type="application/pdf", now=scene.clock()
        )
        await tx.execute(required_document.update().values(blank_file_id=file.id))
    await scene.tap(visitor, f"d:{number}")

    (said,) = await scene.tap(visitor, "db:")

    assert said.text.startswith(f"{CARD}\nProsimy wydrukować ten druk, wypełnić go i podpisać")
    sent = scene.playground.server.delivered(visitor.user_id)[-1]["document"]
    assert (sent["file_name"], sent["file_size"]) == (
        "Karta-zgłoszenia-uczestnika.pdf",
        len(content),
    )


async def test_file_missing_on_the_disk_is_a_failed_message_and_no_crash(scene: Scene) -> None:
    visitor, number = await registered(scene)
    async with scene.database.transaction() as tx:
        gone = Bytes("a" * 40, 1, "0" * 64)
        file = await add(tx, gone, original_name="", content_type="x", now=scene.clock())
        await tx.execute(required_document.update().values(blank_file_id=file.id))
    await scene.tap(visitor, f"d:{number}")

    said = await scene.tap(visitor, "db:")

    assert said == []
    query = "SELECT state FROM outbox WHERE state <> 'sent' AND kind = 'reply'"
    assert await scene.rows(query) == [("failed",)]


async def test_button_of_somebody_else_s_document_opens_nothing(scene: Scene) -> None:
    _, number = await registered(scene)
    other = scene.visitor(2, "Jan")
    await scene.introduce(other, name="Jan Inny")

    (said,) = await scene.press(other, 1, f"d:{number}")
    (asked,) = await scene.press(other, 1, f"dh:{number}:1")

    for message in (said, asked):
        assert message.text.startswith(
            "Nie możemy znaleźć tego dokumentu. Prosimy nacisnąć „Moje szkolenia” i wybrać go "
            "stamtąd."
        )


async def test_later_stops_waiting_for_the_file(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")

    await scene.tap(visitor, f"d:{number}")

    assert await scene.step(visitor) == ""
