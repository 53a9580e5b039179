import pytest

from programme import calendar_standing, event_desk, lists
from programme.calendar_standing import standing
from programme.lists import Key
from storage.database import Database
from tests.programme.answering import entries, hear, invited, said, uid_of
from tests.programme.audience import CHIEF
from tests.programme.moves import TWO_DAYS, move_days
from tests.storage.rows import make_event


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({}, "none"),
        ({1: "ACCEPTED"}, "none"),
        ({1: "ACCEPTED", 2: "ACCEPTED"}, "accepted"),
        ({1: "ACCEPTED", 2: "TENTATIVE"}, "perhaps"),
        ({1: "ACCEPTED", 2: "DECLINED"}, "some_declined"),
        ({2: "DECLINED"}, "some_declined"),
    ],
    ids=str,
)
async def test_days_are_summed_up_for_staff(
    database: Database, answers: dict[int, str], word: str
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        got = await invited(tx, event_id)
        for day, partstat in answers.items():
            await hear(tx, said(await uid_of(tx, got, day), partstat))

        found = await calendar_standing.of_event(tx, event_id)
        desk = await event_desk.person(tx, registration_id=got.registration_id, member=CHIEF)
        listed = await lists.listing(tx, event_id=event_id, key="participants")

        at = [column.key for column in listed.columns].index("calendar")
        assert found == {got.registration_id: word}
        assert (desk.calendar, listed.rows[0][at]) == (word, Key(f"calendar_{word}"))


async def test_answer_to_an_earlier_date_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        got = await invited(tx, event_id)
        await hear(tx, said(await uid_of(tx, got), "ACCEPTED"))
        before = standing(await entries(tx, got))

        await move_days(tx, event_id, days=(1,))

        assert (before, standing(await entries(tx, got))) == ("accepted", "none")
