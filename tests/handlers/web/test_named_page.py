"""The page of somebody named, on both databases: known or new, yes or no, once."""

import asyncio
from pathlib import Path

from sqlalchemy import select

from programme import nominations
from programme.nomination_terms import Speaker
from storage import nominations as rows
from storage.database import Database
from storage.tables import consent, contact, person, registration
from tests.handlers.web import letters
from tests.handlers.web.gallery import nominee_door
from tests.handlers.web.house import ADDRESS, House, open_house
from tests.programme.steps import kinds_to
from tests.storage.rows import NOW, make_person

YES = {"deed": "accept", "name": letters.ANNA, "notice": "1", "read": "yes"}


async def named(house: House, *, asks: bool = False) -> tuple[letters.NameScene, str]:
    """Let an organisation name Anna, whom nobody knows."""
    async with house.database.transaction() as tx:
        await letters.make_notice(tx)
        scene = await letters.make_names(tx)
        if asks:
            await letters.ask(tx, scene.event_id)
    return scene, f"/l/{await nominee_door(house, scene)}"


async def test_new_person_accepts_and_has_a_seat_of_their_own(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await named(house)

        shown = await house.get(path)
        sent = await house.post(path, **YES)
        before = await house.dump()
        again = await house.post(path, **YES)
        after = await house.get(path)

        assert "KGW Miłki" in shown.text
        assert f'value="{letters.ANNA}"' in shown.text
        assert "Administratorem Państwa danych" in shown.text
        assert letters.OTHER not in shown.text
        assert (sent.status_code, again.status_code) == (303, 303)
        assert await house.dump() == before
        assert "<h1>Zapisaliśmy Państwa</h1>" in after.text
        async with database.reading() as tx:
            who = (await tx.execute(select(person))).one()
            known = (await tx.execute(select(contact))).one()
            told = (await tx.execute(select(consent))).one()
            seat = (await tx.execute(select(registration))).one()
            found = await rows.get(tx, scene.nomination_id)
        assert (who.name, who.role, who.organisation_id) == (
            letters.ANNA,
            "ngo",
            scene.organisation_id,
        )
        assert (known.channel, known.address, known.verified_at) == ("mail", ADDRESS, NOW)
        assert (told.person_id, told.notice_version, told.channel) == (who.id, 1, "web")
        assert (seat.person_id, seat.state, seat.door) == (who.id, "active", "web")
        assert found is not None
        assert (found.state, found.registration_id, found.person_id) == (
            "accepted",
            seat.id,
            who.id,
        )


async def test_new_person_gives_the_seat_back_by_the_same_link(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await named(house)
        await house.post(path, **YES)

        sent = await house.post(path, deed="cancel")
        after = await house.get(path)

        assert sent.status_code == 303
        assert "<h1>Nie biorą Państwo udziału</h1>" in after.text
        async with database.reading() as tx:
            found = await rows.get(tx, scene.nomination_id)
            assert found is not None
            assert found.state == "declined"
            assert (await kinds_to(tx, "kgw@example.org"))[-1] == "nomination_answered"


async def test_person_declines_once_and_the_organisation_hears_of_it(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await named(house)

        asked = await house.get(path + "?ask=decline")
        sent = await house.post(path, deed="decline")
        before = await house.dump()
        again = await house.post(path, deed="decline")
        late = await house.post(path, **YES)

        assert "Czy na pewno Państwo nie przyjdą?" in asked.text
        assert [one.status_code for one in (sent, again, late)] == [303, 303, 409]
        assert await house.dump() == before
        async with database.reading() as tx:
            found = await rows.get(tx, scene.nomination_id)
            assert found is not None
            assert found.state == "declined"
            assert await kinds_to(tx, "kgw@example.org") == ["nomination_answered"]
            assert (await tx.execute(select(person))).all() == []


async def test_known_person_need_not_say_who_they_are(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            await letters.make_notice(tx)
            person_id = await make_person(tx, name=letters.ANNA, mail=ADDRESS)
            scene = await letters.make_names(tx)
        token = await house.door(
            "nominated",
            person_id=person_id,
            event=scene.event_id,
            organisation=scene.organisation_id,
            nomination=scene.nomination_id,
        )

        shown = await house.get(f"/l/{token}")
        sent = await house.post(f"/l/{token}", deed="accept")

        assert 'name="name"' not in shown.text
        assert sent.status_code == 303
        async with database.reading() as tx:
            assert [row.id for row in await tx.execute(select(person))] == [person_id]


async def test_missing_answers_are_marked_and_nothing_is_lost(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        _scene, path = await named(house, asks=True)
        before = await house.dump()

        answer = await house.post(
            path, deed="accept", name="123", notice="1", **{"q-remark": "Uwaga"}
        )

        assert answer.status_code == 422
        assert await house.dump() == before
        for field in ("name", "read", "q-diet"):
            assert f'id="{field}-error"' in answer.text
        assert 'value="123"' in answer.text
        assert "Uwaga</textarea>" in answer.text
        assert "<details open>" in answer.text


async def test_notice_that_changed_meanwhile_is_read_again(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        _scene, path = await named(house)
        async with database.transaction() as tx:
            await letters.make_notice(tx, 2)
        before = await house.dump()

        answer = await house.post(path, **YES)

        assert answer.status_code == 409
        assert "Informacja o danych zmieniła się przed chwilą." in answer.text
        assert 'name="notice" value="2"' in answer.text
        assert await house.dump() == before


async def test_person_of_the_same_name_at_the_same_address_is_that_person(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        _scene, path = await named(house)
        async with database.transaction() as tx:
            known = await make_person(tx, name=letters.ANNA.lower(), mail=ADDRESS.upper())
            await make_person(tx, name="Piotr Inny", mail=ADDRESS)

        await house.post(path, **YES)

        async with database.reading() as tx:
            seats = (await tx.execute(select(registration.c.person_id))).scalars().all()
        assert seats == [known]


async def test_nomination_of_somebody_else_cannot_be_answered(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await named(house)

        await house.post(path, **YES, nomination=str(scene.other_nomination_id), person_id="1")

        async with database.reading() as tx:
            other = await rows.get(tx, scene.other_nomination_id)
        assert other is not None
        assert other.state == "named"


async def test_link_of_a_nomination_that_is_somebody_elses_by_now_opens_nothing(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await named(house)
        async with database.transaction() as tx:
            other = await make_person(tx, name=letters.ANNA, mail="inna@example.org")
            await rows.bind(tx, scene.nomination_id, person_id=other, identity=f"person:{other}")
        before = await house.dump()

        shown = await house.get(path)
        sent = await house.post(path, **YES)

        assert (shown.status_code, sent.status_code) == (409, 409)
        assert await house.dump() == before


async def test_nomination_that_was_withdrawn_says_so(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await named(house)
        async with database.transaction() as tx:
            await nominations.withdraw(
                tx, nomination_id=scene.nomination_id, speaker=Speaker(), now=NOW
            )

        shown = await house.get(path)
        sent = await house.post(path, **YES)

        assert "<h1>Organizacja wycofała to zgłoszenie</h1>" in shown.text
        assert sent.status_code == 409


async def test_pressing_in_two_windows_makes_one_person(
    database: Database, second: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as one, open_house(second, tmp_path) as two:
        _scene, path = await named(one)

        answers = await asyncio.gather(one.post(path, **YES), two.post(path, **YES))

        assert [answer.status_code for answer in answers] == [303, 303]
        async with database.reading() as tx:
            assert len((await tx.execute(select(person))).all()) == 1
            assert len((await tx.execute(select(registration))).all()) == 1
