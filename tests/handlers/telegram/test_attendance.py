"""What staff do about attendance in the chat."""

import asyncio
import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from programme.attendance_refusals import SeatUnknown, SessionUnknown
from programme.refusals import NotStaff
from storage import registrations, staff
from storage.insert import insert_id
from storage.tables import person, registration
from tests.handlers.scene import Scene, button, sentence
from tests.handlers.telegram.rollcall import Rollcall, call, noted

ANNA, JAN = "Anna Wzorowa", "Jan Łoś"


def labels(rollcall: Rollcall) -> list[str]:
    return [one["text"] for row in rollcall.staff.last.rows for one in row]


async def _crowd(scene: Scene, event_id: int, size: int) -> None:
    """Seat so many people as an import would."""
    now = scene.clock()
    async with scene.database.transaction() as tx:
        for number in range(size):
            person_id = await insert_id(
                tx,
                person,
                name=f"Osoba Numer{number:03d} o nazwisku dłuższym niż przycisk telefonu",
                role="ngo",
                organisation_text="KGW Miłki",
                locale="pl",
                created_at=now,
            )
            await insert_id(
                tx,
                registration,
                event_id=event_id,
                person_id=person_id,
                state="active",
                door="import",
                created_at=now,
                seated_at=now,
            )


async def test_staff_reach_a_session_from_the_event(scene: Scene) -> None:
    course = await call(scene, ANNA)
    await scene.say(course.staff, "/wydarzenia")
    await scene.tap(course.staff, f"se:{course.event_id}")
    [listed] = await scene.tap(course.staff, f"as:{course.event_id}")
    [shown] = await scene.tap(course.staff, f"an:{course.sessions[0].id}")

    assert [row[0]["text"] for row in listed.rows[:2]] == [
        "1. 19\u00a0stycznia\u00a02027: obecni 0 z 1",
        "2. 20\u00a0stycznia\u00a02027: obecni 0 z 1",
    ]
    code = course.codes[0]
    assert f"Kod obecności: {code[:3]} {code[3:]}" in shown.text
    assert "Obecni: 0 z 1." in shown.text


async def test_an_event_of_one_session_shows_it_at_once(scene: Scene) -> None:
    course = await call(scene)
    rows = await scene.rows("SELECT event_id FROM session GROUP BY event_id HAVING COUNT(*) = 1")

    [shown] = await scene.say(course.staff, "/wydarzenia")
    [shown] = await scene.press(course.staff, shown.message_id, f"as:{rows[0][0]}")

    assert "Kod obecności: " in shown.text


async def test_ticks_rewrite_the_list(scene: Scene) -> None:
    course = await call(scene, ANNA, JAN)
    first = course.sessions[0].id
    await scene.say(course.staff, "/wydarzenia")
    message_id, _ = button(course.staff, "se:")
    await scene.press(course.staff, message_id, f"al:{first}:0")
    before = labels(course)
    new = await scene.tap(course.staff, f"at:{first}:")
    after = labels(course)

    assert before[:2] == ["▫️ Jan Łoś", "▫️ Anna Wzorowa"]
    assert (new, after[:2]) == ([], ["✅ Jan Łoś", "▫️ Anna Wzorowa"])
    assert "Obecni: 1 z 2." in course.staff.last.text
    assert await noted(scene) == [(JAN, 1, True, "staff")]

    await scene.tap(course.staff, f"at:{first}:")

    assert labels(course)[:2] == ["▫️ Jan Łoś", "▫️ Anna Wzorowa"]
    assert await noted(scene) == [(JAN, 1, False, "staff")]


async def test_two_of_staff_who_tick_the_same_name_mean_the_same(scene: Scene) -> None:
    course = await call(scene, ANNA)
    other = scene.visitor(901, "Piotr")
    await scene.make_staff(other)
    first = course.sessions[0].id
    presses = []
    for visitor in (course.staff, other):
        await scene.say(visitor, "/wydarzenia")
        message_id, _ = button(visitor, "se:")
        await scene.press(visitor, message_id, f"al:{first}:0")
        presses.append((visitor, *button(visitor, f"at:{first}:")))

    await asyncio.gather(*(visitor.press_data(at, data) for visitor, at, data in presses))
    await scene.settle()

    assert await noted(scene) == [(ANNA, 1, True, "staff")]
    assert [one[0].last.rows[0][0]["text"] for one in presses] == ["✅ Anna Wzorowa"] * 2


async def test_tick_list_of_three_hundred_has_pages(scene: Scene) -> None:
    course = await call(scene)
    await _crowd(scene, course.event_id, 300)
    first = course.sessions[0].id
    [shown] = await scene.say(course.staff, "/wydarzenia")
    await scene.press(course.staff, shown.message_id, f"al:{first}:0")
    names = set()
    for page in range(30):
        names |= {one for one in labels(course) if one.startswith("▫️")}
        if page < 29:
            await scene.tap(course.staff, f"al:{first}:{page + 1}")

    assert (len(names), "Strona 30 z 30" in course.staff.last.text) == (300, True)


async def test_files_are_sent(scene: Scene) -> None:
    course = await call(scene, ANNA, JAN)
    first = course.sessions[0].id
    [shown] = await scene.say(course.staff, "/wydarzenia")
    [picture] = await scene.press(course.staff, shown.message_id, f"ac:{first}")
    [sheet] = await scene.press(course.staff, shown.message_id, f"af:{first}")
    [paper] = await scene.press(course.staff, shown.message_id, f"ap:{first}")

    assert picture.photo is not None
    assert sheet.document is not None
    assert paper.document is not None
    assert (sheet.document.filename, paper.document.filename) == (
        "kod-obecnosci-2027-01-19.pdf",
        "lista-obecnosci-2027-01-19.pdf",
    )
    [page] = PdfReader(BytesIO(paper.document.content)).pages
    text = re.sub(r"\s+", " ", page.extract_text())
    assert text.index(JAN) < text.index(ANNA)


