"""How somebody is written to, chosen in the chat; and the link from a letter into the chat."""

from datetime import timedelta

from sqlalchemy import select

from handlers.telegram.preference_screens import NOTES
from programme import letter_doors
from programme.letter_doors import DoorClosed
from programme.preference_refusals import ChannelMissing
from programme.refusals import OptionUnknown, PersonUnknown
from storage import people
from storage.tables import person
from tests.handlers.scene import POLISH, Scene, all_buttons, heard, sentence
from tests.storage.rows import make_person

MAIL = "anna@example.org"


async def known(scene: Scene, *columns: str) -> list[tuple[object, ...]]:
    query = select(*(person.c[name] for name in columns)).order_by(person.c.id)
    async with scene.database.reading() as tx:
        return [tuple(row) for row in await tx.execute(query)]


def own_buttons(scene: Scene, user_id: int = 1) -> list[str]:
    """Give the data of the buttons about preferences under the newest message."""
    found = all_buttons(scene.visitor(user_id))
    newest = max(number for number, _data in found)
    return [data for number, data in found if number == newest and data.startswith("pf:")]


async def letter(scene: Scene, person_id: int) -> str:
    async with scene.database.transaction() as tx:
        return await letter_doors.make(
            tx,
            purpose=letter_doors.PAGE,
            kind="reminder",
            address=MAIL,
            locale="pl",
            subject={},
            now=scene.clock(),
            lasts=timedelta(days=30),
            person_id=person_id,
        )


async def by_mail(scene: Scene, name: str = "Anna Wzorowa") -> int:
    async with scene.database.transaction() as tx:
        return await make_person(tx, name=name, mail=MAIL)


async def test_invitations_are_switched_off_and_on_among_own_data(scene: Scene) -> None:
    anna = scene.visitor(1)
    await scene.introduce(anna)

    shown = await scene.say(anna, "/dane")
    offered = own_buttons(scene)
    off = await scene.tap(anna, "pf:invitations:no")
    kept = await known(scene, "invitations")
    on = await scene.tap(anna, "pf:invitations:yes")

    assert "Piszemy do Państwa: tutaj\nZaproszenia: tak" in shown[-1].text
    assert offered == ["pf:invitations:no"]
    assert off[-1].text.startswith(POLISH(NOTES["invitations", "no"]))
    assert "Zaproszenia: nie" in off[-1].text
    assert [bool(one) for (one,) in kept] == [False]
    assert "Zaproszenia: tak" in on[-1].text
    assert [bool(one) for (one,) in await known(scene, "invitations")] == [True]


async def test_channel_is_offered_only_to_whoever_has_both(scene: Scene) -> None:
    anna = scene.visitor(1)
    await scene.introduce(anna)
    await scene.say(anna, "/dane")
    number = heard(anna)[-1].message_id
    missing = await scene.press(anna, number, "pf:channel:mail")
    strange = [
        await scene.press(anna, number, data) for data in ("pf", "pf:channel:fax", "pf:language:en")
    ]
    async with scene.database.transaction() as tx:
        found = await people.by_chat(tx, 1)
        assert found is not None
        await people.add_contact(
            tx, person_id=found.id, channel="mail", address=MAIL, verified=True, now=scene.clock()
        )

    await scene.say(anna, "/dane")
    offered = own_buttons(scene)
    chosen = await scene.tap(anna, "pf:channel:mail")
    back = await scene.tap(anna, "pf:channel:telegram")

    assert missing[-1].text.startswith(sentence(ChannelMissing()))
    for said in strange:
        assert said[-1].text.startswith(sentence(OptionUnknown()))
    assert offered == ["pf:channel:mail", "pf:invitations:no"]
    assert "Piszemy do Państwa: e-mailem" in chosen[-1].text
    assert "Piszemy do Państwa: tutaj" in back[-1].text


async def test_stranger_has_nothing_to_choose(scene: Scene) -> None:
    anna, stranger = scene.visitor(1), scene.visitor(2)
    await scene.introduce(anna)
    await scene.say(anna, "/dane")
    await scene.say(stranger, "/pomoc")

    said = await scene.press(stranger, heard(stranger)[-1].message_id, "pf:invitations:no")

    assert said[-1].text.startswith(sentence(PersonUnknown()))
    assert [bool(one) for (one,) in await known(scene, "invitations")] == [True]


async def test_link_from_a_letter_joins_a_new_chat_after_one_question(scene: Scene) -> None:
    anna_id = await by_mail(scene)
    token = await letter(scene, anna_id)
    anna = scene.visitor(1)

    await scene.say(anna, f"/start p_{token}")
    (asked,) = await scene.choose(anna, "accept")
    said = await scene.choose(anna, "me")

    assert asked.text.startswith("Czy to Państwo: Anna Wzorowa,")
    assert said[-1].text.startswith(POLISH("From now on we can write to you here."))
    assert await known(scene, "id", "merged_into_id") == [(anna_id, None)]
    rows = await scene.rows("SELECT channel, person_id FROM contact ORDER BY channel")
    assert rows == [("mail", anna_id), ("telegram", anna_id)]


async def test_link_opened_in_a_known_chat_joins_the_same_name_alone(scene: Scene) -> None:
    anna, jan = scene.visitor(1), scene.visitor(2)
    await scene.introduce(anna, name="Wzorowa Anna")
    await scene.introduce(jan, name="Jan Inny")
    token = await letter(scene, await by_mail(scene))

    refused = await scene.say(jan, f"/start p_{token}")
    joined = await scene.say(anna, f"/start p_{token}")
    again = await scene.say(anna, f"/start p_{token}")
    wrong = await scene.say(anna, "/start p_nothing")

    assert "Wiadomość z tym odnośnikiem była do: Anna Wzorowa." in refused[-1].text
    assert joined[-1].text.startswith(
        POLISH("We have put your e-mail and this conversation together.")
    )
    assert MAIL in joined[-1].text
    assert again[-1].text.startswith(POLISH("From now on we can write to you here."))
    assert wrong[-1].text.startswith(sentence(DoorClosed()))
    rows = await known(scene, "name", "merged_into_id")
    assert [name for name, into in rows if into is None] == ["Wzorowa Anna", "Jan Inny"]
    assert not await scene.step(anna)
