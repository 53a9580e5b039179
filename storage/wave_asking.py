"""How far the asking of a survey's waves has come, and which waves time has to move on.

Quick polls have waves too; they are asked by letters to many, and none of them is found here.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update

from storage import events, survey_recipients
from storage.database import Tx
from storage.events import Event, Session
from storage.outbox import IS_WAITING
from storage.prefix import begins_with
from storage.survey_tables import survey, survey_draft, survey_recipient, wave
from storage.tables import event, outbox, session
from storage.waves import CLOSED, OPEN, PLANNED

_IS_SURVEY = exists().where(survey.c.id == wave.c.survey_id, survey.c.kind == "survey")


async def begin(tx: Tx, wave_id: int, *, up_to: int, now: datetime) -> bool:
    """Open a planned wave, which is asked up to this person; False when somebody has.

    What is opened before its time has its opening now.
    """
    sooner = case((wave.c.opens_at > now, now), else_=wave.c.opens_at)
    changed = await tx.execute(
        update(wave)
        .where(wave.c.id == wave_id, wave.c.state == PLANNED)
        .values(state=OPEN, opens_at=sooner, asked_up_to=up_to)
    )
    return changed.rowcount == 1


async def advance(tx: Tx, wave_id: int, *, after: int, to: int) -> bool:
    """Note up to whom the asking has come; False when it has gone on elsewhere."""
    changed = await tx.execute(
        update(wave).where(wave.c.id == wave_id, wave.c.asked_after == after).values(asked_after=to)
    )
    return changed.rowcount == 1


async def ask_anew(tx: Tx, wave_id: int, *, up_to: int) -> bool:
    """Let an open wave that has asked everybody look once more whom it asks."""
    changed = await tx.execute(
        update(wave)
        .where(wave.c.id == wave_id, wave.c.state == OPEN, wave.c.asked_at.is_not(None))
        .values(asked_after=0, asked_up_to=up_to)
    )
    return changed.rowcount == 1


async def finish(tx: Tx, wave_id: int, *, now: datetime) -> None:
    """Note that everybody was asked; reminders count from the first time."""
    first = case((wave.c.asked_at.is_(None), now), else_=wave.c.asked_at)
    await tx.execute(
        update(wave).where(wave.c.id == wave_id).values(asked_at=first, asked_up_to=None)
    )


async def to_ask(tx: Tx, *, now: datetime) -> list[int]:
    """List the waves that are to be opened now, or whose asking is not at its end."""
    return await _ids(
        tx,
        or_(
            and_(wave.c.state == PLANNED, wave.c.opens_at <= now),
            and_(
                wave.c.state == OPEN,
                or_(wave.c.asked_at.is_(None), wave.c.asked_up_to.is_not(None)),
            ),
        ),
    )


async def to_close(tx: Tx, *, now: datetime) -> list[int]:
    """List the open waves whose end has come."""
    return await _ids(tx, and_(wave.c.state == OPEN, wave.c.closes_at <= now))


async def open_ones(tx: Tx) -> list[int]:
    """List the open waves."""
    return await _ids(tx, wave.c.state == OPEN)


async def planned(tx: Tx) -> list[int]:
    """List the planned waves, the soonest first."""
    return await _ids(tx, wave.c.state == PLANNED)


async def with_leftovers(tx: Tx) -> list[int]:
    """List the closed waves with begun answers that still lie with whoever gave them."""
    is_left = exists().where(survey_draft.c.wave_id == wave.c.id)
    return await _ids(tx, and_(wave.c.state == CLOSED, is_left))


async def _ids(tx: Tx, which: ColumnElement[bool]) -> list[int]:
    query = select(wave.c.id).where(_IS_SURVEY, which).order_by(wave.c.opens_at, wave.c.id)
    return list((await tx.execute(query)).scalars())


async def waiting_for_done(tx: Tx, wave_id: int, *, kinds: Collection[str]) -> list[str]:
    """List the keys of what has not left for those who have answered meanwhile."""
    keys: list[str] = []
    for kind in kinds:
        which = and_(IS_WAITING, begins_with(tx, outbox.c.key, f"{kind}:{wave_id}:"))
        rows = await tx.execute(select(outbox.c.key, outbox.c.facts).where(which))
        owners = {row.key: str(row.facts.get("owner")) for row in rows}
        done = await survey_recipients.known(tx, wave_id, list(owners.values()), done=True)
        keys += [key for key, owner in owners.items() if owner in done]
    return keys


async def ending_after(
    tx: Tx, since: datetime, *, kinds: Collection[str]
) -> list[tuple[Event, list[Session]]]:
    """List the published events with a session that ends after a moment; no kinds mean all."""
    late = exists().where(session.c.event_id == event.c.id, session.c.ends_at > since)
    query = select(event.c.id).where(event.c.state == "published", late).order_by(event.c.id)
    if kinds:
        query = query.where(event.c.kind.in_(sorted(kinds)))
    found = []
    for event_id in (await tx.execute(query)).scalars():
        one = await events.get(tx, event_id)
        if one is not None:
            found.append((one, await events.sessions(tx, event_id)))
    return found


async def count_silent(tx: Tx, wave_id: int) -> int:
    """Count who was asked and has not answered."""
    table = survey_recipient.c
    query = select(func.count()).where(table.wave_id == wave_id, table.done.is_(False))
    return int(await tx.scalar(query) or 0)
