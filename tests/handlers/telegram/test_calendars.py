"""A person's calendar in the chat: take a seat back, and have one's dates by an address."""

import asyncio
import re
import urllib.error
import urllib.request

import pytest

from bot.settings import WEBHOOK
from handlers.telegram import calendar_screens, desk_list_screens
from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme import event_desk
from programme.event_desk import PersonDesk
from programme.feed_refusals import NoFeeds
from programme.giving_up_refusals import UndoOver
from storage import people
from storage.database import Database
from storage.mail_tables import calendar_reply
from tests.handlers.scene import Scene, button, heard, sentence
from tests.handlers.telegram.desk_scene import data, plain_event
from tests.programme.answering import JAN, hear, invited, said, uid_of
from tests.programme.audience import CHIEF
from tests.storage.rows import make_event
from texts.translator import load

PL = load("pl")
BASE = "https://akademia.example.org"


def test_screens_say_each_step_in_polish() -> None:
    address = f"{BASE}/k/abc.ics"

    offered = calendar_screens.offer(PL, has_one=False)
    known = calendar_screens.offer(PL, has_one=True)
    made = calendar_screens.made(PL, address=address, page=f"{BASE}/k/abc")
    ended = calendar_screens.ended(PL)

    assert [[one.data for one in row] for row in offered.buttons] == [["cvn"], ["m"]]
    assert [[one.data for one in row] for row in known.buttons] == [["cvn"], ["cve"], ["m"]]
    assert made.buttons[0][0].url == f"{BASE}/k/abc"
    assert f"<code>{address}</code>" in made.text
    assert "wyłączony" in ended.text


def test_answer_for_staff_names_dates_the_answer_and_the_address() -> None:
    times = {"ends_at": "2027-02-10T14:00:00+00:00", "zone": "Europe/Warsaw"}
    facts = {
        "what": "other_person",
        "answer": "DECLINED",
        "attendee": "<ewa@example.org>",
        "session": {"starts_at": "2027-02-10T08:00:00+00:00", **times},
        "proposed": {"starts_at": "2027-02-10T09:00:00+00:00", **times, "ends_at": None},
    }

    lines = [one.replace("\u00a0", " ") for one in calendar_screens.about_answer(PL, facts)]

    assert lines == [
        "Termin: środa, 10 lutego 2027, godz. 9:00–15:00",
        "Proponowany termin: środa, 10 lutego 2027, godz. 10:00–10:00",
        "Odpowiedź: odrzucone",
        "Odpowiedziano z adresu: &lt;ewa@example.org&gt;",
    ]


async def test_staff_see_what_a_calendar_said_on_the_persons_card(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        before: PersonDesk = await event_desk.person(
            tx, registration_id=got.registration_id, member=CHIEF
        )
        await hear(tx, said(await uid_of(tx, got), "TENTATIVE"))
        after = await event_desk.person(tx, registration_id=got.registration_id, member=CHIEF)

    assert "kalendarzu" not in desk_list_screens.one_person(PL, before).text
    assert "Odpowiedź w kalendarzu: może." in desk_list_screens.one_person(PL, after).text


async def _seated(scene: Scene) -> Visitor:
    """Introduce Jan, whom mail reaches too, and give him a seat."""
    event_id = await plain_event(scene, None)
    jan = scene.visitor(1, "Jan")
    await scene.introduce(jan, name="Jan Nowak")
    async with scene.database.transaction() as tx:
        person = await people.by_chat(tx, jan.user_id)
        assert person is not None
        await people.add_contact(
            tx, person_id=person.id, channel="mail", address=JAN, verified=True, now=scene.clock()
        )
    await scene.say(jan, f"/start e_{event_id}")
    await scene.tap(jan, f"r:{event_id}")
    return jan


async def _decline(scene: Scene) -> int:
    """Let the calendar of the one who has a seat say no, and return the registration."""
    ((number, uid),) = await scene.rows("SELECT registration_id, uid FROM calendar_entry")
    async with scene.database.transaction() as tx:
        now = scene.clock()
        assert await hear(tx, said(uid, "DECLINED", at=now), now=now) == ("gave_up",)
    scene.process.wake()
    await scene.settle()
    return int(number)


async def test_seat_is_taken_back_by_the_button_under_the_notice(scene: Scene) -> None:
    jan = await _seated(scene)
    number = await _decline(scene)

    told = heard(jan)[-1]
    (answer,) = await scene.tap(jan, f"cu:{number}")

    assert told.text.startswith("Państwa miejsce zostało zwolnione")
    assert data(told) == [f"cu:{number}", "m"]
    assert answer.text.startswith("Zapisaliśmy Państwa")
    assert await scene.rows("SELECT state FROM registration") == [("active",)]


async def test_seat_cannot_be_taken_back_too_late_and_that_is_said(scene: Scene) -> None:
    jan = await _seated(scene)
    number = await _decline(scene)
    message_id, _ = button(jan, f"cu:{number}")
    async with scene.database.transaction() as tx:
        await tx.execute(calendar_reply.update().values(undo_until=scene.clock()))

    (answer,) = await scene.press(jan, message_id, f"cu:{number}")

    assert answer.text.startswith(sentence(UndoOver()))
    assert await scene.rows("SELECT state FROM registration") == [("cancelled",)]


@pytest.mark.parametrize("door", [WEBHOOK], indirect=True)
async def test_calendar_by_an_address_is_made_anew_and_ended(scene: Scene) -> None:
    jan = await _seated(scene)

    (mine,) = await scene.say(jan, "/moje")
    (offered,) = await scene.tap(jan, "cv")
    (first,) = await scene.tap(jan, "cvn")
    await scene.tap(jan, "m")
    await scene.tap(jan, "cv")
    (second,) = await scene.tap(jan, "cvn")
    addresses = [_address(one) for one in (first, second)]
    statuses = [await asyncio.to_thread(_status, one) for one in addresses]
    (ended,) = await scene.tap(jan, "cve")

    assert "cv" in data(mine)
    assert data(offered) == ["cvn", "m"]
    assert statuses == [404, 200]
    assert ended.text.startswith("Adres Państwa kalendarza został wyłączony")
    assert await asyncio.to_thread(_status, addresses[1]) == 404


def _address(message: SeenMessage) -> str:
    (found,) = re.findall(r"http://[0-9.:]+/k/[a-z2-7]{26}[.]ics", message.text)
    return str(found)


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 -- our own port
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


async def test_where_there_are_no_pages_the_button_is_not_shown_and_an_old_one_says_so(
    scene: Scene,
) -> None:
    jan = await _seated(scene)

    (mine,) = await scene.say(jan, "/moje")
    message_id, _ = button(jan, "m")
    (answer,) = await scene.press(jan, message_id, "cv")

    assert "cv" not in data(mine)
    assert answer.text.startswith(sentence(NoFeeds()))
