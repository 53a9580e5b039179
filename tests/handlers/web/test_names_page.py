"""The page of an organisation's names, on both databases: name, replace, withdraw, and no more."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from programme import memberships
from storage import memberships as member_rows
from storage.database import Database, Tx
from storage.seat_tables import nomination
from storage.tables import registration
from tests.handlers.web import letters
from tests.handlers.web.gallery import names_door
from tests.handlers.web.house import House, open_house
from tests.programme.naming import DEADLINE, make_contact
from tests.programme.steps import kinds_to


async def asked(
    house: House, *, seats: int | None = 3, tail: str = ""
) -> tuple[letters.NameScene, str]:
    """Ask two organisations for names; one of each is named already."""
    async with house.database.transaction() as tx:
        scene = await letters.make_names(tx, seats=seats)
    return scene, f"/l/{await names_door(house, scene)}{tail}"


async def listed(tx: Tx, organisation_id: int) -> list[tuple[str, str]]:
    """List names and states of an organisation's nominations."""
    rows = await tx.execute(
        select(nomination)
        .where(nomination.c.organisation_id == organisation_id)
        .order_by(nomination.c.id)
    )
    return [(row.name, row.state) for row in rows]


async def test_organisation_names_somebody_who_is_asked(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await asked(house, tail="/n")

        shown = await house.get(path)
        sent = await house.post(
            path, deed="name", name="Maria Próbna", email="maria@example.org", phone="600 1"
        )
        before = await house.dump()
        again = await house.post(
            path, deed="name", name=" Maria  Próbna ", email="maria@example.org", phone=""
        )
        after = await house.get(sent.headers["location"])

        assert "Mogą Państwo zgłosić 3 osoby" in shown.text.replace("\xa0", " ")
        assert letters.ANNA in shown.text
        assert letters.OTHER not in shown.text + after.text
        assert "OSP Obce" not in shown.text + after.text
        assert (sent.status_code, again.status_code) == (303, 303)
        assert await house.dump() == before
        assert "Maria Próbna" in after.text
        async with database.reading() as tx:
            assert await listed(tx, scene.organisation_id) == [
                (letters.ANNA, "named"),
                ("Maria Próbna", "named"),
            ]
            assert await kinds_to(tx, "maria@example.org") == ["nominated"]


async def test_quota_holds_and_somebody_else_can_come_instead(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await asked(house, seats=1)

        full = await house.get(path)
        over = await house.post(path, deed="name", name="Maria Próbna")
        form = await house.get(f"{path}?replace={scene.nomination_id}")
        sent = await house.post(
            path, deed="name", name="Maria Próbna", replaces=str(scene.nomination_id)
        )
        again = await house.post(
            path, deed="name", name="Maria Próbna", replaces=str(scene.nomination_id)
        )

        assert 'name="deed" value="name"' not in full.text
        assert over.status_code == 409
        assert f'name="replaces" value="{scene.nomination_id}"' in form.text
        assert (sent.status_code, again.status_code) == (303, 303)
        async with database.reading() as tx:
            assert await listed(tx, scene.organisation_id) == [
                (letters.ANNA, "replaced"),
                ("Maria Próbna", "named"),
            ]


async def test_nomination_is_withdrawn_after_asking_once_more(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await asked(house)
        number = str(scene.nomination_id)

        form = await house.get(f"{path}?withdraw={number}")
        sent = await house.post(path, deed="withdraw", nomination=number)
        before = await house.dump()
        again = await house.post(path, deed="withdraw", nomination=number)

        assert f"Wycofać zgłoszenie: {letters.ANNA}?" in form.text
        assert (sent.status_code, again.status_code) == (303, 303)
        assert await house.dump() == before
        async with database.reading() as tx:
            assert await listed(tx, scene.organisation_id) == [(letters.ANNA, "withdrawn")]


async def test_nominations_of_others_can_be_neither_seen_nor_changed(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await asked(house)
        other = str(scene.other_nomination_id)
        before = await house.dump()

        answers = [
            await house.post(path, deed="withdraw", nomination=other),
            await house.post(path, deed="agrees", nomination=other),
            await house.post(path, deed="name", name="Maria Próbna", replaces=other),
            await house.post(path, deed="withdraw", nomination="999999"),
            await house.post(path, deed="withdraw", nomination="1" * 40),
            await house.post(path, deed="withdraw", nomination=""),
        ]
        looks = [await house.get(f"{path}?{word}={other}") for word in ("replace", "withdraw")]

        assert [one.status_code for one in answers] == [409] * 6
        assert await house.dump() == before
        assert letters.OTHER not in "".join(one.text for one in [*answers, *looks])


async def test_somebody_without_an_address_comes_on_the_organisations_word(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await asked(house)
        await house.post(path, deed="name", name="Józef Bezadresowy")
        async with database.reading() as tx:
            rows = (await tx.execute(select(nomination))).all()
        number = str(rows[-1].id)

        reached = await house.post(path, deed="agrees", nomination=str(scene.nomination_id))
        sent = await house.post(path, deed="agrees", nomination=number)
        before = await house.dump()
        again = await house.post(path, deed="agrees", nomination=number)

        assert [one.status_code for one in (reached, sent, again)] == [409, 303, 303]
        assert await house.dump() == before
        async with database.reading() as tx:
            seat = (await tx.execute(select(registration))).one()
        assert (seat.state, seat.door, seat.answered_by) == ("active", "web", "contact")


async def test_faults_stand_beside_the_fields(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        _scene, path = await asked(house)
        before = await house.dump()

        answer = await house.post(path, deed="name", name="", email="maria@", phone="600")

        assert answer.status_code == 422
        assert await house.dump() == before
        assert 'id="name-error"' in answer.text
        assert 'id="email-error"' in answer.text
        assert 'value="maria@"' in answer.text
        assert 'value="600"' in answer.text


async def test_after_the_deadline_the_list_can_only_be_read(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await asked(house)
        house.clock.moment = DEADLINE + timedelta(seconds=1)

        shown = await house.get(path)
        sent = await house.post(path, deed="name", name="Maria Próbna")

        assert "Czas na zmiany minął" in shown.text
        assert letters.ANNA in shown.text
        assert "<form" not in shown.text
        assert sent.status_code == 409
        async with database.reading() as tx:
            assert await listed(tx, scene.organisation_id) == [(letters.ANNA, "named")]


async def test_contact_names_until_they_speak_no_more(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_names(tx)
            contact = await make_contact(tx, scene.organisation_id, 501)
        token = await house.door(
            "nomination_reminder",
            person_id=contact,
            event=scene.event_id,
            organisation=scene.organisation_id,
        )
        first = await house.post(f"/l/{token}", deed="name", name="Maria Próbna")
        async with database.transaction() as tx:
            await member_rows.set_contact(
                tx, person_id=contact, organisation_id=scene.organisation_id, is_contact=False
            )
            assert not await memberships.is_contact(
                tx, person_id=contact, organisation_id=scene.organisation_id
            )
        before = await house.dump()

        second = await house.post(f"/l/{token}", deed="name", name="Ewa Próbna")
        look = await house.get(f"/l/{token}")

        assert [one.status_code for one in (first, second, look)] == [303, 409, 409]
        assert letters.ANNA not in second.text + look.text
        assert await house.dump() == before


async def test_contact_who_names_themselves_is_listed_and_not_written_to(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_names(tx)
            contact = await make_contact(tx, scene.organisation_id, 501, name="Jan Prezes")
        token = await house.door(
            "nomination_call",
            person_id=contact,
            event=scene.event_id,
            organisation=scene.organisation_id,
        )

        await house.post(f"/l/{token}", deed="name", name="Jan Prezes")

        async with database.reading() as tx:
            assert ("Jan Prezes", "named") in await listed(tx, scene.organisation_id)


async def test_letter_of_a_person_opens_no_list(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_names(tx)
            seat = await letters.make_seat(tx)
        token = await house.door(
            "nominated",
            event=scene.event_id,
            organisation=scene.organisation_id,
            nomination=scene.nomination_id,
        )
        own = await letters.seat_door(house, seat)
        before = await house.dump()

        answers = [await house.get(f"/l/{one}/n") for one in (token, own)]
        sent = await house.post(f"/l/{token}/n", deed="name", name="Maria Próbna")

        assert [one.status_code for one in (*answers, sent)] == [409, 409, 409]
        assert letters.OTHER not in "".join(one.text for one in answers)
        assert await house.dump() == before


async def test_last_place_of_the_quota_goes_to_one_of_two_at_once(
    database: Database, second: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as one, open_house(second, tmp_path) as two:
        scene, path = await asked(one, seats=2)
        other = f"/l/{await names_door(one, scene)}"

        answers = await asyncio.gather(
            one.post(path, deed="name", name="Maria Próbna"),
            two.post(other, deed="name", name="Ewa Próbna"),
        )

        assert sorted(answer.status_code for answer in answers) == [303, 409]
        async with database.reading() as tx:
            assert len(await listed(tx, scene.organisation_id)) == 2


async def test_invitation_to_an_organisation_leads_to_its_names(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_names(tx)
        token = await house.door(
            "invitation", organisation_id=scene.organisation_id, event=scene.event_id
        )

        answer = await house.get(f"/l/{token}")

        assert "<h1>Kto przyjdzie z Państwa organizacji?</h1>" in answer.text
