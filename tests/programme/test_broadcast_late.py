"""Who joins the audience later gets the letter too, once, and only while it makes sense."""

from datetime import timedelta
from typing import Any

import pytest

from programme import broadcast_queue, broadcasting
from programme.broadcasting import HOLD
from storage import broadcasts, organisations, people
from storage.database import Database, Tx
from tests.programme.audience import make_member, make_organisation, make_staff
from tests.programme.inviting import EVERYBODY, make_crowd, reached
from tests.programme.sending import QUIET, queue_all, recipients_of, start
from tests.storage.rows import NOW, make_event, make_programme

SOON = NOW + HOLD
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_queue, "BATCH", 2)


async def _late(tx: Tx, number: int, *, now: Any) -> int:
    """Look once at everybody; count the steps."""
    after: int | None = 0
    steps = 0
    while after is not None:
        after = await broadcast_queue.look_for_late(
            tx, broadcast_id=number, after=after, quiet=QUIET, now=now
        )
        steps += 1
    return steps


async def _sent(tx: Tx, **changes: Any) -> int:
    number = (await start(tx, await make_staff(tx), late_joiners=True, **changes)).broadcast_id
    await queue_all(tx, number, now=SOON)
    return number


async def test_late_joiners_get_it_once_each_hour_is_looked(database: Database) -> None:
    async with database.transaction() as tx:
        crowd = await make_crowd(tx)
        number = await _sent(tx)
        olga = await make_member(tx, "Olga", chat=8)
        gok = await make_organisation(tx, "GOK", email="gok@example.org")
        before = await broadcast_queue.to_look_at(tx, now=SOON + HOUR / 2)
        due = await broadcast_queue.to_look_at(tx, now=SOON + HOUR)

        await _late(tx, number, now=SOON + HOUR)
        again = await broadcast_queue.to_look_at(tx, now=SOON + HOUR)
        await _late(tx, number, now=SOON + 2 * HOUR)

        assert (before, due, again) == ([], [number], [])
        assert await reached(tx) == sorted(["8", "gok@example.org", *EVERYBODY])
        found = await recipients_of(tx, number)
        assert (found[f"p{olga}"], found[f"o{gok}"]) == ("queued", "queued")
        assert len(found) == len(crowd) + 2
        assert (await broadcasts.get(tx, number)).people == 7


async def test_organisation_whose_person_has_it_is_no_late_joiner(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        osp = await make_organisation(tx, "OSP", email="osp@example.org")
        await make_member(tx, "Anna", organisation_id=osp, chat=1)
        number = await _sent(tx)
        await people.set_unreachable(tx, channel="telegram", address="1", why="403", now=SOON)

        await _late(tx, number, now=SOON + HOUR)

        assert await reached(tx) == ["1"]
        assert (await organisations.list_all(tx))[0].mailbox == "osp@example.org"


async def test_late_joiners_of_a_letter_about_nothing_come_for_two_weeks(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await make_crowd(tx)
        number = await _sent(tx)
        await make_member(tx, "Olga", chat=8)

        await _late(tx, number, now=SOON + timedelta(days=14))

        assert "8" not in await reached(tx)
        assert (await broadcasts.get(tx, number)).late_joiners is False


async def test_late_joiners_come_until_the_deadline_and_nothing_is_taken_away(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await make_crowd(tx)
        deadline = NOW + 3 * HOUR
        event_id = await make_event(tx, deadline_at=deadline)
        number = await _sent(tx, event_id=event_id)
        await make_member(tx, "Olga", chat=8)
        await _late(tx, number, now=SOON + HOUR)
        await make_member(tx, "Iwo", chat=9)

        await _late(tx, number, now=deadline)

        known = await broadcasts.get(tx, number)
        assert (known.state, known.late_joiners) == ("running", False)
        assert [one for one in await reached(tx) if len(one) == 1] == ["1", "2", "8"]


async def test_paused_or_stopped_letter_takes_no_late_joiners(database: Database) -> None:
    async with database.transaction() as tx:
        await make_crowd(tx)
        number = await _sent(tx)
        member = await make_staff(tx)
        await make_member(tx, "Olga", chat=8)
        await broadcasting.pause(tx, member=member, broadcast_id=number, now=SOON)
        paused = await broadcast_queue.to_look_at(tx, now=SOON + HOUR)
        await _late(tx, number, now=SOON + HOUR)
        await broadcasting.stop(tx, member=member, broadcast_id=number, now=SOON)

        assert paused == await broadcast_queue.to_look_at(tx, now=SOON + HOUR) == []
        assert "8" not in await reached(tx)


async def test_late_joiner_with_the_address_of_another_gets_no_second(database: Database) -> None:
    async with database.transaction() as tx:
        await make_crowd(tx)
        number = await _sent(tx)
        twin = await make_member(tx, "Nina", mail="Jan@example.org")

        await _late(tx, number, now=SOON + HOUR)

        assert (await recipients_of(tx, number))[f"p{twin}"] == "same_address"
