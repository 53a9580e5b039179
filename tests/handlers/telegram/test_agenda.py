"""The agenda in the chat: what will be sent, and what staff do with one line of it."""

from datetime import UTC, datetime, timedelta

import pytest

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme.agenda_refusals import OccurrenceFixed, OccurrenceGone, OccurrenceUnknown
from programme.deed_refusals import DeedUnknown
from programme.refusals import NotStaff, Refusal
from tests.handlers.scene import Scene, heard, sentence
from tests.handlers.telegram.desk_scene import COORDINATOR, data, half_a_minute, plain_event

DAY = timedelta(days=1)
TITLE = "Podstawy prawne konsultacji społecznych"


async def two_days_before(scene: Scene, *people: int) -> tuple[Visitor, list[Visitor]]:
    """Let people have seats, and come to nine in the morning two days before the event."""
    event_id = await plain_event(scene, 5)
    seated = [scene.visitor(number, f"Osoba{number}") for number in people]
    for visitor, name in zip(seated, ("Anna Wzorowa", "Jan Przykładowy"), strict=False):
        await scene.introduce(visitor, name=name)
        await scene.register(visitor, event_id)
    ((starts,),) = await scene.rows(
        "SELECT starts_at FROM session WHERE event_id = :event_id", event_id=event_id
    )
    begins = starts if isinstance(starts, datetime) else datetime.fromisoformat(starts)
    scene.clock.put_forward(begins.replace(tzinfo=UTC) - 2 * DAY)
    await scene.process.ticker.tick()
    await scene.settle()
    return scene.visitor(COORDINATOR, "Irena"), seated


def words(message: SeenMessage) -> str:
    return message.text.replace("\u00a0", " ")


async def open_line(scene: Scene, irena: Visitor) -> tuple[SeenMessage, str]:
    """Open the first reminder of the agenda and give its name."""
    await scene.say(irena, "/agenda")
    (line,) = await scene.tap(irena, "vao:r.")
    name = next(one for one in data(line) if one.startswith("vas:")).partition(":")[2]
    return line, name


async def pass_to_the_reminder(scene: Scene) -> None:
    scene.clock.put_forward(scene.clock() + DAY + timedelta(hours=1))
    await scene.process.ticker.tick()
    await scene.settle()


def reminders_to(visitor: Visitor) -> int:
    return sum("Przypominamy" in one.text for one in heard(visitor))


async def test_agenda_is_grouped_by_day_and_leads_to_a_line(scene: Scene) -> None:
    await scene.use_summary()
    irena, _seated = await two_days_before(scene, 1, 2)

    (listed,) = await scene.say(irena, "/agenda")
    (line,) = await scene.tap(irena, "vao:r.")
    (shown,) = await scene.tap(irena, "vat:r.")
    (back,) = await scene.tap(irena, "vao:r.")

    assert words(listed) == (
        "Co zostanie wysłane w ciągu 14 dni\n\n"
        "jutro, wtorek 2 lutego\n"
        "08:30 · podsumowanie dnia dla koordynatorów · 2 osoby\n"
        f"09:00 · przypomnienie: {TITLE} · 2 osoby\n\n"
        "środa 3 lutego\n"
        f"08:00 · przypomnienie: {TITLE} · 2 osoby\n\n"
        "Aby zobaczyć wiadomość, zatrzymać ją albo wysłać od razu, prosimy nacisnąć ją poniżej."
    )
    assert words(line) == (
        f"Przypomnienie\n{TITLE}\nKiedy: jutro, wtorek 2 lutego, godz. 9:00\nDo kogo: 2 osoby\n\n"
        "– Anna Wzorowa · Telegram\n– Jan Przykładowy · Telegram"
    )
    assert line.buttons == [
        "Pokaż, jak będzie wyglądać",
        "Wyślij teraz",
        "Zatrzymaj dla wszystkich",
        "Nie wysyłaj: Anna Wzorowa",
        "Nie wysyłaj: Jan Przykładowy",
        "Wróć do planu wysyłki",
    ]
    assert words(shown).startswith(
        "Tak będzie to wyglądać na czacie u: Anna Wzorowa\n\nPrzypominamy: jutro"
    )
    assert back.text == line.text


async def test_stopped_line_is_sent_to_nobody(scene_both: Scene) -> None:
    scene = scene_both
    irena, seated = await two_days_before(scene, 1, 2)
    _line, name = await open_line(scene, irena)

    (surely,) = await scene.tap(irena, "vas:")
    (stopped,) = await scene.tap(irena, "vass:")
    (again,) = await scene.press(irena, irena.last.message_id, f"vass:{name}")
    await pass_to_the_reminder(scene)

    assert words(surely) == (
        "Czy zatrzymać to dla wszystkich?\n\n"
        f"Przypomnienie\n{TITLE}\nKiedy: jutro, wtorek 2 lutego, godz. 9:00\nDo kogo: 2 osoby\n\n"
        "Nikt nie dostanie tego przypomnienia. Pozostałe przypomnienia są bez zmian.\n\n"
        "Tego nie będzie można cofnąć."
    )
    assert stopped.text == (
        f"Zatrzymano: przypomnienie: {TITLE}. 2 wiadomości nie zostaną wysłane."
    )
    assert again.text.startswith(sentence(OccurrenceGone()))
    assert [reminders_to(one) for one in seated] == [0, 0]


