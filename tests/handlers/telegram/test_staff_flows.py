"""What staff do in the chat: invite, ask, look at the answers."""

import asyncio
import json
import re
from datetime import timedelta

import pytest

from delivery.plain import without_markup
from handlers.telegram.staff_screens import question
from playground.visitor import Visitor
from programme import invitation_steps, poll_steps
from programme.broadcasting import HOLD
from programme.invitation_refusals import LetterTooLong
from programme.refusals import (
    AudienceEmpty,
    LinkSpent,
    NotStaff,
    OptionUnknown,
    PollUnfit,
    QuestionPassed,
    TextTooLong,
)
from storage import staff
from tests.handlers.scene import BOTH_DOORS, Scene, all_buttons, button, heard, sentence
from texts.translator import load

STORY = [
    ("event", "2"),
    ("case_number", "SK.523.3.2015"),
    ("body", "Zapraszamy <serdecznie> & z radością."),
    ("audience", "organisations"),
    ("confirm", "send"),
]
POLL_STORY = [
    ("event", "2"),
    ("question", "Która pora Państwu odpowiada?"),
    ("options", "rano\npo południu\nwieczorem"),
    ("confirm", "send"),
]
BY_BUTTON = {"event", "audience", "confirm"}
# What stands around the words of an invitation to the sample's first training.
TOO_MANY = 75


async def coordinator(scene: Scene) -> Visitor:
    """Give the coordinator of the sample, whose chat is staff already."""
    return scene.visitor(900, "Irena")


async def reply(scene: Scene, visitor: Visitor, step: str, answer: str) -> None:
    if step in BY_BUTTON:
        await scene.choose(visitor, answer)
    else:
        await scene.say(visitor, answer)


async def write(scene: Scene, visitor: Visitor, story: list[tuple[str, str]], until: str) -> None:
    """Begin a dialogue and answer until a question is open."""
    await scene.say(visitor, "/zaproszenie" if story is STORY else "/pytanie")
    if await scene.step(visitor) == "draft":
        await scene.choose(visitor, "new")
    for step, answer in story:
        assert await scene.step(visitor) == step
        if step == until:
            return
        await reply(scene, visitor, step, answer)


async def leave(scene: Scene) -> None:
    """Let the half minute pass in which a letter can be taken back, and all of it leave."""
    scene.clock.put_forward(scene.clock() + HOLD)
    await scene.process.ticker.queue()
    await scene.settle()


async def participants(scene: Scene, count: int) -> list[Visitor]:
    people = [scene.visitor(number, f"Osoba {number}") for number in range(1, count + 1)]
    for number, person in enumerate(people):
        await scene.introduce(person, name=f"Osoba {'ABCDEFGH'[number]}")
        await scene.register(person, 2)
    return people


async def test_link_makes_one_chat_staff_once(scene: Scene) -> None:
    maria, other = scene.visitor(1, "Maria"), scene.visitor(2, "Inna")
    token = await scene.staff_token()

    (welcome,) = await scene.say(maria, f"/start s_{token}")
    (refused,) = await scene.say(other, f"/start s_{token}")
    (again,) = await scene.say(maria, f"/start s_{token}")

    assert "/zaproszenie" in welcome.text
    assert refused.text.startswith(sentence(LinkSpent()))
    assert again.text.startswith(sentence(LinkSpent()))
    assert await scene.rows("SELECT chat_id FROM staff WHERE chat_id < 900") == [(1,)]
    await scene.say(other, "/zaproszenie")
    assert other.last.text.startswith(sentence(NotStaff()))


@pytest.mark.parametrize(
    ("command", "action"),
    [("/zaproszenie", "invite"), ("/pytanie", "poll"), ("/wyniki", "results")],
)
async def test_refused_command_says_so_and_is_recorded(
    scene_both: Scene, command: str, action: str
) -> None:
    anna = scene_both.visitor()

    (answer,) = await scene_both.say(anna, command)

    assert answer.text.startswith(sentence(NotStaff()))
    rows = await scene_both.rows("SELECT chat_id, action, allowed FROM audit WHERE chat_id = 1")
    assert [(chat, what, bool(allowed)) for chat, what, allowed in rows] == [(1, action, False)]


async def test_viewer_sees_results_and_sends_nothing(scene: Scene) -> None:
    viewer = scene.visitor(1)
    await scene.make_staff(viewer, "viewer")

    (refused,) = await scene.say(viewer, "/zaproszenie")
    (results,) = await scene.say(viewer, "/wyniki")

    assert refused.text.startswith(sentence(NotStaff()))
    assert not results.text.startswith(sentence(NotStaff()))


