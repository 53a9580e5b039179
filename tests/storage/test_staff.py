import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from storage import staff
from storage.database import Database, Tx
from storage.staff import AuditRecord, StaffLink, StaffMember
from tests.storage.rows import NOW

HASH = "a" * 64


async def _link(tx: Tx) -> int:
    return await staff.add_link(
        tx, token_hash=HASH, name="Anna Wzorowa", role="coordinator", expires_at=NOW
    )


async def _grant(tx: Tx, *, chat_id: int = 7, role: str = "coordinator") -> int:
    return await staff.grant(tx, name="Anna Wzorowa", role=role, chat_id=chat_id, now=NOW)


async def test_link_is_used_once_by_two_connections_at_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        link_id = await _link(tx)

    async def use(one: Database) -> StaffLink | None:
        async with one.transaction() as tx:
            link = await staff.use_link(tx, token_hash=HASH, now=NOW)
            await asyncio.sleep(0.01)
            return link

    links = await asyncio.gather(use(database), use(second))

    assert [one for one in links if one] == [StaffLink(link_id, "Anna Wzorowa", "coordinator")]


async def test_link_that_is_too_old_or_unknown_gives_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await _link(tx)
        old = await staff.use_link(tx, token_hash=HASH, now=NOW + timedelta(seconds=1))
        unknown = await staff.use_link(tx, token_hash="b" * 64, now=NOW)

    assert (old, unknown) == (None, None)


async def test_grant_makes_a_chat_staff(database: Database) -> None:
    async with database.transaction() as tx:
        staff_id = await _grant(tx)
        member = await staff.by_chat(tx, 7)
        stranger = await staff.by_chat(tx, 8)

    assert (member, stranger) == (StaffMember(staff_id, "Anna Wzorowa", "coordinator", 7), None)


async def test_grant_again_changes_the_role_of_the_same_member(database: Database) -> None:
    async with database.transaction() as tx:
        first, again = await _grant(tx), await _grant(tx, role="viewer")
        roles = [(one.id, one.role) for one in await staff.everyone(tx)]

    assert (first, roles) == (again, [(first, "viewer")])


async def test_grant_of_an_unknown_role_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await _grant(tx, role="king")


async def test_removed_member_is_nobody_and_may_come_back(database: Database) -> None:
    async with database.transaction() as tx:
        staff_id = await _grant(tx)
        removals = [await staff.remove(tx, chat_id=7, now=NOW) for _ in range(2)]
        nobody = await staff.by_chat(tx, 7), await staff.everyone(tx)
        remembered = await staff.get(tx, staff_id)
        back = await _grant(tx)

    assert (removals, nobody) == ([True, False], (None, []))
    assert (remembered.id, back) == (staff_id, staff_id)


async def test_get_of_nobody_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(NoResultFound):
            await staff.get(tx, 404)


async def test_audit_trail_lists_the_newest_first(database: Database) -> None:
    async with database.transaction() as tx:
        staff_id = await _grant(tx)
        await staff.log(
            tx,
            chat_id=7,
            staff_id=staff_id,
            action="invite",
            allowed=True,
            detail={"people": 12},
            now=NOW,
        )
        for number in range(2):
            await staff.log(
                tx,
                chat_id=8,
                staff_id=None,
                action=f"refused {number}",
                allowed=False,
                detail={},
                now=NOW,
            )
        newest = await staff.audit_trail(tx, limit=1)
        everything = await staff.audit_trail(tx, limit=10)

    assert newest == [AuditRecord(NOW, 8, None, "refused 1", False, {})]  # noqa: FBT003 -- columns in order
    assert everything[-1] == AuditRecord(NOW, 7, staff_id, "invite", True, {"people": 12})  # noqa: FBT003 -- as above
