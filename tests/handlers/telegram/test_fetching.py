"""What is fetched from Telegram, and what is said of a file that is not taken."""

import pytest

from playground.faults import Fault
from playground.files import DOWNLOAD_LIMIT, Upload
from programme.document_kinds import MOST_BYTES
from programme.refusals import AnswerNotText
from tests.handlers.papers import (
    ASKED,
    CARD,
    JPEG,
    TOO_BIG,
    kept,
    plain,
    registered,
    send,
    state,
)
from tests.handlers.scene import Scene, heard, sentence


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (
            b"PK\x03\x04" + b"0" * 50,
            "dokumenty.zip",
            (
                "To jest plik spakowany (na przykład ZIP), a takich nie otwieramy. Prosimy "
                "przysłać to, co jest w środku: zdjęcie podpisanej strony albo plik PDF."
            ),
        ),
        (
            b"MZ\x90\0 %PDF-1.4",
            "karta.pdf",
            (
                "To jest program, a nie dokument, niezależnie od nazwy pliku. Prosimy przysłać "
                "zdjęcie podpisanej strony albo plik PDF."
            ),
        ),
        (
            b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml",
            "karta.docx",
            (
                "To jest plik z edytora (na przykład Word) i nie może mieć podpisu. Prosimy go "
                "wydrukować, podpisać i przysłać zdjęcie albo zapisać jako plik PDF i przysłać ten "
                "plik."
            ),
        ),
        (
            b"Dzie\xc5\x84 dobry",
            "karta.pdf",
            (
                "Nie umiemy odczytać takiego pliku. Prosimy przysłać zdjęcie podpisanej strony "
                "albo plik PDF."
            ),
        ),
        (b"%PDF-" + bytes(MOST_BYTES), "skan.pdf", TOO_BIG),
        # Telegram itself gives no such file.
        (JPEG + bytes(25 * 1024 * 1024), "zdjecie.jpg", TOO_BIG),
    ],
    ids=["zip", "program", "word", "text", "over ours", "over Telegram's"],
)
async def test_other_file_is_refused_and_asked_for_again(
    scene: Scene, content: bytes, name: str, sentence: str
) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    before = await scene.state(visitor)

    said = await send(scene, visitor, content, name)

    assert said == [f"{sentence}\n\n{ASKED}"]
    assert await state(scene) == []
    assert kept(scene) == []
    assert (await scene.state(visitor)).data == before.data
    if len(content) > MOST_BYTES:
        assert scene.playground.server.count("getFile") == 0


async def test_empty_file_is_refused(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    document = {"file_id": "x", "file_unique_id": "y", "file_size": 0, "file_name": "k.pdf"}
    before = len(heard(visitor))

    visitor._send({"document": document})
    await scene.settle()

    assert [plain(message.text) for message in heard(visitor)[before:]] == [
        (
            "Ten plik jest pusty, nie ma w nim czego przeczytać. Prosimy przysłać go jeszcze raz "
            f"albo zrobić zdjęcie podpisanej strony i przysłać zdjęcie.\n\n{ASKED}"
        )
    ]


async def test_file_of_unknown_size_that_telegram_refuses_is_too_big(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    huge = Upload("k.pdf", bytes(DOWNLOAD_LIMIT + 1))
    stored = scene.playground.server.state.files.add(huge)
    document = {"file_id": stored.file_id, "file_unique_id": "y", "file_name": "k.pdf"}
    before = len(heard(visitor))

    visitor._send({"document": document})
    await scene.settle()

    assert [plain(message.text) for message in heard(visitor)[before:]] == [f"{TOO_BIG}\n\n{ASKED}"]


async def test_file_of_somebody_who_is_asked_for_none_is_not_even_fetched(scene: Scene) -> None:
    visitor = scene.visitor()
    await scene.introduce(visitor)

    (said,) = await send(scene, visitor, JPEG)

    assert said == plain(sentence(AnswerNotText()))
    assert scene.playground.server.count("getFile") == 0


async def test_passing_trouble_with_a_download_is_tried_again(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    scene.playground.server.fail("getFile", with_=Fault(drop="after"))

    (said,) = await send(scene, visitor, JPEG)

    assert said.startswith(f"Dziękujemy, dokument „{CARD}” dotarł.")
    assert await state(scene) == [("handed_in", None, "image/jpeg")]
    assert len(kept(scene)) == 1


async def test_file_that_telegram_does_not_have_any_more_is_asked_for_again(scene: Scene) -> None:
    visitor, number = await registered(scene)
    await scene.tap(visitor, f"d:{number}")
    await scene.tap(visitor, f"dh:{number}:")
    document = {"file_id": "gone", "file_unique_id": "y", "file_size": 9, "file_name": "k.pdf"}
    before = len(heard(visitor))

    visitor._send({"document": document})
    await scene.settle()

    assert [plain(message.text) for message in heard(visitor)[before:]] == [
        f"Nie mamy już tego pliku. Prosimy przysłać go jeszcze raz.\n\n{ASKED}"
    ]
