import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from programme import agenda, announcements, digests, preferences
from programme.announcement_refusals import AnnouncementTold
from programme.audience_choice import Choice
from programme.quiet_hours import QuietHours
from storage import announcements as rows
from storage import events, people
from storage.database import Database, Tx
from storage.letter_doors import of_letter
from storage.tables import outbox
from tests.programme.audience import make_member, make_organisation, make_staff, seat
from tests.programme.newsletters import (
    FRIDAY,
    QUIET,
    TEN,
    announce,
    digests_told,
    facts_to,
    make_digest,
)
from tests.storage.rows import NOW, ZONE, make_event, make_programme

NGO, OFFICE = Choice(kinds=("ngo",)), Choice(kinds=("office",))


async def test_each_gets_what_is_meant_for_them_in_one_message(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        await make_member(tx, "Anna", chat=1, mail="anna@example.org")
        await make_member(tx, "Jan", mail="jan@example.org")
        await make_member(tx, "Ewa", role="clerk", chat=3)
        await make_organisation(tx, "KGW", email="kgw@example.org")
        await announce(tx, member, "Nabór", choice=NGO)
        await announce(tx, member, "Dyżur", choice=OFFICE)
        await announce(tx, member, "Szkolenie")

        assert await make_digest(tx, now=TEN - timedelta(seconds=1)) == 0
        assert await make_digest(tx) == 1
        # Once more there is nothing to do.
        assert await make_digest(tx, now=TEN + timedelta(days=1)) == 0
        assert await digests_told(tx) == {
            "1": ["Nabór", "Szkolenie"],
            "jan@example.org": ["Nabór", "Szkolenie"],
            "3": ["Dyżur", "Szkolenie"],
            "kgw@example.org": ["Nabór", "Szkolenie"],
        }
        found = await tx.execute(
            select(outbox.c.key, outbox.c.due_at, outbox.c.not_after, outbox.c.priority)
        )

    keys, dues, ends, priorities = zip(*found, strict=True)
    assert {key.rpartition(":")[0].partition(":organ")[0] for key in keys} == {
        *(f"digest:2027-01-08:{number}" for number in (1, 2, 3)),
        "digest:2027-01-08",
    }
    assert (set(dues), set(ends), set(priorities)) == ({TEN}, {TEN + timedelta(days=7)}, {30})


async def test_whoever_wants_no_invitations_or_is_not_reached_gets_none(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        unwilling = await make_member(tx, "Jan", chat=1)
        await people.change(tx, unwilling, invitations=False)
        await make_member(tx, "Zofia")
        await make_member(tx, "Ewa", chat=2)
        await announce(tx, member, "Nabór")
        await make_digest(tx)

        assert await digests_told(tx) == {"2": ["Nabór"]}


async def test_letter_has_the_way_out_and_it_works(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        jan = await make_member(tx, "Jan", mail="jan@example.org")
        await announce(tx, member, "Nabór")
        await make_digest(tx)
        doors = await of_letter(tx, f"digest:2027-01-08:{jan}:mail")
        [out] = [door for door in doors if door.purpose == "out"]
        await preferences.want_by_letter(tx, door=out, wanted=False, now=TEN)
        state = await tx.scalar(select(outbox.c.state).where(outbox.c.kind == "digest"))

    assert {door.purpose for door in doors} == {"reply", "page", "out"}
    # What has not left is taken back, like every other word that nobody asked for.
    assert state == "cancelled"


async def _die_in_a_batch(database: Database) -> None:
    async with database.transaction() as tx:
        await digests.turn(tx, now=TEN, zone=ZONE, quiet=QUIET)
        raise InterruptedError


async def test_batches_go_on_where_the_last_one_ended(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "BATCH", 2)
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        for chat in range(1, 8):
            role = "clerk" if chat % 3 == 0 else "ngo"
            await make_member(tx, f"Osoba {chat}", role=role, chat=chat)
        await announce(tx, member, "Nabór", choice=NGO)
        await announce(tx, member, "Dyżur", choice=OFFICE)
        await announce(tx, member, "Szkolenie")
    batches = 0
    more = True
    while more:
        # One batch is rolled back before each, as if the process had died in it.
        with pytest.raises(InterruptedError):
            await _die_in_a_batch(database)
        async with database.transaction() as tx:
            more = await digests.turn(tx, now=TEN, zone=ZONE, quiet=QUIET)
            batches += more
    async with database.reading() as tx:
        told = await digests_told(tx)
        count = await tx.scalar(text("SELECT count(*) FROM outbox"))

    ngo, office = ["Nabór", "Szkolenie"], ["Dyżur", "Szkolenie"]
    assert told == {str(chat): office if chat % 3 == 0 else ngo for chat in range(1, 8)}
    assert (count, batches) == (7, 4)


async def test_digest_counts_for_the_cap_and_keeps_to_it(database: Database) -> None:
    quiet = QuietHours(most_a_day=1)
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        await make_member(tx, "Ewa", chat=1)
        await announce(tx, member, "Nabór")
        await make_digest(tx, quiet=quiet)
        await announce(tx, member, "Dyżur", now=TEN + timedelta(minutes=1))
        # As if the next digest came on the same day.
        await tx.execute(text("UPDATE announcement SET digest_on = '2027-01-07' WHERE id = 2"))
        await make_digest(tx, now=TEN + timedelta(minutes=2), quiet=quiet)
        dues = list((await tx.execute(select(outbox.c.due_at).order_by(outbox.c.id))).scalars())

    assert dues == [TEN, datetime(2027, 1, 9, 7, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("now", "made"),
    [
        (datetime(2027, 1, 8, 20, tzinfo=UTC), 0),  # Friday night
        (datetime(2027, 1, 9, 12, tzinfo=UTC), 1),  # Saturday
        (datetime(2027, 1, 10, 12, tzinfo=UTC), 0),  # Sunday
        (datetime(2027, 1, 11, 7, tzinfo=UTC), 1),  # Monday, eight in the morning
    ],
)
async def test_after_an_outage_it_is_made_in_the_next_working_hours(
    database: Database, now: datetime, made: int
) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        await make_member(tx, "Ewa", chat=1)
        await announce(tx, member, "Nabór")

        assert await make_digest(tx, now=now) == made


async def test_announcement_of_a_cancelled_event_is_left_out(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await make_member(tx, "Ewa", chat=1)
        gone, there = await make_event(tx), await make_event(tx)
        dropped = await announce(tx, member, "Odwołane", event_id=gone)
        await announce(tx, member, "Szkolenie {wydarzenie}", event_id=there)
        await events.set_state(tx, gone, expected="published", state="cancelled")
        await make_digest(tx)
        facts = await facts_to(tx, "1")
        found = await rows.find(tx, dropped)

    assert found is not None
    assert found.state == "withdrawn"
    assert [one["subject"] for one in facts["announcements"]] == ["Szkolenie {wydarzenie}"]
    # One event, so the letter's page leads to it.
    assert facts["event"]["id"] == there == facts["announcements"][0]["event"]["id"]


async def test_digest_of_several_events_leads_to_none_of_them(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await make_member(tx, "Ewa", chat=1)
        for number in range(2):
            await announce(tx, member, f"Szkolenie {number}", event_id=await make_event(tx))
        await make_digest(tx)

        assert (await facts_to(tx, "1"))["event"] is None


async def test_audience_is_read_when_the_digest_is_made(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        jan = await make_member(tx, "Jan", chat=1)
        await announce(
            tx, member, "Uczestnicy", choice=Choice(event_id=event_id, states=("registered",))
        )
        await seat(tx, event_id, jan)
        await make_member(tx, "Ewa", chat=2)
        await make_digest(tx)

        assert await digests_told(tx) == {"1": ["Uczestnicy"]}


async def test_words_about_the_reader_are_those_of_each(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        unit = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
        await make_member(tx, "Ewa", chat=1, organisation_id=unit)
        await announce(tx, member, "Dla: {organizacja}", body="{osoba} z: {miejscowość}")
        await make_digest(tx)
        [told] = (await facts_to(tx, "1"))["announcements"]

    assert told["placeholders"] == {
        "osoba": "Ewa",
        "organizacja": "KGW Miłki",
        "miejscowość": "Miłki",
    }


async def test_agenda_knows_when_the_digest_comes(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        nothing = await agenda.next_due(tx, now=NOW)
        await announce(tx, member, "Nabór")
        coming = await agenda.next_due(tx, now=NOW)

    assert (nothing, coming, FRIDAY.isoformat()) == (None, TEN, "2027-01-08")


async def test_digest_without_readers_ends(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        number = await announce(tx, member, "Nabór")
        await make_digest(tx)
        found = await rows.find(tx, number)

    assert found is not None
    assert found.state == "told"


async def _withdraw_while_it_is_made(
    database: Database, second: Database
) -> tuple[bool, dict[str, list[str]]]:
    """Withdraw an announcement at the very moment at which its digest is made."""
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        await make_member(tx, "Ewa", chat=1)
        number = await announce(tx, member, "Nabór")
    made = asyncio.Event()

    async def make() -> None:
        async with database.transaction() as tx:
            await digests.turn(tx, now=TEN, zone=ZONE, quiet=QUIET)
            made.set()
            await asyncio.sleep(0.1)

    async def withdraw() -> bool:
        await made.wait()
        async with second.transaction() as tx:
            try:
                await announcements.withdraw(tx, member=member, announcement_id=number, now=TEN)
            except AnnouncementTold:
                return False
            return True

    _, withdrawn = await asyncio.gather(make(), withdraw())
    async with database.reading() as tx:
        return withdrawn, await digests_told(tx)


async def test_announcement_is_told_or_withdrawn_and_never_both(
    database: Database, second: Database
) -> None:
    assert await _withdraw_while_it_is_made(database, second) == (False, {"1": ["Nabór"]})


async def test_withdrawing_without_a_look_at_what_is_told_would_be_both(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unguarded(tx: Tx, announcement_id: int, *, now: datetime) -> bool:
        del now
        words = text("UPDATE announcement SET state = 'withdrawn' WHERE id = :id")
        return (await tx.execute(words, {"id": announcement_id})).rowcount == 1

    async def blind(tx: Tx, **_: object) -> rows.News:
        [found] = await rows.waiting(tx) or [await _any(tx)]
        return found

    async def _any(tx: Tx) -> rows.News:
        found = await rows.find(tx, 1)
        assert found is not None
        return found

    monkeypatch.setattr(rows, "withdraw", unguarded)
    monkeypatch.setattr(announcements, "one", blind)

    assert await _withdraw_while_it_is_made(database, second) == (True, {"1": ["Nabór"]})


async def test_two_tickers_make_one_digest(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        for chat in (1, 2):
            await make_member(tx, "Ewa", chat=chat)
        await announce(tx, member, "Nabór")

    async def make(one: Database) -> None:
        async with one.transaction() as tx:
            await digests.turn(tx, now=TEN, zone=ZONE, quiet=QUIET)
            await asyncio.sleep(0.05)

    await asyncio.gather(make(database), make(second))
    async with database.reading() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM outbox")) == 2
