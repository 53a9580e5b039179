"""Organisations name people in the chat: the whole story, and what does not fit."""

import json
from datetime import timedelta

import pytest

from programme import memberships
from programme.nomination_refusals import (
    AnswersThemselves,
    ContactLinkOld,
    NamingOver,
    NominationUnknown,
    NotContact,
    QuotaFull,
)
from programme.refusals import AnswerTooLong, NameWithoutLetters, NotStaff, QuestionPassed
from storage.tables import event as event_table
from tests.handlers.scene import POLISH, Scene, all_buttons, heard, sentence
from tests.handlers.telegram.desk_scene import half_a_minute
from tests.handlers.telegram.nomination_scene import (
    ANNA,
    DAYS,
    EWA,
    JAN,
    MARIA,
    ORGANISATION,
    contact,
    fact,
    name,
    open_letter,
    prepared,
    states,
    texts,
    told,
)


async def test_story_of_a_call_a_naming_a_swap_and_a_withdrawal(scene_both: Scene) -> None:
    scene = scene_both
    event_id = await prepared(scene)
    maria, anna = scene.visitor(MARIA, "Maria"), scene.visitor(ANNA, "Anna")
    await scene.make_staff(maria)

    await scene.say(maria, "/wydarzenia")
    await scene.tap(maria, f"se:{event_id}")
    preview = await scene.tap(maria, f"nc:{event_id}")
    waits = await scene.tap(maria, f"ncc:{event_id}")
    nothing_yet = await scene.rows("SELECT 1 FROM outbox WHERE kind = 'nomination_call'")
    sent = await half_a_minute(scene, maria)
    calls = await scene.rows("SELECT id FROM outbox WHERE kind = 'nomination_call'")
    again = await scene.tap(maria, f"ncc:{event_id}")

    assert POLISH("Nothing has been sent yet.") in texts(preview)
    assert nothing_yet == []
    assert "Za 30 sekund: wysłanie do organizacji prośby" in texts(waits)
    assert f"{len(calls)} " in texts(sent)
    assert len(calls) == len(
        await scene.rows("SELECT 1 FROM outbox WHERE kind = 'nomination_call'")
    )
    assert "Nie ma już do kogo napisać" in texts(again)

    rows = await scene.rows(
        "SELECT facts FROM outbox WHERE kind = 'nomination_call' ORDER BY id LIMIT 1"
    )
    facts = json.loads(rows[0][0]) if isinstance(rows[0][0], str) else rows[0][0]
    jan = scene.visitor(JAN, "Jan")
    token = facts["link"].partition("start=")[2]
    page = await open_letter(scene, jan, token)
    assert POLISH("Nobody is named yet.") in texts(page)

    await scene.tap(jan, "nn:")
    done = await name(scene, jan, "Anna Wzorowa", "anna@example.org")
    assert POLISH("waiting for an answer") in texts(done)
    link = (await fact(scene, "nominated", "link")).partition("start=")[2]

    card = await scene.introduce(anna, start=f"/start {link}", name="Anna Wzorowa")
    assert "Czy wezmą Państwo udział?" in texts(card)
    thanks = await scene.tap(anna, "na:")
    assert "Dziękujemy" in texts(thanks)
    assert (await told(scene, str(ANNA)), await told(scene, str(JAN))) == (
        ["registration_confirmed"],
        ["nomination_answered"],
    )

    await scene.say(jan, "/zglos")
    await scene.tap(jan, f"np:{event_id}:{facts['organisation']['id']}")
    await scene.tap(jan, "nv:")
    await scene.tap(jan, "nr:")
    await name(scene, jan, "Ola Zamienna", "ola@example.org")
    assert await states(scene) == [("Anna Wzorowa", "replaced"), ("Ola Zamienna", "named")]
    assert await told(scene, str(ANNA)) == ["registration_confirmed", "registration_cancelled"]

    await scene.tap(jan, "nv:")
    await scene.tap(jan, "nw:")
    end = await scene.tap(jan, "nww:")
    assert POLISH("The nomination is taken back.") in texts(end)
    assert (await states(scene))[-1] == ("Ola Zamienna", "withdrawn")
    assert await told(scene, "ola@example.org") == ["nominated", "nomination_withdrawn"]

    old = await scene.tap(anna, "na:")
    assert POLISH(
        "The organisation has taken this nomination back, so there is nothing to answer."
    ) in texts(old)