async def test_line_is_sent_now_after_half_a_minute_and_not_again(scene: Scene) -> None:
    irena, seated = await two_days_before(scene, 1, 2)
    await open_line(scene, irena)

    (surely,) = await scene.tap(irena, "van:")
    (waits,) = await scene.tap(irena, "vann:")
    nothing_yet = [reminders_to(one) for one in seated]
    (done,) = await half_a_minute(scene, irena)
    await scene.process.ticker.tick()
    await scene.settle()
    at_once = [reminders_to(one) for one in seated]
    await pass_to_the_reminder(scene)

    assert surely.text.startswith("Czy wysłać to teraz, zamiast o wyznaczonej porze?")
    assert "nikomu nie przeszkadzamy" not in surely.text
    assert waits.text.startswith(f"Za 30 sekund: wysłanie od razu: przypomnienie: {TITLE}.")
    assert done.text.endswith("Wychodzą 2 wiadomości.")
    assert (nothing_yet, at_once) == ([0, 0], [1, 1])
    assert [reminders_to(one) for one in seated] == [1, 1]


async def test_at_night_it_is_said_when_it_leaves(scene: Scene) -> None:
    irena, _seated = await two_days_before(scene, 1)
    scene.clock.put_forward(scene.clock() + timedelta(hours=13))
    await open_line(scene, irena)

    (surely,) = await scene.tap(irena, "van:")

    assert "wiadomość wyjdzie: jutro, wtorek 2 lutego, godz. 8:00." in words(surely)


async def test_one_person_is_left_out(scene: Scene) -> None:
    irena, seated = await two_days_before(scene, 1, 2)
    line, _name = await open_line(scene, irena)
    jan = [one for one in data(line) if one.startswith("vaw:")][1]

    (surely,) = await scene.tap(irena, jan)
    (done,) = await scene.tap(irena, "vaww:")
    (after,) = await scene.tap(irena, "vao:r.")
    await pass_to_the_reminder(scene)

    assert surely.text.startswith("Czy nie wysyłać tej wiadomości do: Jan Przykładowy?")
    assert done.text == (
        f"Tej wiadomości nie dostanie Jan Przykładowy: przypomnienie: {TITLE}. "
        "Wszyscy inni dostaną ją zgodnie z planem."
    )
    assert "Do kogo: 1 osoba" in after.text
    assert "Jan Przykładowy" not in after.text
    assert [reminders_to(one) for one in seated] == [1, 0]


async def test_buttons_work_after_a_restart(scene: Scene) -> None:
    irena, seated = await two_days_before(scene, 1)
    await open_line(scene, irena)
    await scene.tap(irena, "vas:")

    await scene.restart()
    (stopped,) = await scene.tap(irena, "vass:")
    await pass_to_the_reminder(scene)

    assert stopped.text.startswith("Zatrzymano: ")
    assert reminders_to(seated[0]) == 0


async def test_viewer_sees_and_changes_nothing(scene: Scene) -> None:
    irena, seated = await two_days_before(scene, 1)
    line, name = await open_line(scene, irena)
    viewer = scene.visitor(8, "Widz")
    await scene.make_staff(viewer, "viewer")

    (seen,) = await scene.press(viewer, viewer.last.message_id, f"vao:{name}:0")
    refused = [
        (await scene.press(viewer, viewer.last.message_id, f"{letters}:{name}:1"))[0].text
        for letters in ("vas", "vass", "van", "vann", "vaw", "vaww")
    ]
    await pass_to_the_reminder(scene)

    assert seen.text == line.text
    assert seen.buttons == ["Pokaż, jak będzie wyglądać", "Wróć do planu wysyłki"]
    assert {text.startswith(sentence(NotStaff())) for text in refused} == {True}
    assert reminders_to(seated[0]) == 1


async def test_line_that_cannot_be_stopped_says_why(scene: Scene) -> None:
    await scene.use_summary()
    irena, _seated = await two_days_before(scene, 1)
    await scene.say(irena, "/agenda")

    (line,) = await scene.tap(irena, "vao:y.")
    (refused,) = await scene.press(irena, irena.last.message_id, "vass:y.270202")
    (unknown,) = await scene.press(irena, irena.last.message_id, "vao:zz.1:0")

    assert line.text.endswith("podsumowanie można zobaczyć w każdej chwili: /podsumowanie")
    assert line.buttons == ["Wróć do planu wysyłki"]
    assert refused.text.startswith(sentence(OccurrenceFixed()))
    assert unknown.text.startswith(sentence(OccurrenceUnknown()))


async def to_irena(scene: Scene, words: str) -> SeenMessage:
    """Let the coordinator write, whatever summary of the day comes at the same moment."""
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.settle()
    return (await scene.say(irena, words))[-1]


@pytest.mark.parametrize(
    ("pressed", "why"),
    [
        ("va:x", None),
        ("va:-1", None),
        ("vao", OccurrenceUnknown()),
        ("vao:", OccurrenceUnknown()),
        ("vat:r.1", OccurrenceGone()),
        ("vaw:r.1.1.0:5:9", OccurrenceGone()),
        ("vz", DeedUnknown()),
    ],
)
async def test_crooked_buttons_are_answered(
    scene: Scene, pressed: str, why: Refusal | None
) -> None:
    irena = scene.visitor(COORDINATOR, "Irena")
    listed = await to_irena(scene, "/agenda")

    answer = (await scene.press(irena, listed.message_id, pressed))[-1]

    assert answer.text == listed.text if why is None else answer.text.startswith(sentence(why))
    assert await scene.rows("SELECT DISTINCT state FROM inbox") == [("done",)]
