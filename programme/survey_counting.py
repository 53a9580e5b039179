"""Make the result of a question from counted answers, whatever its kind; nothing is hidden here."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from programme import survey_statistics as statistics
from programme.forms import Form, flat, in_words_of
from programme.questions import MISSING, WITH_POINTS, WITH_WORDS, Option, Question
from programme.survey_statistics import Days, Figures, Rank, Share

# Questions with one answer to choose: groups are made by these.
ONE_OF = ("choice", "yes_no", "scale")
_WORDS = (*WITH_WORDS, "file")
_SAYS_NOTHING = "info"


@dataclasses.dataclass(frozen=True)
class QuestionResult:
    """What was answered to one question, a statement of a matrix being a scale of its own.

    `n` people gave an answer; `missing` counts by code those who chose to give none; whoever
    skipped is in neither. Shares and figures are of the `n`; of an anonymous survey's group `n`
    is the size of the group. `question` is in the words of the reader's language and has every
    option that any version of the form had. Of a hidden result nothing is known, not even `n`.
    """

    question: Question
    n: int = 0
    missing: tuple[tuple[str, int], ...] = ()
    options: tuple[Share, ...] = ()
    figures: Figures | None = None
    ranks: tuple[Rank, ...] = ()
    days: Days | None = None
    is_hidden: bool = False


def all_questions(versions: Sequence[Form], locale: str) -> tuple[Question, ...]:
    """List the questions of all versions (oldest first) as scales, choices and so on.

    A question that was taken out follows the others, and an option that was taken out the other
    options; words are those of the newest version that has them.
    """
    found: dict[str, Question] = {}
    for form in reversed(versions):
        for question in flat(in_words_of(form, locale)).questions:
            if question.kind != _SAYS_NOTHING:
                known = found.setdefault(question.key, question)
                found[question.key] = _with_older(known, question)
    return tuple(found.values())


def _with_older(newer: Question, older: Question) -> Question:
    known = {option.key for option in newer.options}
    added = tuple(option for option in older.options if option.key not in known)
    return dataclasses.replace(
        newer,
        options=newer.options + added,
        low=min(newer.low, older.low),
        high=max(newer.high, older.high),
    )


def choices(question: Question) -> tuple[Option, ...]:
    """List what can be chosen: options, or the points of a scale with the words at its ends."""
    if question.kind not in WITH_POINTS:
        return question.options
    ends = {str(question.low): question.low_label, str(question.high): question.high_label}
    return tuple(
        Option(point, f"{point} – {ends[point]}" if ends.get(point) else point)
        for point in question.points
    )


def count(question: Question, counted: Mapping[str, int], *, with_ends: bool) -> QuestionResult:
    """Make a question's result; `counted` is what `tally` counts, keys with spaces between them.

    `with_ends` tells the earliest and latest day.
    """
    given = {chosen: n for chosen, n in counted.items() if chosen not in MISSING and n > 0}
    result = QuestionResult(
        question, sum(given.values()), tuple((c, counted[c]) for c in MISSING if counted.get(c))
    )
    if question.kind in _WORDS:
        return result
    if question.kind == "number":
        return dataclasses.replace(result, figures=statistics.figures(_numbers(given)))
    if question.kind == "date":
        found = statistics.days(_days(given), with_ends=with_ends)
        return dataclasses.replace(result, days=found)
    if question.kind == "ranking":
        orders = {tuple(chosen.split()): n for chosen, n in given.items()}
        named = [(option.key, option.label) for option in question.options]
        return dataclasses.replace(result, ranks=statistics.ranks(orders, named))
    result = dataclasses.replace(result, options=_shares(question, given, result.n))
    if question.kind == "scale":
        return dataclasses.replace(result, figures=statistics.figures(_numbers(given)))
    return result


def each_key(counted: Mapping[str, int]) -> Counter[str]:
    """Count how many people chose each key, whatever else they chose."""
    found: Counter[str] = Counter()
    for chosen, n in counted.items():
        for key in chosen.split():
            found[key] += n
    return found


def _shares(question: Question, given: Mapping[str, int], n: int) -> tuple[Share, ...]:
    counts = each_key(given)
    named = {option.key: option.label for option in choices(question)}
    # An option that no version knows is shown by its key rather than left out.
    named |= {key: key for key in sorted(counts) if key not in named}
    return tuple(statistics.share(key, label, counts[key], n) for key, label in named.items())


def numeric(chosen: str) -> float | None:
    """Read a point or number as it is kept; None for anything else."""
    try:
        return float(chosen)
    except ValueError:
        return None


def _numbers(given: Mapping[str, int]) -> dict[float, int]:
    found: Counter[float] = Counter()
    for chosen, n in given.items():
        value = numeric(chosen)
        if value is not None:
            found[value] += n
    return dict(found)


def _days(given: Mapping[str, int]) -> dict[date, int]:
    found: Counter[date] = Counter()
    for chosen, n in given.items():
        try:
            found[date.fromisoformat(chosen)] += n
        except ValueError:
            continue
    return dict(found)
