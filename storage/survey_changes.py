"""What loading a survey's file anew asks of the tables, and changes in them."""

from typing import Any

from sqlalchemy import exists, select, update

from storage.database import Tx
from storage.people_tables import organisation
from storage.survey_tables import answer, survey, survey_draft, wave
from storage.waves import PLANNED


async def hold(tx: Tx, survey_id: int) -> None:
    """Let nobody begin to answer, hand in or add a wave until the transaction ends.

    Waves come before their survey, as where somebody hands in, so that nobody waits in a circle.
    """
    found = select(wave.c.id).where(wave.c.survey_id == survey_id).order_by(wave.c.id)
    await tx.execute(found.with_for_update())
    await tx.execute(select(survey.c.id).where(survey.c.id == survey_id).with_for_update())


async def is_begun(tx: Tx, survey_id: int) -> bool:
    """Tell whether an answer is in, or with somebody on its way."""
    is_answered = exists().where(answer.c.survey_id == survey_id)
    is_drafted = exists().where(survey_draft.c.wave_id == wave.c.id, wave.c.survey_id == survey_id)
    return bool(await tx.scalar(select(is_answered | is_drafted)))


async def answered_keys(tx: Tx, survey_id: int) -> set[str]:
    """Name the questions to which there are answers, retracted or not."""
    query = select(answer.c.question_key).where(answer.c.survey_id == survey_id).distinct()
    return set((await tx.execute(query)).scalars())


async def change_wave(tx: Tx, wave_id: int, values: dict[str, Any]) -> bool:
    """Change a wave that is still planned; False when it is open or closed."""
    changed = await tx.execute(
        update(wave).where(wave.c.id == wave_id, wave.c.state == PLANNED).values(values)
    )
    return changed.rowcount == 1


async def hold_organisation(tx: Tx, organisation_id: int) -> None:
    """Let nobody change an organisation until the transaction ends."""
    found = select(organisation.c.id).where(organisation.c.id == organisation_id)
    await tx.execute(found.with_for_update())


async def wave_keys(tx: Tx, survey_id: int) -> list[str]:
    """List the keys of a survey's waves in the order of their opening."""
    query = select(wave.c.key).where(wave.c.survey_id == survey_id)
    return list((await tx.execute(query.order_by(wave.c.opens_at, wave.c.id))).scalars())
