"""What staff see of results in the chat, by the numbers of waves and the places of questions."""

from programme import staff, survey_comparison, survey_results
from programme.questions import Question
from programme.survey_comparison import Comparison
from programme.survey_counting import ONE_OF
from programme.survey_refusals import WaveUnknown
from programme.survey_results import RIGHT, Results
from storage import surveys as store
from storage import waves
from storage.database import Tx
from storage.staff import StaffMember
from storage.surveys import Survey
from storage.waves import Wave

__all__ = ["Wave", "against", "grouping", "look", "of_wave", "other_waves"]


async def of_wave(tx: Tx, wave_id: int) -> tuple[Wave, Survey]:
    """Find a wave with its survey; raises WaveUnknown."""
    wave = await waves.get(tx, wave_id)
    if wave is None:
        raise WaveUnknown
    return wave, await store.get(tx, wave.survey_id)


async def look(
    tx: Tx, *, wave_id: int, by: int | None = None, locale: str, member: StaffMember
) -> Results:
    """Give a wave's results, in groups by the question at place `by` of those that make groups."""
    staff.permit(member, RIGHT)
    wave, survey = await of_wave(tx, wave_id)
    key = None
    if by is not None:
        questions, _ = await survey_results.questions_of(tx, survey, locale)
        fit = grouping(questions)
        key = fit[by].key if 0 <= by < len(fit) else ""
    return await survey_results.results(
        tx, survey_key=survey.key, wave_key=wave.key, group_by=key, locale=locale, member=member
    )


def grouping(questions: tuple[Question, ...]) -> list[Question]:
    """List the questions by which groups can be made, statements of a matrix left out."""
    return [one for one in questions if one.kind in ONE_OF and not one.part_of]


async def other_waves(tx: Tx, *, wave_id: int, member: StaffMember) -> list[Wave]:
    """List the survey's other waves that have begun, by their opening."""
    staff.permit(member, RIGHT)
    wave, survey = await of_wave(tx, wave_id)
    found = await waves.of_survey(tx, survey.id)
    return [one for one in found if one.id != wave.id and one.state != waves.PLANNED]


async def against(
    tx: Tx, *, wave_id: int, other_id: int, locale: str, member: StaffMember
) -> tuple[Comparison, Wave, Wave]:
    """Compare two waves of one survey, the earlier before the later; raises WaveUnknown."""
    staff.permit(member, RIGHT)
    one, survey = await of_wave(tx, wave_id)
    other, _ = await of_wave(tx, other_id)
    if other.survey_id != one.survey_id or other.id == one.id:
        raise WaveUnknown
    before, after = sorted((one, other), key=lambda wave: (wave.opens_at, wave.id))
    compared = await survey_comparison.compare(
        tx,
        survey_key=survey.key,
        before=before.key,
        after=after.key,
        locale=locale,
        member=member,
    )
    return compared, before, after
