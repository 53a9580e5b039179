from datetime import timedelta

import pytest
from sqlalchemy import select

from programme import merging
from programme.people_refusals import AlreadyMerged, PersonNotFound, SamePerson
from storage import people
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.paper_tables import attendance, certificate, document, not_duplicate, person_merge
from storage.seat_tables import membership, nomination, nomination_call
from storage.survey_tables import answer
from storage.tables import consent, organisation, outbox, person
from tests.programme.joined import (
    attend,
    certify,
    count,
    hand_in,
    merge,
    require_paper,
    states,
)
from tests.programme.steps import calendars, kinds_to, read_event, register, told, uids
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person


async def _two(tx: Tx) -> tuple[int, int]:
    kept = await make_person(tx, chat=1, mail="anna@example.org")
    return kept, await make_person(tx, chat=2, mail="jan@example.org")


async def test_merge_moves_contacts_and_finds_the_person_by_either_chat(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        kept, gone = await _two(tx)

        await merge(tx, kept, gone)

        assert [one.address for one in await people.contacts(tx, kept)] == [
            "1",
            "anna@example.org",
            "2",
            "jan@example.org",
        ]
        found = [await people.by_chat(tx, chat) for chat in (1, 2)]
        assert [one.id for one in found if one] == [kept, kept]
        assert [one.id for one in await people.everyone(tx)] == [kept]


async def test_merge_keeps_an_address_of_both_once_and_verified(database: Database) -> None:
    async with database.transaction() as tx:
        kept, gone = await make_person(tx, chat=1), await make_person(tx, mail="a@example.org")
        await people.add_contact(
            tx, person_id=kept, channel="mail", address="a@example.org", verified=False, now=NOW
        )

        await merge(tx, kept, gone)

        found = [(one.address, one.verified) for one in await people.contacts(tx, kept)]
        assert sorted(found) == [("1", True), ("a@example.org", True)]


async def test_merge_keeps_the_seat_and_ends_the_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        kept, gone = await _two(tx)
        seat = (await register(tx, event_id, gone)).registration_id
        place = (await register(tx, event_id, kept)).registration_id

        await merge(tx, kept, gone)

        assert await states(tx, kept) == [
            (seat, "active", ""),
            (place, "cancelled", "merged"),
        ]
        assert await states(tx, gone) == []
        assert (await read_event(tx, event_id)).taken == 1


async def test_merge_keeps_the_earlier_of_two_seats_however_it_was_come_by(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=0)
        kept, gone = await _two(tx)
        early = (await register(tx, event_id, gone)).registration_id
        await tx.exec_driver_sql("UPDATE event SET capacity = 2")
        late = (await register(tx, event_id, kept)).registration_id

        await merge(tx, kept, gone)

        assert await states(tx, kept) == [(early, "active", ""), (late, "cancelled", "merged")]


async def test_merge_gives_a_doubled_seat_to_the_next_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2)
        kept, gone = await _two(tx)
        first = (await register(tx, event_id, gone)).registration_id
        second = (await register(tx, event_id, kept)).registration_id
        third = await make_person(tx, chat=3)
        waits = (await register(tx, event_id, third)).registration_id

        await merge(tx, kept, gone)

        assert await states(tx, kept) == [(first, "active", ""), (second, "cancelled", "merged")]
        assert await states(tx, third) == [(waits, "active", "")]
        assert (await read_event(tx, event_id)).taken == 2


async def test_merge_takes_the_doubled_entry_out_of_the_calendar_that_has_it(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, FIRST_DAY + timedelta(days=1)])
        kept, gone = await _two(tx)
        await register(tx, event_id, kept)
        doubled = (await register(tx, event_id, gone)).registration_id
        entries = await uids(tx, doubled)

        await merge(tx, kept, gone)

        assert await calendars(tx, "registration_joined") == [
            {"uid": uid, "sequence": 1, "method": "CANCEL"} for uid in entries
        ]
        assert await kinds_to(tx, "jan@example.org") == [
            *["registration_confirmed"] * 2,
            *["registration_joined"] * 2,
        ]
        assert await kinds_to(tx, "anna@example.org") == ["registration_confirmed"] * 2


