import asyncio
from datetime import timedelta

import pytest

from programme import staff
from programme.refusals import LinkSpent, NotStaff
from programme.staff_refusals import StaffAlready
from storage import staff as rows
from storage import trainers
from storage.database import Database
from storage.staff import AuditRecord, StaffMember
from tests.programme.audience import make_staff
from tests.storage.rows import FIRST_DAY, NOW, make_event

CHAT = 5_000_000_001
SECOND_DAY = FIRST_DAY + timedelta(days=7)
TOKEN = "AAAABBBBCCCCDDDDEEEEFF"


def test_new_token_fits_a_deep_link_and_differs() -> None:
    tokens = {staff.new_token() for _ in range(50)}

    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {22}


async def test_accept_makes_the_chat_staff(database: Database) -> None:
    async with database.transaction() as tx:
        await staff.invite_staff(tx, name="Anna", role="assistant", token=TOKEN, now=NOW)
        member = await staff.accept(tx, token=TOKEN, chat_id=CHAT, now=NOW + staff.LINK_LIFE)

        assert member == StaffMember(member.id, "Anna", "assistant", CHAT)
        assert await rows.everyone(tx) == [member]
        assert await rows.audit_trail(tx, limit=9) == [
            AuditRecord(
                NOW + staff.LINK_LIFE,
                CHAT,
                member.id,
                "accept",
                allowed=True,
                detail={"role": "assistant"},
            )
        ]


async def test_accept_a_second_time_is_refused_and_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        await staff.invite_staff(tx, name="Anna", role="coordinator", token=TOKEN, now=NOW)
        member = await staff.accept(tx, token=TOKEN, chat_id=CHAT, now=NOW)

        with pytest.raises(LinkSpent):
            await staff.accept(tx, token=TOKEN, chat_id=666, now=NOW)

        assert await rows.everyone(tx) == [member]
        assert (await rows.audit_trail(tx, limit=1)) == [
            AuditRecord(NOW, 666, None, "accept", allowed=False, detail={})
        ]


@pytest.mark.parametrize(
    ("token", "late"),
    [("wrong", timedelta(0)), (TOKEN, staff.LINK_LIFE + timedelta(seconds=1))],
)
async def test_accept_of_a_link_that_does_not_count(
    database: Database, token: str, late: timedelta
) -> None:
    async with database.transaction() as tx:
        await staff.invite_staff(tx, name="Anna", role="viewer", token=TOKEN, now=NOW)

        with pytest.raises(LinkSpent):
            await staff.accept(tx, token=token, chat_id=CHAT, now=NOW + late)

        assert await rows.everyone(tx) == []


async def test_accept_by_two_at_once_succeeds_for_one(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        await staff.invite_staff(tx, name="Anna", role="viewer", token=TOKEN, now=NOW)

    async def accept(where: Database, chat_id: int) -> str:
        async with where.transaction() as tx:
            try:
                return (await staff.accept(tx, token=TOKEN, chat_id=chat_id, now=NOW)).role
            except LinkSpent:
                return "refused"

    outcomes = await asyncio.gather(accept(database, 1), accept(second, 2))

    assert sorted(outcomes) == ["refused", "viewer"]


READING = [
    *("agenda", "broadcasts", "desk", "report", "results", "search", "survey results"),
    "task list",
]
WRITING = [
    *("agenda change", "announcements", "attendance", "broadcast control", "certificates"),
    *("survey answers", "surveys"),
    *("documents", "events", "fair", "invite", "nominations", "notes", "people", "poll"),
    *("registrations", "tasks"),
]
LEADING = ["audit", "second look", "staff", "summary"]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("coordinator", [*READING, *WRITING, *LEADING]),
        ("assistant", [*READING, *WRITING]),
        ("viewer", READING),
        ("trainer", ["attendance", "own events"]),
        (None, []),
    ],
)
async def test_require_lets_each_role_do_its_work(
    database: Database, role: str | None, allowed: list[str]
) -> None:
    async with database.transaction() as tx:
        if role is not None:
            await make_staff(tx, chat_id=CHAT, role=role)
        done = []
        for action in sorted(staff.ACTIONS):
            try:
                await staff.require(tx, chat_id=CHAT, action=action, now=NOW)
            except NotStaff:
                continue
            done.append(action)

        trail = await rows.audit_trail(tx, limit=len(staff.ACTIONS) + 1)

    assert done == sorted(allowed)
    refused = [record.action for record in trail]
    assert sorted(refused) == sorted(staff.ACTIONS.keys() - set(allowed))


