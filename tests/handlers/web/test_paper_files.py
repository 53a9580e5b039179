"""Documents through the page, on both databases: blanks, files handed in, certificates."""

from pathlib import Path

import pytest
from sqlalchemy import select

from programme.document_kinds import MEGABYTE
from storage.database import Database
from storage.paper_tables import document, document_version, stored_file
from tests.handlers.web import letters
from tests.handlers.web.gallery import hang
from tests.handlers.web.house import House, open_house

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64
ZIP = b"PK\x03\x04" + b"0" * 64


async def asked(house: House) -> tuple[letters.SeatScene, int, str]:
    """Ask Anna for a document with a blank."""
    async with house.database.transaction() as tx:
        scene = await letters.make_seat(tx)
        required = await letters.require_with_blank(
            tx, house.files, scene.event_id, "Karta „zgłoszenia” <ł>"
        )
    return scene, required, f"/l/{await letters.seat_door(house, scene, 'documents_missing')}"


def kept(folder: Path) -> int:
    """Count the files in the folder."""
    return sum(1 for path in folder.glob("files/??/*"))


async def test_blank_is_downloaded_and_never_shown(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path / "files") as house:
        _scene, required, path = await asked(house)

        answer = await house.get(f"{path}/b/{required}")

        assert answer.content == letters.PDF
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == (
            'attachment; filename="Karta-zgloszenia-l.pdf"; '
            "filename*=UTF-8''Karta-zg%C5%82oszenia-%C5%82.pdf"
        )
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


async def test_blank_of_another_event_stays_there(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path / "files") as house:
        _scene, _required, path = await asked(house)
        _other, theirs, _path = await asked(house)

        answers = [
            await house.get(f"{path}/b/{number}")
            for number in (theirs, 999_999, "x", "0" * 30, "-1", "%2e%2e")
        ]

        assert [one.status_code for one in answers] == [409] * 6


async def test_file_is_handed_in_and_can_be_replaced(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path / "files") as house:
        scene, required, path = await asked(house)
        fields = {"deed": "hand_in", "document": str(required)}

        first = await house.send_file(path, "../../etc/Skan 1.jpg", JPEG, **fields)
        shown = await house.get(first.headers["location"])
        second = await house.send_file(path, "nowy.pdf", letters.PDF, **fields)

        assert (first.status_code, second.status_code) == (303, 303)
        assert "Plik do nas dotarł. Dziękujemy." in shown.text
        assert "Dotarł. Urząd go sprawdzi." in shown.text
        async with database.reading() as tx:
            rows = (await tx.execute(select(document_version))).all()
            held = (await tx.execute(select(stored_file.c.original_name))).scalars().all()
            found = (await tx.execute(select(document.c.registration_id))).scalars().all()
        assert [row.door for row in rows] == ["web", "web"]
        assert held == ["karta.pdf", "Skan 1.jpg", "nowy.pdf"]
        assert found == [scene.registration_id]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("papiery.zip", ZIP, "To jest plik spakowany"),
        ("faktura.pdf", b"MZ" + b"0" * 64, "To jest program"),
        ("strona.pdf", b"<html><script>alert(1)</script></html>", "Nie umiemy odczytać"),
        ("pusty.pdf", b"", "Ten plik jest pusty"),
        ("wielki.pdf", letters.PDF + b"x" * 25 * MEGABYTE, "za duży"),
        ("list.docx", b"PK\x03\x04" + b"[Content_Types].xml" + b"0" * 64, "z edytora"),
    ],
)
async def test_file_that_we_do_not_take_says_why_and_leaves_nothing(
    database: Database, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    async with open_house(database, tmp_path / "files") as house:
        _scene, required, path = await asked(house)
        before, files_before = await house.dump(), kept(tmp_path)

        answer = await house.send_file(path, name, content, deed="hand_in", document=str(required))

        said = answer.text.partition(f'id="file-{required}-error">')[2].partition("<")[0]
        assert (answer.status_code, words in said) == (422, True), said
        assert await house.dump() == before
        assert kept(tmp_path) == files_before


async def test_far_too_large_file_is_cut_off(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path / "files") as house:
        _scene, required, path = await asked(house)
        before = await house.dump()

        answer = await house.send_file(
            path, "a.pdf", b"x" * 41 * MEGABYTE, deed="hand_in", document=str(required)
        )

        assert (answer.status_code, answer.headers["connection"]) == (413, "close")
        assert "najwyżej 15 MB" in answer.text
        assert await house.dump() == before


async def test_stranger_may_send_no_file(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path / "files") as house:
        answer = await house.send_file("/l/unknown", "a.pdf", letters.PDF, deed="hand_in")

        assert answer.status_code == 404
        assert kept(tmp_path) == 0


async def test_document_of_another_event_is_not_taken_and_the_file_is_dropped(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path / "files") as house:
        _scene, _required, path = await asked(house)
        _other, theirs, _path = await asked(house)
        before, files_before = await house.dump(), kept(tmp_path)

        answers = [
            await house.send_file(path, "a.pdf", letters.PDF, deed="hand_in", document=number)
            for number in (str(theirs), "", "x")
        ]

        assert [one.status_code for one in answers] == [409] * 3
        assert await house.dump() == before
        assert kept(tmp_path) == files_before


async def test_file_beside_another_deed_is_dropped(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path / "files") as house:
        _scene, _required, path = await asked(house)
        files_before = kept(tmp_path)

        answer = await house.send_file(path, "a.pdf", letters.PDF, deed="cancel")

        assert answer.status_code == 303
        assert kept(tmp_path) == files_before


async def test_broken_multipart_is_refused(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path / "files") as house:
        _scene, _required, path = await asked(house)
        before = await house.dump()
        bodies = [
            ("multipart/form-data; boundary=x", b"no boundary at all"),
            ("multipart/form-data", b"--x\r\n\r\n--x--"),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na"),
        ]

        answers = [
            await house.client.post(path, content=body, headers={"Content-Type": kind})
            for kind, body in bodies
        ]

        assert [one.status_code for one in answers] == [400, 400, 400]
        assert await house.dump() == before


async def test_certificate_is_downloaded_by_its_owner_alone(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path / "files") as house:
        pieces = {piece.name: piece.path for piece in await hang(house)}

        own = await house.get(pieces["seat-over"] + "/c")
        other = await house.get(pieces["seat"] + "/c")

        assert (own.status_code, own.content[:5]) == (200, b"%PDF-")
        assert 'filename="' in own.headers["content-disposition"]
        assert other.status_code == 409
