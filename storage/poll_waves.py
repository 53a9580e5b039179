"""Quick polls with the one wave each has: which are open, which were closed a short while ago."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, and_, cast, exists, literal, or_, select

from storage import outbox_sweeps, surveys, waves
from storage.database import Tx
from storage.outbox_tables import outbox
from storage.survey_tables import survey, survey_draft, wave
from storage.surveys import Survey
from storage.waves import Wave


@dataclass(frozen=True)
class PollWave:
    """A poll and the time that it is held."""

    survey: Survey
    wave: Wave


@dataclass(frozen=True)
class Shown:
    """A poll's message that stands in somebody's chat; `poll_id` is None where it has buttons."""

    outbox_id: int
    chat_id: int
    message_id: int
    poll_id: str | None
    locale: str
    person_id: int | None


async def find(tx: Tx, survey_id: int) -> PollWave | None:
    """Look for a poll by the number behind a button."""
    kinds = select(survey.c.kind).where(survey.c.id == survey_id)
    return await get(tx, survey_id) if await tx.scalar(kinds) == "poll" else None


async def get(tx: Tx, survey_id: int) -> PollWave:
    """Read a poll with its wave; raises NoResultFound for what is none."""
    found = await waves.by_key(tx, survey_id, "")
    poll = await surveys.get(tx, survey_id)
    return PollWave(poll, found or _always_open(poll))


def _always_open(poll: Survey) -> Wave:
    """Stand in for the wave of a poll that was asked before there were waves."""
    return Wave(
        id=0,
        survey_id=poll.id,
        key="",
        event_id=poll.event_id,
        state=waves.OPEN,
        opens_at=poll.created_at,
        closes_at=None,
        closed_at=None,
        audience=None,
        is_public=False,
        public_key=None,
        reminder_days=[],
        most_responses=None,
        quotas={},
        created_at=poll.created_at,
    )


async def alive(tx: Tx, *, asked_since: datetime, closed_since: datetime) -> list[PollWave]:
    """List the polls that run and were asked since a moment, and those closed since another."""
    query = (
        select(wave.c.survey_id)
        .join(survey, survey.c.id == wave.c.survey_id)
        .where(
            survey.c.kind == "poll",
            or_(
                and_(wave.c.state == waves.OPEN, wave.c.opens_at >= asked_since),
                and_(wave.c.state == waves.OPEN, wave.c.closes_at.is_not(None)),
                and_(wave.c.state == waves.CLOSED, wave.c.closed_at >= closed_since),
            ),
        )
        .order_by(wave.c.survey_id)
    )
    return [await get(tx, int(number)) for number in (await tx.execute(query)).scalars()]


async def with_leftovers(tx: Tx) -> list[int]:
    """List the closed waves of polls with ticks that somebody made while they closed."""
    is_left = exists().where(survey_draft.c.wave_id == wave.c.id)
    query = (
        select(wave.c.id)
        .join(survey, survey.c.id == wave.c.survey_id)
        .where(survey.c.kind == "poll", wave.c.state == waves.CLOSED, is_left)
        .order_by(wave.c.id)
    )
    return list((await tx.execute(query)).scalars())


def closing_key(survey_id: int, outbox_id: int | str) -> str:
    """Name the outbox row that tells one chat that a poll is closed."""
    return f"poll:{survey_id}:closed:{outbox_id}"


async def still_asking(tx: Tx, poll: PollWave, *, broadcast_id: int, limit: int) -> list[Shown]:
    """List the messages of a poll that stand in chats and have not been told that it is closed."""
    told = outbox.alias("told")
    key = literal(closing_key(poll.survey.id, "")) + cast(outbox.c.id, String)
    rows = await tx.execute(
        select(outbox.c.id, outbox.c.address, outbox.c.result, outbox.c.locale, outbox.c.person_id)
        .where(
            outbox.c.broadcast_id == broadcast_id,
            outbox.c.channel == "telegram",
            outbox.c.state == "sent",
            ~select(told.c.id).where(told.c.key == key).exists(),
        )
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [
        Shown(
            row.id,
            int(row.address),
            int(row.result["message_id"]),
            row.result.get("poll_id"),
            row.locale,
            row.person_id,
        )
        for row in rows
        if row.result and row.result.get("message_id")
    ]


async def withdraw(tx: Tx, broadcast_id: int, *, now: datetime) -> int:
    """Cancel what has not left of a poll, by whichever channel; return how many rows."""
    return await outbox_sweeps.cancel_those(tx, outbox.c.broadcast_id == broadcast_id, now=now)