async def test_paper_list_is_noted_by_numbers_and_names(scene: Scene) -> None:
    course = await call(scene, ANNA, JAN)
    first = course.sessions[0].id
    [shown] = await scene.say(course.staff, "/wydarzenia")
    await scene.press(course.staff, shown.message_id, f"ap:{first}")
    await scene.press(course.staff, shown.message_id, f"aw:{first}")
    [look] = await scene.say(course.staff, "1\nAna Wzorowa\nGall <b>Anonim</b>")
    [done] = await scene.choose(course.staff, "=save")

    assert "Ana Wzorowa → Anna Wzorowa" in look.text
    assert "Gall <b>Anonim</b> – nie ma na liście" in look.text
    assert done.text.startswith("Zapisano obecność: 2 osoby.")
    assert "Gall <b>Anonim</b> – nie ma na liście" in done.text
    assert await noted(scene) == [(ANNA, 1, True, "paper"), (JAN, 1, True, "paper")]


async def test_long_paper_list_is_shown_to_its_last_line(scene: Scene) -> None:
    course = await call(scene)
    await _crowd(scene, course.event_id, 60)
    first = course.sessions[0].id
    [shown] = await scene.say(course.staff, "/wydarzenia")
    await scene.press(course.staff, shown.message_id, f"ap:{first}")
    await scene.press(course.staff, shown.message_id, f"aw:{first}")
    strangers = [f"Nieznajomy <{number}> & {'x' * 60}" for number in range(45)]
    said = await scene.say(course.staff, "\n".join(["1-60", *strangers]))
    said += await scene.say(course.staff, "y" * 4090)

    together = "\n".join(one.text for one in said)
    assert [one for one in strangers if f"{one} – nie ma na liście" not in together] == []
    assert together.count("y") >= 4090
    # What stands behind a button confirms nothing when it is typed.
    [*_, typed] = await scene.say(course.staff, "=save")
    assert (await scene.step(course.staff), "Jeszcze nic nie zapisano." in typed.text) == (
        "confirm",
        True,
    )
    done = await scene.choose(course.staff, "=save")
    assert done[0].text.startswith("Zapisano obecność: 60 osób.")


async def test_paper_dialogue_asks_again_for_what_cannot_be_read(scene: Scene) -> None:
    course = await call(scene, ANNA)
    [shown] = await scene.say(course.staff, "/wydarzenia")
    await scene.press(course.staff, shown.message_id, f"aw:{course.sessions[0].id}")

    await course.staff.send_photo()
    await scene.settle()
    asked = course.staff.last.text
    [stopped] = await scene.say(course.staff, "/anuluj")

    assert "Kto się podpisał?" in asked
    assert (await scene.step(course.staff), "Kto się podpisał?" in stopped.text) == ("", False)


@pytest.mark.parametrize("action", ["as", "an", "al", "at", "ac", "af", "ap", "aw"])
@pytest.mark.parametrize("role", ["viewer", None])
async def test_others_are_refused(scene: Scene, action: str, role: str | None) -> None:
    course = await call(scene, ANNA)
    other = scene.visitor(950, "Adam")
    if role is None:
        await scene.introduce(other, name="Adam Inny")
    else:
        await scene.make_staff(other, role)
    data = f"{action}:{course.sessions[0].id}:{course.people[0].user_id}:1:0"

    said = await scene.press(other, other.last.message_id, data)

    assert [one.text.splitlines()[0] for one in said] == [sentence(NotStaff())]
    assert await noted(scene) == []


async def test_rights_that_are_lost_end_the_paper_dialogue(scene: Scene) -> None:
    course = await call(scene, ANNA)
    [shown] = await scene.say(course.staff, "/wydarzenia")
    await scene.press(course.staff, shown.message_id, f"aw:{course.sessions[0].id}")
    async with scene.database.transaction() as tx:
        await staff.remove(tx, chat_id=course.staff.user_id, now=scene.clock())

    [said] = await scene.say(course.staff, ANNA)

    assert said.text.splitlines()[0] == sentence(NotStaff())
    assert (await scene.step(course.staff), await noted(scene)) == ("", [])


async def test_old_and_broken_buttons_change_nothing(scene: Scene) -> None:
    course = await call(scene, ANNA)
    first = course.sessions[0].id
    [shown] = await scene.say(course.staff, "/wydarzenia")

    for data in ("an:987654", "an:", "al:x:y", f"at:987654:{first}:1:0", "ap:987654", "aw:"):
        [said] = await scene.press(course.staff, shown.message_id, data)
        assert said.text.splitlines()[0] == sentence(SessionUnknown())
    for data in (f"at:{first}:987654:1:0", f"at:{first}::1:0"):
        [said] = await scene.press(course.staff, shown.message_id, data)
        assert said.text.splitlines()[0] == sentence(SeatUnknown())
    assert await noted(scene) == []


async def test_a_tick_after_the_person_cancelled_is_refused(scene: Scene) -> None:
    course = await call(scene, ANNA)
    first = course.sessions[0].id
    [shown] = await scene.say(course.staff, "/wydarzenia")
    await scene.press(course.staff, shown.message_id, f"al:{first}:0")
    async with scene.database.transaction() as tx:
        [held] = await registrations.of_event(tx, course.event_id, state="active")
        await registrations.cancel(tx, held, now=scene.clock())

    [said] = await scene.tap(course.staff, f"at:{first}:")

    assert said.text.splitlines()[0] == sentence(SeatUnknown())
    assert await noted(scene) == []
