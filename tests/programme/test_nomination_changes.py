"""People named hear of a move and a cancellation, once, before they have answered."""

from datetime import timedelta

from sqlalchemy import select

from programme import events, nomination_calls
from programme.quiet_hours import QuietHours
from storage import events as event_rows
from storage.database import Database, Tx
from storage.tables import outbox
from tests.programme.naming import LINK, accept, make_scene, name, named_count, read
from tests.programme.steps import facts_of, kinds_to, register
from tests.storage.rows import NOW, make_person

QUIET = QuietHours()


async def move(tx: Tx, event_id: int) -> str:
    session = (await event_rows.sessions(tx, event_id))[0]
    starts, ends = events.shifted(session, timedelta(days=1))
    await events.move_session(
        tx,
        session_id=session.id,
        starts_wall=starts,
        ends_wall=ends,
        place=session.place,
        quiet=QUIET,
        now=NOW,
    )
    return (await event_rows.sessions(tx, event_id))[0].starts_at.isoformat()


async def test_whoever_was_asked_hears_the_new_time(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await name(tx, at, email="anna@example.org")
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")

        await move(tx, at.event_id)

        assert await kinds_to(tx, "anna@example.org") == ["nominated", "event_moved"]


async def test_a_letter_that_has_not_left_says_the_new_time(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email="anna@example.org")
        assert at.staff.member is not None
        await nomination_calls.send(
            tx, event_id=at.event_id, member=at.staff.member, link=LINK, quiet=QUIET, now=NOW
        )

        starts_at = await move(tx, at.event_id)

        assert await kinds_to(tx, "anna@example.org") == ["nominated"]
        facts = await facts_of(tx, f"nominated:{naming.nomination_id}:named:mail")
        assert facts["event"]["sessions"][0]["starts_at"] == starts_at
        assert facts["link"] == naming.link
        called = await facts_of(tx, f"nomination_call:1:{at.contact_id}:telegram")
        assert called["event"]["sessions"][0]["starts_at"] == starts_at


async def test_a_cancelled_event_ends_what_nobody_answered(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, chat=7)
        accepted = await accept(tx, await name(tx, at), anna)
        waiting = await name(tx, at, "Ewa Druga", "ewa@example.org")
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")

        await events.cancel_event(tx, event_id=at.event_id, now=NOW)

        assert (await read(tx, waiting.nomination_id)).state == "expired"
        assert await named_count(tx, at) == 1
        assert (await read(tx, accepted.id)).state == "accepted"
        assert await kinds_to(tx, "ewa@example.org") == ["nominated", "event_cancelled"]
        assert await kinds_to(tx, "7") == ["registration_confirmed", "event_cancelled"]


async def test_a_cancelled_event_keeps_back_letters_that_have_not_left(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await name(tx, at, email="anna@example.org")

        await events.cancel_event(tx, event_id=at.event_id, now=NOW)

        states = (await tx.exec_driver_sql("SELECT kind, state FROM outbox")).all()
        assert [tuple(row) for row in states] == [("nominated", "cancelled")]


async def test_whoever_is_named_and_has_registered_alone_hears_of_a_change_once(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, entry="open")
        await register(tx, at.event_id, at.contact_id)
        await name(tx, at, "", person_id=at.contact_id, speaker=at.staff)
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")

        await move(tx, at.event_id)
        await events.cancel_event(tx, event_id=at.event_id, now=NOW)

        assert await kinds_to(tx, "501") == [
            "registration_confirmed",
            "nominated",
            "event_moved",
            "event_cancelled",
        ]


async def test_an_answer_that_waits_for_the_morning_says_where_the_event_has_moved(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email="anna@example.org")
        await accept(tx, naming, await make_person(tx, chat=7))

        starts_at = await move(tx, at.event_id)

        key = f"nomination_answered:{naming.nomination_id}:accepted:telegram"
        told = await facts_of(tx, key)
        assert told["event"]["sessions"][0]["starts_at"] == starts_at
        assert told["answer"] == "accepted"


async def test_an_answer_that_waits_for_the_morning_is_not_told_of_an_event_called_off(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at, other = await make_scene(tx), await make_scene(tx)
        for scene in (at, other):
            naming = await name(tx, scene, email="anna@example.org")
            await accept(tx, naming, await make_person(tx))

        await events.cancel_event(tx, event_id=at.event_id, now=NOW)

        rows = await tx.execute(
            select(outbox.c.state).where(outbox.c.kind == "nomination_answered")
        )
        assert sorted(rows.scalars()) == ["cancelled", "queued"]
