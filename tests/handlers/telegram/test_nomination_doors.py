"""The links in letters about nominations, and who names themselves."""

from tests.handlers.scene import POLISH, Scene
from tests.handlers.telegram.nomination_scene import (
    ANNA,
    JAN,
    contact,
    fact,
    name,
    prepared,
    states,
    texts,
    told,
)


async def test_mailed_link_asks_only_whether_it_is_the_right_person(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")
    await name(scene, jan, "Anna Wzorowa", "anna@example.org")
    token = (await fact(scene, "nominated", "link")).partition("start=")[2]
    anna = scene.visitor(ANNA, "Anna")

    await scene.say(anna, f"/start {token}")
    (asked,) = await scene.choose(anna, "accept")
    card = await scene.choose(anna, "me")
    await scene.tap(anna, "na:")
    (mine,) = await scene.say(anna, "/dane")

    assert asked.text.startswith("Czy to Państwo: Anna Wzorowa, Koło Gospodyń Wiejskich w Miłkach?")
    assert POLISH("Will you take part? Nothing is settled until you answer.") in texts(card)
    assert "Adres e-mail: anna@example.org" in mine.text
    assert await states(scene) == [("Anna Wzorowa", "accepted")]


async def test_contact_who_names_themselves_answers_at_once(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")
    await scene.choose(jan, "person:")

    (card,) = await scene.choose(jan, "send")
    after = await scene.tap(jan, "na:")

    assert card.text.startswith(POLISH("You have named yourself. Please answer right away:"))
    assert await told(scene, str(JAN)) == ["registration_confirmed"]
    assert len(after) == 1
