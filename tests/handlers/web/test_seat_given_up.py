"""The page behind the letter that says that a calendar gave a seat up, on both databases."""

from datetime import timedelta
from pathlib import Path

from programme.giving_up_refusals import UndoOver
from storage.database import Database
from tests.handlers.scene import sentence
from tests.handlers.web import letters
from tests.handlers.web.house import ADDRESS, House, open_house
from tests.handlers.web.letters import SeatScene
from tests.programme.answering import hear, said
from tests.programme.steps import kinds_to, read_event, uids
from tests.storage.rows import NOW


async def _given_up(house: House) -> tuple[SeatScene, str]:
    async with house.database.transaction() as tx:
        scene = await letters.make_seat(tx)
        (uid,) = await uids(tx, scene.registration_id)
        assert await hear(tx, said(uid, "DECLINED", attendee=ADDRESS)) == ("gave_up",)
    return scene, f"/l/{await letters.seat_door(house, scene, 'seat_given_up')}"


async def test_seat_is_taken_back_by_one_press_and_a_second_one_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        scene, path = await _given_up(house)

        shown = await house.get(path)
        sent = [await house.post(path, deed="undo") for _ in range(2)]
        after = await house.get(sent[0].headers["location"])

        assert 'value="undo"' in shown.text
        assert 'value="register"' not in shown.text
        assert [one.status_code for one in sent] == [303, 303]
        assert "<h1>Zapisaliśmy Państwa</h1>" in after.text
        async with database.reading() as tx:
            assert (await read_event(tx, scene.event_id)).taken == 2
            assert await kinds_to(tx, ADDRESS) == [
                "registration_confirmed",
                "seat_given_up",
                "registration_confirmed",
            ]


async def test_looking_takes_nothing_back(database: Database, tmp_path: Path) -> None:
    async with open_house(database, tmp_path) as house:
        _, path = await _given_up(house)
        before = await house.dump()

        await house.get(path)
        await house.client.head(path)

        assert await house.dump() == before


async def test_after_its_time_the_page_offers_to_register_anew(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path) as house:
        _, path = await _given_up(house)
        house.clock.moment = NOW + timedelta(hours=24)

        shown = await house.get(path)
        sent = await house.post(path, deed="undo")

        assert 'value="undo"' not in shown.text
        assert 'value="register"' in shown.text
        assert sent.status_code == 409
        assert sentence(UndoOver()) in sent.text
