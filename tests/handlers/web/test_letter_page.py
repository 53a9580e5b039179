"""The buttons of letters that were really posted lead to the page of what they are about."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from programme import nominations, registration
from programme.nomination_terms import Speaker
from storage.database import Database
from storage.tables import outbox
from tests.handlers.web import letters
from tests.handlers.web.house import open_house
from tests.storage.rows import NOW

HEADS = {
    "registration_confirmed": "Zapisaliśmy Państwa",
    "waiting_listed": "Są Państwo na liście rezerwowej",
    "seat_offered": "Jest dla Państwa wolne miejsce",
    "registration_cancelled": "Nie ma już Państwa na liście",
    "nominated": "Zgłoszono Państwa na wydarzenie",
    "nomination_withdrawn": "Nie muszą Państwo nic robić",
    "exhibitor_confirmed": "Państwa stoisko",
}


async def test_every_posted_letter_opens_its_page(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            offered = await letters.make_seat(tx, capacity=1, offer_hours=24)
            await letters.make_seat(tx, capacity=1)
            await registration.cancel(
                tx,
                registration_id=offered.other_registration_id,
                person_id=offered.other_id,
                now=NOW,
            )
            names = await letters.make_names(tx)
            await letters.make_stand(tx)
            rows = (await tx.execute(select(outbox).where(outbox.c.channel == "mail"))).all()
            assert {row.kind for row in rows} >= HEADS.keys() - {"nomination_withdrawn"}
        heads: dict[str, set[str]] = {}
        for row in rows:
            answer = await house.get(f"/l/{row.facts['doors']['page']}")
            assert answer.status_code == 200
            head = answer.text.partition("<h1>")[2].partition("</h1>")[0].strip()
            heads.setdefault(row.kind, set()).add(head)

        assert heads["seat_offered"] == {HEADS["seat_offered"]}
        assert heads["registration_cancelled"] == {HEADS["registration_cancelled"]}
        assert heads["nominated"] == {HEADS["nominated"]}
        assert heads["exhibitor_confirmed"] == {HEADS["exhibitor_confirmed"]}
        # A letter shows what holds now, not what held when it was written.
        assert heads["waiting_listed"] == {HEADS["waiting_listed"], HEADS["seat_offered"]}
        async with database.transaction() as tx:
            await nominations.withdraw(
                tx, nomination_id=names.nomination_id, speaker=Speaker(), now=NOW
            )


@pytest.mark.parametrize("kind", ["invitation", "certificate", "alert", "poll_of_long_ago"])
async def test_letter_about_nothing_that_is_there_says_that_nothing_is_to_be_done(
    database: Database, tmp_path: Path, kind: str
) -> None:
    async with open_house(database, tmp_path) as house:
        token = await house.door(kind)

        looked = await house.get(f"/l/{token}")
        sent = await house.post(f"/l/{token}", deed="cancel")

        assert (looked.status_code, sent.status_code) == (200, 409)
        assert "<h1>Nie muszą Państwo nic robić</h1>" in looked.text


async def test_letter_expires_with_its_door(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        token = await letters.seat_door(house, scene)
        house.clock.moment = NOW + timedelta(days=30)

        assert (await house.get(f"/l/{token}")).status_code == 404
