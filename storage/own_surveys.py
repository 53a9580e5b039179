"""Surveys that wait for somebody: the open waves that ask them, and whether they have begun."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from storage.database import Tx
from storage.survey_tables import survey, survey_draft, survey_recipient, wave
from storage.waves import OPEN


@dataclass(frozen=True)
class AskedHere:
    """An open wave that asks one of several owners."""

    wave_id: int
    survey_id: int
    owner: str
    begun: bool
    done: bool
    closes_at: datetime | None


async def of_owners(tx: Tx, owners: list[str], *, now: datetime) -> list[AskedHere]:
    """List the open waves that ask these owners, those that close first at the beginning."""
    asked, draft = survey_recipient.c, survey_draft.c
    query = (
        select(
            wave.c.id,
            wave.c.survey_id,
            asked.owner,
            draft.owner.is_not(None),
            asked.done,
            wave.c.closes_at,
        )
        .join(survey, survey.c.id == wave.c.survey_id)
        .join(survey_recipient, asked.wave_id == wave.c.id)
        .outerjoin(survey_draft, and_(draft.wave_id == asked.wave_id, draft.owner == asked.owner))
        .where(
            asked.owner.in_(owners),
            # A quick poll stands in a message of its own.
            survey.c.kind == "survey",
            wave.c.state == OPEN,
            or_(wave.c.closes_at.is_(None), wave.c.closes_at > now),
        )
        .order_by(wave.c.closes_at.is_(None), wave.c.closes_at, wave.c.id, asked.owner)
    )
    return [AskedHere(*row) for row in await tx.execute(query)]


async def kept_of(tx: Tx, owner: str) -> list[tuple[int, bool]]:
    """List the surveys in which somebody is found, and whether theirs is still on its way."""
    begun = (
        select(wave.c.survey_id)
        .join(survey_draft, survey_draft.c.wave_id == wave.c.id)
        .where(survey_draft.c.owner == owner)
    )
    answered = (
        select(wave.c.survey_id)
        .join(survey_recipient, survey_recipient.c.wave_id == wave.c.id)
        .join(survey, survey.c.id == wave.c.survey_id)
        .where(
            survey_recipient.c.owner == owner,
            survey_recipient.c.done.is_(True),
            survey.c.privacy != "anonymous",
        )
    )
    on_their_way = set((await tx.execute(begun)).scalars())
    found = on_their_way | set((await tx.execute(answered)).scalars())
    return [(survey_id, survey_id in on_their_way) for survey_id in sorted(found)]
