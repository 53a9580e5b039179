"""What two persons who become one have answered, begun and been asked becomes the one's.

Answers are rows of their own and all stay; of what both said the newer counts. Of an anonymous
survey only what lies outside its answers can move: nobody knows which answers were whose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Table, delete, select, update

from storage import current_answers, responses, survey_drafts
from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.responses import Response
from storage.survey_tables import (
    answer,
    answer_tag,
    current_answer,
    response,
    survey,
    survey_draft,
    survey_recipient,
    wave,
)

Moved = dict[str, list[int]]


@dataclass(frozen=True)
class Renamed:
    """A respondent who goes by another name; with no survey it is so in all of them."""

    gone: str
    kept: str
    survey_id: int | None = None


async def pseudonymous(tx: Tx) -> list[int]:
    """List the surveys that know people by hashes of their own."""
    rows = await tx.execute(
        select(survey.c.id).where(survey.c.privacy == "pseudonymous").order_by(survey.c.id)
    )
    return list(rows.scalars())


async def move(
    tx: Tx, *, kept_id: int, gone_id: int, owners: Renamed, respondents: Sequence[Renamed]
) -> Moved:
    """Move all of the one who goes; give the numbers of answers, and of waves of the others.

    `owners` are the two as the owners of drafts, `respondents` as the store knows them.
    """
    asked = await _move_recipients(tx, owners, kept_id=kept_id, gone_id=gone_id)
    begun = await _move_drafts(tx, owners)
    answers: list[int] = []
    for one in respondents:
        answers += await _move_answers(tx, one)
    return {"answer": sorted(answers), "survey_draft": begun, "survey_recipient": asked}


async def _move_answers(tx: Tx, one: Renamed) -> list[int]:
    rows = await tx.execute(
        update(answer)
        .where(*_of(answer, one, one.gone))
        .values(respondent=one.kept)
        .returning(answer.c.id)
    )
    moved = list(rows.scalars())
    if moved:
        await _move_current(tx, one)
        await _move_tags(tx, one)
    # Whoever passed over every question has a form and no answer.
    await _move_responses(tx, one)
    return moved


def _of(table: Table, one: Renamed, name: str) -> list[ColumnElement[bool]]:
    of_survey = [] if one.survey_id is None else [table.c.survey_id == one.survey_id]
    return [table.c.respondent == name, *of_survey]


async def _move_current(tx: Tx, one: Renamed) -> None:
    theirs = _of(current_answer, one, one.gone)
    rows = (await tx.execute(select(current_answer).where(*theirs))).mappings().all()
    await tx.execute(delete(current_answer).where(*theirs))
    await current_answers.keep_rows(tx, [{**row, "respondent": one.kept} for row in rows])


async def _move_responses(tx: Tx, one: Renamed) -> None:
    theirs = _of(response, one, one.gone)
    rows = (await tx.execute(select(response).where(*theirs))).all()
    await tx.execute(delete(response).where(*theirs))
    for row in rows:
        moved = Response(**{**row._mapping, "respondent": one.kept})  # noqa: SLF001 -- SQLAlchemy's public name for a row as a mapping
        mine = await responses.get(tx, row.survey_id, wave_key=row.wave, respondent=one.kept)
        if mine is not None:
            moved = replace(
                mine,
                form_version=max(mine.form_version, moved.form_version),
                complete=mine.complete or moved.complete,
                link_hash=mine.link_hash or moved.link_hash,
            )
        await responses.save(tx, moved)


async def _move_tags(tx: Tx, one: Renamed) -> None:
    theirs = _of(answer_tag, one, one.gone)
    rows = (await tx.execute(select(answer_tag).where(*theirs))).mappings().all()
    await tx.execute(delete(answer_tag).where(*theirs))
    await insert_or_ignore(tx, answer_tag, [{**row, "respondent": one.kept} for row in rows])


async def _move_recipients(tx: Tx, owners: Renamed, *, kept_id: int, gone_id: int) -> list[int]:
    """Move whom waves ask; whoever has answered under one of two names has answered."""
    table = survey_recipient.c
    theirs = (
        await tx.execute(
            select(survey_recipient).where(table.owner == owners.gone).with_for_update()
        )
    ).all()
    await insert_or_ignore(
        tx,
        survey_recipient,
        [{"wave_id": row.wave_id, "owner": owners.kept, "person_id": kept_id} for row in theirs],
    )
    for row in theirs:
        mine = (table.wave_id == row.wave_id, table.owner == owners.kept)
        if row.done:
            await tx.execute(update(survey_recipient).where(*mine).values(done=True))
        await tx.execute(
            update(survey_recipient)
            .where(*mine, table.reminders < row.reminders)
            .values(reminders=row.reminders)
        )
    await tx.execute(delete(survey_recipient).where(table.owner == owners.gone))
    await tx.execute(
        update(survey_recipient).where(table.person_id == gone_id).values(person_id=kept_id)
    )
    return sorted(row.wave_id for row in theirs)


async def _move_drafts(tx: Tx, owners: Renamed) -> list[int]:
    """Move answers on their way; of what both have begun the newer counts, question by question.

    Answers to two versions do not fit together: the newer draft stays as it is. An anonymous
    survey that either has answered takes no second answer, so that the draft goes.
    """
    rows = await tx.execute(
        select(survey_draft.c.wave_id).where(survey_draft.c.owner == owners.gone)
    )
    begun = sorted(rows.scalars())
    for wave_id in begun:
        theirs = await survey_drafts.get(tx, wave_id, owners.gone, hold=True)
        mine = await survey_drafts.get(tx, wave_id, owners.kept, hold=True)
        await survey_drafts.remove(tx, wave_id, owners.gone)
        if theirs is None:
            continue
        moved = replace(theirs, owner=owners.kept)
        if mine is not None:
            older, newer = sorted((mine, moved), key=lambda one: one.changed_at)
            fits = older.form_version == newer.form_version
            earlier = older.answers if fits else {}
            moved = replace(
                newer,
                answers={**earlier, **newer.answers},
                link_hash=newer.link_hash or older.link_hash,
            )
        await survey_drafts.save(tx, moved)
    await _drop_answered(tx, owners.kept)
    return begun


async def _drop_answered(tx: Tx, owner: str) -> None:
    answered = (
        select(survey_recipient.c.wave_id)
        .join(wave, wave.c.id == survey_recipient.c.wave_id)
        .join(survey, survey.c.id == wave.c.survey_id)
        .where(
            survey_recipient.c.owner == owner,
            survey_recipient.c.done.is_(True),
            survey.c.privacy == "anonymous",
        )
    )
    await tx.execute(
        delete(survey_draft).where(
            survey_draft.c.owner == owner, survey_draft.c.wave_id.in_(answered)
        )
    )