async def test_merge_says_nothing_about_a_place_in_line_that_ends(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        kept, gone = await _two(tx)
        await register(tx, event_id, kept)
        await register(tx, event_id, gone)
        before = len(await told(tx))

        await merge(tx, kept, gone)

        assert len(await told(tx)) == before


async def test_merge_says_nothing_about_an_event_that_is_over(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        kept, gone = await _two(tx)
        for one in (kept, gone):
            await register(tx, event_id, one)
        before = len(await told(tx))

        await merging.merge(
            tx, kept_id=kept, gone_id=gone, member=None, now=FIRST_DAY + timedelta(days=1)
        )

        assert len(await told(tx)) == before
        assert (await read_event(tx, event_id)).taken == 1


async def test_merge_cancels_what_was_not_said_yet_of_the_one_that_ends(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        kept, gone = await make_person(tx, chat=1), await make_person(tx, chat=2)
        await register(tx, event_id, kept)
        await register(tx, event_id, gone)

        await merge(tx, kept, gone)

        rows = await tx.execute(
            select(outbox.c.kind, outbox.c.address, outbox.c.state, outbox.c.person_id)
            .where(outbox.c.channel == "telegram")
            .order_by(outbox.c.id)
        )
        assert [tuple(row) for row in rows] == [
            ("registration_confirmed", "1", "queued", kept),
            ("registration_confirmed", "2", "cancelled", gone),
            ("registration_joined", "2", "queued", kept),
        ]


async def test_merge_counts_attendance_under_either_name(database: Database) -> None:
    async with database.transaction() as tx:
        days = [FIRST_DAY, FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)]
        event_id = await make_event(tx, sessions=days)
        kept, gone = await _two(tx)
        stays = (await register(tx, event_id, kept)).registration_id
        ends = (await register(tx, event_id, gone)).registration_id
        await attend(tx, stays, number=1)
        await attend(tx, stays, number=2, present=False)
        await attend(tx, ends, number=2)
        await attend(tx, ends, number=3)

        await merge(tx, kept, gone)

        rows = await tx.execute(
            select(attendance.c.present).where(attendance.c.registration_id == stays)
        )
        assert list(rows.scalars()) == [True, True, True]
        assert await count(tx, attendance) == 4


@pytest.mark.parametrize(
    ("mine", "theirs", "counts"),
    [
        ("returned", "accepted", "accepted"),
        ("handed_in", "accepted", "accepted"),
        ("accepted", "handed_in", "accepted"),
        ("handed_in", "returned", "handed_in"),
        (None, "accepted", "accepted"),
        ("returned", None, "returned"),
    ],
)
async def test_merge_keeps_the_document_that_got_further(
    database: Database, mine: str | None, theirs: str | None, counts: str
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        paper = await require_paper(tx, event_id)
        kept, gone = await _two(tx)
        stays = (await register(tx, event_id, kept)).registration_id
        ends = (await register(tx, event_id, gone)).registration_id
        for registration_id, state in ((stays, mine), (ends, theirs)):
            if state is not None:
                await hand_in(tx, registration_id, paper, state)
        before = await count(tx, document)

        await merge(tx, kept, gone)

        rows = await tx.execute(select(document.c.state).where(document.c.registration_id == stays))
        assert list(rows.scalars()) == [counts]
        assert await count(tx, document) == before


async def test_merge_keeps_every_certificate(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, other = await make_event(tx), await make_event(tx)
        kept, gone = await _two(tx)
        stays = (await register(tx, event_id, kept)).registration_id
        ends = (await register(tx, event_id, gone)).registration_id
        both = [(await register(tx, other, one)).registration_id for one in (kept, gone)]
        for registration_id in (ends, *both):
            await certify(tx, registration_id)

        await merge(tx, kept, gone)

        rows = await tx.execute(select(certificate.c.registration_id).order_by(certificate.c.id))
        assert list(rows.scalars()) == [stays, *both]


async def test_merge_keeps_answers_consents_and_memberships(database: Database) -> None:
    async with database.transaction() as tx:
        kept, gone = await _two(tx)
        names = ("KGW", "OSP")
        units = [
            await insert_id(tx, organisation, key=name, name=name, kind="ngo", areas=[])
            for name in names
        ]
        for person_id, unit, speaks in ((kept, 0, False), (gone, 0, True), (gone, 1, False)):
            await insert_id(
                tx,
                membership,
                person_id=person_id,
                organisation_id=units[unit],
                is_contact=speaks,
                since=NOW,
            )
        for person_id in (kept, gone):
            await people.add_consent(
                tx, person_id=person_id, notice_version=1, channel="telegram", now=NOW
            )

        await merge(tx, kept, gone)

        rows = await tx.execute(
            select(
                membership.c.organisation_id, membership.c.is_contact, membership.c.until.is_(None)
            )
            .where(membership.c.person_id == kept)
            .order_by(membership.c.id)
        )
        assert [tuple(row) for row in rows] == [
            (units[0], True, True),
            (units[0], True, False),
            (units[1], False, True),
        ]
        owners = await tx.execute(select(consent.c.person_id))
        assert list(owners.scalars()) == [kept, kept]
        assert await count(tx, answer) == 0


async def test_merge_leaves_one_open_nomination_and_frees_the_others_place(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        kept, gone = await _two(tx)
        for person_id, name in ((kept, "KGW"), (gone, "OSP")):
            unit = await insert_id(tx, organisation, key=name, name=name, kind="ngo", areas=[])
            call = {"event_id": event_id, "organisation_id": unit}
            await insert_id(tx, nomination_call, **call, named=1)
            await insert_id(
                tx,
                nomination,
                **call,
                name="Jan",
                identity=f"person:{person_id}",
                person_id=person_id,
                state="accepted" if person_id == gone else "named",
                token_hash=name,
                created_at=NOW,
            )

        await merge(tx, kept, gone)

        rows = await tx.execute(
            select(nomination.c.state, nomination.c.identity, nomination.c.person_id).order_by(
                nomination.c.id
            )
        )
        assert [tuple(row) for row in rows] == [
            ("withdrawn", f"person:{kept}", kept),
            ("accepted", f"person:{kept}", kept),
        ]
        places = await tx.execute(select(nomination_call.c.named).order_by(nomination_call.c.id))
        assert list(places.scalars()) == [0, 1]


async def test_merge_follows_a_chain_to_its_end(database: Database) -> None:
    async with database.transaction() as tx:
        one, two = await _two(tx)
        three = await make_person(tx, chat=3)

        await merge(tx, two, one)
        await merge(tx, three, two)

        assert [(await people.who_is_now(tx, each)).id for each in (one, two, three)] == [three] * 3
        rows = await tx.execute(select(person.c.merged_into_id).order_by(person.c.id))
        assert list(rows.scalars()) == [three, three, None]
        assert await count(tx, person_merge) == 2


async def test_merge_remembers_who_was_told_apart(database: Database) -> None:
    async with database.transaction() as tx:
        kept, gone = await _two(tx)
        other = await make_person(tx, chat=3)
        row = {"lower_id": gone, "higher_id": other, "decided_at": NOW}
        await tx.execute(not_duplicate.insert().values(row))

        await merge(tx, kept, gone)

        rows = await tx.execute(
            select(not_duplicate.c.lower_id, not_duplicate.c.higher_id).order_by("lower_id")
        )
        assert [tuple(row) for row in rows] == [(kept, other), (gone, other)]


async def test_merge_refuses_oneself_nobody_and_whoever_was_joined_before(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        kept, gone = await _two(tx)
        third = await make_person(tx, chat=3)
        with pytest.raises(SamePerson):
            await merge(tx, kept, kept)
        with pytest.raises(PersonNotFound):
            await merge(tx, kept, 999)
        await merge(tx, kept, gone)

        for pair in ((kept, gone), (gone, kept), (third, gone), (gone, third)):
            with pytest.raises(AlreadyMerged):
                await merge(tx, *pair)

        assert await count(tx, person_merge) == 1
