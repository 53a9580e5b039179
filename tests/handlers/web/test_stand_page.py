"""The page of a stand at a fair, on both databases."""

from pathlib import Path
from typing import Any

from storage import fair
from storage.database import Database
from tests.handlers.web import letters
from tests.handlers.web.gallery import stand_door
from tests.handlers.web.house import open_house
from tests.programme.audience import make_organisation
from tests.storage.rows import make_person


async def test_organisation_sees_its_stand_and_gives_it_back_once(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_stand(tx)
        path = f"/l/{await stand_door(house, scene)}"

        shown = await house.get(path)
        really = await house.get(path + "?ask=cancel")
        sent = await house.post(path, deed="cancel")
        before = await house.dump()
        again = await house.post(path, deed="cancel")
        after = await house.get(sent.headers["location"])

        assert "KGW Miłki: stoisko nr 1." in shown.text
        assert "Pokaz wyrobu serów" in shown.text
        assert "Czy na pewno chcą Państwo oddać stoisko?" in really.text
        assert (sent.status_code, again.status_code) == (303, 303)
        assert await house.dump() == before
        assert "Dziękujemy za wiadomość. Stoisko dostanie ktoś inny." in after.text
        async with database.reading() as tx:
            found = await fair.get(tx, scene.exhibitor_id)
        assert found is not None
        assert found.state == "cancelled"


async def test_stand_of_another_organisation_is_neither_seen_nor_given_back(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_stand(tx)
            other = await make_organisation(tx, "OSP Obce", email="osp@example.org")
            stranger = await make_person(tx, name=letters.OTHER)
        facts: dict[str, Any] = {"event": scene.event_id, "exhibitor": scene.exhibitor_id}
        tokens = [
            await house.door("exhibitor_confirmed", organisation_id=other, **facts),
            await house.door("exhibitor_confirmed", person_id=stranger, **facts),
            await house.door("exhibitor_confirmed", **facts),
        ]

        shown = [await house.get(f"/l/{token}") for token in tokens]
        for token in tokens:
            await house.post(f"/l/{token}", deed="cancel")

        assert "serów" not in "".join(one.text for one in shown)
        async with database.reading() as tx:
            found = await fair.get(tx, scene.exhibitor_id)
        assert found is not None
        assert found.state == "active"


async def test_person_who_registered_the_stand_gives_it_back(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_stand(tx)
            found = await fair.get(tx, scene.exhibitor_id)
        assert found is not None
        token = await house.door(
            "exhibitor_reminder",
            person_id=found.person_id,
            event=scene.event_id,
            exhibitor=scene.exhibitor_id,
        )

        sent = await house.post(f"/l/{token}", deed="cancel")
        nonsense = await house.post(f"/l/{token}", deed="sell")

        assert (sent.status_code, nonsense.status_code) == (303, 409)
        async with database.reading() as tx:
            after = await fair.get(tx, scene.exhibitor_id)
        assert after is not None
        assert after.state == "cancelled"


async def test_organisation_in_line_reads_its_number(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_stand(tx, stands=0)

        shown = await house.get(f"/l/{await stand_door(house, scene)}")

        assert "Państwa numer w kolejce: 1." in shown.text
