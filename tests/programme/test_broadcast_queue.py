"""The audience becomes rows, a batch at a time; facts are those of the moment of the batch."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from programme import broadcast_queue, events, invitations, merging
from programme.audience_choice import Choice
from programme.broadcasting import HOLD
from programme.quiet_hours import QuietHours
from storage import broadcasts, people
from storage.broadcasts import Broadcast
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.staff_tables import broadcast_recipient
from storage.tables import organisation
from storage.tables import session as session_table
from tests.programme.audience import make_member, make_organisation, make_staff, queued
from tests.programme.inviting import make_crowd, reached
from tests.programme.sending import QUIET, WORDS, queue_all, recipients_of, start
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_programme

SOON = NOW + HOLD
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_queue, "BATCH", 2)


async def _now(tx: Tx, number: int) -> Broadcast:
    return await broadcasts.get(tx, number)


async def _step(tx: Tx, number: int, **changes: Any) -> bool:
    values: dict[str, Any] = {"quiet": QUIET, "now": SOON} | changes
    return await broadcast_queue.queue_next(tx, broadcast_id=number, **values)


async def test_nothing_is_queued_before_its_moment(database: Database) -> None:
    async with database.transaction() as tx:
        await make_crowd(tx)
        number = (await start(tx, await make_staff(tx))).broadcast_id

        assert await broadcast_queue.to_queue(tx, now=NOW) == []
        assert await _step(tx, number, now=NOW) is False
        assert await broadcast_queue.to_queue(tx, now=SOON) == [number]


async def test_organisations_come_first_and_then_people_by_number(database: Database) -> None:
    async with database.transaction() as tx:
        crowd = await make_crowd(tx)
        number = (await start(tx, await make_staff(tx))).broadcast_id
        seen = []

        more = True
        while more:
            more = await _step(tx, number)
            known = await _now(tx, number)
            seen.append((known.state, known.cursor, len(await queued(tx))))

        assert seen == [
            ("queueing", 0, 1),
            ("queueing", crowd["ewa"], 3),
            ("queueing", crowd["zofia"], 5),
            ("running", crowd["zofia"], 5),
        ]
        assert [one.person_id for one in await queued(tx)] == [
            None,
            *(crowd[name] for name in ("anna", "ewa", "jan", "zofia")),
        ]


async def test_everybody_is_a_recipient_and_says_why_they_are_left_out(database: Database) -> None:
    async with database.transaction() as tx:
        crowd = await make_crowd(tx)
        post, nowhere = await make_organisation(tx, "LGD"), await make_organisation(tx, "GOK")
        await tx.execute(
            update(organisation)
            .where(organisation.c.id == post)
            .values(postal_address="ul. Szkolna 1\n11-513 Miłki")
        )
        deaf = await make_member(tx, "Olaf")
        tired = await make_member(tx, "Iga", chat=9)
        await people.change(tx, tired, invitations=False)
        twin = await make_member(tx, "Nina", mail="ZOFIA@example.org")
        number = (await start(tx, await make_staff(tx))).broadcast_id

        await queue_all(tx, number, now=SOON)

        assert await recipients_of(tx, number) == {
            f"o{crowd['kgw']}": "queued",
            f"o{post}": "postal",
            f"o{nowhere}": "unreachable",
            **{f"p{crowd[name]}": "queued" for name in ("anna", "ewa", "jan", "zofia")},
            f"p{deaf}": "unreachable",
            f"p{tired}": "unwanted",
            f"p{twin}": "same_address",
        }
        assert (await _now(tx, number)).people == 5
        rows = await tx.execute(
            select(broadcast_recipient.c.outbox_key).where(broadcast_recipient.c.state == "queued")
        )
        assert set(rows.scalars()) == {one.key for one in await queued(tx)}


async def test_words_of_the_reader_are_put_into_each_row(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        osp = await make_organisation(tx, "OSP")
        await make_member(tx, "Anna", organisation_id=osp, chat=1)
        await make_member(tx, "Ewa", chat=2)
        await make_organisation(tx, "KGW", email="kgw@example.org")
        words = WORDS | {"body": "{osoba}, {organizacja}, {miejscowość}, {data}"}
        number = (await start(tx, await make_staff(tx), content=words)).broadcast_id

        await queue_all(tx, number, now=SOON)

        assert [one.facts["placeholders"] for one in await queued(tx)] == [
            {"osoba": "KGW", "organizacja": "KGW", "miejscowość": "Miłki"},
            {"osoba": "Anna", "organizacja": "OSP", "miejscowość": "Miłki"},
            {
                "osoba": "Ewa",
                "organizacja": "Koło Gospodyń Wiejskich w Miłkach",
                "miejscowość": "",
            },
        ]


async def test_who_comes_while_it_is_queued_gets_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await make_crowd(tx)
        number = (await start(tx, await make_staff(tx))).broadcast_id
        await _step(tx, number)
        late = await make_member(tx, "Later", chat=99)

        await queue_all(tx, number, now=SOON)

        assert f"p{late}" not in await recipients_of(tx, number)
        assert "99" not in await reached(tx)


async def test_who_says_no_before_their_batch_gets_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        crowd = await make_crowd(tx)
        number = (await start(tx, await make_staff(tx))).broadcast_id
        await _step(tx, number)
        await people.change(tx, crowd["jan"], invitations=False)

        await queue_all(tx, number, now=SOON)

        assert (await recipients_of(tx, number))[f"p{crowd['jan']}"] == "unwanted"
        assert (await _now(tx, number)).people == 4


async def _about(tx: Tx, **event: Any) -> tuple[StaffMember, int, int]:
    await make_crowd(tx)
    event_id = await make_event(tx, **event)
    member = await make_staff(tx)
    return member, event_id, (await start(tx, member, event_id=event_id)).broadcast_id


async def test_event_that_moves_in_the_middle_is_told_as_it_is_to_everybody(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        _, event_id, number = await _about(tx)
        for _ in range(2):
            await _step(tx, number)
        session_id = await tx.scalar(select(session_table.c.id))

        await events.move_session(
            tx,
            session_id=session_id or 0,
            starts_wall=FIRST_DAY.replace(tzinfo=None) + timedelta(days=1),
            ends_wall=FIRST_DAY.replace(tzinfo=None) + timedelta(days=1, hours=2),
            place="Remiza",
            quiet=QUIET,
            now=SOON,
        )
        await queue_all(tx, number, now=SOON)

        places = {one.facts["event"]["place"] for one in await queued(tx)}
        assert (len(await queued(tx)), places) == (5, {"Remiza"})
        assert {one.facts["event"]["id"] for one in await queued(tx)} == {event_id}


@pytest.mark.parametrize("steps", [0, 2, 9])
async def test_event_that_is_cancelled_stops_its_letters(database: Database, steps: int) -> None:
    async with database.transaction() as tx:
        _, event_id, number = await _about(tx)
        await queue_all(tx, number, now=SOON, most=steps)

        await events.cancel_event(tx, event_id=event_id, now=SOON)
        after = await queue_all(tx, number, now=SOON)

        known = await _now(tx, number)
        assert (known.state, known.because, after) == ("stopped", "event_cancelled", 0)
        assert await reached(tx) == []
        assert known.people == 5


async def test_finished_letter_stays_finished_when_its_event_is_cancelled(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        _, event_id, number = await _about(tx)
        await queue_all(tx, number, now=SOON)
        await broadcasts.cancel_rows(tx, number, now=SOON)
        await broadcasts.finish(tx, number, now=SOON)

        await invitations.withdraw(tx, event_id=event_id, now=SOON)

        assert (await _now(tx, number)).state == "running"


async def test_deadline_that_passes_before_it_begins_stops_it(database: Database) -> None:
    async with database.transaction() as tx:
        _, _, number = await _about(tx, deadline_at=NOW + HOUR)

        more = await _step(tx, number, now=NOW + HOUR)

        known = await _now(tx, number)
        assert (more, known.state, known.because) == (False, "stopped", "too_late")


async def test_night_lets_rows_wait_for_the_morning(database: Database) -> None:
    night = NOW.replace(hour=21)
    async with database.transaction() as tx:
        await make_crowd(tx)
        number = (await start(tx, await make_staff(tx), now=night)).broadcast_id

        await queue_all(tx, number, now=night + HOLD)

        morning = (NOW + timedelta(days=1)).replace(hour=7)
        assert {one.due_at for one in await queued(tx)} == {morning}


async def test_daily_cap_spreads_what_is_too_much_for_one_day(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await make_programme(tx)
        await make_member(tx, "Anna", chat=1)
        numbers = [(await start(tx, member, key=f"900:{one}")).broadcast_id for one in range(2)]

        for number in numbers:
            await queue_all(tx, number, quiet=QuietHours(most_a_day=1), now=SOON)

        first, second = [one.due_at for one in await queued(tx)]
        assert (first, second.date()) == (SOON, (NOW + timedelta(days=1)).date())


async def test_choice_of_single_people_reaches_these_alone(database: Database) -> None:
    async with database.transaction() as tx:
        crowd = await make_crowd(tx)
        choice = Choice(people=(crowd["ewa"], crowd["jan"]), excluded_people=(crowd["jan"],))
        number = (await start(tx, await make_staff(tx), choice=choice)).broadcast_id

        await queue_all(tx, number, now=SOON)

        assert await recipients_of(tx, number) == {f"p{crowd['ewa']}": "queued"}


async def test_joined_while_queueing_gets_it_once(database: Database) -> None:
    async with database.transaction() as tx:
        gone = await make_member(tx, "Ada", mail="ada@example.org")
        for number in (1, 2):
            await make_member(tx, f"Iga {number}", chat=number)
        kept = await make_member(tx, "Ada Lis", chat=3)
        number = (await start(tx, await make_staff(tx))).broadcast_id
        await queue_all(tx, number, now=SOON, most=2)
        await merging.merge(tx, kept_id=kept, gone_id=gone, member=None, now=SOON)

        await queue_all(tx, number, now=SOON)

        assert sorted(await reached(tx)) == ["1", "2", "ada@example.org"]
        assert (await recipients_of(tx, number))[f"p{kept}"] == "queued"
