from datetime import timedelta

from sqlalchemy import select

from programme import agenda, events, registration, reminders
from programme.agenda import AgendaRow
from programme.quiet_hours import QuietHours
from storage import outbox
from storage.database import Database
from storage.outbox import BROADCAST
from storage.tables import outbox as rows
from tests.programme.audience import close_chat
from tests.storage.rows import FIRST_DAY, NOW, entry, make_event, make_person

DAY = timedelta(days=1)
RULES = (("7d", 7, "09:00", 0), ("1d", 1, "09:00", 0), ("2h", 0, None, 120))
PERSON = {"person": {"name": "Jan Przykładowy"}}


async def _listed(database: Database, *, days: int = 14) -> list[AgendaRow]:
    async with database.reading() as tx:
        return await agenda.agenda(tx, now=NOW, until=NOW + days * DAY)


async def test_agenda_is_empty_when_nothing_is_planned(database: Database) -> None:
    assert await _listed(database) == []
    async with database.reading() as tx:
        assert await agenda.next_due(tx) is None


async def test_agenda_tells_what_is_queued(database: Database) -> None:
    later = {"due_at": NOW + DAY, "not_after": NOW + 3 * DAY}
    invitation = PERSON | {"subject": "Zaproszenie", "event": None}
    poll = PERSON | {"question": "Kiedy?", "event": {"title": "Szkolenie"}}
    async with database.transaction() as tx:
        await outbox.put(
            tx,
            [
                entry("reply", facts={"text": "tajne"}, **later),
                entry("a", kind="invitation", facts=invitation, priority=BROADCAST, **later),
                entry("b", kind="poll", facts=poll, priority=BROADCAST, **later),
                entry("too late", not_after=NOW - DAY, due_at=NOW - 2 * DAY),
                entry("too far", due_at=NOW + 20 * DAY, not_after=NOW + 30 * DAY),
            ],
            now=NOW,
        )

    assert await _listed(database) == [
        AgendaRow(NOW + DAY, "invitation", "Zaproszenie", "Jan Przykładowy", "telegram", "1001"),
        AgendaRow(NOW + DAY, "poll", "Szkolenie", "Jan Przykładowy", "telegram", "1001"),
        AgendaRow(NOW + DAY, "reply", "", "", "telegram", "1001"),
    ]


async def test_agenda_equals_what_is_then_queued(database: Database) -> None:
    sessions = [NOW + n * DAY for n in (3, 4, 10, 30)]
    async with database.transaction() as tx:
        everyone = [
            await make_person(tx, name="Anna", chat=1),
            await make_person(tx, name="Beata", mail="beata@example.org"),
            await make_person(tx, name="Celina", chat=3, mail="celina@example.org"),
            await make_person(tx, name="Dorota", chat=4),
            await make_person(tx, name="Ewa", chat=5),
        ]
        await close_chat(tx, 3)
        await close_chat(tx, 4)
        full = await make_event(tx, sessions=sessions[:2], capacity=4, rules=RULES)
        single = await make_event(tx, sessions=sessions[2:], rules=RULES)
        called_off = await make_event(tx, sessions=sessions[2:3], rules=RULES)
        for event_id in (full, single, called_off):
            await reminders.plan_event(tx, event_id=event_id, now=NOW)
            for person_id in everyone:
                await registration.register(
                    tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW
                )
        await events.cancel_event(tx, event_id=called_off, now=NOW)
        gone = await registration.register(
            tx,
            event_id=single,
            person_id=await make_person(tx, name="Felicja", chat=6),
            door="telegram",
            now=NOW,
        )
        await registration.cancel(
            tx,
            registration_id=gone.registration_id,
            person_id=everyone[-1] + 1,
            now=NOW,
        )
        await tx.execute(rows.delete())
    planned = await _listed(database)

    queued = []
    moment = NOW
    while moment <= NOW + 14 * DAY:
        async with database.transaction() as tx:
            await reminders.remind(tx, now=moment)
            for row in await tx.execute(select(rows).order_by(rows.c.id)):
                name = row.facts["person"]["name"]
                queued.append((moment, row.kind, name, row.channel, row.address))
            await tx.execute(rows.delete())
        moment += timedelta(minutes=15)

    assert [
        (row.due_at, row.kind, row.person, row.channel, row.address) for row in planned
    ] == sorted(queued, key=lambda row: row[:3])
    assert {row.person for row in planned} == {"Anna", "Beata", "Celina", "Ewa"}
    assert len(planned) > 10


async def test_next_due_is_the_earlier_of_queue_and_reminders(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=(FIRST_DAY,), rules=RULES)
        await reminders.plan_event(tx, event_id=event_id, now=NOW, quiet=QuietHours())
        nobody = await agenda.next_due(tx)
        person_id = await make_person(tx, chat=1)
        await registration.register(
            tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW
        )
        confirmation = await agenda.next_due(tx)
        await tx.execute(rows.delete())
        reminder = await agenda.next_due(tx)
        await outbox.put(tx, [entry("soon", due_at=NOW + DAY, not_after=NOW + 2 * DAY)], now=NOW)
        soon = await agenda.next_due(tx)

    assert (nobody, confirmation, reminder, soon) == (None, NOW, FIRST_DAY - 7 * DAY, NOW + DAY)
