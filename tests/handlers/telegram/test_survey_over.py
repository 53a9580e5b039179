"""An answer that comes when its survey is over: nothing of it stays, nothing in time is lost."""

from datetime import timedelta

from handlers.telegram.arrivals import arrival
from programme.survey_refusals import SurveyClosed
from storage import inbox, waves
from tests.handlers.scene import Scene, sentence
from tests.handlers.telegram.survey_scene import KNOWS, WORD, begun, kept

SECRET = "Zupa z pokrzyw"


async def test_words_for_an_anonymous_survey_that_has_closed_are_forgotten(scene: Scene) -> None:
    wave_id, anna = await begun(scene, WORD, privacy="anonymous")
    async with scene.database.transaction() as tx:
        assert await waves.close(tx, wave_id, now=scene.clock() + timedelta(seconds=1))

    (said,) = await scene.say(anna, SECRET)

    assert said.text.startswith(sentence(SurveyClosed(None)).partition(".")[0])
    left = str(await scene.rows("SELECT payload FROM inbox"))
    assert SECRET not in left


async def test_answer_that_came_in_time_counts_though_nobody_handled_it_before_the_end(
    scene_both: Scene,
) -> None:
    scene = scene_both
    wave_id, anna = await begun(scene, WORD, KNOWS, privacy="named")
    await scene.stop()
    person = {"id": anna.user_id, "is_bot": False, "first_name": "Anna", "language_code": "pl"}
    chat = {"id": anna.user_id, "type": "private", "first_name": "Anna"}
    message = {"message_id": 900, "date": 0, "chat": chat, "from": person, "text": SECRET}
    async with scene.database.transaction() as tx:
        wave = await waves.get(tx, wave_id)
        assert wave is not None
        assert wave.closes_at is not None
        came = arrival({"update_id": 900, "message": message})
        await inbox.accept(tx, [came], now=wave.closes_at - timedelta(seconds=1))
    scene.clock.put_forward(wave.closes_at + timedelta(seconds=1))

    await scene.start()
    await scene.settle()
    await scene.restart()

    assert await kept(scene) == {"slowo": SECRET}
    assert await scene.rows("SELECT state FROM wave WHERE closed_at IS NOT NULL") == [("closed",)]
