"""Rows for tests: each function adds one thing, with nothing about it left to chance."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from programme.wall_time import to_wall, write
from storage import outbox, outbox_claims, people
from storage.database import Tx
from storage.insert import insert_id
from storage.outbox import Entry, OutboxRow
from storage.outbox_claims import Departure
from storage.tables import event, programme, reminder_rule, session

NOW = datetime(2027, 1, 4, 10, tzinfo=UTC)
FIRST_DAY = datetime(2027, 2, 10, 8, tzinfo=UTC)
ZONE = "Europe/Warsaw"
LEASE = timedelta(minutes=15)
_numbers = itertools.count(1)


async def make_programme(tx: Tx) -> int:
    """Add a programme of its own and return the id."""
    return await insert_id(
        tx,
        programme,
        key=f"programme-{next(_numbers)}",
        title="Akademia Współpracy",
        funder_line="Finansowane przez NOWEFIO",
        organiser="Urząd Gminy Miłki",
        contact="Anna Wzorowa, tel. 600 000 000",
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
    )


async def make_event(
    tx: Tx,
    *,
    sessions: Sequence[datetime] = (FIRST_DAY,),
    capacity: int | None = None,
    audience: str = "all",
    deadline_at: datetime | None = None,
    state: str = "published",
    rules: Sequence[tuple[str, int, str | None, int]] = (),
    **terms: Any,
) -> int:
    """Add an event with six-hour sessions that start at these moments, and return the id.

    A rule is its key, days before, the wall time, minutes before; `terms` are other columns.
    """
    event_id = await insert_id(
        tx,
        event,
        key=f"event-{next(_numbers)}",
        programme_id=await make_programme(tx),
        title="Budowanie partnerstw",
        kind="training",
        place="Urząd Gminy, sala 12",
        capacity=capacity,
        audience=audience,
        deadline_at=deadline_at,
        zone=ZONE,
        state=state,
        **terms,
    )
    for number, starts_at in enumerate(sessions, 1):
        await make_session(tx, event_id=event_id, number=number, starts_at=starts_at)
    for key, days_before, at_wall, minutes_before in rules:
        await insert_id(
            tx,
            reminder_rule,
            event_id=event_id,
            key=key,
            days_before=days_before,
            at_wall=at_wall,
            minutes_before=minutes_before,
        )
    return event_id


async def make_session(tx: Tx, *, event_id: int, number: int, starts_at: datetime) -> int:
    """Add a session of six hours and return the id."""
    ends_at = starts_at + timedelta(hours=6)
    return await insert_id(
        tx,
        session,
        event_id=event_id,
        number=number,
        starts_at=starts_at,
        ends_at=ends_at,
        starts_wall=write(to_wall(starts_at, ZONE)),
        ends_wall=write(to_wall(ends_at, ZONE)),
        zone=ZONE,
        place="Urząd Gminy, sala 12",
    )


async def make_person(
    tx: Tx,
    *,
    name: str = "Jan Przykładowy",
    role: str = "ngo",
    chat: int | None = None,
    mail: str | None = None,
    organisation_id: int | None = None,
) -> int:
    """Add a person with a chat and a verified address, where given, and return the id."""
    person_id = await people.add(
        tx,
        name=name,
        role=role,
        organisation_id=organisation_id,
        organisation_text="Koło Gospodyń Wiejskich w Miłkach",
        locale="pl",
        now=NOW,
    )
    for channel, address in (("telegram", chat), ("mail", mail)):
        if address is not None:
            await people.add_contact(
                tx,
                person_id=person_id,
                channel=channel,
                address=str(address),
                verified=True,
                now=NOW,
            )
    return person_id


def entry(key: str, **changes: Any) -> Entry:
    """Make an entry due now for a day."""
    values: dict[str, Any] = {
        "key": key,
        "channel": "telegram",
        "kind": "reply",
        "address": "1001",
        "locale": "pl",
        "facts": {"text": "Dzień dobry"},
        "priority": outbox.REPLY,
        "due_at": NOW,
        "not_after": NOW + timedelta(days=1),
    }
    return Entry(**(values | changes))


async def claim(
    tx: Tx,
    *,
    sender: str = "first",
    now: datetime = NOW,
    limit: int = 10,
    channel: str = "telegram",
    priorities: Sequence[int] = outbox.PRIORITIES,
    passed_over: dict[str, int] | None = None,
) -> list[OutboxRow]:
    """Claim rows for a quarter of an hour."""
    return await outbox_claims.claim(
        tx,
        channel=channel,
        token=sender,
        now=now,
        lease=LEASE,
        limit=limit,
        priorities=priorities,
        passed_over=passed_over,
    )


async def start(
    tx: Tx,
    row: OutboxRow,
    *,
    now: datetime = NOW,
    message_id: str | None = None,
    body: bytes | None = None,
) -> bool:
    """Note that the bytes of one row leave; False means that they may not."""
    departure = Departure(row, message_id, body)
    return row.id in await outbox_claims.start(tx, [departure], now=now, until=now + LEASE)


def sqlite_url(file: Path) -> str:
    """Write the address of a SQLite file."""
    return f"sqlite+aiosqlite:///{file}"
