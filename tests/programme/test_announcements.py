from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from programme import announcements, digests
from programme.announcement_refusals import (
    AnnouncementLate,
    AnnouncementNotYours,
    AnnouncementTold,
    AnnouncementUnknown,
    AnnouncementWithdrawn,
    AnnouncementWithFile,
)
from programme.announcements import MOST, digest_day
from programme.refusals import NotStaff
from programme.wall_time import read, to_moment
from storage import files, invitations, people
from storage.database import Database
from storage.tables import audit
from tests.programme.audience import make_member, make_staff
from tests.programme.newsletters import (
    EVERYBODY,
    FRIDAY,
    QUIET,
    TEN,
    announce,
    digests_told,
    make_digest,
)
from tests.storage.rows import NOW, ZONE, make_programme

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2027-01-04T11:00", date(2027, 1, 8)),
        ("2027-01-08T09:44", date(2027, 1, 8)),
        # A quarter of an hour before, it is closed.
        ("2027-01-08T09:45", date(2027, 1, 15)),
        ("2027-01-09T12:00", date(2027, 1, 15)),
        # 1 May 2026 is a Friday, and so are 25 December 2026 and 1 January 2027.
        ("2026-04-28T12:00", date(2026, 4, 30)),
        ("2026-04-30T09:50", date(2026, 5, 8)),
        ("2026-04-30T23:00", date(2026, 5, 8)),
        ("2026-12-21T12:00", date(2026, 12, 23)),
        ("2026-12-23T12:00", date(2026, 12, 31)),
        # The clock is changed on the Sunday in between.
        ("2026-03-28T12:00", date(2026, 4, 3)),
        ("2026-10-24T12:00", date(2026, 10, 30)),
    ],
)
def test_digest_comes_on_friday_or_the_working_day_before(now: str, day: date) -> None:
    assert digest_day(to_moment(read(now), ZONE), ZONE) == day


def test_digest_is_made_at_ten_on_the_wall_in_summer_and_in_winter() -> None:
    moments = [announcements.moment_of(day, ZONE) for day in (FRIDAY, date(2026, 4, 3))]

    assert moments == [TEN, datetime(2026, 4, 3, 8, tzinfo=UTC)]


async def test_announcement_put_in_twice_stays_where_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        letter = await invitations.add(
            tx, staff_id=member.id, content={"subject": "Nabór"}, audience={}, now=NOW
        )
        first = await announcements.add(tx, member=member, invitation_id=letter.id, now=NOW)
        later = NOW + timedelta(days=9)
        again = await announcements.add(tx, member=member, invitation_id=letter.id, now=later)
        [found] = await announcements.waiting(tx, member=member)
        logged = await tx.execute(select(audit.c.action, audit.c.detail))

    assert (first, again, found.subject) == (FRIDAY, FRIDAY, "Nabór")
    assert [tuple(row) for row in logged] == [
        ("announcements", {"letter": letter.id, "digest": "2027-01-08"})
    ]


async def test_thirteenth_announcement_goes_into_the_next_digest(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        for number in range(MOST + 1):
            await announce(tx, member, f"Ogłoszenie {number}")
        found = await announcements.waiting(tx, member=member)

    days = [one.digest_on for one in found]
    assert days == [FRIDAY] * MOST + [date(2027, 1, 15)]


async def test_letter_with_a_file_and_an_unknown_one_are_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        file = await files.add(
            tx,
            files.Bytes("a" * 40, 3, "b" * 64),
            original_name="pismo.pdf",
            content_type="application/pdf",
            now=NOW,
        )
        letter = await invitations.add(tx, staff_id=member.id, content={}, audience={}, now=NOW)
        await invitations.change(tx, letter.id, revision=0, now=NOW, file_id=file.id)

        with pytest.raises(AnnouncementWithFile):
            await announcements.add(tx, member=member, invitation_id=letter.id, now=NOW)
        with pytest.raises(AnnouncementUnknown):
            await announcements.add(tx, member=member, invitation_id=999, now=NOW)


async def test_withdrawn_announcement_is_in_no_digest_and_may_be_put_back(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        await make_member(tx, "Ewa", chat=2)
        kept, gone = await announce(tx, member, "Nabór"), await announce(tx, member, "Dyżur")
        back = await announce(tx, member, "Szkolenie")
        for number in (gone, back):
            await announcements.withdraw(tx, member=member, announcement_id=number, now=NOW)
        with pytest.raises(AnnouncementWithdrawn):
            await announcements.withdraw(tx, member=member, announcement_id=gone, now=NOW)
        for _ in range(2):
            found = await announcements.put_back(
                tx, member=member, announcement_id=back, now=TEN - 16 * MINUTE
            )
        with pytest.raises(AnnouncementLate):
            await announcements.put_back(
                tx, member=member, announcement_id=gone, now=TEN - 15 * MINUTE
            )
        await make_digest(tx)

        assert found.digest_on == FRIDAY
        assert await digests_told(tx) == {"2": ["Nabór", "Szkolenie"]}
        with pytest.raises(AnnouncementTold):
            await announcements.withdraw(tx, member=member, announcement_id=kept, now=TEN)
        with pytest.raises(AnnouncementUnknown):
            await announcements.one(tx, member=member, announcement_id=999)


async def test_digest_that_has_begun_gives_nothing_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "BATCH", 1)
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        for chat in (1, 2):
            await make_member(tx, "Ewa", chat=chat)
        number = await announce(tx, member, "Nabór")
        assert await digests.turn(tx, now=TEN, zone=ZONE, quiet=QUIET) is True

        with pytest.raises(AnnouncementTold):
            await announcements.withdraw(tx, member=member, announcement_id=number, now=TEN)


async def test_reader_opens_what_they_got_and_nothing_else(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        ewa = await people.get(tx, await make_member(tx, "Ewa", chat=2))
        jan = await people.get(tx, await make_member(tx, "Jan", chat=3))
        told = await announce(tx, member, "Nabór", body="{osoba}, wnioski do marca.")
        other = await announce(
            tx, member, "Dyżur", choice=EVERYBODY.with_(excluded_people=(ewa.id,))
        )
        with pytest.raises(AnnouncementNotYours):
            await announcements.read_whole(tx, person=ewa, announcement_id=told)
        await make_digest(tx)
        facts = await announcements.read_whole(tx, person=ewa, announcement_id=told)

        assert (facts["subject"], facts["body"]) == ("Nabór", "{osoba}, wnioski do marca.")
        assert (facts["placeholders"], facts["person"]) == ({"osoba": "Ewa"}, {"name": "Ewa"})
        assert (await announcements.read_whole(tx, person=jan, announcement_id=other))[
            "subject"
        ] == "Dyżur"
        for person, number in ((ewa, other), (None, told), (ewa, 999)):
            with pytest.raises(AnnouncementNotYours):
                await announcements.read_whole(tx, person=person, announcement_id=number)


@pytest.mark.parametrize("role", ["viewer", "trainer"])
async def test_those_without_the_right_are_refused(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx, role=role)
        for deed in (
            announcements.add(tx, member=member, invitation_id=1, now=NOW),
            announcements.waiting(tx, member=member),
            announcements.one(tx, member=member, announcement_id=1),
            announcements.withdraw(tx, member=member, announcement_id=1, now=NOW),
            announcements.put_back(tx, member=member, announcement_id=1, now=NOW),
        ):
            with pytest.raises(NotStaff):
                await deed
