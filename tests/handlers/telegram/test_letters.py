"""A letter to many in the chat: begun, left, changed part by part, tested, confirmed, corrected."""

import json
from datetime import timedelta

import pytest

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme.broadcasting import HOLD
from programme.invitation_refusals import (
    LetterClosed,
    LetterFileNotPdf,
    LetterFileTooLarge,
    NobodyElse,
    SendingMomentUnclear,
)
from programme.placeholder_refusals import PlaceholderUnknown
from programme.placeholders import KNOWN
from storage import staff
from tests.handlers.scene import Scene, all_buttons, button, heard, sentence

BODY = "Szanowni Państwo {osoba},\n\nzapraszamy <serdecznie> & z radością."
PDF = b"%PDF-1.7\n" + b"x" * 300
PARTS = [
    ("subject", "Spotkanie w Miłkach", "Spotkanie w Miłkach"),
    ("case_number", "SK.523.3.2015", "Znak sprawy: SK.523.3.2015"),
    ("dated", "5 lutego 2027", "Data pisma: 5 lutego 2027"),
    ("signature", "Sekretarz Gminy Miłki", "Sekretarz Gminy Miłki"),
    ("body", "Inne słowa, {osoba}", "Inne słowa, Osoba Alfa"),
]


def coordinator(scene: Scene) -> Visitor:
    """Give the coordinator of the sample, whose chat is staff already."""
    return scene.visitor(900, "Irena")


async def member(scene: Scene, number: int = 1, name: str = "Osoba Alfa") -> Visitor:
    person = scene.visitor(number, name)
    await scene.introduce(person, name=name)
    return person


async def write(
    scene: Scene, staff: Visitor, *, audience: str = "ngo", event: str = "none"
) -> None:
    """Write a letter up to its last look."""
    await scene.say(staff, "/zaproszenie")
    if await scene.step(staff) == "draft":
        await scene.choose(staff, "new")
    await scene.choose(staff, event)
    await scene.choose(staff, "skip")
    await scene.say(staff, BODY)
    await scene.choose(staff, audience)
    assert await scene.step(staff) == "confirm"


async def leave(scene: Scene, after: timedelta = HOLD) -> None:
    """Let time pass and everything leave that is due then."""
    scene.clock.put_forward(scene.clock() + after)
    await scene.process.ticker.queue()
    await scene.settle()


async def send_file(scene: Scene, staff: Visitor, name: str, content: bytes) -> list[SeenMessage]:
    before = heard(staff)
    await staff.send_document(name, content)
    await scene.settle()
    return heard(staff)[len(before) :]


