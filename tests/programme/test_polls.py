import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from programme import polls
from programme.facts import event_facts
from programme.polls import Asked, Poll
from programme.quiet_hours import QuietHours
from programme.refusals import AudienceEmpty, EventUnknown, PollUnfit
from programme.surveys import form_of
from storage import broadcasts, events, staff, surveys
from storage.database import Database, Tx
from storage.outbox import BROADCAST, Entry
from storage.staff import AuditRecord, StaffMember
from storage.survey_tables import form, survey
from storage.tables import audit, broadcast, outbox
from tests.programme.audience import close_chat, make_member, make_staff, queued, seat
from tests.storage.rows import NOW, make_event

QUIET = QuietHours()


async def _ask(
    tx: Tx, member: StaffMember, event_id: int, *, key: str = "900:1", now: datetime = NOW
) -> Asked:
    return await polls.ask(
        tx,
        staff=member,
        key=key,
        question="Czy  przyjdą Państwo?\n",
        options=["Tak", " Nie "],
        event_id=event_id,
        quiet=QUIET,
        now=now,
    )


async def _event_key(tx: Tx, event_id: int) -> str:
    event = await events.get(tx, event_id)
    assert event is not None
    return event.key


async def test_ask_queues_one_poll_for_each_by_the_way_they_want(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        anna = await make_member(tx, "Anna", chat=1, mail="anna@example.org")
        jan = await make_member(tx, "Jan", mail="jan@example.org")
        ewa = await make_member(tx, "Ewa", chat=3)
        zofia = await make_member(tx, "Zofia", chat=4)
        piotr = await make_member(tx, "Piotr", chat=5)
        for person_id in (anna, jan, ewa, zofia):
            await seat(tx, event_id, person_id)
        await seat(tx, event_id, piotr, state="waiting")
        await close_chat(tx, 4)

        asked = await _ask(tx, member, event_id)

        key = f"{await _event_key(tx, event_id)}-2027-01-04-1"
        store = await surveys.by_key(tx, key)
        event = await events.get(tx, event_id)
        assert store is not None
        assert event is not None
        assert asked == Asked(asked.broadcast_id, key, 3)
        facts = await event_facts(tx, event) | {
            "question": "Czy przyjdą Państwo?",
            "options": ["Tak", "Nie"],
            "survey_key": key,
        }
        entry = Entry(
            key=f"poll:{store.id}:{anna}:telegram",
            channel="telegram",
            kind="poll",
            address="1",
            locale="pl",
            facts=facts | {"person": {"name": "Anna"}},
            priority=BROADCAST,
            due_at=NOW,
            not_after=NOW + timedelta(days=7),
            person_id=anna,
            broadcast_id=asked.broadcast_id,
        )
        assert await queued(tx) == [
            entry,
            replace(
                entry,
                key=f"poll:{store.id}:{jan}:mail",
                channel="mail",
                address="jan@example.org",
                facts=facts | {"person": {"name": "Jan"}},
                person_id=jan,
            ),
            replace(
                entry,
                key=f"poll:{store.id}:{ewa}:telegram",
                address="3",
                facts=facts | {"person": {"name": "Ewa"}},
                person_id=ewa,
            ),
        ]


async def test_ask_keeps_the_question_as_a_form(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        await seat(tx, event_id, await make_member(tx, "Anna", chat=1))

        asked = await _ask(tx, member, event_id)

        store = await surveys.by_key(tx, asked.survey_key)
        assert store is not None
        assert (store.kind, store.event_id, store.wave) == ("poll", event_id, "")
        assert (await form_of(tx, store)).to_json() == {
            "key": f"poll-{asked.broadcast_id}",
            "version": 1,
            "questions": [
                {
                    "key": "q",
                    "kind": "choice",
                    "label": "Czy przyjdą Państwo?",
                    "options": [{"key": "o1", "label": "Tak"}, {"key": "o2", "label": "Nie"}],
                    "required": True,
                    "max_length": 500,
                    "when": None,
                }
            ],
        }


async def test_ask_is_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        await seat(tx, event_id, await make_member(tx, "Anna", chat=1))

        asked = await _ask(tx, member, event_id)

        sent = await broadcasts.get(tx, asked.broadcast_id)
        assert (sent.kind, sent.staff_id, sent.event_id, sent.people) == (
            *("poll", member.id),
            *(event_id, 1),
        )
        assert sent.audience == {"audience": f"event:{event_id}"}
        assert sent.content == {"question": "Czy przyjdą Państwo?", "options": ["Tak", "Nie"]}
        assert await staff.audit_trail(tx, limit=9) == [
            AuditRecord(
                *(NOW, 900, member.id, "poll"),
                allowed=True,
                detail={"broadcast": asked.broadcast_id, "people": 1},
            )
        ]


async def test_ask_confirmed_twice_asks_once(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        await seat(tx, event_id, await make_member(tx, "Anna", chat=1))
        first = await _ask(tx, member, event_id)
        await seat(tx, event_id, await make_member(tx, "Jan", chat=2))

        again = await _ask(tx, member, event_id, now=NOW + timedelta(minutes=1))

        assert again == first
        assert len(await queued(tx)) == 1


async def test_ask_another_time_on_the_same_day_has_its_own_survey(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        await seat(tx, event_id, await make_member(tx, "Anna", chat=1))

        keys = [
            (await _ask(tx, member, event_id, key=key)).survey_key for key in ("900:1", "900:2")
        ]

        start = f"{await _event_key(tx, event_id)}-2027-01-04"
        assert keys == [f"{start}-1", f"{start}-2"]


async def test_ask_by_two_staff_at_once_with_one_key(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        await seat(tx, event_id, await make_member(tx, "Anna", chat=1))

    async def ask(where: Database) -> Asked:
        async with where.transaction() as tx:
            return await _ask(tx, member, event_id)

    first, other = await asyncio.gather(ask(database), ask(second))

    assert first == other
    async with database.reading() as tx:
        tables = (broadcast, survey, form, outbox, audit)
        counts = [await tx.scalar(select(func.count()).select_from(table)) for table in tables]
    assert counts == [1, 1, 1, 1, 1]


async def test_ask_in_the_quiet_hours_waits_for_the_morning(database: Database) -> None:
    night = NOW.replace(hour=21)
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        await seat(tx, event_id, await make_member(tx, "Anna", chat=1))

        await _ask(tx, member, event_id, now=night)

        morning = night + timedelta(hours=10)
        assert [(entry.due_at, entry.not_after) for entry in await queued(tx)] == [
            (morning, morning + timedelta(days=7))
        ]


async def test_ask_nobody_writes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_event(tx)
        await seat(tx, event_id, await make_member(tx, "Jan"))

        with pytest.raises(AudienceEmpty):
            await _ask(tx, member, event_id)

        assert await broadcasts.unfinished(tx) == []
        assert await surveys.newest(tx) == []


async def test_ask_about_an_unknown_event_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)

        with pytest.raises(EventUnknown):
            await _ask(tx, member, 7)


def test_checked_takes_the_largest_poll() -> None:
    options = [f"{number}".zfill(100) for number in range(10)]

    assert polls.checked("ż" * 300, options) == Poll("ż" * 300, tuple(options))


@pytest.mark.parametrize(
    ("question", "options"),
    [
        pytest.param("", ["Tak", "Nie"], id="no question"),
        pytest.param("?" * 301, ["Tak", "Nie"], id="long question"),
        pytest.param("Tak?", ["Tak"], id="one option"),
        pytest.param("Ile?", [str(number) for number in range(11)], id="eleven options"),
        pytest.param("Tak?", ["Tak", " \n"], id="empty option"),
        pytest.param("Tak?", ["Tak", "n" * 101], id="long option"),
        pytest.param("Tak?", ["Tak", "Nie", "Tak "], id="option twice"),
    ],
)
def test_checked_refuses(question: str, options: list[str]) -> None:
    with pytest.raises(PollUnfit):
        polls.checked(question, options)
