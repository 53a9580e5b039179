"""Waves: the times that a survey is held, from planned over open to closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, text, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_tables import wave

PLANNED, OPEN, CLOSED = "planned", "open", "closed"
# Any number that no other lock of ours has.
_PLACES = 3707


@dataclass(frozen=True)
class Wave:
    """One time that a survey is held; a poll has one wave, whose key is empty.

    `audience` is what programme/audience_choice.py reads, None when nobody is written to;
    `quotas` has, by question and option key, how many such responses are wanted at most.
    `asked_after`, `asked_up_to` and `asked_at` say how far the asking has come: wave_asking.py.
    """

    id: int
    survey_id: int
    key: str
    event_id: int | None
    state: str
    opens_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    audience: dict[str, Any] | None
    is_public: bool
    public_key: str | None
    reminder_days: list[int]
    most_responses: int | None
    quotas: dict[str, dict[str, int]]
    created_at: datetime
    asked_after: int = 0
    asked_up_to: int | None = None
    asked_at: datetime | None = None


_COLUMNS = [wave.c[name] for name in Wave.__dataclass_fields__]


def _wave(row: Any) -> Wave:
    return Wave(*row)


async def add(
    tx: Tx,
    *,
    survey_id: int,
    key: str,
    opens_at: datetime,
    now: datetime,
    state: str = PLANNED,
    closes_at: datetime | None = None,
    event_id: int | None = None,
    audience: dict[str, Any] | None = None,
    public_key: str | None = None,
    reminder_days: tuple[int, ...] = (),
    most_responses: int | None = None,
    quotas: dict[str, dict[str, int]] | None = None,
) -> Wave | None:
    """Add a wave; None when the survey has one of this key."""
    row = {
        "survey_id": survey_id,
        "key": key,
        "event_id": event_id,
        "state": state,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "audience": audience,
        "is_public": public_key is not None,
        "public_key": public_key,
        "reminder_days": list(reminder_days),
        "most_responses": most_responses,
        "quotas": quotas or {},
        "created_at": now,
    }
    if not await insert_or_ignore(tx, wave, [row]):
        return None
    return await by_key(tx, survey_id, key)


async def get(tx: Tx, wave_id: int, *, hold: bool = False) -> Wave | None:
    """Read a wave; with `hold` whoever else changes it waits until the transaction ends."""
    query = select(*_COLUMNS).where(wave.c.id == wave_id)
    return await _one(tx, query.with_for_update() if hold else query)


async def share(tx: Tx, wave_id: int) -> Wave | None:
    """Read a wave that nobody may close until the transaction ends; others may share it."""
    query = select(*_COLUMNS).where(wave.c.id == wave_id)
    return await _one(tx, query.with_for_update(read=True))


async def count_alone(tx: Tx, wave_id: int) -> None:
    """Wait until nobody else counts this wave's responses to add one, and be the one who does."""
    # On SQLite there is one writer anyway.
    if tx.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:kind, :wave)")
        await tx.execute(lock, {"kind": _PLACES, "wave": wave_id % 2**31})


async def by_key(tx: Tx, survey_id: int, key: str) -> Wave | None:
    """Find a survey's wave by its key."""
    return await _one(tx, select(*_COLUMNS).where(wave.c.survey_id == survey_id, wave.c.key == key))


async def by_public_key(tx: Tx, public_key: str) -> Wave | None:
    """Find the wave behind a public link."""
    return await _one(tx, select(*_COLUMNS).where(wave.c.public_key == public_key))


async def _one(tx: Tx, query: Select[Any]) -> Wave | None:
    row = (await tx.execute(query)).one_or_none()
    return _wave(row) if row else None


async def of_survey(tx: Tx, survey_id: int) -> list[Wave]:
    """List a survey's waves in the order of their opening."""
    rows = await tx.execute(
        select(*_COLUMNS).where(wave.c.survey_id == survey_id).order_by(wave.c.opens_at, wave.c.id)
    )
    return [_wave(row) for row in rows]


async def unfinished(tx: Tx) -> list[Wave]:
    """List the waves that are planned or open, of surveys and polls, by their opening."""
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(wave.c.state.in_((PLANNED, OPEN)))
        .order_by(wave.c.opens_at, wave.c.id)
    )
    return [_wave(row) for row in rows]


async def open_now(tx: Tx, wave_id: int) -> bool:
    """Open a planned wave; False when somebody has, or it is closed."""
    changed = await tx.execute(
        update(wave).where(wave.c.id == wave_id, wave.c.state == PLANNED).values(state=OPEN)
    )
    return changed.rowcount == 1


async def close(tx: Tx, wave_id: int, *, now: datetime) -> bool:
    """Close a wave; False when it is closed already."""
    changed = await tx.execute(
        update(wave)
        .where(wave.c.id == wave_id, wave.c.state != CLOSED)
        .values(state=CLOSED, closed_at=now)
    )
    return changed.rowcount == 1


async def due(tx: Tx, *, now: datetime) -> tuple[list[Wave], list[Wave]]:
    """List the waves to be opened now, and those to be closed now."""
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(
            or_(
                (wave.c.state == PLANNED) & (wave.c.opens_at <= now),
                (wave.c.state == OPEN) & (wave.c.closes_at <= now),
            )
        )
        .order_by(wave.c.id)
    )
    found = [_wave(row) for row in rows]
    return (
        [one for one in found if one.state == PLANNED],
        [one for one in found if one.state == OPEN],
    )