async def test_require_records_who_was_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx, chat_id=CHAT, role="viewer")

        with pytest.raises(NotStaff):
            await staff.require(tx, chat_id=CHAT, action="invite", now=NOW)

    async with database.reading() as tx:
        assert await rows.audit_trail(tx, limit=9) == [
            AuditRecord(NOW, CHAT, member.id, "invite", allowed=False, detail={"role": "viewer"})
        ]


async def test_remove_ends_the_rights_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx, chat_id=CHAT)
        await staff.remove(tx, chat_id=CHAT, now=NOW)

        with pytest.raises(NotStaff):
            await staff.require(tx, chat_id=CHAT, action="report", now=NOW)
        with pytest.raises(NotStaff):
            await staff.remove(tx, chat_id=CHAT, now=NOW)

        assert [(one.action, one.staff_id) for one in await rows.audit_trail(tx, limit=9)] == [
            ("report", None),
            ("remove", member.id),
        ]


async def test_removed_staff_come_back_by_a_new_link(database: Database) -> None:
    async with database.transaction() as tx:
        before = await make_staff(tx, chat_id=CHAT)
        await staff.remove(tx, chat_id=CHAT, now=NOW)
        await staff.invite_staff(tx, name="Anna Nowa", role="viewer", token=TOKEN, now=NOW)
        member = await staff.accept(tx, token=TOKEN, chat_id=CHAT, now=NOW)

        assert member == StaffMember(before.id, "Anna Nowa", "viewer", CHAT)


@pytest.mark.parametrize("role", staff.ROLES)
def test_permit_says_the_same_as_require(role: str) -> None:
    member = StaffMember(1, "Anna", role, CHAT)
    done = []
    for action in sorted(staff.ACTIONS):
        try:
            staff.permit(member, action)
        except NotStaff:
            continue
        done.append(action)

    assert done == sorted(name for name, roles in staff.ACTIONS.items() if role in roles)


async def test_permit_event_lets_a_trainer_into_their_own_events_alone(database: Database) -> None:
    async with database.transaction() as tx:
        own, other = await make_event(tx), await make_event(tx, sessions=(SECOND_DAY,))
        trainer = await make_staff(tx, chat_id=CHAT, role="trainer")
        await trainers.give(tx, staff_id=trainer.id, event_ids=[own], now=NOW)

        await staff.permit_event(tx, trainer, "attendance", event_id=own, now=NOW)
        with pytest.raises(NotStaff):
            await staff.permit_event(tx, trainer, "attendance", event_id=other, now=NOW)
        with pytest.raises(NotStaff):
            await staff.permit_event(tx, trainer, "documents", event_id=own, now=NOW)

        assert await rows.audit_trail(tx, limit=9) == [
            AuditRecord(
                NOW,
                CHAT,
                trainer.id,
                "attendance",
                allowed=False,
                detail={"role": "trainer", "event": other},
            )
        ]


async def test_permit_event_lets_others_of_staff_into_every_event(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        assistant = await make_staff(tx, chat_id=CHAT, role="assistant")
        viewer = await make_staff(tx, chat_id=CHAT + 1, role="viewer")

        await staff.permit_event(tx, assistant, "attendance", event_id=event_id, now=NOW)
        with pytest.raises(NotStaff):
            await staff.permit_event(tx, viewer, "attendance", event_id=event_id, now=NOW)


async def test_accept_by_somebody_of_staff_uses_the_link_not_up(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx, chat_id=CHAT)
        await staff.invite_staff(tx, name="Ewa", role="trainer", token=TOKEN, by=chief, now=NOW)

        with pytest.raises(StaffAlready):
            await staff.accept(tx, token=TOKEN, chat_id=CHAT, now=NOW)
        member = await staff.accept(tx, token=TOKEN, chat_id=CHAT + 1, now=NOW)

        assert (await rows.by_chat(tx, CHAT), member.role) == (chief, "trainer")


async def test_accept_gives_a_trainer_the_events_of_the_link_and_no_older_ones(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        old, new = await make_event(tx), await make_event(tx, sessions=(SECOND_DAY,))
        before = await make_staff(tx, chat_id=CHAT, role="trainer")
        await trainers.give(tx, staff_id=before.id, event_ids=[old], now=NOW)
        await staff.remove(tx, chat_id=CHAT, now=NOW)
        await staff.invite_staff(
            tx, name="Ewa", role="trainer", token=TOKEN, event_ids=[new], now=NOW
        )
        member = await staff.accept(tx, token=TOKEN, chat_id=CHAT, now=NOW)

        assert await trainers.events_of(tx, member.id) == [new]
