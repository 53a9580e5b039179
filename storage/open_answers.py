"""What people wrote in their own words, and what staff say it is about."""

from sqlalchemy import delete, select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_tables import answer_tag, current_answer


async def texts(tx: Tx, survey_id: int, *, wave_key: str, question_key: str) -> dict[str, str]:
    """Give by respondent what they wrote; nothing that is empty or was taken back."""
    table = current_answer.c
    rows = await tx.execute(
        select(table.respondent, table.text).where(
            table.survey_id == survey_id,
            table.wave == wave_key,
            table.question_key == question_key,
            table.retracted.is_(False),
            table.text != "",
        )
    )
    return dict(rows.all())


async def tags(tx: Tx, survey_id: int, *, wave_key: str, question_key: str) -> dict[str, list[str]]:
    """Give by respondent the tags of their answer, by the alphabet."""
    table = answer_tag.c
    rows = await tx.execute(
        select(table.respondent, table.tag)
        .where(
            table.survey_id == survey_id,
            table.wave == wave_key,
            table.question_key == question_key,
        )
        .order_by(table.tag)
    )
    found: dict[str, list[str]] = {}
    for respondent, tag in rows:
        found.setdefault(respondent, []).append(tag)
    return found


async def add_tag(
    tx: Tx,
    survey_id: int,
    *,
    wave_key: str,
    question_key: str,
    respondent: str,
    tag: str,
    staff_id: int,
) -> bool:
    """Tag an answer; False when it has the tag."""
    row = {
        "survey_id": survey_id,
        "wave": wave_key,
        "question_key": question_key,
        "respondent": respondent,
        "tag": tag,
        "staff_id": staff_id,
    }
    return bool(await insert_or_ignore(tx, answer_tag, [row]))


async def remove_tag(
    tx: Tx, survey_id: int, *, wave_key: str, question_key: str, respondent: str, tag: str
) -> bool:
    """Take a tag off an answer; False when it has none such."""
    table = answer_tag.c
    gone = await tx.execute(
        delete(answer_tag).where(
            table.survey_id == survey_id,
            table.wave == wave_key,
            table.question_key == question_key,
            table.respondent == respondent,
            table.tag == tag,
        )
    )
    return gone.rowcount == 1
