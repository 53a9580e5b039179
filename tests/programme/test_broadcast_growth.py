"""A letter that one person confirmed, and that has come to reach more than one may write to."""

from typing import Any

import pytest

from programme import broadcast_queue, broadcasting
from programme.broadcasting import HOLD
from programme.invitation_refusals import OwnLetter
from programme.refusals import NotStaff
from storage import broadcasts, tasks
from storage.database import Database, Tx
from storage.staff import StaffMember
from tests.programme.audience import make_member, make_staff
from tests.programme.inviting import make_crowd
from tests.programme.sending import QUIET, start
from tests.storage.rows import NOW

SOON = NOW + HOLD


async def _step(tx: Tx, number: int, **changes: Any) -> bool:
    values: dict[str, Any] = {"quiet": QUIET, "now": SOON} | changes
    return await broadcast_queue.queue_next(tx, broadcast_id=number, **values)


async def _grown(tx: Tx, **changes: Any) -> tuple[StaffMember, int]:
    """Confirm a letter to five, to whom a sixth is added before it begins."""
    await make_crowd(tx)
    author = await make_staff(tx)
    number = (await start(tx, author, **changes)).broadcast_id
    await make_member(tx, "Olga", chat=8)
    return author, number


async def test_letter_that_has_grown_waits_for_another_coordinator(database: Database) -> None:
    async with database.transaction() as tx:
        author, number = await _grown(tx)
        another = await make_staff(tx, chat_id=901)
        helper = await make_staff(tx, chat_id=902, role="assistant")

        assert await _step(tx, number, second_eyes=5) is False

        known = await broadcasts.get(tx, number)
        assert (known.state, known.because, known.ceiling) == ("paused", "grown", 0)
        assert [one.kind for one in await tasks.open_ones(tx, limit=9)] == ["broadcast"]
        for member, why in ((author, OwnLetter), (helper, NotStaff)):
            with pytest.raises(why):
                await broadcasting.go_on(tx, member=member, broadcast_id=number, now=SOON)
        await broadcasting.go_on(tx, member=another, broadcast_id=number, now=SOON)
        while await _step(tx, number, second_eyes=5, now=SOON + HOLD):
            pass
        known = await broadcasts.get(tx, number)
        assert (known.state, known.second_staff_id, known.people) == ("running", another.id, 6)


@pytest.mark.parametrize("second_eyes", [0, 6])
async def test_letter_that_has_grown_a_little_begins(database: Database, second_eyes: int) -> None:
    async with database.transaction() as tx:
        _author, number = await _grown(tx)

        assert await _step(tx, number, second_eyes=second_eyes) is True


async def test_letter_that_two_have_seen_begins_however_it_has_grown(database: Database) -> None:
    async with database.transaction() as tx:
        another = await make_staff(tx, chat_id=901)
        _author, number = await _grown(tx, second=another)

        assert await _step(tx, number, second_eyes=5) is True
