"""The team: links, roles, events of trainers, removal with all that ends by it."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import select

from programme import asking, deeds, profile, staff, staff_leaving, staff_team
from programme.deed_actions import MERGE
from programme.refusals import EventUnknown, LinkSpent, NotStaff
from programme.staff_refusals import LastCoordinator, LinkGone, StaffGone, TrainerOnly
from storage import conversations, trainers
from storage import staff as rows
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.outbox import put
from storage.staff import StaffMember
from storage.staff_tables import deed
from storage.tables import outbox
from tests.programme.audience import make_staff
from tests.storage.rows import NOW, entry, make_event, make_person

CHIEF, OTHER, THIRD = 900, 901, 902
TOKEN = "AAAABBBBCCCCDDDDEEEEFF"


async def invite(tx: Tx, member: StaffMember, role: str = "viewer", *events: int) -> None:
    await staff_team.invite(
        tx, name="Ewa", role=role, event_ids=events, token=TOKEN, member=member, now=NOW
    )


async def told(tx: Tx) -> list[tuple[str, str]]:
    found = await tx.execute(select(outbox).where(outbox.c.kind == "staff_rights"))
    return [(row.address, row.facts["rights"]["role"]) for row in found]


async def test_team_lists_coordinators_first_and_the_open_links(database: Database) -> None:
    async with database.transaction() as tx:
        await make_staff(tx, chat_id=OTHER, role="viewer")
        chief = await make_staff(tx, chat_id=CHIEF)
        await invite(tx, chief)
        found = await staff_team.team(tx, member=chief, now=NOW)
        later = await staff_team.team(tx, member=chief, now=NOW + staff.LINK_LIFE * 2)

    assert [(one.role, one.since) for one in found.colleagues] == [
        ("coordinator", NOW),
        ("viewer", NOW),
    ]
    assert [(one.name, one.role, one.staff_id) for one in found.links] == [
        ("Ewa", "viewer", chief.id)
    ]
    assert later.links == ()


async def test_link_of_a_coordinator_works_once_and_its_token_is_nowhere(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        event_id = await make_event(tx)
        await invite(tx, chief, "trainer", event_id)
        member = await staff.accept(tx, token=TOKEN, chat_id=OTHER, now=NOW)
        with pytest.raises(LinkSpent):
            await staff.accept(tx, token=TOKEN, chat_id=THIRD, now=NOW)
        trail = await rows.audit_trail(tx, limit=9)

        assert await trainers.events_of(tx, member.id) == [event_id]
    assert [one.action for one in trail] == ["accept", "accept", "staff_invite"]
    assert TOKEN not in repr(trail)


async def test_withdrawn_link_works_no_more(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        await invite(tx, chief)
        [link] = (await staff_team.team(tx, member=chief, now=NOW)).links
        name = await staff_team.withdraw_link(tx, link_id=link.id, member=chief, now=NOW)
        with pytest.raises(LinkSpent):
            await staff.accept(tx, token=TOKEN, chat_id=OTHER, now=NOW)
        with pytest.raises(LinkGone):
            await staff_team.withdraw_link(tx, link_id=link.id, member=chief, now=NOW)

    assert name == "Ewa"


async def test_link_opened_while_it_is_withdrawn_does_one_of_both(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        await invite(tx, chief)
        [link] = (await staff_team.team(tx, member=chief, now=NOW)).links

    async def withdraw() -> str:
        async with database.transaction() as tx:
            try:
                await staff_team.withdraw_link(tx, link_id=link.id, member=chief, now=NOW)
            except LinkGone:
                return ""
            return "withdrawn"

    async def accept() -> str:
        async with second.transaction() as tx:
            try:
                await staff.accept(tx, token=TOKEN, chat_id=OTHER, now=NOW)
            except LinkSpent:
                return ""
            return "accepted"

    outcomes = await asyncio.gather(withdraw(), accept())

    assert sorted(map(bool, outcomes)) == [False, True]


async def test_remove_ends_everything_that_was_begun(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        gone = await make_staff(tx, chat_id=OTHER)
        await invite(tx, gone)
        state = asking.following(asking.fresh(Conversation(OTHER, "en"), "invitation"), "body")
        await conversations.save(tx, state, now=NOW)
        first, twin = await make_person(tx), await make_person(tx)
        arguments = {"kept_id": first, "gone_id": twin, "about": {"name": "Jan"}}
        await deeds.ask(tx, key="k", member=gone, action=MERGE, arguments=arguments, now=NOW)

        removed = await staff_team.remove(tx, staff_id=gone.id, member=chief, now=NOW)

        after = await conversations.load(tx, OTHER)
        assert after is not None
        assert (removed.id, after.flow, after.version) == (gone.id, "", state.version + 1)
        assert (await tx.execute(select(deed.c.state, deed.c.outcome))).all() == [
            ("refused", {"refused": "NotStaff"})
        ]
        assert (await staff_team.team(tx, member=chief, now=NOW)).links == ()
        assert await told(tx) == [(str(OTHER), "removed")]
        with pytest.raises(NotStaff):
            await staff.require(tx, chat_id=OTHER, action="desk", now=NOW)
        with pytest.raises(StaffGone):
            await staff_team.remove(tx, staff_id=gone.id, member=chief, now=NOW)


async def test_remove_leaves_what_everybody_may_do(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        gone = await make_staff(tx, chat_id=OTHER, role="viewer")
        state = asking.following(asking.fresh(Conversation(OTHER, "pl"), profile.FLOW), "name")
        await conversations.save(tx, state, now=NOW)
        await staff_team.remove(tx, staff_id=gone.id, member=chief, now=NOW)

        assert await conversations.load(tx, OTHER) == state


async def test_remove_at_the_console_ends_the_same(database: Database) -> None:
    async with database.transaction() as tx:
        await make_staff(tx, chat_id=CHIEF)
        await staff_leaving.remove_at_the_console(tx, chat_id=CHIEF, now=NOW)

        assert await told(tx) == [(str(CHIEF), "removed")]
        with pytest.raises(NotStaff):
            await staff_leaving.remove_at_the_console(tx, chat_id=CHIEF, now=NOW)


@pytest.mark.parametrize("role", ["assistant", "viewer", "trainer"])
async def test_last_coordinator_keeps_the_role(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        await make_staff(tx, chat_id=OTHER, role="assistant")
        with pytest.raises(LastCoordinator):
            await staff_team.change_role(tx, staff_id=chief.id, role=role, member=chief, now=NOW)

        assert await rows.by_chat(tx, CHIEF) == chief


async def test_last_coordinator_is_not_removed(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        with pytest.raises(LastCoordinator):
            await staff_team.remove(tx, staff_id=chief.id, member=chief, now=NOW)

        assert await rows.everyone(tx) == [chief]


async def test_change_of_role_counts_at_once_and_is_told(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        trainer = await make_staff(tx, chat_id=OTHER, role="trainer")
        await trainers.give(tx, staff_id=trainer.id, event_ids=[await make_event(tx)], now=NOW)
        for _ in range(2):
            await staff_team.change_role(
                tx, staff_id=trainer.id, role="assistant", member=chief, now=NOW
            )
        found = await staff.require(tx, chat_id=OTHER, action="documents", now=NOW)

        assert found.role == "assistant"
        assert await trainers.events_of(tx, trainer.id) == []
        assert await told(tx) == [(str(OTHER), "assistant")]


async def test_trainer_gets_and_loses_events(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        trainer = await make_staff(tx, chat_id=OTHER, role="trainer")
        event_id = await make_event(tx)
        give = partial(staff_team.give_event, tx, staff_id=trainer.id, member=chief, now=NOW)
        take = partial(staff_team.take_event, tx, staff_id=trainer.id, member=chief, now=NOW)
        await give(event_id=event_id)
        await give(event_id=event_id)
        given = await staff_team.one(tx, staff_id=trainer.id, member=chief)
        await take(event_id=event_id)
        await take(event_id=event_id)
        trail = [one.action for one in await rows.audit_trail(tx, limit=9)]
        with pytest.raises(TrainerOnly):
            await staff_team.give_event(
                tx, event_id=event_id, staff_id=chief.id, member=chief, now=NOW
            )
        with pytest.raises(EventUnknown):
            await give(event_id=987654)

    assert [number for number, _ in given.colleague.events] == [event_id]
    assert trail == ["trainer_event_taken", "trainer_event"]


async def removing_each_other(one: Database, two: Database) -> list[str]:
    """Let two coordinators, the only ones, remove each other at the same moment."""
    async with one.transaction() as tx:
        first = await make_staff(tx, chat_id=CHIEF)
        second = await make_staff(tx, chat_id=OTHER)

    async def remove(where: Database, by: StaffMember, whom: StaffMember) -> str:
        async with where.transaction() as tx:
            try:
                await staff_team.remove(tx, staff_id=whom.id, member=by, now=NOW)
            except (NotStaff, LastCoordinator) as refusal:
                return type(refusal).__name__
            return "removed"

    return sorted(await asyncio.gather(remove(one, first, second), remove(two, second, first)))


async def test_two_coordinators_who_remove_each_other_leave_one(
    database: Database, second: Database
) -> None:
    outcomes = await removing_each_other(database, second)

    assert outcomes == ["NotStaff", "removed"]
    async with database.reading() as tx:
        assert [one.role for one in await rows.everyone(tx)] == ["coordinator"]


async def test_two_who_remove_each_other_leave_nobody_when_the_guard_is_taken_out(
    backend: str, database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the test above can fail: the rows are read and not held.

    On SQLite a transaction begins with BEGIN IMMEDIATE, so nobody comes between even then.
    """
    pause = partial(asyncio.sleep, 0.02) if backend == "sqlite" else asyncio.Barrier(2).wait

    async def read_alone(tx: Tx) -> set[int]:
        """Look who is a coordinator, and let others come between."""
        found = {one.id for one in await rows.everyone(tx) if one.role == "coordinator"}
        await pause()
        return found

    monkeypatch.setattr(rows, "hold_coordinators", read_alone)

    await removing_each_other(database, second)

    async with database.reading() as tx:
        assert len(await rows.everyone(tx)) == (1 if backend == "sqlite" else 0)


@pytest.mark.parametrize("role", ["assistant", None])
async def test_who_is_no_coordinator_gets_none_of_what_waited_for_one(
    database: Database, role: str | None
) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHIEF)
        gone = await make_staff(tx, chat_id=OTHER)
        waits = {
            f"{kind}:{chat}": entry(f"{kind}:{chat}", address=str(chat), kind=kind)
            for kind in ("task", "summary", "alert", "reminder")
            for chat in (CHIEF, OTHER)
        }
        await put(tx, list(waits.values()), now=NOW)
        if role is None:
            await staff_team.remove(tx, staff_id=gone.id, member=chief, now=NOW)
        else:
            await staff_team.change_role(tx, staff_id=gone.id, role=role, member=chief, now=NOW)

        found = await tx.execute(select(outbox.c.key).where(outbox.c.state == "cancelled"))
        assert sorted(found.scalars()) == [
            f"{kind}:{OTHER}" for kind in ("alert", "summary", "task")
        ]