async def test_somebody_without_address_is_answered_for(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)

    await scene.tap(jan, "nn:")
    done = await name(scene, jan, "Ewa Bezadresu", "nie ma", "600 100 200")
    await scene.tap(jan, "nv:")
    await scene.tap(jan, "nf:")
    await scene.tap(jan, "nff:")

    assert "https://t.me/" in texts(done)
    rows = await scene.rows("SELECT state, answered_by, note FROM registration")
    assert rows == [
        (
            "active",
            "contact",
            POLISH("The organisation has confirmed that the person knows and agrees."),
        )
    ]


async def test_the_link_handed_on_is_for_the_person_and_not_for_the_contact(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")
    await name(scene, jan, "Ewa Bezadresu", "none", "none")
    await scene.tap(jan, "nv:")
    shown = texts(await scene.tap(jan, "nk:"))
    token = shown.partition("start=")[2].split()[0]

    own = await scene.say(jan, f"/start {token}")
    ewa = scene.visitor(EWA, "Ewa")
    card = await scene.introduce(ewa, start=f"/start {token}", name="Ewa Bezadresu")
    await scene.tap(ewa, "nd:")
    await scene.tap(ewa, "ndd:")

    assert POLISH(
        "This link is meant for the person you have named. Please hand it on to them."
    ) in texts(own)
    assert "Ewa Bezadresu" in texts(card)
    assert await states(scene) == [("Ewa Bezadresu", "declined")]
    assert await told(scene, str(JAN)) == ["nomination_answered"]


async def test_what_is_no_name_is_asked_again(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")

    emoji = await scene.say(jan, "🎉🎉🎉")
    long = await scene.say(jan, "x" * 500)

    assert sentence(NameWithoutLetters()) in texts(emoji)
    assert sentence(AnswerTooLong(120)) in texts(long)
    assert await scene.step(jan) == "who"


async def test_a_second_after_the_deadline_the_last_answer_is_refused(scene: Scene) -> None:
    event_id = await prepared(scene)
    deadline = scene.clock() + timedelta(days=DAYS)
    jan = await contact(scene, event_id)
    async with scene.database.transaction() as tx:
        await tx.execute(
            event_table.update()
            .where(event_table.c.id == event_id)
            .values(nomination_deadline_at=deadline)
        )
    await scene.tap(jan, "nn:")
    await scene.say(jan, "Anna Wzorowa")
    await scene.say(jan, "anna@example.org")
    scene.clock.put_forward(deadline + timedelta(seconds=1))

    refused = await scene.choose(jan, "send")

    assert sentence(NamingOver(deadline)) in texts(refused)
    assert (await states(scene), (await scene.state(jan)).flow) == ([], "")


async def test_a_used_up_quota_says_what_to_do(scene: Scene) -> None:
    event_id = await prepared(scene, seats=1)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")
    message_id, data = next(one for one in all_buttons(jan) if one[1].startswith("nn:"))
    await name(scene, jan, "Anna Wzorowa", "anna@example.org")

    full = await scene.press(jan, message_id, data)

    assert sentence(QuotaFull(1)) in texts(full)


async def test_buttons_of_others_and_of_a_year_ago_change_nothing(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")
    await name(scene, jan, "Anna Wzorowa", "anna@example.org")
    ewa = scene.visitor(EWA, "Ewa")
    await scene.introduce(ewa)
    message_id = heard(ewa)[-1].message_id

    for data, why in (
        ("na:1", NominationUnknown()),
        ("nd:1:wrong", NominationUnknown()),
        ("nww:1", NotContact()),
        ("nff:1", NotContact()),
        (f"np:{event_id}:1", NotContact()),
        ("nv:999", NominationUnknown()),
        ("nv:x", NominationUnknown()),
        (f"ncc:{event_id}", NotStaff()),
        (f"nq:{event_id}:1", NotStaff()),
        (f"nmm:{event_id}:1:1:1", NotStaff()),
    ):
        assert sentence(why) in texts(await scene.press(ewa, message_id, data))
    for data in ("nff:1", "nx:1", "nk:1"):
        refused = await scene.press(jan, heard(jan)[-1].message_id, data)
        assert sentence(AnswersThemselves("Anna Wzorowa")) in texts(refused)

    assert await states(scene) == [("Anna Wzorowa", "named")]


@pytest.mark.parametrize(
    ("start", "why"), [("k_wrong", ContactLinkOld()), ("n_wrong", NominationUnknown())]
)
async def test_a_link_that_is_no_longer_good_says_whom_to_ask(
    scene: Scene, start: str, why: Exception
) -> None:
    jan = scene.visitor(JAN, "Jan")
    await scene.introduce(jan)

    refused = await scene.say(jan, f"/start {start}")

    assert sentence(why) in texts(refused)  # type: ignore[arg-type]


async def test_naming_does_not_lose_another_dialogue(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")
    message_id, data = next(one for one in all_buttons(jan) if one[1].startswith("nn:"))
    await scene.say(jan, "Anna Wzorowa")

    passed = await scene.press(jan, message_id, data)

    assert sentence(QuestionPassed()) in texts(passed)
    assert await scene.step(jan) == "mail"


async def test_staff_change_quota_deadline_and_contacts(scene: Scene) -> None:
    event_id = await prepared(scene)
    await contact(scene, event_id)
    maria = scene.visitor(MARIA, "Maria")
    await scene.make_staff(maria)
    await scene.say(maria, "/wydarzenia")
    await scene.tap(maria, f"se:{event_id}")
    await scene.tap(maria, f"no:{event_id}")
    message_id = heard(maria)[-1].message_id

    await scene.press(maria, message_id, f"nq:{event_id}:{ORGANISATION}")
    await scene.say(maria, "dużo")
    await scene.say(maria, "5")
    await scene.press(maria, message_id, f"nt:{event_id}:{ORGANISATION}")
    changed = await scene.say(maria, "15.01.2027")
    await scene.press(maria, message_id, f"nm:{event_id}:{ORGANISATION}")
    speakers = await scene.tap(maria, "nmm:")

    assert "(z 5)" in texts(changed)
    assert "15 stycznia 2027" in texts(changed).replace("\xa0", " ")
    assert "– Jan Prezes" in str(speakers[-1].rows)
    deeds = await scene.rows("SELECT action FROM audit WHERE staff_id IS NOT NULL ORDER BY id")
    assert [row[0] for row in deeds][-3:] == ["nomination_terms", "nomination_terms", "contact"]


async def test_staff_enter_a_paper_answer_for_somebody(scene: Scene) -> None:
    event_id = await prepared(scene)
    maria = scene.visitor(MARIA, "Maria")
    await scene.make_staff(maria)
    message_id = heard(maria)[-1].message_id

    await scene.press(maria, message_id, f"nn:{event_id}:{ORGANISATION}")
    await name(scene, maria, "Papierowa Osoba", "papier@example.org")
    await scene.tap(maria, "nv:")
    await scene.tap(maria, "nx:")

    assert await states(scene) == [("Papierowa Osoba", "declined")]


async def test_mine_shows_what_one_was_named_for_and_whom_one_may_name(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")
    await scene.choose(jan, "person:")
    await scene.choose(jan, "send")

    mine = await scene.say(jan, "/moje")

    data = [one["callback_data"] for message in mine for row in message.rows for one in row]
    assert {"na:1", f"np:{event_id}:{ORGANISATION}"} <= set(data)


async def test_300_people_of_one_organisation_fit_on_pages(scene: Scene) -> None:
    event_id = await prepared(scene, seats=300)
    jan = await contact(scene, event_id)
    async with scene.database.transaction() as tx:
        for number in range(300):
            await tx.exec_driver_sql(
                "INSERT INTO nomination (event_id, organisation_id, name, identity, state, "
                "token_hash, created_at) VALUES (?, 1, ?, ?, 'named', ?, '2027-01-04')",
                (event_id, f"{'Bardzo ' * 15}{number}", f"n:{number}", str(number)),
            )
    message_id = heard(jan)[-1].message_id

    first = await scene.press(jan, message_id, f"np:{event_id}:{ORGANISATION}")
    last = await scene.press(jan, message_id, f"np:{event_id}:{ORGANISATION}:290")

    assert len(first[-1].text) < 4096
    turning = [one["callback_data"] for row in last[-1].rows for one in row]
    assert turning[10] == f"np:{event_id}:{ORGANISATION}:280"


async def test_whoever_may_no_more_leaves_the_dialogue(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan = await contact(scene, event_id)
    await scene.tap(jan, "nn:")
    async with scene.database.transaction() as tx:
        await memberships.leave(tx, person_id=1, organisation_id=ORGANISATION, now=scene.clock())

    asked_again = await scene.say(jan, "🎉")
    after = await scene.state(jan)

    assert sentence(NotContact()) in texts(asked_again)
    assert after.flow == ""


async def test_staff_who_are_named_say_who_they_are_first(scene: Scene) -> None:
    event_id = await prepared(scene)
    jan, maria = await contact(scene, event_id), scene.visitor(MARIA, "Maria")
    await scene.make_staff(maria)
    await scene.tap(jan, "nn:")
    await name(scene, jan, "Maria Zespół", "maria@example.org")
    link = (await fact(scene, "nominated", "link")).partition("start=")[2]

    card = await scene.introduce(maria, start=f"/start {link}", name="Maria Zespół")

    assert "na:1:" in str(card[-1].rows)
