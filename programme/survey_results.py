"""What was answered to a survey: counts, shares, means and medians, by wave and by group.

Of an anonymous survey nothing is said about fewer people than its threshold, see suppression.py.
"""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from programme import staff, surveys
from programme.questions import Question
from programme.result_refusals import GroupsLater, GroupUnfit
from programme.suppression import is_small, next_live
from programme.survey_counting import ONE_OF, QuestionResult, all_questions, count
from programme.survey_grouping import GroupResult, groups
from programme.survey_refusals import WaveUnknown
from storage import forms as form_store
from storage import (
    responses,
    survey_counts,
    survey_drafts,
    survey_groups,
    survey_recipients,
    survey_showings,
    waves,
)
from storage.database import Tx
from storage.staff import StaffMember
from storage.surveys import Survey
from storage.waves import Wave

__all__ = ["GroupResult", "QuestionResult", "Results", "questions_of", "results"]
RIGHT = "survey results"
_chance = secrets.SystemRandom()


@dataclass(frozen=True)
class Results:
    """The results of one wave; `questions` have all people, `groups` each group of them.

    `asked` is None where anybody may answer by a public link. `is_live` says that the survey is
    anonymous and still open, so that the figures lag behind and no groups are given.
    """

    survey_id: int
    survey_key: str
    title: str
    privacy: str
    threshold: int
    wave_id: int
    wave_key: str
    state: str
    opens_at: datetime
    closed_at: datetime | None
    responses: int
    complete: int
    asked: int | None
    questions: tuple[QuestionResult, ...]
    group_by: Question | None = None
    groups: tuple[GroupResult, ...] = ()
    is_live: bool = False

    def question(self, key: str) -> QuestionResult | None:
        """Find the result of a question by its key."""
        return next((one for one in self.questions if one.question.key == key), None)


async def results(
    tx: Tx,
    *,
    survey_key: str,
    wave_key: str,
    group_by: str | None = None,
    locale: str = "pl",
    member: StaffMember | None,
) -> Results:
    """Work out the results of a wave; `member` is None for whoever is at the machine.

    `group_by` is the key of a question with one answer to choose. Raises SurveyUnknown,
    WaveUnknown, GroupUnfit, and GroupsLater for groups of an anonymous wave that is open.
    An open anonymous wave keeps what is shown, so that it changes by steps of the threshold.
    """
    if member is not None:
        staff.permit(member, RIGHT)
    survey = await surveys.find(tx, survey_key)
    wave = await wave_of(tx, survey, wave_key)
    is_live = survey.is_anonymous and not await is_settled(tx, wave)
    questions, title = await questions_of(tx, survey, locale)
    by = next((one for one in questions if one.key == group_by), None)
    if group_by is not None and (by is None or by.kind not in ONE_OF):
        raise GroupUnfit
    if by is not None and is_live:
        raise GroupsLater
    counted = await survey_counts.tally(tx, survey.id, wave_key=wave.key)
    if is_live:
        # Of an anonymous poll nothing is shown before its end, by whichever door.
        is_poll = survey.kind == "poll"
        counted = {} if is_poll else await _showing(tx, survey, wave, counted)
    threshold = survey.threshold if survey.is_anonymous else None
    answered, complete = await responses.count(tx, survey.id, wave_key=wave.key)
    asked, _ = await survey_recipients.count(tx, wave.id)
    return Results(
        survey_id=survey.id,
        survey_key=survey.key,
        title=title,
        privacy=survey.privacy,
        threshold=survey.threshold,
        wave_id=wave.id,
        wave_key=wave.key,
        state=wave.state,
        opens_at=wave.opens_at,
        closed_at=wave.closed_at,
        responses=answered,
        complete=complete,
        asked=None if wave.is_public else asked,
        questions=tuple(
            whole(one, counted.get(one.key, Counter()), threshold) for one in questions
        ),
        group_by=by,
        groups=() if by is None else await _groups(tx, survey, wave, questions, by),
        is_live=is_live,
    )


async def is_settled(tx: Tx, wave: Wave) -> bool:
    """Tell whether nothing can be added to a wave's answers any more.

    Behind its end begun forms are poured in batch by batch; who looked between two of them could
    take one look from the other.
    """
    return wave.state == waves.CLOSED and not await survey_drafts.has_any(tx, wave.id)


async def wave_of(tx: Tx, survey: Survey, wave_key: str) -> Wave:
    """Find a survey's wave; raises WaveUnknown."""
    wave = await waves.by_key(tx, survey.id, wave_key)
    if wave is None:
        raise WaveUnknown
    return wave


async def questions_of(tx: Tx, survey: Survey, locale: str) -> tuple[tuple[Question, ...], str]:
    """List all questions that a survey ever asked, and give its title."""
    newest = await surveys.form_of(tx, survey)
    versions = [surveys.read(row) for row in await form_store.versions(tx, newest.key)]
    title = newest.title_en if locale == "en" else ""
    return all_questions(versions, locale), title or newest.title or survey.key


def whole(question: Question, counted: Counter[str], threshold: int | None) -> QuestionResult:
    """Make the result of a question for all people; hidden where these are too few."""
    result = count(question, counted, with_ends=threshold is None)
    if threshold is None:
        return result
    if is_small(result.n, threshold) or is_small(counted.total(), threshold):
        return QuestionResult(question, is_hidden=True)
    return result


async def _showing(
    tx: Tx, survey: Survey, wave: Wave, counted: dict[str, Counter[str]]
) -> dict[str, Counter[str]]:
    """Let go of as many answers as may be shown; whoever looks at the same moment waits."""
    await waves.get(tx, wave.id, hold=True)
    before = await survey_showings.get(tx, survey.id, wave_key=wave.key)
    now = {
        key: next_live(
            before.get(key, Counter()), said, threshold=survey.threshold, draw=_chance.sample
        )
        for key, said in counted.items()
    }
    if {**before, **now} != before:
        await survey_showings.save(tx, survey.id, wave_key=wave.key, counts={**before, **now})
    return {**before, **now}


async def _groups(
    tx: Tx, survey: Survey, wave: Wave, questions: tuple[Question, ...], by: Question
) -> tuple[GroupResult, ...]:
    tallies = await survey_groups.tally(tx, survey.id, wave_key=wave.key, group_by=by.key)
    sizes = await survey_groups.sizes(tx, survey.id, wave_key=wave.key, group_by=by.key)
    threshold = survey.threshold if survey.is_anonymous else None
    return groups(questions, by, tallies, sizes, threshold=threshold)
