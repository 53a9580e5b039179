"""Staff who press at the same moment: no number twice, no gap, one certificate each."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme import certificates
from programme.certificates import Issued
from storage import certificates as rows
from storage.database import Database, open_database
from tests.programme.certified import AFTER, Broken, Training, drawn, make_training
from tests.programme.steps import told

BOTH = (1, 2)


async def press(database: Database, training: Training, *, breaks: bool = False) -> Issued | None:
    """Issue in a transaction of its own, which may roll back."""
    with suppress(Broken):
        async with database.transaction() as tx:
            done = await certificates.issue(
                tx, event_id=training.event_id, member=training.maria, now=AFTER
            )
            if breaks:
                raise Broken
        return done
    return None


async def test_two_who_press_at_once_issue_each_certificate_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH] * 10)

    done = await asyncio.gather(
        *(press(each, training) for each in (database, second, database, second))
    )

    assert sorted(one.count for one in done if one) == [0, 0, 0, 10]
    async with database.reading() as tx:
        assert len(await rows.of_event(tx, training.event_id)) == 10
        assert len(await told(tx)) == 10


async def test_events_of_one_programme_share_their_numbers_without_a_gap(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        first = await make_training(tx, [BOTH] * 5)
        others = [
            await make_training(tx, [BOTH] * size, programme_id=first.programme_id)
            for size in (3, 4, 2)
        ]
    trainings = [first, *others]

    await asyncio.gather(
        *(
            press(each, training, breaks=breaks)
            for training in trainings
            for each, breaks in ((database, True), (second, False), (database, False))
        )
    )

    async with database.reading() as tx:
        kept = [one for each in trainings for one in await rows.of_event(tx, each.event_id)]
        assert sorted(one.number for one in kept) == [f"AW/2027/{n:04d}" for n in range(1, 15)]
        assert await drawn(tx, first.programme_id) == 14


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_numbers_stay_unique_and_gapless_whatever_rolls_back(database_url: str) -> None:
    @settings(max_examples=15)
    @given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), max_size=8))
    def hold(steps: list[tuple[int, bool, bool]]) -> None:
        asyncio.run(play(steps))

    async def play(steps: list[tuple[int, bool, bool]]) -> None:
        one, two = open_database(database_url), open_database(database_url)
        try:
            async with one.transaction() as tx:
                first = await make_training(tx, [BOTH])
                trainings = [
                    await make_training(tx, [BOTH] * size, programme_id=first.programme_id)
                    for size, _, _ in steps
                ]
            await asyncio.gather(
                *(
                    press(two if other else one, training, breaks=breaks)
                    for training, (_, other, breaks) in zip(trainings, steps, strict=True)
                )
            )
            async with one.reading() as tx:
                kept = [c for each in trainings for c in await rows.of_event(tx, each.event_id)]
                issued = sum(size for size, _, breaks in steps if not breaks)
                wanted = [f"AW/2027/{n:04d}" for n in range(1, issued + 1)]
                assert sorted(c.number for c in kept) == wanted
                assert await drawn(tx, first.programme_id) == issued
        finally:
            await one.close()
            await two.close()

    hold()
