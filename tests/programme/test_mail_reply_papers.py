"""Files that come with an answer become documents, or a task for staff."""

from datetime import timedelta
from pathlib import Path

from programme import documents
from programme.document_refusals import FileIsOffice
from programme.mail_letters import SentFile
from storage import files, tasks
from storage.database import Database, Tx
from storage.files import FileStore
from tests.programme.mail_steps import answer, answered, mails, open_tasks, token_of, wish
from tests.programme.papers import PDF, make_asking_event
from tests.programme.steps import register
from tests.storage.rows import NOW, make_person

MAIL = "jan@example.org"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


async def seated(tx: Tx, titles: tuple[str, ...]) -> tuple[int, str]:
    """Register somebody with an address; give the registration and the letter's token."""
    event_id = await make_asking_event(tx, titles=titles)
    person_id = await make_person(tx, mail=MAIL)
    got = await register(tx, event_id, person_id)
    return got.registration_id, await token_of(tx, "registration_confirmed")


async def sent(folder: Path, filename: str, content: bytes = PDF) -> SentFile:
    """Keep a file as the door does."""
    kept = await documents.keep(FileStore(folder), content, name=filename, now=NOW)
    return SentFile(filename, kept)


async def missing(tx: Tx, registration_id: int) -> list[str]:
    """Name what is still to be handed in."""
    return await documents.missing(tx, registration_id=registration_id)


async def test_only_file_is_the_only_missing_document(database: Database, tmp_path: Path) -> None:
    file = await sent(tmp_path, "skan0001.pdf")
    async with database.transaction() as tx:
        registration_id, token = await seated(tx, ("Karta zgłoszenia",))

        took = await answer(tx, token, wish(), files=(file,))

        assert took is True
        assert await missing(tx, registration_id) == []
        assert await answered(tx) == [
            ("mail_understood", MAIL, [("paper_taken", "Karta zgłoszenia")])
        ]
        assert await open_tasks(tx) == []


async def test_names_of_files_say_which_documents(database: Database, tmp_path: Path) -> None:
    pair = (
        await sent(tmp_path, "oswiadczenie_podpisane.pdf"),
        await sent(tmp_path, "Karta-zgloszenia.pdf"),
    )
    async with database.transaction() as tx:
        registration_id, token = await seated(tx, ("Karta zgłoszenia", "Oświadczenie"))

        await answer(tx, token, wish(rest="w załączeniu"), files=pair)

        assert await missing(tx, registration_id) == []
        assert (await answered(tx))[0][2] == [
            ("paper_taken", "Oświadczenie"),
            ("paper_taken", "Karta zgłoszenia"),
            ("with_staff", ""),
        ]
        # What the mail says beside its files is read by a person.
        assert await open_tasks(tx) == ["mail"]


async def test_file_of_no_certain_document_is_kept_for_staff(
    database: Database, tmp_path: Path
) -> None:
    file = await sent(tmp_path, "skan.pdf")
    async with database.transaction() as tx:
        registration_id, token = await seated(tx, ("Karta zgłoszenia", "Oświadczenie"))

        took = await answer(tx, token, wish(), files=(file,))

        assert took is True
        assert len(await missing(tx, registration_id)) == 2
        assert (await answered(tx))[0][2] == [("paper_with_staff", "skan.pdf")]
        task = (await tasks.open_ones(tx, limit=5))[0]
        assert task.kind == "paper"
        held = await tasks.files_of(tx, task.id)
        # A task keeps its files, however long nobody looks at it.
        await files.forget_unused(tx, now=NOW + timedelta(days=30))
        assert [await files.get(tx, one) is not None for one in held] == [True]


async def test_refused_file_is_told_why(database: Database) -> None:
    async with database.transaction() as tx:
        registration_id, token = await seated(tx, ("Karta zgłoszenia",))

        took = await answer(
            tx, token, wish(), files=(SentFile("karta.docx", refusal=FileIsOffice()),)
        )

        assert took is False
        assert await missing(tx, registration_id) == ["Karta zgłoszenia"]
        assert (await answered(tx))[0][2] == [("paper_is_office", "karta.docx")]


async def test_picture_of_a_signature_is_no_document(database: Database, tmp_path: Path) -> None:
    logo = await sent(tmp_path, "image001.png", PNG + b"x" * 200)
    async with database.transaction() as tx:
        registration_id, token = await seated(tx, ("Karta zgłoszenia",))

        took = await answer(tx, token, wish(), files=(logo,), words="Dziękuję")

        assert took is False
        assert await missing(tx, registration_id) == ["Karta zgłoszenia"]
        assert await mails(tx) == [("registration_confirmed", MAIL)]


async def test_seat_given_back_with_a_file_says_both(database: Database, tmp_path: Path) -> None:
    file = await sent(tmp_path, "skan.pdf")
    async with database.transaction() as tx:
        _registration_id, token = await seated(tx, ("Karta zgłoszenia",))

        await answer(tx, token, wish("no"), files=(file,))

        assert (await answered(tx))[0][2] == [
            ("paper_taken", "Karta zgłoszenia"),
            ("cancelled", "Jan Przykładowy"),
        ]
