"""A changed file of events at which something is under way: offers, names, papers, codes."""

from dataclasses import replace

from sqlalchemy import select, update

from programme import attendance, registration
from programme.importing import problems as faults
from programme.importing.entries import DocumentEntry
from storage import offers, registrations
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.outbox import IS_WAITING
from storage.paper_tables import document, required_document
from storage.seat_tables import nomination
from storage.tables import event, outbox, session
from tests.programme.audience import make_organisation
from tests.programme.importing.test_load import (
    EVERYTHING,
    HOUR,
    LEADER,
    NOW,
    leader_id,
    load,
    problems,
    with_leader,
)
from tests.storage.rows import make_person

PAPER = DocumentEntry("karta", "Karta zgłoszenia")


async def _offered_to_all(tx: Tx, event_id: int) -> int:
    """Let somebody in line be asked as everybody is in the last hours, and give the place."""
    ids = [
        (
            await registration.register(
                tx,
                event_id=event_id,
                person_id=await make_person(tx, chat=chat),
                door="telegram",
                now=NOW,
            )
        ).registration_id
        for chat in (1, 2)
    ]
    first = await registrations.get(tx, ids[0])
    assert first is not None
    await registration.cancel(tx, registration_id=first.id, person_id=first.person_id, now=NOW)
    offer = await offers.open_of(tx, ids[1])
    assert offer is not None
    assert not offer.holds_seat
    return ids[1]


async def test_load_that_ends_the_asking_withdraws_what_was_offered_to_all(
    database: Database,
) -> None:
    asking = replace(LEADER.terms, offer_hours=0, last_minute_hours=168)
    seat = replace(LEADER, capacity=1, terms=asking)
    await load(database, with_leader(seat))
    event_id = await leader_id(database)
    async with database.transaction() as tx:
        begins = NOW + 20 * HOUR
        await tx.execute(
            update(session)
            .where(session.c.event_id == event_id)
            .values(starts_at=begins, ends_at=begins + 6 * HOUR)
        )
        waiting = await _offered_to_all(tx, event_id)
        # The file must not move the event that people have been told of.
        await tx.execute(update(event).where(event.c.id == event_id).values(last_minute_hours=0))
        await registration.promote(tx, event_id=event_id, now=NOW)

        seated = await registrations.get(tx, waiting)
        assert seated is not None
        assert seated.state == "active"
        assert await offers.open_of(tx, waiting) is None
        rows = await tx.execute(select(outbox.c.kind).where(outbox.c.address == "2", IS_WAITING))
        assert sorted(rows.scalars()) == ["promoted", "waiting_listed"]


async def test_load_move_of_an_event_for_which_somebody_is_named_is_refused(
    database: Database,
) -> None:
    await load(database)
    async with database.transaction() as tx:
        event_id = int(await tx.scalar(select(event.c.id).where(event.c.key == LEADER.key)) or 0)
        await insert_id(
            tx,
            nomination,
            event_id=event_id,
            organisation_id=await make_organisation(tx, "KGW Miłki"),
            name="Anna Wzorowa",
            identity="name:1:anna wzorowa",
            state="named",
            token_hash="0" * 64,
            created_at=NOW,
        )
    moved = replace(LEADER, place="Szkoła")

    assert await problems(database, with_leader(moved)) == (
        faults.EventHasPeople(LEADER.key, LEADER.title, 1, ("place",)),
    )


async def test_load_fewer_sessions_after_codes_were_printed_deletes_them(
    database: Database,
) -> None:
    await load(database)
    event_id = await leader_id(database)
    async with database.transaction() as tx:
        sessions = list(
            (await tx.execute(select(session.c.id).where(session.c.event_id == event_id))).scalars()
        )
        for one in sessions:
            await attendance.code_of(tx, session_id=one, now=NOW)

    fewer = replace(LEADER, sessions=LEADER.sessions[:1])
    assert (await load(database, with_leader(fewer))).changed == 1


async def test_load_without_a_paper_that_was_handed_in_changes_nothing_the_second_time(
    database: Database,
) -> None:
    asking = replace(LEADER, documents=(PAPER,))
    await load(database, with_leader(asking))
    async with database.transaction() as tx:
        event_id = int(await tx.scalar(select(event.c.id).where(event.c.key == LEADER.key)) or 0)
        required = await tx.scalar(
            select(required_document.c.id).where(required_document.c.event_id == event_id)
        )
        got = await registration.register(
            tx,
            event_id=event_id,
            person_id=await make_person(tx, chat=1),
            door="telegram",
            now=NOW,
        )
        await insert_id(
            tx,
            document,
            registration_id=got.registration_id,
            required_document_id=required,
            state="handed_in",
            changed_at=NOW,
        )
    bare = replace(LEADER, documents=())
    await load(database, with_leader(bare))

    assert (await load(database, with_leader(bare))).same == EVERYTHING
