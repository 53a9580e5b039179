"""Files as answers of a survey: kept like any other file, and named by the survey that asked."""

from datetime import datetime

from programme import documents
from programme.documents import Kept
from programme.fillings import Filling
from programme.survey_refusals import FileNamesSender
from storage import survey_drafts
from storage.database import Tx


async def hold(tx: Tx, *, filling: Filling, file: Kept, now: datetime) -> str:
    """Keep a file for a survey and give the number that is its answer.

    Raises FileNamesSender where the survey is anonymous: a file says who made it.
    """
    if filling.survey.is_anonymous:
        raise FileNamesSender
    held = await documents.hold(tx, file, now=now)
    await survey_drafts.name_file(tx, survey_id=filling.survey.id, file_id=held.id)
    return str(held.id)
