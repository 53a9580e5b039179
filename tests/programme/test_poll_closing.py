"""A poll closes once; what arrived before counts, what came after is refused and told so."""

from datetime import datetime, timedelta

import pytest

from programme import poll_ballots, poll_closing, poll_manner, votes
from programme.poll_manner import BUTTONS, EVENT_END, NEVER, THREE_DAYS, TONIGHT, Manner
from programme.poll_refusals import ClosesTooSoon, PollClosed, PollClosedAlready
from programme.refusals import NotInAudience, OptionUnknown, PollUnknown
from storage import inbox, poll_waves, staff, survey_drafts, survey_recipients
from storage.database import Database, Tx
from storage.survey_drafts import Draft
from storage.tables import outbox
from storage.waves import CLOSED
from tests.programme.at_once import at_once
from tests.programme.audience import make_member, make_staff
from tests.programme.polling import make_poll, native_vote, send_all
from tests.storage.rows import NOW, make_event

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
EVENING = NOW.replace(hour=19)  # eight o'clock in Poland


async def test_poll_closes_by_itself_once(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=Manner(end=TONIGHT))
        before = await poll_closing.close_due(tx, now=EVENING - SECOND)
        closed = await poll_closing.close_due(tx, now=EVENING + SECOND)
        again = await poll_closing.close_due(tx, now=EVENING + HOUR)

        wave = (await poll.wave(tx)).wave
        assert (before, closed, again) == (0, 1, 0)
        assert (wave.state, wave.closes_at, wave.closed_at) == (CLOSED, EVENING, EVENING + SECOND)


async def test_closing_waits_for_a_vote_by_button_that_arrived_before(database: Database) -> None:
    waiting = inbox.Arrival("telegram", "1", "telegram:1", "{}")
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=Manner(style=BUTTONS, end=TONIGHT))
        await inbox.accept(tx, [waiting], now=EVENING - SECOND)
        member = await make_member(tx, "Jan", chat=77)
        wave_id = (await poll.wave(tx)).wave.id
        await survey_recipients.add(tx, wave_id, [{"owner": f"person:{member}"}])

        before = await poll_closing.close_due(tx, now=EVENING + SECOND)
        await poll_ballots.cast(
            tx,
            survey_id=poll.survey_id,
            person_id=member,
            option_keys=("o1",),
            door="chat",
            now=EVENING - SECOND,
        )
        await inbox.finish(tx, 1, now=EVENING + SECOND)
        after = await poll_closing.close_due(tx, now=EVENING + SECOND)

        assert (before, after) == (0, 1)
        assert await poll.counts(tx) == [1, 0, 0]


async def test_ticks_made_while_a_poll_closes_are_forgotten_by_the_next_tick(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=Manner(multiple=True, privacy="anonymous", end=TONIGHT))
        wave_id = (await poll.wave(tx)).wave.id
        await poll_closing.close_due(tx, now=EVENING)
        # The transaction of the tick began before the closing and ended behind it.
        late = Draft(wave_id, "person:1", 1, {"q": ["o1"]}, "", "chat", EVENING)
        await survey_drafts.save(tx, late)

        await poll_closing.close_due(tx, now=EVENING + SECOND)

        assert await survey_drafts.of_wave(tx, wave_id) == []


async def test_staff_close_a_poll_once_and_it_is_recorded(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx)
        member = await staff.by_chat(tx, 900)
    assert member is not None

    got = await at_once(
        (database, second),
        [
            lambda tx: poll_closing.close(tx, survey_id=poll.survey_id, member=member, now=NOW)
            for _ in range(2)
        ],
    )

    async with database.reading() as tx:
        trail = await staff.audit_trail(tx, limit=9)
        found = await votes.results(tx, survey_key=poll.key)
    assert sorted(str(type(one).__name__) for one in got) == ["PollClosedAlready", "int"]
    assert [one.action for one in trail] == ["close poll", "poll"]
    assert found.closed_at == NOW


async def test_poll_that_was_to_close_by_itself_cannot_be_closed_after_that(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=Manner(end=TONIGHT))
        member = await staff.by_chat(tx, 900)
        assert member is not None

        with pytest.raises(PollClosedAlready):
            await poll_closing.close(tx, survey_id=poll.survey_id, member=member, now=EVENING)


