"""Staff make the working meeting of 10 February in the chat, and change it beside one another."""

from typing import Any

import pytest

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme.event_refusals import (
    DaysUnclear,
    EndBeforeStart,
    EventChanged,
    EventPublished,
    SameValue,
)
from programme.refusals import NotStaff
from tests.handlers.scene import ENGLISH, POLISH, Scene, heard, sentence
from tests.handlers.telegram.desk_scene import COORDINATOR, crowd, data, plain_event

ASSISTANT = 901
TITLE = "Spotkanie robocze: program aktywnych konsultacji"
SHORT = "Spotkanie robocze: program aktywnych…"
PLACE = "Ośrodek Kultury w Miłkach"
ANSWERS = (TITLE, "w środę 10 lutego o 16", PLACE, "=none", "=before")
CARD = (
    f"{TITLE}\n"
    "Szkic. Widzi go tylko urząd.\n\n"
    "Spotkanie\n"
    "Dzień i godziny: środa, 10 lutego 2027, godz. 16:00–18:00\n"
    f"Miejsce: {PLACE}\n"
    "Liczba miejsc: bez limitu\n"
    "Zapisy do: wtorek, 9 lutego 2027\n"
    "Dla kogo: wszyscy\n"
    "Zaświadczenie: brak\n"
    "Przypomnienia: 7 dni wcześniej o 9:00, dzień wcześniej o 9:00, 2 godziny wcześniej"
)
KEPT = "The draft is kept. Nobody but the office sees it, and nothing is sent."


def words(message: SeenMessage) -> str:
    return message.text.replace("\u00a0", " ")


def labels(message: SeenMessage) -> list[str]:
    return [one["text"] for row in message.rows for one in row]


async def newest(scene: Scene) -> int:
    [(number,)] = await scene.rows("SELECT MAX(id) FROM event")
    return int(number)


async def reply(scene: Scene, visitor: Visitor, raw: str) -> SeenMessage:
    """Answer by a button where the answer is one, else in words."""
    answered = scene.choose if raw.startswith("=") else scene.say
    [message] = await answered(visitor, raw)
    return message


async def make_meeting(scene: Scene) -> tuple[Visitor, SeenMessage, int]:
    """Let the coordinator make a draft of the meeting."""
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.say(irena, "/wydarzenia")
    await scene.tap(irena, "zn")
    await scene.choose(irena, "meeting")
    for raw in ANSWERS:
        card = await reply(scene, irena, raw)
    return irena, card, await newest(scene)


async def outbox(scene: Scene) -> list[tuple[Any, ...]]:
    """List what is meant for people who did not write to us a moment ago."""
    ours = "('reply', 'summary')"
    return await scene.rows(f"SELECT kind FROM outbox WHERE kind NOT IN {ours}")  # noqa: S608


async def test_working_meeting_is_made_published_and_copied(scene: Scene) -> None:
    irena, card, number = await make_meeting(scene)
    anna = scene.visitor()
    await scene.introduce(anna)
    (unseen,) = await scene.say(anna, "/szkolenia")
    (unknown,) = await scene.say(anna, f"/start e_{number}")

    (look,) = await scene.tap(irena, f"zp:{number}")
    (published,) = await scene.choose(irena, "=yes")
    (seen,) = await scene.say(anna, "/szkolenia")

    assert words(card) == f"{POLISH(KEPT)}\n\n{CARD}"
    assert data(card) == [
        *(f"zf:{number}:{field}" for field in ("title", "days", "place", "seats")),
        *(f"zf:{number}:{field}" for field in ("deadline", "audience")),
        *(f"zf:{number}:{field}" for field in ("certificate", "description")),
        *(f"zp:{number}", f"zc:{number}", f"zx:{number}", "zl", "s"),
    ]
    assert TITLE not in "".join(labels(unseen))
    assert unknown.text.startswith("Tego wydarzenia już nie ma.")
    assert words(look).startswith(f"{CARD}\n\n")
    assert labels(look) == ["Tak, opublikuj", "Jeszcze nie"]
    assert data(published) == [f"zi:{number}", f"se:{number}", "s"]
    assert f"e:{number}" in data(seen)
    # Publishing has planned the reminders and sent nothing.
    assert await outbox(scene) == []
    reminders = (
        "SELECT count(*) FROM reminder JOIN session ON session.id = reminder.session_id "
        "WHERE event_id = :number AND state = 'planned'"
    )
    assert await scene.rows(reminders, number=number) == [(3,)]

    await scene.tap(irena, f"se:{number}")
    (days,) = await scene.tap(irena, f"zc:{number}")
    (deadline,) = await scene.say(irena, "17 lutego 16-18")
    (copy,) = await scene.choose(irena, "=before")
    assert days.text.startswith(f"Tworzą Państwo kopię wydarzenia „{TITLE}”.")
    assert "17 lutego" not in words(deadline)
    assert "Dzień i godziny: środa, 17 lutego 2027, godz. 16:00–18:00" in words(copy)
    assert "Zapisy do: wtorek, 16 lutego 2027" in words(copy)


