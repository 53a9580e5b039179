"""One wave of a survey against another, as baseline against endline.

Whoever is known to be the same person both times, by the code they made or by their name, is
compared with themselves; all others are compared as two groups of different people, apart. The
two are never put together. Who said neither the first nor the second time what they think, but
"hard to say" or nothing, is in neither.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from programme import staff, survey_linking, surveys
from programme.questions import MISSING, Question
from programme.result_refusals import ComparisonLater
from programme.suppression import is_small
from programme.survey_counting import QuestionResult, choices, each_key, numeric
from programme.survey_differences import (
    HIDDEN,
    MCNEMAR,
    NOT_COMPARABLE,
    NotTested,
    Test,
    Tested,
    paired_options,
    paired_values,
    unpaired_choice,
    unpaired_options,
    unpaired_values,
)
from programme.survey_results import RIGHT, is_settled, questions_of, wave_of, whole
from storage import responses, survey_groups
from storage.database import Tx
from storage.staff import StaffMember

_SHOWN = ("choice", "yes_no", "multiple", "scale", "number", "ranking", "date")
_WITH_VALUES = ("scale", "number")
_ONE_OPTION = ("choice", "yes_no")
_YES = "yes"


@dataclass(frozen=True)
class QuestionComparison:
    """One question in both waves: all people as they are, then pairs, then the others.

    `pairs` people answered it both times and are known to be the same; `others_before` and
    `others_after` answered it once, or are not known again.
    """

    question: Question
    before: QuestionResult
    after: QuestionResult
    pairs: int
    paired: Tested
    others_before: int
    others_after: int
    unpaired: Tested


@dataclass(frozen=True)
class Comparison:
    """Two waves of one survey; `matched` people are known in both."""

    survey_id: int
    survey_key: str
    title: str
    privacy: str
    threshold: int
    before_key: str
    after_key: str
    matched: int
    unmatched_before: int
    unmatched_after: int
    questions: tuple[QuestionComparison, ...]


async def compare(
    tx: Tx,
    *,
    survey_key: str,
    before: str,
    after: str,
    locale: str = "pl",
    member: StaffMember | None,
) -> Comparison:
    """Compare two waves by their keys; `member` is None for whoever is at the machine.

    Raises SurveyUnknown, WaveUnknown, and ComparisonLater while a wave of an anonymous survey is
    open, because what changes from one look to the next would tell of single people.
    """
    if member is not None:
        staff.permit(member, RIGHT)
    survey = await surveys.find(tx, survey_key)
    both = [await wave_of(tx, survey, key) for key in (before, after)]
    if survey.is_anonymous and not all([await is_settled(tx, wave) for wave in both]):
        raise ComparisonLater
    questions, title = await questions_of(tx, survey, locale)
    same = await survey_linking.partners(tx, survey, (before, after))
    n_before, _ = await responses.count(tx, survey.id, wave_key=before)
    n_after, _ = await responses.count(tx, survey.id, wave_key=after)
    threshold = survey.threshold if survey.is_anonymous else None
    compared = []
    for question in questions:
        if question.kind in _SHOWN:
            first, second = [
                await survey_groups.chosen_by(
                    tx, survey.id, wave_key=key, question_key=question.key
                )
                for key in (before, after)
            ]
            compared.append(compare_question(question, first, second, same, threshold=threshold))
    return Comparison(
        survey_id=survey.id,
        survey_key=survey.key,
        title=title,
        privacy=survey.privacy,
        threshold=survey.threshold,
        before_key=before,
        after_key=after,
        matched=len(same),
        unmatched_before=n_before - len(same),
        unmatched_after=n_after - len(same),
        questions=tuple(compared),
    )


def compare_question(
    question: Question,
    before: Mapping[str, str],
    after: Mapping[str, str],
    same: Mapping[str, str],
    *,
    threshold: int | None,
) -> QuestionComparison:
    """Compare one question; `before` and `after` have by respondent what they chose.

    With a threshold, pairs and others stay hidden where taking one from all leaves too few.
    """
    results = [whole(question, Counter(said.values()), threshold) for said in (before, after)]
    first, second = _meant(before), _meant(after)
    pairs = [(first[one], second[same[one]]) for one in first if same.get(one) in second]
    again = {same[one] for one in first if same.get(one) in second}
    others = (
        [said for one, said in first.items() if same.get(one) not in second],
        [said for one, said in second.items() if one not in again],
    )
    counts = (len(pairs), len(others[0]), len(others[1]))
    paired, unpaired = _tests(question, pairs, *others)
    is_hidden = threshold is not None and (
        any(one.is_hidden for one in results) or any(is_small(n, threshold) for n in counts)
    )
    if is_hidden:
        paired = unpaired = NotTested(HIDDEN)
        counts = (0, 0, 0)
    if threshold is not None and isinstance(paired, tuple):
        paired = _careful(paired, threshold)
    return QuestionComparison(
        question, results[0], results[1], counts[0], paired, counts[1], counts[2], unpaired
    )


def _careful(tests: tuple[Test, ...], threshold: int) -> Tested:
    """Leave out how many people changed their answer where these are few.

    McNemar's test is nothing but these numbers, so that it goes with them.
    """
    kept = []
    for one in tests:
        if not any(is_small(n, threshold) for n in (one.up, one.down, one.same)):
            kept.append(one)
        elif one.name != MCNEMAR:
            kept.append(replace(one, up=0, down=0, same=0))
    return tuple(kept) or NotTested(HIDDEN)


def _meant(said: Mapping[str, str]) -> dict[str, str]:
    return {one: chosen for one, chosen in said.items() if chosen and chosen not in MISSING}


def _tests(
    question: Question,
    pairs: Sequence[tuple[str, str]],
    before: Sequence[str],
    after: Sequence[str],
) -> tuple[Tested, Tested]:
    if question.kind in _WITH_VALUES:
        both = [(numeric(one), numeric(other)) for one, other in pairs]
        numbers = [(one, other) for one, other in both if one is not None and other is not None]
        return paired_values(numbers), unpaired_values(_values(before), _values(after))
    if question.kind not in (*_ONE_OPTION, "multiple"):
        return NotTested(NOT_COMPARABLE), NotTested(NOT_COMPARABLE)
    options = [option.key for option in choices(question)]
    if question.kind == "yes_no":
        # Who no longer says yes says no: the second option would be the same test again.
        options = [_YES]
    sets = [(frozenset(one.split()), frozenset(other.split())) for one, other in pairs]
    first, second = (each_key(Counter(said)) for said in (before, after))
    if question.kind in _ONE_OPTION:
        return paired_options(sets, options), unpaired_choice(first, second)
    n_before, n_after = len(before), len(after)
    return paired_options(sets, options), unpaired_options(
        first, second, options, n_before=n_before, n_after=n_after
    )


def _values(said: Sequence[str]) -> list[float]:
    found = [numeric(one) for one in said]
    return [one for one in found if one is not None]
