"""A mail on its whole way: bytes, what it is, its effect, and the letter that answers it."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from handlers.mail import mime
from handlers.mail.door import key_of
from storage import mail_answers, registrations, taken_mails, tasks
from storage.database import Database, Tx
from storage.files import FileStore
from tests.handlers.mail.posted import DESK, OURS, arrive, as_sent, letters, reply
from tests.programme.mail_steps import answered, mails, open_tasks
from tests.programme.naming import make_scene
from tests.programme.naming import name as name_somebody
from tests.programme.papers import JPEG, PDF, make_asking_event
from tests.programme.steps import register
from tests.programme.test_mail_replies import invited
from tests.programme.test_mail_reply_organisation import KGW, called, named
from tests.storage.dump import dump
from tests.storage.rows import NOW, make_person

MAIL = "jan@example.org"


async def newest(tx: Tx, kind: str) -> bytes:
    """Give the newest letter of a kind as it was sent."""
    return as_sent((await letters(tx, kind=kind))[-1])


async def state(tx: Tx, event_id: int, person_id: int) -> str | None:
    """Say what a person has at an event."""
    found = await registrations.open_of(tx, event_id=event_id, person_id=person_id)
    return found.state if found else None


async def test_two_people_named_by_reply_to_a_call(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, _token = await called(tx)
        letter = await newest(tx, "nomination_call")
    words = (
        "Dzień dobry,\n\nzgłaszam Jana Kowalskiego, jan@example.org"
        " i Annę Nowak, anna@example.org.\n\nPozdrawiam"
    )

    await arrive(database, reply(letter, words).as_bytes())

    async with database.reading() as tx:
        assert await named(tx, event_id, organisation_id) == [
            ("Jan Kowalski", "named"),
            ("Anna Nowak", "named"),
        ]
        assert await mails(tx) == [
            ("nomination_call", KGW),
            ("nominated", "jan@example.org"),
            ("nominated", "anna@example.org"),
            ("mail_understood", KGW),
        ]
        said = mime.read(await newest(tx, "mail_understood"))
    assert "Jan Kowalski (jan@example.org): zgłoszenie przyjęte." in said.text
    assert said.header("in-reply-to") == "<answer-1@mail.example.org>"
    assert said.header("auto-submitted") == "auto-replied"


@pytest.mark.parametrize("words", ["TAK", "Tak, przyjdę.\n\nJan Przykładowy", "Będę, dziękuję!"])
async def test_yes_to_an_invitation(database: Database, words: str) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        letter = await newest(tx, "invitation")

    await arrive(database, reply(letter, words).as_bytes())

    async with database.reading() as tx:
        assert await state(tx, event_id, person_id) == "active"
        assert await mails(tx) == [("invitation", MAIL), ("registration_confirmed", MAIL)]


async def test_no_to_a_confirmation(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        await register(tx, event_id, person_id)
        letter = await newest(tx, "registration_confirmed")

    await arrive(database, reply(letter, "Niestety rezygnuję.").as_bytes())

    async with database.reading() as tx:
        assert await state(tx, event_id, person_id) is None
        assert (await mails(tx))[-1] == ("registration_cancelled", MAIL)
        assert await answered(tx) == []


async def test_yes_of_somebody_named(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        person_id = await make_person(tx, name="Anna Wzorowa", mail="anna@example.org")
        await name_somebody(tx, at, "Anna Wzorowa", "anna@example.org")
        letter = await newest(tx, "nominated")

    await arrive(database, reply(letter, "Potwierdzam udział.").as_bytes())

    async with database.reading() as tx:
        assert await state(tx, at.event_id, person_id) == "active"


async def test_question_is_left_to_staff(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        letter = await newest(tx, "invitation")

    await arrive(database, reply(letter, "Czy będzie parking dla autokaru?").as_bytes())

    async with database.reading() as tx:
        assert await state(tx, event_id, person_id) is None
        assert [kind for kind, _, _ in await answered(tx)] == ["mail_unclear"]
        task = (await tasks.open_ones(tx, limit=2))[0]
    assert task.kind == "mail"
    assert task.original.startswith("Czy będzie parking dla autokaru?")


async def test_same_mail_by_two_ways_has_one_effect(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        event_id, organisation_id, _token = await called(tx, seats=None)
        letter = await newest(tx, "nomination_call")
    raw = reply(letter, "Zgłaszam: Jan Kowalski, jan@example.org").as_bytes()

    await asyncio.gather(
        arrive(database, raw, number=1), arrive(second, b"Delivered-To: x\r\n" + raw, number=2)
    )

    async with database.reading() as tx:
        assert await named(tx, event_id, organisation_id) == [("Jan Kowalski", "named")]
        assert len(await answered(tx)) == 1


async def test_old_yes_that_comes_again_does_not_undo_a_no(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        letter = await newest(tx, "invitation")
    yes = reply(letter, "TAK").as_bytes()
    await arrive(database, yes, number=1)
    await arrive(database, reply(letter, "NIE", number=2).as_bytes(), number=2)

    await arrive(database, yes, number=3)

    async with database.reading() as tx:
        assert await state(tx, event_id, person_id) is None


async def test_old_yes_would_undo_a_no_if_mails_were_not_told_apart(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def take_any(tx: Tx, key: str, *, now: datetime) -> bool:
        return bool(tx and key and now)

    monkeypatch.setattr(taken_mails, "take", take_any)
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        letter = await newest(tx, "invitation")
    yes = reply(letter, "TAK").as_bytes()
    await arrive(database, yes, number=1)
    await arrive(database, reply(letter, "NIE", number=2).as_bytes(), number=2)

    await arrive(database, yes, number=3)

    async with database.reading() as tx:
        assert await state(tx, event_id, person_id) == "active"


async def test_forged_sender_changes_no_registration(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        await register(tx, event_id, person_id)
        letter = await newest(tx, "registration_confirmed")
    async with database.reading() as tx:
        before = await dump(tx)

    forged = reply(letter, "Rezygnuję", sender=MAIL, quoted=False, threaded=False)
    await arrive(database, forged.as_bytes())

    async with database.reading() as tx:
        after = await dump(tx)
        assert await answered(tx) == [("mail_unclear", MAIL, [("read_no", "")])]
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"inbox", "letter_door", "mail_answer", "outbox", "staff_task", "taken_mail"}


async def test_quoted_page_link_proves(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        letter = await newest(tx, "invitation")

    await arrive(database, reply(letter, "TAK", threaded=False).as_bytes())

    async with database.reading() as tx:
        assert await state(tx, event_id, person_id) == "active"


async def test_plus_address_alone_proves(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id, _token = await invited(tx)
        letter = as_sent((await letters(tx, kind="invitation"))[-1], plus=True)

    await arrive(database, reply(letter, "TAK", quoted=False, threaded=False).as_bytes())

    async with database.reading() as tx:
        assert await state(tx, event_id, person_id) == "active"


async def test_attachment_becomes_the_missing_document(database: Database, tmp_path: Path) -> None:
    desk = replace(DESK, files=FileStore(tmp_path))
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx, titles=("Karta zgłoszenia",))
        person_id = await make_person(tx, mail=MAIL)
        await register(tx, event_id, person_id)
        letter = await newest(tx, "registration_confirmed")
    mail = reply(letter, "Dzień dobry")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="karta.pdf")

    await arrive(database, mail.as_bytes(), desk=desk)

    async with database.reading() as tx:
        assert await answered(tx) == [
            ("mail_understood", MAIL, [("paper_taken", "Karta zgłoszenia")])
        ]
        assert await open_tasks(tx) == []
    assert len(kept(tmp_path)) == 1


def kept(folder: Path) -> list[Path]:
    """List the files of a store."""
    return [path for path in folder.glob("??/*") if path.is_file()]


async def test_files_of_a_stranger_are_not_kept(database: Database, tmp_path: Path) -> None:
    desk = replace(DESK, files=FileStore(tmp_path))
    async with database.transaction() as tx:
        await invited(tx)
        letter = await newest(tx, "invitation")
    mail = reply(letter, "TAK", sender="obcy@example.org", quoted=False, threaded=False)
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="karta.pdf")

    await arrive(database, mail.as_bytes(), desk=desk)

    assert kept(tmp_path) == []
    async with database.reading() as tx:
        assert await open_tasks(tx) == ["mail"]


async def test_files_that_nobody_takes_are_dropped(database: Database, tmp_path: Path) -> None:
    desk = replace(DESK, files=FileStore(tmp_path))
    async with database.transaction() as tx:
        await invited(tx)
        letter = await newest(tx, "invitation")
    mail = reply(letter, "TAK")
    # The picture of a signature.
    mail.add_attachment(JPEG, maintype="image", subtype="jpeg", filename="logo.jpg")

    await arrive(database, mail.as_bytes(), desk=desk)

    assert kept(tmp_path) == []
    async with database.reading() as tx:
        assert (await mails(tx))[-1] == ("registration_confirmed", MAIL)
        assert await open_tasks(tx) == []


async def test_files_of_a_mail_that_comes_again_are_dropped(
    database: Database, tmp_path: Path
) -> None:
    desk = replace(DESK, files=FileStore(tmp_path))
    async with database.transaction() as tx:
        await invited(tx)
        letter = await newest(tx, "invitation")
    mail = reply(letter, "TAK")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="karta.pdf")

    for number in (1, 2):
        await arrive(database, mail.as_bytes(), desk=desk, number=number)

    # The first is with staff, who see what it belongs to.
    assert len(kept(tmp_path)) == 1
    async with database.reading() as tx:
        assert await open_tasks(tx) == ["paper"]


async def test_answer_slots_are_taken_once(database: Database, second: Database) -> None:
    async def take(where: Database) -> bool:
        async with where.transaction() as tx:
            return await mail_answers.take_slot(
                tx, address="Jan@example.org", kind="x", most=1, span=mail_answers.KEPT, now=NOW
            )

    assert sorted(await asyncio.gather(take(database), take(second))) == [False, True]


def test_mail_without_a_message_id_is_known_by_what_it_says() -> None:
    one = mime.read(b"From: a@example.org\r\nDate: Mon, 4 Jan 2027 10:00:00 +0100\r\n\r\nTAK\r\n")
    same = mime.read(b"From: a@example.org\r\nDate: Mon, 4 Jan 2027 10:00:00 +0100\r\n\r\nTAK\r\n")
    other = mime.read(b"From: a@example.org\r\nDate: Mon, 4 Jan 2027 10:00:00 +0100\r\n\r\nNIE\r\n")

    assert key_of(one) == key_of(same)
    assert key_of(one) != key_of(other)


async def test_our_own_mail_is_not_answered(database: Database) -> None:
    async with database.transaction() as tx:
        await invited(tx)
        letter = await newest(tx, "invitation")

    await arrive(database, letter)

    async with database.reading() as tx:
        assert await answered(tx) == []
        assert await open_tasks(tx) == []
    assert OURS in letter.decode()