async def test_invitation_is_begun_from_what_was_published(scene: Scene) -> None:
    irena, _card, number = await make_meeting(scene)
    await scene.tap(irena, f"zp:{number}")
    await scene.choose(irena, "=yes")

    (asked,) = await scene.tap(irena, f"zi:{number}")

    assert asked.text != POLISH("Please press one of the buttons below this question.")
    assert await scene.rows("SELECT event_id, state FROM invitation") == [(number, "draft")]


async def test_wrong_answers_are_asked_once_more(scene: Scene) -> None:
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.say(irena, "/wydarzenia")
    await scene.tap(irena, "zn")
    await scene.choose(irena, "training")
    (asked,) = await scene.say(irena, "Szkolenie")

    (unclear,) = await scene.say(irena, "wkrótce")
    (backwards,) = await scene.say(irena, "15 i 16 stycznia 15-9")

    assert unclear.text == f"{sentence(DaysUnclear())}\n\n{asked.text}"
    assert backwards.text == f"{sentence(EndBeforeStart('15:00', '9:00'))}\n\n{asked.text}"


@pytest.mark.parametrize("step", range(len(ANSWERS)))
async def test_dialogue_left_at_any_step_goes_on_after_a_restart(scene: Scene, step: int) -> None:
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.say(irena, "/wydarzenia")
    await scene.tap(irena, "zn")
    await scene.choose(irena, "meeting")
    for raw in ANSWERS[:step]:
        await reply(scene, irena, raw)

    await scene.restart()
    for raw in ANSWERS[step:]:
        card = await reply(scene, irena, raw)

    assert words(card) == f"{POLISH(KEPT)}\n\n{CARD}"


async def test_change_of_a_draft_goes_on_after_a_restart(scene: Scene) -> None:
    irena, _card, number = await make_meeting(scene)
    await scene.tap(irena, f"zf:{number}:place")

    await scene.restart()
    (card,) = await scene.say(irena, "Szkoła")

    assert words(card) == "Zmiana jest zapisana.\n\n" + CARD.replace(PLACE, "Szkoła")


async def test_last_look_before_publishing_goes_on_after_a_restart(scene: Scene) -> None:
    irena, _card, number = await make_meeting(scene)
    await scene.tap(irena, f"zp:{number}")

    await scene.restart()
    (published,) = await scene.choose(irena, "=yes")

    assert published.text.startswith("Wydarzenie jest opublikowane")


async def test_strange_days_are_named_and_published_knowingly(scene: Scene) -> None:
    irena, _card, number = await make_meeting(scene)
    await scene.tap(irena, f"zf:{number}:days")
    (card,) = await scene.say(irena, "14 lutego 22:30-23:00")
    (look,) = await scene.tap(irena, f"zp:{number}")
    (not_yet,) = await scene.choose(irena, "=no")
    await scene.tap(irena, f"zp:{number}")
    (published,) = await scene.choose(irena, "=yes")

    warning = (
        "Prosimy sprawdzić:\n"
        f"⚠ „{SHORT}”, spotkanie 1: 14.02.2027, 22:30 to niedziela.\n"
        f"⚠ „{SHORT}”, spotkanie 1: odbywa się w nocy (od 14.02.2027, 22:30 do 14.02.2027, 23:00)."
    )
    assert words(card).endswith(warning)
    assert warning in words(look)
    assert labels(look) == ["Wiem o tym, opublikuj", "Jeszcze nie"]
    assert not_yet.text.startswith("Nic nie zmieniliśmy.")
    assert published.text.startswith("Wydarzenie jest opublikowane")


