"""What the office has of a person in surveys: as their answers, or as a survey they have begun."""

from dataclasses import dataclass

from programme import surveys
from programme.fillings import person
from programme.forms import in_words_of
from storage import own_surveys
from storage import surveys as store
from storage.database import Tx


@dataclass(frozen=True)
class KeptSurvey:
    """A survey with something of a person in it; quick polls have no title and are not here.

    `is_begun` says that answers are on their way and not handed in.
    """

    title: str
    is_begun: bool


async def of_person(tx: Tx, *, person_id: int, locale: str) -> tuple[KeptSurvey, ...]:
    """List the surveys that have answers by which this person is known, and those begun.

    Whoever handed in an anonymous one is not known by it any more.
    """
    found = []
    for survey_id, is_begun in await own_surveys.kept_of(tx, person(person_id)):
        survey = await store.get(tx, survey_id)
        form = in_words_of(await surveys.form_of(tx, survey), locale)
        found.append(KeptSurvey(form.title or survey.key, is_begun))
    return tuple(found)