async def test_invitation_is_seen_before_it_is_sent_and_reported_after(scene: Scene) -> None:
    irena = await coordinator(scene)
    (anna,) = await participants(scene, 1)
    await write(scene, irena, STORY, "confirm")
    preview, screen = heard(irena)[-2:]
    before = len(heard(anna))

    (progress,) = await scene.choose(irena, "send")
    await leave(scene)
    # The message is rewritten every two seconds at most.
    scene.clock.put_forward(scene.clock() + timedelta(seconds=3))
    await scene.process.ticker.report()
    await scene.settle()

    (invitation,) = heard(anna)[before:]
    assert "Zapraszamy <serdecznie> & z radością." in preview.text
    assert "Zapraszamy <serdecznie> & z radością." in invitation.text
    assert [data for _, data in all_buttons(anna)][-1] == "e:2"
    assert "Anna" in screen.text or "Osoba A" in screen.text
    ((people,),) = await scene.rows("SELECT people FROM broadcast")
    report = next(one for one in irena.messages if one.message_id == progress.message_id)
    assert re.search(rf"\b{people}\b\D+\b{people}\b", report.text)
    assert await scene.rows("SELECT reported_at IS NOT NULL FROM broadcast") == [(1,)]
    assert await scene.rows(
        "SELECT count(*) FROM outbox WHERE kind = 'invitation' AND state = 'sent'"
    ) == [(people,)]


@pytest.mark.parametrize("story", [STORY, POLL_STORY], ids=["invitation", "poll"])
async def test_wizard_goes_on_after_a_restart_at_each_question(
    scene: Scene, story: list[tuple[str, str]]
) -> None:
    irena = await coordinator(scene)
    await participants(scene, 1)
    await scene.say(irena, "/zaproszenie" if story is STORY else "/pytanie")

    for step, answer in story:
        assert await scene.step(irena) == step
        before = await scene.state(irena)
        await scene.restart()
        await irena.send_sticker()
        await scene.settle()
        assert await scene.state(irena) == before
        await reply(scene, irena, step, answer)

    assert await scene.step(irena) == ""
    assert await scene.rows("SELECT count(*) FROM broadcast") == [(1,)]


@pytest.mark.parametrize("story", [STORY, POLL_STORY], ids=["invitation", "poll"])
async def test_wizard_can_be_left_at_each_question(
    scene: Scene, story: list[tuple[str, str]]
) -> None:
    irena = await coordinator(scene)
    await participants(scene, 1)

    for step, _ in story:
        await write(scene, irena, story, step)
        await scene.say(irena, "/anuluj")
        assert (await scene.state(irena)).flow == ""
    for data, message_id in {data: number for number, data in all_buttons(irena)}.items():
        (answer,) = (await scene.press(irena, message_id, data))[:1]
        if data.startswith("q:"):
            assert answer.text.startswith(sentence(QuestionPassed()))

    assert await scene.rows("SELECT count(*) FROM broadcast") == [(0,)]


async def test_member_buttons_do_not_lose_a_letter(scene: Scene) -> None:
    irena = await coordinator(scene)
    await write(scene, irena, STORY, "body")
    await scene.say(irena, "/start e_2")
    before = await scene.state(irena)

    (answer,) = await scene.tap(irena, "r:2")
    await scene.say(irena, "/moje")

    assert answer.text.startswith(sentence(QuestionPassed()))
    assert await scene.state(irena) == before


@pytest.mark.parametrize("story", [STORY, POLL_STORY], ids=["invitation", "poll"])
async def test_confirmation_tapped_twice_sends_once(
    scene_both: Scene, story: list[tuple[str, str]]
) -> None:
    irena = await coordinator(scene_both)
    people = await participants(scene_both, 2)
    await write(scene_both, irena, story, "confirm")
    state = await scene_both.state(irena)
    message_id, data = button(irena, f"q:{state.version}:send")
    before = [len(heard(person)) for person in people]

    await asyncio.gather(irena.press_data(message_id, data), irena.press_data(message_id, data))
    await scene_both.settle()
    await leave(scene_both)

    assert await scene_both.rows("SELECT count(*) FROM broadcast") == [(1,)]
    assert [len(heard(one)) - was for one, was in zip(people, before, strict=True)] == [1, 1]
    assert irena.last.text.startswith(sentence(QuestionPassed()))


async def test_letter_that_is_too_long_is_asked_for_again(scene: Scene) -> None:
    irena = await coordinator(scene)
    await participants(scene, 1)
    await write(scene, irena, STORY, "case_number")

    (case,) = await scene.say(irena, "x" * 81)
    await scene.say(irena, "SK.1")
    (body,) = await scene.say(irena, "ą" * 3501)
    (message,) = await scene.say(irena, "ą" * 4097)
    (whole,) = await scene.say(irena, "&" * 3500)
    await scene.say(irena, "&" * 3300)
    await scene.choose(irena, "ngo")

    assert case.text.startswith(sentence(TextTooLong(80, 81)))
    assert body.text.startswith(sentence(TextTooLong(3500, 3501)))
    assert message.text.startswith(sentence(TextTooLong(3500, 4097)))
    # Alone the words would fit, but not with all that stands around them.
    assert whole.text.startswith(sentence(LetterTooLong(TOO_MANY)))
    assert await scene.step(irena) == "confirm"
    assert "&" * 100 in heard(irena)[-2].text