async def test_moving_to_a_sunday_is_named_before_it_is_saved(scene: Scene) -> None:
    number = await plain_event(scene, 5)
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.say(irena, "/wydarzenia")
    await scene.tap(irena, f"se:{number}")
    await scene.tap(irena, f"sg:{number}")
    await scene.tap(irena, f"sm:{number}")
    await scene.say(irena, "14.02.2027 9:00-14:00")
    (look,) = await scene.choose(irena, "=keep")

    assert "Prosimy sprawdzić:\n⚠ " in look.text
    assert "to niedziela." in look.text


async def test_a_new_title_is_saved_in_silence_or_told(scene: Scene) -> None:
    irena, _card, number = await make_meeting(scene)
    await scene.tap(irena, f"zp:{number}")
    await scene.choose(irena, "=yes")
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, number)
    await scene.tap(irena, f"se:{number}")
    await scene.tap(irena, f"sg:{number}")
    await scene.tap(irena, f"zd:{number}")

    await scene.tap(irena, f"zf:{number}:title")
    (same,) = await scene.say(irena, TITLE)
    await scene.say(irena, f"{TITLE}.")
    (silent,) = await scene.choose(irena, "=yes")
    quiet_yet = heard(anna)[-1].text
    await scene.tap(irena, f"zf:{number}:title")
    (look,) = await scene.say(irena, "Nowy <b>tytuł</b>")
    (told,) = await scene.choose(irena, "=tell")

    assert same.text.startswith(sentence(SameValue()))
    assert silent.text.startswith("Zmiana jest zapisana.\n\n")
    assert quiet_yet.startswith("Zapisaliśmy Państwa")
    assert f"Było: {TITLE}.\nBędzie: Nowy <b>tytuł</b>" in words(look)
    assert "Na Telegramie: 1. E-mailem: 0." in look.text
    assert labels(look) == [
        "Zapisz, nie powiadamiaj nikogo",
        "Zapisz i powiadom 1 osobę",
        "Napiszę jeszcze raz",
        "Zostaw bez zmian",
    ]
    assert told.text.startswith("Zmiana jest zapisana. Wiadomość dostaje 1 osoba.")
    assert heard(anna)[-1].text.startswith("Wydarzenie ma nowy tytuł")
    assert f"Poprzedni tytuł: {TITLE}." in heard(anna)[-1].text


async def test_second_of_two_editors_hears_what_the_first_changed(scene: Scene) -> None:
    irena, _card, number = await make_meeting(scene)
    ewa = scene.visitor(ASSISTANT, "Ewa")
    await scene.make_staff(ewa, "assistant")
    await scene.say(ewa, "/wydarzenia")
    await scene.tap(ewa, "zl")
    await scene.tap(ewa, f"zd:{number}")
    await scene.tap(ewa, f"zf:{number}:title")
    await scene.tap(irena, f"zf:{number}:place")
    await scene.say(irena, "Szkoła")

    (late,) = await scene.say(ewa, "Mój tytuł")

    assert words(late) == (
        f"{sentence(EventChanged())}\n\n"
        "Co się w tym czasie zmieniło:\n"
        f"Miejsce: {PLACE} → Szkoła\n\n" + CARD.replace(PLACE, "Szkoła")
    )
    assert await scene.step(ewa) == ""
    await scene.tap(ewa, f"zf:{number}:title")
    (card,) = await scene.say(ewa, "Mój tytuł")
    assert words(card).endswith(CARD.replace(PLACE, "Szkoła").replace(TITLE, "Mój tytuł"))


async def test_seats_are_not_changed_over_another_change(scene: Scene) -> None:
    number = await plain_event(scene, 5)
    await crowd(scene, number, 1)
    irena, ewa = scene.visitor(COORDINATOR, "Irena"), scene.visitor(ASSISTANT, "Ewa")
    await scene.make_staff(ewa, "assistant")
    for visitor in (irena, ewa):
        await scene.say(visitor, "/wydarzenia")
        await scene.tap(visitor, f"se:{number}")
        await scene.tap(visitor, f"sg:{number}")
        await scene.tap(visitor, f"sc:{number}")
    await scene.say(irena, "7")

    (late,) = await scene.say(ewa, "6")

    assert "Liczba miejsc: 5 → 7" in words(late)
    assert await scene.rows("SELECT capacity FROM event WHERE id = :n", n=number) == [(7,)]