async def test_what_arrived_before_the_closing_counts_whenever_it_is_handled(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=3, manner=Manner(end=TONIGHT))
        await native_vote(tx, 1, 1, 0)
        await poll_closing.close_due(tx, now=EVENING + SECOND)

        # The bot was away when it came, or its poll was not known yet.
        await native_vote(tx, 2, 2, 1, at=EVENING - SECOND, now=EVENING + HOUR)
        assert await poll.counts(tx) == [1, 1, 0]
        for chat, indexes in ((1, (1,)), (1, ()), (3, (0,))):
            with pytest.raises(PollClosed) as caught:
                await native_vote(tx, chat, 9, *indexes, at=EVENING, now=EVENING + HOUR)
            assert caught.value.closed_at == EVENING

        assert await poll.counts(tx) == [1, 1, 0]


async def test_vote_of_an_uncertain_poll_is_matched_after_the_closing(database: Database) -> None:
    several = Manner(multiple=True, end=TONIGHT)
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=several, sent=False)
        with pytest.raises(PollUnknown):
            await native_vote(tx, 1, 5, 0, 2)
        await poll_closing.close_due(tx, now=EVENING)

        await send_all(tx, poll, native=True, now=EVENING + HOUR)
        await native_vote(tx, 1, 5, 2, 0, 0, now=EVENING + HOUR)
        await native_vote(tx, 1, 5, 0, 2, now=EVENING + HOUR)

        found = await votes.results(tx, survey_key=poll.key)
        assert ([one.count for one in found.options], found.people_answered) == ([1, 0, 1], 1)


async def test_several_answers_are_taken_only_where_they_may_be(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=Manner(multiple=True))
        await make_member(tx, "Jan", chat=9)

        await native_vote(tx, 1, 1, 0, 1)
        for indexes in ((3,), (0, 7), (-1,)):
            with pytest.raises(OptionUnknown):
                await native_vote(tx, 1, 2, *indexes)
        with pytest.raises(NotInAudience):
            await votes.answer(
                tx, poll_id="p1", chat_id=9, option_indexes=[0], update_id=3, now=NOW
            )
        assert await poll.counts(tx) == [1, 1, 0]
        await native_vote(tx, 1, 4)
        assert await poll.counts(tx) == [0, 0, 0]


async def _states(tx: Tx) -> list[str]:
    rows = await tx.execute(outbox.select().order_by(outbox.c.id))
    return [row.state for row in rows]


async def test_closing_keeps_back_what_has_not_left(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=2, sent=False, manner=Manner(style=BUTTONS))
        await tx.execute(
            outbox.update()
            .where(outbox.c.address == "1")
            .values(state="sent", result={"message_id": 10})
        )
        member = await staff.by_chat(tx, 900)
        assert member is not None

        await poll_closing.close(tx, survey_id=poll.survey_id, member=member, now=NOW)

        assert await _states(tx) == ["sent", "cancelled"]
        found = await votes.results(tx, survey_key=poll.key)
        assert found.people_asked == 1
        polled = await poll.wave(tx)
        shown = await poll_waves.still_asking(tx, polled, broadcast_id=poll.broadcast_id, limit=9)
        assert [(one.chat_id, one.message_id, one.poll_id) for one in shown] == [(1, 10, None)]


@pytest.mark.parametrize(
    ("end", "asked_at", "expected"),
    [
        (NEVER, NOW, None),
        (TONIGHT, NOW, EVENING),
        (TONIGHT, EVENING - HOUR / 2, EVENING + timedelta(days=1)),
        (THREE_DAYS, NOW, EVENING + timedelta(days=3)),
    ],
)
async def test_end_is_an_evening_with_time_to_answer(
    database: Database, end: str, asked_at: datetime, expected: datetime | None
) -> None:
    async with database.reading() as tx:
        found = await poll_manner.closes_at(
            tx, end, event_id=None, asked_at=asked_at, zone="Europe/Warsaw"
        )

    assert found == expected


async def test_end_of_an_event_must_lie_ahead(database: Database) -> None:
    async with database.transaction() as tx:
        await make_staff(tx)
        event_id = await make_event(tx)
        end = await poll_manner.closes_at(
            tx, EVENT_END, event_id=event_id, asked_at=NOW, zone="Europe/Warsaw"
        )
        assert end is not None

        with pytest.raises(ClosesTooSoon):
            await poll_manner.closes_at(
                tx, EVENT_END, event_id=event_id, asked_at=end, zone="Europe/Warsaw"
            )
        for unknown, number in ((EVENT_END, None), ("sometime", event_id)):
            with pytest.raises(OptionUnknown):
                await poll_manner.closes_at(
                    tx, unknown, event_id=number, asked_at=NOW, zone="Europe/Warsaw"
                )
