from datetime import timedelta

from programme import events as event_cases
from programme import fair, fair_notices, registration
from programme.quiet_hours import QuietHours
from storage import events
from storage.database import Database, Tx
from tests.programme.audience import close_chat, make_organisation, make_staff
from tests.programme.stands import OFFER, crowd, exhibit, make_fair, make_voice, read, standing
from tests.programme.steps import facts_of, kinds_to, read_event, told
from tests.storage.rows import NOW

DAY = timedelta(days=1)


async def _move(tx: Tx, event_id: int) -> int:
    [session] = await events.sessions(tx, event_id)
    starts, ends = event_cases.shifted(session, DAY)
    return await event_cases.move_session(
        tx,
        session_id=session.id,
        starts_wall=starts,
        ends_wall=ends,
        place=session.place,
        quiet=QuietHours(),
        now=NOW,
    )


async def test_move_of_the_fair_is_told_to_exhibitors_and_to_those_in_line_once(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)

        concerned = await _move(tx, event_id)

        assert concerned == 2
        assert [(key, to) for key, kind, to in await told(tx) if kind == "event_moved"] == [
            ("event_moved:stand:1:1:1:telegram", "1"),
            ("event_moved:stand:2:1:1:telegram", "2"),
        ]
        facts = await facts_of(tx, "event_moved:stand:1:1:1:telegram")
        assert facts["old"]["sessions"] != facts["event"]["sessions"]


async def test_cancellation_of_the_fair_is_told_to_exhibitors_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)

        concerned = await event_cases.cancel_event(tx, event_id=event_id, now=NOW)

        assert concerned == 2
        assert [key for key, kind, _ in await told(tx) if kind == "event_cancelled"] == [
            "event_cancelled:stand:1:telegram",
            "event_cancelled:stand:2:telegram",
        ]


async def test_visitor_who_has_a_stand_too_is_told_of_a_move_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)
        await registration.register(
            tx, event_id=event_id, person_id=mine[1], door="telegram", now=NOW
        )

        concerned = await _move(tx, event_id)

        assert concerned == 1
        assert (await kinds_to(tx, "1")).count("event_moved") == 1


async def test_exhibitor_whose_chat_is_closed_is_written_to_by_the_organisation(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        organisation_id = await make_organisation(tx, "OSP", email="osp@ngo.example.org")
        person_id = await make_voice(tx, organisation_id, chat=1)
        await close_chat(tx, 1)

        await exhibit(tx, event_id, organisation_id, person_id)

        assert await told(tx) == [
            ("exhibitor_confirmed:1:mail", "exhibitor_confirmed", "osp@ngo.example.org")
        ]


async def test_is_true_follows_number_and_state(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)
        facts = fair_notices.stand_facts(await read(tx, 1))

        async def true(kind: str) -> bool:
            return await fair_notices.is_true(tx, kind=kind, facts=facts)

        at_first = (await true("exhibitor_confirmed"), await true("exhibitor_cancelled"))
        member = await make_staff(tx)
        await fair.renumber(tx, exhibitor_id=1, stand=9, member=member, now=NOW)
        renumbered = (await true("exhibitor_confirmed"), await true("event_cancelled"))
        await fair.cancel(tx, exhibitor_id=1, person_id=mine[1], now=NOW)
        cancelled = (await true("exhibitor_confirmed"), await true("exhibitor_cancelled"))

        assert (at_first, renumbered, cancelled) == ((True, False), (False, True), (False, True))


async def test_facts_hold_what_the_organisation_brings_and_needs(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)
        event = await read_event(tx, event_id)

        assert (await facts_of(tx, "exhibitor_confirmed:1:telegram"))["stand"] == {
            "organisation": "Organizacja 1",
            "number": 1,
            **vars(OFFER),
        }
        assert event.kind == "fair"


async def _paper(tx: Tx, event_id: int, organisation_id: int) -> list[tuple[str, str]]:
    member = await make_staff(tx)
    await fair.exhibit(
        tx, event_id=event_id, organisation_id=organisation_id, offer=OFFER, member=member, now=NOW
    )
    return [(key, to) for key, _, to in await told(tx)]


async def test_organisation_on_paper_is_told_by_its_own_address(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        organisation_id = await make_organisation(tx, "OSP", email="osp@ngo.example.org")

        assert await _paper(tx, event_id, organisation_id) == [
            ("exhibitor_confirmed:1:mail", "osp@ngo.example.org")
        ]


async def test_organisation_on_paper_is_told_through_its_contact(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        organisation_id = await make_organisation(tx, "OSP", email="osp@ngo.example.org")
        await make_voice(tx, organisation_id, chat=5, is_contact=True)

        assert await _paper(tx, event_id, organisation_id) == [
            ("exhibitor_confirmed:1:telegram", "5")
        ]


async def test_organisation_without_any_address_is_told_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)

        assert await _paper(tx, event_id, await make_organisation(tx, "OSP")) == []
        assert await standing(tx, event_id) == [("OSP", 1)]
