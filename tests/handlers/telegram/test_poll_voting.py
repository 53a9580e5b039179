"""Quick polls in the chat: how they are composed, voted in by buttons, and closed."""

from datetime import timedelta

from delivery.poll_messages import thanks
from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme.poll_refusals import NothingTicked
from tests.handlers.scene import POLISH, Scene, heard, sentence

QUESTION, OPTIONS = "Która pora?", "rano\npo południu\nwieczorem"


async def _people(scene: Scene, count: int) -> list[Visitor]:
    people = [scene.visitor(number, f"Osoba {number}") for number in range(1, count + 1)]
    for number, person in enumerate(people):
        await scene.introduce(person, name=f"Osoba {'ABCDEFGH'[number]}")
        await scene.register(person, 2)
    return people


async def _ask(scene: Scene, *changes: str) -> Visitor:
    """Let the coordinator ask, with these presses on the last look."""
    irena = scene.visitor(900, "Irena")
    await scene.say(irena, "/pytanie")
    await scene.choose(irena, "2")
    await scene.say(irena, QUESTION)
    await scene.say(irena, OPTIONS)
    for value in (*changes, "send"):
        await scene.choose(irena, value)
    return irena


def _poll_of(visitor: Visitor) -> SeenMessage:
    return next(one for one in reversed(heard(visitor)) if QUESTION in one.text)


async def _number(scene: Scene) -> int:
    [(number,)] = await scene.rows("SELECT id FROM survey WHERE kind = 'poll'")
    return int(number)


async def _counts(scene: Scene) -> list[str]:
    rows = await scene.rows("SELECT chosen FROM current_answer WHERE NOT retracted ORDER BY chosen")
    return [row[0] for row in rows]


async def test_native_poll_with_several_answers_is_stopped_when_it_closes(
    scene_both: Scene,
) -> None:
    scene = scene_both
    anna, jan = await _people(scene, 2)
    irena = await _ask(scene, "several", "end", "tonight")
    poll = anna.last.poll
    assert poll is not None
    await anna.vote(0, 2)
    await jan.vote(1)
    await scene.settle()
    await jan.retract()
    await scene.settle()
    assert await _counts(scene) == ["o1 o3"]

    scene.clock.put_forward(scene.clock() + timedelta(hours=12))
    await scene.process.ticker.report()
    await scene.settle()

    closed = [message.poll for message in heard(anna) if message.poll is not None]
    assert [(one["is_closed"], one["allows_multiple_answers"]) for one in closed] == [(True, True)]
    assert irena.last.photo is not None
    states = "SELECT wave.state FROM wave WHERE survey_id = :number"
    assert await scene.rows(states, number=await _number(scene)) == [("closed",)]


async def test_vote_by_buttons_may_change_until_staff_close(scene: Scene) -> None:
    (anna,) = await _people(scene, 1)
    irena = await _ask(scene, "style")
    asked, number = anna.last, await _number(scene)
    before = len(heard(anna))

    await scene.tap(anna, f"hv:{number}:1")
    first = anna.last.text
    await scene.tap(anna, f"hv:{number}:3")

    assert len(heard(anna)) == before
    assert (anna.last.message_id, await _counts(scene)) == (asked.message_id, ["o3"])
    assert "rano" in first.split("Państwa odpowiedź:")[1]
    labels = [one["text"] for row in anna.last.rows for one in row]
    assert labels == ["rano", "po południu", "✔ wieczorem"]

    data = next(
        one["callback_data"] for row in asked.rows for one in row if one["text"] == "po południu"
    )
    await scene.say(irena, "/wyniki")
    await scene.tap(irena, f"hc:{number}")
    await scene.tap(irena, f"hcc:{number}")
    scene.clock.put_forward(scene.clock() + timedelta(seconds=10))
    await scene.process.ticker.report()
    await scene.settle()
    assert [row for row in anna.last.rows if row] == []
    assert "policzona: wieczorem" in anna.last.text
    (late,) = await scene.press(anna, asked.message_id, data)
    assert late.text.startswith("To pytanie zostało zamknięte: ")
    assert await _counts(scene) == ["o3"]


async def test_anonymous_vote_leaves_no_trace_of_who_chose_what(scene_both: Scene) -> None:
    scene = scene_both
    (anna,) = await _people(scene, 1)
    await _ask(scene, "several", "names")
    number = await _number(scene)

    (refused,) = await scene.tap(anna, f"hs:{number}")
    await scene.tap(anna, f"hk:{number}:2")
    ticked = [one["text"] for row in _poll_of(anna).rows for one in row]
    await scene.tap(anna, f"hs:{number}")
    voted = _poll_of(anna)

    assert refused.text.startswith(sentence(NothingTicked()))
    assert ticked[:3] == ["☐ rano", "☑ po południu", "☐ wieczorem"]
    assert thanks(POLISH) in voted.text
    assert [row for row in voted.rows if row] == []
    assert await _counts(scene) == ["o2"]
    kept = await scene.rows("SELECT payload FROM inbox WHERE source = 'telegram'")
    assert "hk:" not in "".join(row[0] for row in kept)
    said = await scene.rows("SELECT facts FROM outbox WHERE kind = 'reply'")
    assert [row for row in said if "☑" in str(row[0]) or "\\u2611" in str(row[0])] == []
    assert await scene.rows("SELECT count(*) FROM survey_draft") == [(0,)]
