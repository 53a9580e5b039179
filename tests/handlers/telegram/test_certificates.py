"""Certificates in the chat: staff issue them, people get them, anybody checks one."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pytest
from pypdf import PdfReader

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme.certificate_refusals import (
    CertificateCodeUnknown,
    CertificateUnknown,
    EventGoesOn,
    NoCertificates,
)
from programme.refusals import NotStaff
from storage import attendance, events, people, registrations
from storage.tables import event as event_table
from tests.handlers.scene import Scene, heard, sentence
from tests.handlers.telegram.desk_scene import half_a_minute

EVENT = 2


async def coordinator(scene: Scene) -> Visitor:
    """Give the coordinator of the sample, whose chat is staff already."""
    irena = scene.visitor(900, "Irena")
    await scene.say(irena, "/wydarzenia")
    return irena


async def need(scene: Scene, sessions: int | None) -> None:
    """Let the event give certificates for so many sessions."""
    async with scene.database.transaction() as tx:
        await tx.execute(
            event_table.update()
            .where(event_table.c.id == EVENT)
            .values(certificate_sessions=sessions)
        )


async def take_part(scene: Scene, visitor: Visitor, name: str, *, days: int) -> None:
    """Introduce somebody, give them a seat and note them at the first days."""
    await scene.introduce(visitor, name=name)
    async with scene.database.reading() as tx:
        person = await people.by_chat(tx, visitor.user_id)
    assert person is not None
    await seat(scene, [person.id], days=days)


async def seat(scene: Scene, persons: list[int], *, days: int) -> None:
    """Give people a seat and note them at the first days."""
    async with scene.database.transaction() as tx:
        sessions = await events.sessions(tx, EVENT)
        for person_id in persons:
            registration_id = await registrations.add(
                tx,
                event_id=EVENT,
                person_id=person_id,
                state="active",
                position=None,
                door="telegram",
                now=scene.clock(),
            )
            for session in sessions[:days]:
                await attendance.note(
                    tx,
                    session_id=session.id,
                    registration_id=registration_id,
                    present=True,
                    door="staff",
                    staff_id=None,
                    now=scene.clock(),
                )


async def add_person(scene: Scene, name: str) -> int:
    """Add somebody who has neither chat nor mail."""
    async with scene.database.transaction() as tx:
        return await people.add(
            tx,
            name=name,
            role="ngo",
            organisation_id=None,
            organisation_text="",
            locale="pl",
            now=scene.clock(),
        )


async def end_event(scene: Scene) -> None:
    """Go to ten in the morning after the last session."""
    async with scene.database.reading() as tx:
        last = max(one.ends_at for one in await events.sessions(tx, EVENT))
    scene.clock.put_forward((last + timedelta(days=1)).replace(hour=9, minute=0))


def page_of(message: SeenMessage) -> str:
    assert message.document is not None
    return read_pages(message.document.content)


def read_pages(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


async def story(scene: Scene) -> tuple[Visitor, Visitor, Visitor]:
    """Let Anna be there on both days, Jan on one, and both days be over."""
    await need(scene, 2)
    anna, jan, irena = scene.visitor(1), scene.visitor(2), await coordinator(scene)
    await take_part(scene, anna, "Anna Wzorowa", days=2)
    await take_part(scene, jan, "Jan Przykładowy", days=1)
    await end_event(scene)
    return anna, jan, irena


async def test_staff_issue_and_people_get_them(scene: Scene) -> None:
    anna, jan, irena = await story(scene)
    before = len(heard(jan))

    (desk,) = await scene.tap(irena, f"se:{EVENT}")
    (shown,) = await scene.tap(irena, f"c:{EVENT}")
    (asked,) = await scene.tap(irena, f"ci:{EVENT}")
    (waits,) = await scene.tap(irena, f"cii:{EVENT}")
    nothing_yet = len(heard(anna))
    (done,) = await half_a_minute(scene, irena)
    await scene.tap(irena, f"c:{EVENT}")
    (short,) = await scene.tap(irena, f"cn:{EVENT}")

    assert "Zaświadczenia" in desk.buttons
    assert shown.text.splitlines()[1:] == [
        "Wymagana obecność: 2 z 2 zajęć.",
        "Wystawione zaświadczenia: 0",
        "Spełniają warunek i jeszcze go nie mają: 1",
        "Za mało obecności: 1",
    ]
    assert "– Anna Wzorowa" in asked.text
    assert waits.text.split("\n\n")[1] == "1 zaświadczenie."
    assert len(heard(anna)) == nothing_yet + 1
    assert done.text.splitlines()[2] == "Wystawiono 1 zaświadczenie."
    assert short.text.splitlines()[-1] == "– Jan Przykładowy: 1 z 2 wymaganych"
    paper = heard(anna)[-1]
    assert paper.document is not None
    assert paper.document.filename == "zaswiadczenie-AW-2027-0001.pdf"
    assert "Anna Wzorowa" in page_of(paper)
    assert len(heard(jan)) == before


async def test_own_certificate_is_given_once_more_and_nobody_else_s(scene: Scene) -> None:
    anna, jan, irena = await story(scene)
    await scene.tap(irena, f"se:{EVENT}")
    await scene.tap(irena, f"c:{EVENT}")
    await scene.tap(irena, f"ci:{EVENT}")
    await scene.tap(irena, f"cii:{EVENT}")
    await half_a_minute(scene, irena)

    _mine, offered = await scene.say(anna, "/moje")
    (again,) = await scene.tap(anna, "cf:1")
    jans = await scene.say(jan, "/moje")
    (refused,) = await scene.press(jan, heard(jan)[-1].message_id, "cf:1")

    assert offered.buttons == ["Pobierz zaświadczenie AW/2027/0001"]
    assert "Anna Wzorowa" in page_of(again)
    assert len(jans) == 1
    assert refused.text.startswith(sentence(CertificateUnknown()))


async def test_anybody_checks_a_code_by_command_and_by_link(scene: Scene) -> None:
    _anna, _jan, irena = await story(scene)
    await scene.tap(irena, f"se:{EVENT}")
    await scene.tap(irena, f"c:{EVENT}")
    await scene.tap(irena, f"ci:{EVENT}")
    await scene.tap(irena, f"cii:{EVENT}")
    await half_a_minute(scene, irena)
    ((code,),) = await scene.rows("SELECT code FROM certificate")
    stranger = scene.visitor(77, "Ktoś")

    (by_link,) = await scene.say(stranger, f"/start v_{code}")
    (by_hand,) = await scene.say(stranger, f"/sprawdz {code.lower().replace('-', ' ')}")
    (how,) = await scene.say(stranger, "/sprawdz")

    assert by_link.text == by_hand.text
    assert by_link.text.splitlines()[:4] == [
        "Zaświadczenie jest ważne.",
        "",
        "Numer: AW/2027/0001",
        "Dla osoby o inicjałach: A. W.",
    ]
    assert "Wzorowa" not in by_link.text
    assert how.text.startswith("Aby sprawdzić zaświadczenie")
    assert await scene.rows("SELECT flow FROM conversation WHERE chat_id = 77") == [("",)]


@pytest.mark.parametrize(
    "typed",
    ["K7MF-2QXA-9P", "x" * 500, "🎓🎓🎓", "'; DROP TABLE certificate; --", "<b>%s %(code)s</b>"],
)
async def test_wrong_codes_are_answered_kindly(scene: Scene, typed: str) -> None:
    stranger = scene.visitor(77, "Ktoś")

    (answer,) = await scene.say(stranger, f"/sprawdz {typed}")

    assert answer.text.startswith(sentence(CertificateCodeUnknown()))
    assert await scene.rows("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_event_without_certificates_shows_no_section(scene: Scene) -> None:
    await need(scene, None)
    irena = await coordinator(scene)

    (desk,) = await scene.tap(irena, f"se:{EVENT}")
    (refused,) = await scene.press(irena, desk.message_id, f"c:{EVENT}")
    await need(scene, 1)
    (early,) = await scene.press(irena, desk.message_id, f"ci:{EVENT}")

    assert "Zaświadczenia" not in desk.buttons
    assert refused.text.startswith(sentence(NoCertificates()))
    assert early.text.startswith(sentence(EventGoesOn()))


async def test_nobody_but_staff_issues(scene: Scene) -> None:
    anna, _jan, _irena = await story(scene)

    for data in ("c:2", "ci:2", "cii:2", "cn:2", "cl:2", "cp:2", "cc:1", "cr:1", "crr:1", "caa:1"):
        (refused,) = await scene.press(anna, heard(anna)[-1].message_id, data)
        assert refused.text.startswith(sentence(NotStaff())), data

    assert await scene.rows("SELECT * FROM certificate") == []


async def test_staff_correct_a_name_revoke_and_print(scene: Scene) -> None:
    anna, _jan, irena = await story(scene)
    await scene.tap(irena, f"se:{EVENT}")
    await scene.tap(irena, f"c:{EVENT}")
    await scene.tap(irena, f"ci:{EVENT}")
    await scene.tap(irena, f"cii:{EVENT}")
    await half_a_minute(scene, irena)
    await scene.tap(irena, f"c:{EVENT}")
    async with scene.database.transaction() as tx:
        await people.change(tx, 1, name="Anna Poprawna")

    await scene.tap(irena, f"cl:{EVENT}")
    await scene.tap(irena, "cc:1")
    (asked,) = await scene.tap(irena, "ca:1")
    await scene.tap(irena, "caa:1")
    (replaced,) = await half_a_minute(scene, irena)
    (anew,) = await scene.tap(irena, "cc:2")
    await scene.tap(irena, "cr:2")
    await scene.tap(irena, "crr:2")
    await half_a_minute(scene, irena)
    (revoked,) = await scene.tap(irena, "cc:2")
    (listed,) = await scene.press(irena, revoked.message_id, f"cl:{EVENT}")
    (nothing,) = await scene.press(irena, revoked.message_id, f"cp:{EVENT}")

    assert "„Anna Poprawna”" in asked.text
    assert replaced.text.endswith("Nowe zaświadczenie: AW/2027/0002.")
    assert anew.text.splitlines()[:2] == ["Anna Poprawna", "Numer: AW/2027/0002"]
    assert [page_of(one).count("Poprawna") for one in heard(anna) if one.document] == [0, 1]
    assert revoked.text.splitlines()[-1] == "Zaświadczenie zostało unieważnione."
    assert [label for label in listed.buttons if label.startswith("AW")] == [
        "AW/2027/0002 – Anna Poprawna"
    ]
    assert nothing.text == "Nie ma tu zaświadczeń."


async def test_papers_go_by_mail_or_are_printed_where_there_is_no_chat(scene: Scene) -> None:
    _anna, _jan, irena = await story(scene)
    ewa = await add_person(scene, "Ewa Pocztowa")
    async with scene.database.transaction() as tx:
        await people.add_contact(
            tx,
            person_id=ewa,
            channel="mail",
            address="ewa@example.org",
            verified=True,
            now=scene.clock(),
        )
    await seat(scene, [await add_person(scene, "Zofia Papierowa"), ewa], days=2)
    await scene.tap(irena, f"se:{EVENT}")
    await scene.tap(irena, f"c:{EVENT}")
    await scene.tap(irena, f"ci:{EVENT}")

    await scene.tap(irena, f"cii:{EVENT}")
    (done,) = await half_a_minute(scene, irena)
    await scene.tap(irena, f"c:{EVENT}")
    (everyone,) = await scene.tap(irena, f"cp:{EVENT}")
    await scene.tap(irena, f"c:{EVENT}")
    (only,) = await scene.tap(irena, f"cp:{EVENT}:1")

    assert done.text.splitlines()[2:] == [
        "Wystawiono 3 zaświadczenia.",
        "1 osoba nie ma czatu ani e-maila; prosimy wydrukować jej zaświadczenie.",
    ]
    assert page_of(everyone).count("Zaświadczenie") == 3
    assert "Zofia Papierowa" in page_of(only)
    (mail,) = scene.playground.mailbox.mails_for("ewa@example.org")
    (paper,) = message_from_bytes(mail.raw, policy=default).iter_attachments()
    assert paper.get_filename() == "zaswiadczenie-AW-2027-0003.pdf"
    assert "Ewa Pocztowa" in read_pages(paper.get_content())
    assert "Anna Wzorowa" not in page_of(only)


async def test_three_hundred_people_stay_within_telegram_s_limits(scene: Scene) -> None:
    await need(scene, 2)
    irena = await coordinator(scene)
    ids = [await add_person(scene, f"{'Bardzo Długie Imię ' * 8}{n}") for n in range(300)]
    await seat(scene, ids[:150], days=2)
    await seat(scene, ids[150:], days=1)
    await end_event(scene)
    await scene.tap(irena, f"se:{EVENT}")
    await scene.tap(irena, f"c:{EVENT}")

    for data in (f"ci:{EVENT}", f"cii:{EVENT}"):
        await scene.tap(irena, data)
    await half_a_minute(scene, irena)
    for data in (f"c:{EVENT}", f"cn:{EVENT}:0", f"cn:{EVENT}:1"):
        await scene.tap(irena, data)
    last = heard(irena)[-1]
    await scene.press(irena, last.message_id, f"cl:{EVENT}:9")
    await scene.press(irena, last.message_id, f"cl:{EVENT}:999")
    (printed,) = await scene.press(irena, last.message_id, f"cp:{EVENT}")

    assert last.buttons == ["Poprzednia strona", "Następna strona", "Wróć"]
    assert len(last.text) < 4096
    assert printed.document is not None
    assert await scene.rows("SELECT count(*) FROM certificate") == [(150,)]
    assert await scene.rows("SELECT DISTINCT state FROM inbox") == [("done",)]
    assert await scene.rows("SELECT kind FROM outbox WHERE state = 'failed'") == []
