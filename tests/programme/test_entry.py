"""Who may come in: deadlines, nominations, the audience, and staff's word."""

from datetime import timedelta
from typing import Any

import pytest

from programme import registration
from programme.answers import one_line
from programme.refusals import AnswerTooLong, DeadlinePassed, EventOver, NotInAudience
from programme.seat_refusals import EntryByNomination, EventFull
from storage.database import Database
from tests.programme.line import HOUR, come, heard, leave, read
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person
from tests.storage.seats import make_organisation

SECOND = timedelta(seconds=1)
PAST: dict[str, Any] = {"deadline_at": NOW - SECOND}


async def test_late_one_is_refused_or_stands_behind_everybody(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(DeadlinePassed):
            await come(tx, await make_event(tx, **PAST), 1)
        event_id = await make_event(tx, capacity=1, deadline_at=NOW, late="line")
        seat, early = [await come(tx, event_id, chat) for chat in (2, 3)]
        late = await come(tx, event_id, 4, now=NOW + SECOND)
        await leave(tx, seat, now=NOW + HOUR)

        assert (early.position, late.position) == (1, 2)
        assert (await read(tx, early)).state == "active"
        assert await heard(tx, 4) == ["waiting_listed"]


async def test_late_one_has_a_seat_that_nobody_waits_for(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, late="line", **PAST)

        assert (await come(tx, event_id, 1)).state == "active"
        assert await heard(tx, 1) == ["registration_confirmed"]


async def test_only_people_who_were_named_come_in_where_organisations_name(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, entry="nominated")
        with pytest.raises(EntryByNomination):
            await come(tx, event_id, 1)

        assert (await come(tx, event_id, 2, nominated=True)).state == "active"
        assert (await come(tx, event_id, 3, let_in=True)).state == "active"


@pytest.mark.parametrize(
    ("own", "naming", "open_until"),
    [
        (-HOUR, HOUR, HOUR),
        (HOUR, -HOUR, HOUR),
        (-HOUR, None, -HOUR),
        (None, -HOUR, None),
    ],
)
async def test_who_was_named_has_until_the_later_deadline(
    database: Database,
    own: timedelta | None,
    naming: timedelta | None,
    open_until: timedelta | None,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(
            tx,
            deadline_at=None if own is None else NOW + own,
            nomination_deadline_at=None if naming is None else NOW + naming,
        )
        in_time = NOW if open_until is None else NOW + open_until
        assert (await come(tx, event_id, 1, now=in_time, nominated=True)).state == "active"
        if open_until is not None:
            with pytest.raises(DeadlinePassed) as caught:
                await come(tx, event_id, 2, now=in_time + SECOND, nominated=True)
            assert caught.value.deadline == in_time


async def test_let_in_passes_deadline_audience_and_entry_with_a_note(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, audience="office", entry="nominated", **PAST)
        got = await come(tx, event_id, 1, let_in=True, note=" Zgoda\nsekretarza. ")
        kept = await read(tx, got)

        assert (got.state, kept.note) == ("active", one_line("Zgoda sekretarza."))
        with pytest.raises(AnswerTooLong):
            await come(tx, event_id, 2, let_in=True, note="a" * 301)


async def test_let_in_stands_in_line_like_others(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=0)

        assert (await come(tx, event_id, 1, let_in=True)).position == 1


async def test_walk_in_has_a_free_seat_while_the_event_goes_on(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        meanwhile, over = FIRST_DAY + HOUR, FIRST_DAY + 6 * HOUR
        with pytest.raises(EventOver):
            await come(tx, event_id, 1, now=meanwhile)
        assert (await come(tx, event_id, 2, now=meanwhile, let_in=True)).state == "active"
        with pytest.raises(EventFull):
            await come(tx, event_id, 3, now=meanwhile, let_in=True)
        with pytest.raises(EventOver):
            await come(tx, event_id, 4, now=over, let_in=True)


async def test_named_person_outside_the_audience_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, audience="office", entry="nominated")
        with pytest.raises(NotInAudience):
            await come(tx, event_id, 1, nominated=True)


async def test_registration_keeps_for_whom_and_by_whom_and_what_was_answered(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        own, other = await make_organisation(tx), await make_organisation(tx)
        person_id = await make_person(tx, organisation_id=own)
        usual = await registration.register(
            tx, event_id=event_id, person_id=person_id, door="web", now=NOW
        )
        for_another = await come(
            tx,
            event_id,
            2,
            organisation_id=other,
            answered_by="contact",
            answers={"diet": "bez mięsa"},
        )
        first, second = await read(tx, usual), await read(tx, for_another)

    assert (first.organisation_id, first.answered_by, first.door) == (own, "self", "web")
    assert (second.organisation_id, second.answered_by) == (other, "contact")
    assert (second.answers, first.answers) == ({"diet": "bez mięsa"}, {})