async def test_publishing_by_two_buttons_has_one_effect(scene: Scene) -> None:
    irena, _card, number = await make_meeting(scene)
    ewa = scene.visitor(ASSISTANT, "Ewa")
    await scene.make_staff(ewa, "assistant")
    await scene.say(ewa, "/wydarzenia")
    await scene.tap(ewa, "zl")
    (card,) = await scene.tap(ewa, f"zd:{number}")
    await scene.tap(ewa, f"zp:{number}")
    await scene.tap(irena, f"zp:{number}")
    await scene.choose(irena, "=yes")

    (late,) = await scene.choose(ewa, "=yes")
    (later,) = await scene.press(ewa, card.message_id, f"zp:{number}")

    assert words(late).startswith(
        f"{sentence(EventChanged())}\n\nCo się w tym czasie zmieniło:\nStan: szkic → opublikowane"
    )
    assert words(later).startswith(sentence(EventPublished()))
    done = "SELECT count(*) FROM audit WHERE action = 'publish_event'"
    assert await scene.rows(done) == [(1,)]


async def test_draft_is_thrown_away_after_a_question(scene: Scene) -> None:
    irena, _card, number = await make_meeting(scene)

    (asked,) = await scene.tap(irena, f"zx:{number}")
    (kept,) = await scene.choose(irena, "=no")
    await scene.tap(irena, f"zx:{number}")
    (gone,) = await scene.choose(irena, "=yes")
    (drafts,) = await scene.tap(irena, "zl")

    assert labels(asked) == ["Tak, wyrzuć szkic", "Nie, zostaw szkic"]
    assert words(kept).endswith(CARD)
    assert gone.text == "Szkic został wyrzucony."
    assert drafts.text == "Nie ma żadnego szkicu."
    assert await scene.rows("SELECT count(*) FROM event WHERE id = :n", n=number) == [(0,)]


async def test_list_offers_drafts_and_new_events_to_those_who_may(scene: Scene) -> None:
    _irena, _card, number = await make_meeting(scene)
    viewer, ewa = scene.visitor(902, "Maria"), scene.visitor(ASSISTANT, "Ewa")
    await scene.make_staff(viewer, "viewer")
    await scene.make_staff(ewa, "assistant")

    (seen,) = await scene.say(viewer, "/wydarzenia")
    (drafts,) = await scene.tap(viewer, "zl")
    (card,) = await scene.tap(viewer, f"zd:{number}")
    (refused,) = await scene.press(viewer, card.message_id, f"zf:{number}:title")
    (offered,) = await scene.say(ewa, "/wydarzenia")

    assert [one for one in data(seen) if one.startswith("z")] == ["zl"]
    assert data(drafts) == [f"zd:{number}", "s"]
    assert data(card) == ["zl", "s"]
    assert refused.text.startswith(sentence(NotStaff()))
    assert [one for one in data(offered) if one.startswith("z")] == ["zn", "zl"]
    assert "Szkice (1)" in labels(offered)


async def test_event_page_of_a_draft_is_its_card(scene: Scene) -> None:
    irena, card, number = await make_meeting(scene)

    (page,) = await scene.press(irena, card.message_id, f"se:{number}")

    assert words(page) == CARD


async def test_draft_speaks_english_to_those_who_read_it(scene: Scene) -> None:
    irena, card, number = await make_meeting(scene)
    await scene.press(irena, card.message_id, "g:en")

    (seen,) = await scene.press(irena, card.message_id, f"zd:{number}")
    (look,) = await scene.tap(irena, f"zp:{number}")

    assert "Draft. Only the office sees it." in seen.text
    assert "Day and hours: Wednesday, 10 February 2027, 16:00–18:00" in words(seen)
    assert "Reminders: 7 days before at 9:00, one day before at 9:00, 2 hours before" in seen.text
    assert labels(look) == [ENGLISH("Yes, publish it"), ENGLISH("Not yet")]