def plain(text: str) -> str:
    """Read the spaces that hold a date together as any others."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def shown(staff: Visitor) -> str:
    """Read the letter above the last look."""
    return heard(staff)[-2].text


async def test_letter_that_was_left_is_there_after_another_command_and_a_restart(
    scene: Scene,
) -> None:
    irena = coordinator(scene)
    await member(scene)
    await scene.say(irena, "/zaproszenie")
    await scene.choose(irena, "none")
    await scene.choose(irena, "skip")
    await scene.say(irena, BODY)
    await scene.say(irena, "/pytanie")
    await scene.restart()

    (asked,) = await scene.say(irena, "/zaproszenie")
    await scene.choose(irena, "1")

    assert asked.text.startswith("Mają Państwo zaczęty list.")
    assert await scene.step(irena) == "audience"
    await scene.choose(irena, "ngo")
    assert "zapraszamy <serdecznie> & z radością" in shown(irena)


async def test_letter_is_kept_when_it_is_stopped_and_comes_back_by_its_button(scene: Scene) -> None:
    irena = coordinator(scene)
    await member(scene)
    await write(scene, irena)

    (stopped,) = await scene.say(irena, "/anuluj")
    await scene.tap(irena, "i:1")

    assert stopped.text.startswith("Przerwano. Państwa list jest zachowany")
    assert await scene.step(irena) == "confirm"
    await scene.choose(irena, "discard")
    (gone,) = await scene.press(irena, *button(irena, "i:1"))
    assert gone.text.startswith(sentence(LetterClosed("withdrawn")))


@pytest.mark.parametrize(("part", "typed", "expected"), PARTS)
async def test_each_part_is_changed_by_itself(
    scene: Scene, part: str, typed: str, expected: str
) -> None:
    irena = coordinator(scene)
    await member(scene)
    await write(scene, irena)

    await scene.choose(irena, part)
    await scene.restart()
    await scene.choose(irena, "back")
    await scene.choose(irena, part)
    await scene.say(irena, typed)

    assert await scene.step(irena) == "confirm"
    assert expected in plain(shown(irena))


async def test_template_is_refused_with_the_wrong_piece_and_nothing_is_lost(scene: Scene) -> None:
    irena = coordinator(scene)
    await member(scene)
    await write(scene, irena)
    await scene.choose(irena, "body")

    (refused,) = await scene.say(irena, "Dzień dobry {{ person.delete() }}!")

    assert refused.text.startswith(sentence(PlaceholderUnknown("{{ person.delete() }}", KNOWN)))
    await scene.choose(irena, "back")
    assert "zapraszamy" in shown(irena)
    assert await scene.rows("SELECT count(*) FROM person") == [(1,)]


async def test_broken_page_stays_plain_words_in_the_chat(scene: Scene) -> None:
    irena = coordinator(scene)
    anna = await member(scene)
    await write(scene, irena)
    await scene.choose(irena, "body")
    await scene.say(irena, "<b>niedomknięte <i>& </p> <a href='x'>{osoba}")
    await scene.choose(irena, "send")
    await leave(scene)

    assert "<b>niedomknięte <i>& </p> <a href='x'>Osoba Alfa" in anna.last.text


async def test_letter_leaves_at_the_time_that_was_set(scene: Scene) -> None:
    irena = coordinator(scene)
    anna = await member(scene)
    await write(scene, irena)
    before = len(heard(anna))
    await scene.choose(irena, "time")
    (unclear,) = await scene.say(irena, "kiedyś")
    await scene.say(irena, "jutro o 9")
    await scene.choose(irena, "late")
    look = irena.last.text
    await scene.choose(irena, "send")

    await leave(scene, timedelta(hours=20))
    early = len(heard(anna))
    await leave(scene, timedelta(hours=4))

    assert unclear.text.startswith(sentence(SendingMomentUnclear()))
    assert "Wyślemy go: wtorek, 5 stycznia 2027, godz. 9:00." in plain(look)
    assert "Dostaną go także osoby" in look
    assert (early, len(heard(anna))) == (before, before + 1)
    assert await scene.rows("SELECT late_joiners FROM broadcast") == [(True,)]


async def test_test_goes_to_its_author_alone_and_counts_nowhere(scene: Scene) -> None:
    irena = coordinator(scene)
    anna = await member(scene)
    await write(scene, irena, event="2")
    before = len(heard(anna))

    await scene.choose(irena, "test")
    said = [one.text for one in heard(irena)]
    await scene.tap(irena, "it")

    assert sum(text.startswith("PRÓBA.") for text in said) == 1
    assert irena.last.text.startswith("To była próba")
    assert await scene.step(irena) == "confirm"
    assert len(heard(anna)) == before
    assert await scene.rows("SELECT count(*) FROM broadcast") == [(0,)]
    assert await scene.rows(
        "SELECT channel, address, broadcast_id FROM outbox WHERE kind = 'letter_test'"
    ) == [("telegram", "900", None)]


async def test_preview_shows_the_chat_the_words_and_the_page_of_two_readers(scene: Scene) -> None:
    irena = coordinator(scene)
    await member(scene)
    await member(scene, 2, "Anastazja Wielosławska-Przeczytańska")
    await write(scene, irena)
    before = len(heard(irena))

    await scene.choose(irena, "preview")

    said = heard(irena)[before:]
    texts = "\n".join(one.text for one in said)
    pages = [one.document for one in said if one.document is not None]
    assert "Szanowni Państwo Anastazja Wielosławska-Przeczytańska," in texts
    assert "Szanowni Państwo Osoba Alfa," in texts
    assert [page.filename for page in pages] == ["list-najdluzszy.html", "list-najkrotszy.html"]
    assert all(page.content.startswith(b"<!DOCTYPE html>") for page in pages)
    assert await scene.step(irena) == "confirm"


async def test_file_goes_with_the_letter_by_chat_and_mail(scene: Scene) -> None:
    irena = coordinator(scene)
    anna = await member(scene)
    await write(scene, irena, audience="organisations")
    await scene.choose(irena, "file")

    (picture,) = await send_file(
        scene, irena, "zdjęcie.pdf", b"\x89PNG\r\n\x1a\n0000IHDR" + b"0" * 20
    )
    (large,) = await send_file(scene, irena, "duży.pdf", PDF + b"y" * 6 * 1024 * 1024)
    await send_file(scene, irena, "Program współpracy.pdf", PDF)
    look = heard(irena)[-2]
    await scene.choose(irena, "send")
    await leave(scene)

    assert picture.text.startswith(sentence(LetterFileNotPdf()))
    assert large.text.startswith(sentence(LetterFileTooLarge(5)))
    assert look.document is not None
    assert look.document.content == PDF
    assert anna.last.document is not None
    assert (anna.last.document.filename, anna.last.document.content) == (
        "Program współpracy.pdf",
        PDF,
    )
    assert "Załącznik: Program współpracy.pdf" in anna.last.text
    bodies = await scene.rows(
        "SELECT count(*) FROM outbox WHERE channel = 'mail' AND state = 'sent' "
        "AND kind = 'invitation' AND body IS NOT NULL"
    )
    mails = [
        mail for mail in scene.playground.mailbox.accepted if b"Program-wspolpracy.pdf" in mail.raw
    ]
    assert bodies == [(0,)]
    assert mails


async def test_long_letter_gives_its_file_by_a_button(scene: Scene) -> None:
    irena = coordinator(scene)
    anna = await member(scene)
    await write(scene, irena)
    await scene.choose(irena, "body")
    await scene.say(irena, "Prosimy o uwagi do projektu. " * 50)
    await scene.choose(irena, "file")
    await send_file(scene, irena, "projekt.pdf", PDF)
    await scene.choose(irena, "send")
    await leave(scene)
    letter = anna.last

    (file,) = await scene.tap(anna, "if:1")

    assert letter.document is None
    assert "Załącznik projekt.pdf otwiera się przyciskiem poniżej." in letter.text
    assert file.document is not None
    assert file.document.content == PDF


async def test_letter_to_many_is_laid_before_another_coordinator(scene: Scene) -> None:
    irena, ewa = coordinator(scene), scene.visitor(801, "Ewa")
    anna = await member(scene)
    scene.settings = scene.settings.model_copy(update={"second_eyes": 1})
    await scene.restart()
    async with scene.database.transaction() as tx:
        for one in await staff.everyone(tx):
            if one.chat_id != irena.user_id:
                await staff.remove(tx, chat_id=one.chat_id, now=scene.clock())
    await write(scene, irena)
    alone = (await scene.choose(irena, "send"))[-1]
    await scene.make_staff(ewa)
    before = len(heard(anna))

    await scene.choose(irena, "send")
    asked = ewa.last
    await scene.tap(ewa, "il:1")
    letter, look = heard(ewa)[-2:]
    await scene.tap(ewa, "ib:1")
    await scene.say(ewa, "Proszę dodać godzinę.")
    back = irena.last
    await scene.tap(irena, "i:1")
    await scene.choose(irena, "send")
    (old,) = await scene.press(ewa, look.message_id, "ic:1:3")
    await scene.tap(ewa, "il:1")
    await scene.tap(ewa, "ic:1")
    told = irena.last
    await leave(scene)

    people = int((await scene.rows("SELECT people FROM broadcast"))[0][0])
    assert alone.text.startswith(sentence(NobodyElse(people, 1)))
    assert "czeka na Państwa zatwierdzenie" in asked.text
    assert "zapraszamy <serdecznie>" in letter.text
    assert "Uwaga: Proszę dodać godzinę." in back.text
    assert old.text.startswith("Ten list")
    assert "jest zatwierdzony" in told.text
    assert "mogą Państwo to jeszcze cofnąć" in told.text
    assert [button["callback_data"] for row in told.rows for button in row] == ["bz:1"]
    assert len(heard(anna)) == before + 1
    assert await scene.rows(
        "SELECT a.chat_id, b.chat_id FROM broadcast JOIN staff a ON a.id = staff_id "
        "JOIN staff b ON b.id = second_staff_id"
    ) == [(900, 801)]


async def test_letter_taken_back_in_time_is_written_on(scene: Scene) -> None:
    irena = coordinator(scene)
    anna = await member(scene)
    await write(scene, irena)
    before = len(heard(anna))
    await scene.choose(irena, "send")
    await scene.tap(irena, "bz:1")
    await scene.say(irena, "/listy")
    (report,) = await scene.tap(irena, "yr:1")

    assert "Ten list został cofnięty. Nikt go nie dostał." in report.text
    await scene.tap(irena, "iu:1")
    await scene.choose(irena, "body")
    await scene.say(irena, "Poprawione słowa")
    await scene.choose(irena, "send")
    await leave(scene)

    assert len(heard(anna)) == before + 1
    assert "Poprawione słowa" in anna.last.text
    assert await scene.rows("SELECT state FROM broadcast ORDER BY id") == [
        ("stopped",),
        ("running",),
    ]


async def test_correction_goes_to_those_who_got_it_and_marks_the_first_letter(
    scene: Scene,
) -> None:
    irena = coordinator(scene)
    anna = await member(scene)
    await write(scene, irena, audience="organisations")
    await scene.choose(irena, "subject")
    await scene.say(irena, "Spotkanie")
    await scene.choose(irena, "send")
    await leave(scene)
    first = anna.last
    late = await member(scene, 5, "Ktoś Nowy")
    heard_late = len(heard(late))
    # What a report offers, from any message of the bot.
    await scene.press(irena, all_buttons(irena)[-1][0], "iw:1")

    await scene.say(irena, "Spotkanie jest o 16:00, a nie o 17:00.")
    assert await scene.step(irena) == "confirm"
    await scene.choose(irena, "send")
    await leave(scene)

    correction = anna.last
    now_first = next(one for one in anna.messages if one.message_id == first.message_id)
    assert correction.text.startswith("Sprostowanie: Spotkanie")
    assert "o 16:00, a nie o 17:00" in correction.text
    assert now_first.text.startswith("Ten list został sprostowany.")
    assert "zapraszamy <serdecznie>" in now_first.text
    assert len(heard(late)) == heard_late
    kinds = await scene.rows("SELECT kind, state FROM broadcast ORDER BY id")
    assert [kind for kind, _ in kinds] == ["invitation", "correction"]
    assert await scene.rows(
        "SELECT state, person_id IS NOT NULL FROM outbox WHERE kind = 'letter_amended'"
    ) == [("sent", True)]
    subjects = [mail.subject for mail in scene.playground.mailbox.accepted]
    assert "Sprostowanie: Spotkanie" in subjects


async def test_letter_and_its_audience_are_kept_as_they_were_chosen(scene: Scene) -> None:
    irena = coordinator(scene)
    await member(scene)
    await write(scene, irena, event="2")

    ((content, audience, state),) = await scene.rows(
        "SELECT content, audience, state FROM invitation"
    )

    assert json.loads(audience) == {"kinds": ["ngo"]}
    assert json.loads(content)["body"] == BODY
    assert json.loads(content)["signature"].startswith("Wójt Gminy ")
    assert state == "draft"