async def test_words_and_recipients_can_be_changed_before_sending(scene: Scene) -> None:
    irena = await coordinator(scene)
    await participants(scene, 1)
    await write(scene, irena, STORY, "confirm")

    await scene.choose(irena, "body")
    assert await scene.step(irena) == "body"
    await scene.say(irena, "Inne słowa")
    assert await scene.step(irena) == "confirm"
    assert "Inne słowa" in heard(irena)[-2].text
    await scene.choose(irena, "audience")
    await scene.choose(irena, "event:2")
    await scene.choose(irena, "audience")
    await scene.choose(irena, "office")

    ((audience,),) = await scene.rows("SELECT audience FROM invitation")
    assert json.loads(audience) == {"kinds": ["office"]}


async def test_audience_of_nobody_is_refused(scene: Scene) -> None:
    irena = await coordinator(scene)
    await write(scene, irena, STORY, "audience")
    (letter,) = await scene.choose(irena, "event:2")
    await scene.say(irena, "/pytanie")

    (poll,) = await scene.choose(irena, "2")

    assert letter.text.startswith(sentence(AudienceEmpty()))
    assert poll.text.startswith(sentence(AudienceEmpty()))
    assert await scene.step(irena) == "event"


async def test_event_that_does_not_exist_is_refused(scene: Scene) -> None:
    irena = await coordinator(scene)
    await scene.say(irena, "/zaproszenie")

    for typed in ("²", "9" * 40, "999999", "nic", "-1"):
        (answer,) = await scene.say(irena, typed)
        assert answer.text.startswith(sentence(OptionUnknown()))
        assert await scene.step(irena) == "event"


async def test_poll_that_telegram_would_not_take_is_asked_for_again(scene: Scene) -> None:
    irena = await coordinator(scene)
    await participants(scene, 1)
    await write(scene, irena, POLL_STORY, "question")

    (answer,) = await scene.say(irena, "ą" * 301)
    assert answer.text.startswith(sentence(PollUnfit()))
    assert await scene.step(irena) == "question"
    await scene.say(irena, "Kiedy?")
    for typed in (
        "tylko jedna",
        "raz\nraz",
        "x" * 101 + "\ny",
        "\n".join("abcdefghijk"),
    ):
        (answer,) = await scene.say(irena, typed)
        assert answer.text.startswith(sentence(PollUnfit()))
        assert await scene.step(irena) == "options"


@pytest.mark.parametrize("door", BOTH_DOORS, indirect=True)
async def test_votes_are_counted_and_shown_as_a_picture(scene: Scene) -> None:
    irena = await coordinator(scene)
    people = await participants(scene, 3)
    await write(scene, irena, POLL_STORY, "confirm")
    await scene.choose(irena, "send")

    await people[0].vote(0)
    await people[1].vote(0)
    await people[2].vote(1)
    await people[2].vote(2)
    await scene.settle()
    await people[1].retract()
    await scene.settle()
    # The message that counts along may come in between; it has no picture.
    (results,) = [one for one in await scene.say(irena, "/wyniki") if one.photo is not None]

    assert results.photo is not None
    assert results.photo.content.startswith(b"\x89PNG")
    lines = results.text.splitlines()
    assert [line.split(" (")[0] for line in lines[1:4]] == [
        "rano – 1",
        "po południu – 0",
        "wieczorem – 1",
    ]
    survey = next(data for _, data in all_buttons(irena) if data.startswith("w:"))
    (again,) = [one for one in await scene.tap(irena, survey) if one.photo is not None]
    assert again.text == results.text


async def test_several_polls_are_offered_in_a_list(scene: Scene) -> None:
    irena = await coordinator(scene)
    (none,) = await scene.say(irena, "/wyniki")
    await participants(scene, 1)
    for _ in range(2):
        await write(scene, irena, POLL_STORY, "confirm")
        await scene.choose(irena, "send")

    (listed,) = await scene.say(irena, "/wyniki")

    assert none.text
    assert len([one for row in listed.rows for one in row]) == 2
    assert (await scene.tap(irena, "w:"))[0].photo is not None


async def test_member_of_staff_can_be_a_participant_too(scene: Scene) -> None:
    irena = await coordinator(scene)
    await scene.say(irena, "/start e_2")
    await scene.tap(irena, "r:2")
    assert await scene.step(irena) == "privacy"

    await scene.choose(irena, "accept")
    await scene.say(irena, "Irena Sekretarska")
    await scene.choose(irena, "clerk")
    await scene.choose(irena, "org:")
    await scene.choose(irena, "skip")
    await scene.tap(irena, "r:2")

    assert [state for state, _ in await scene.registrations(2)] == ["active"]


async def test_question_repeated_with_a_reason_is_the_same_question(scene: Scene) -> None:
    irena = await coordinator(scene)
    await participants(scene, 1)
    for story, steps in ((STORY, invitation_steps), (POLL_STORY, poll_steps)):
        for step, _ in story:
            await write(scene, irena, story, step)
            state = await scene.state(irena)
            async with scene.database.reading() as tx:
                member = await staff.by_chat(tx, irena.user_id)
                assert member is not None
                asked = await steps.ask(tx, state=state, member=member, now=scene.clock())
            expected = without_markup(question(load("pl"), asked)[-1].text)

            await irena.send_voice()
            await scene.settle()

            assert expected in irena.last.text
            assert await scene.state(irena) == state
