"""Results by group: those who chose each option of one question, small groups kept unsaid."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from programme import survey_statistics as statistics
from programme.questions import MISSING, Question
from programme.suppression import hidden_cells, is_small, nested, visible_groups
from programme.survey_counting import ONE_OF, QuestionResult, choices, count, each_key
from programme.survey_statistics import Share

UNANSWERED = ""
_WITH_FIGURES = ("scale", "number")
# By group, by question, how often each combination of keys is the answer.
Tallies = Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True)
class GroupResult:
    """What those answered who chose one option of the question by which groups are made.

    `key` is the option's, a missing code, or "" for those who did not answer that question;
    of a code and of "" the label is left to whoever shows it.
    """

    key: str
    label: str
    n: int
    questions: tuple[QuestionResult, ...]
    is_hidden: bool = False


def groups(
    questions: Sequence[Question],
    by: Question,
    tallies: Tallies,
    sizes: Mapping[str, int],
    *,
    threshold: int | None,
) -> tuple[GroupResult, ...]:
    """Work out each group's results; with a threshold as suppression.py says."""
    labels = {option.key: option.label for option in choices(by)}
    labels |= dict.fromkeys((*MISSING, UNANSWERED), "")
    labels |= {key: key for key in sorted(sizes) if key not in labels}
    keys = [key for key in labels if sizes.get(key)]
    others = [one for one in questions if one.key != by.key]
    if threshold is None:
        found = {
            key: tuple(
                count(one, tallies.get(key, {}).get(one.key, {}), with_ends=True) for one in others
            )
            for key in keys
        }
        return tuple(GroupResult(key, labels[key], sizes[key], found[key]) for key in keys)
    careful = _Careful(keys, tallies, {key: sizes[key] for key in keys}, threshold)
    visible = careful.visible(others)
    columns = [careful.question(one, visible) for one in others]
    return tuple(
        GroupResult(
            key,
            labels[key],
            sizes[key] if key in visible else 0,
            tuple(column[key] for column in columns) if key in visible else (),
            is_hidden=key not in visible,
        )
        for key in keys
    )


@dataclass(frozen=True)
class _Careful:
    """The groups of an anonymous survey."""

    keys: list[str]
    tallies: Tallies
    sizes: Mapping[str, int]
    threshold: int

    def counted(self, key: str, question: Question) -> Mapping[str, int]:
        return self.tallies.get(key, {}).get(question.key, {})

    def visible(self, others: Sequence[Question]) -> frozenset[str]:
        never = {
            key
            for key in self.keys
            for other in others
            if other.kind in ONE_OF
            and nested(self.sizes[key], self.inner(key, other), self.threshold)
        }
        return visible_groups(self.sizes, self.threshold, never=never)

    def inner(self, key: str, other: Question) -> dict[str, tuple[int, int]]:
        whole: dict[str, int] = {}
        for each in self.keys:
            for chosen, n in self.counted(each, other).items():
                whole[chosen] = whole.get(chosen, 0) + n
        here = self.counted(key, other)
        return {chosen: (here.get(chosen, 0), n) for chosen, n in whole.items()}

    def question(self, question: Question, visible: frozenset[str]) -> dict[str, QuestionResult]:
        if question.kind in ("choice", "yes_no"):
            return self.one_of(question, visible)
        if question.kind == "multiple":
            return self.several_of(question, visible)
        hidden = dict.fromkeys(self.keys, QuestionResult(question, is_hidden=True))
        if question.kind not in _WITH_FIGURES:
            return hidden
        full = {
            key: count(question, self.counted(key, question), with_ends=False) for key in self.keys
        }
        answered = {key: full[key].n for key in self.keys}
        shown = visible_groups(answered, self.threshold, never=set(self.keys) - visible)
        return hidden | {key: self.figures(full[key], key) for key in shown & visible}

    def figures(self, result: QuestionResult, key: str) -> QuestionResult:
        """Keep the figures and no counts; where few did not answer, nothing that tells how few."""
        n, found = result.n, result.figures
        if found is not None and is_small(self.sizes[key] - n, self.threshold):
            n = self.sizes[key]
            found = dataclasses.replace(found, n=n, low=None, high=None, sd=None)
        return QuestionResult(result.question, n, figures=found)

    def one_of(self, question: Question, visible: frozenset[str]) -> dict[str, QuestionResult]:
        labels = {option.key: option.label for option in choices(question)}
        rows = [*labels, *MISSING, UNANSWERED]
        table = [[self.cell(row, key, question) for key in self.keys] for row in rows]
        hidden = hidden_cells(table, self.threshold, never=self.unseen(visible))
        found = {}
        for column, key in enumerate(self.keys):
            shares = tuple(
                self.share(row, labels[row], table[place][column], key, (place, column) in hidden)
                for place, row in enumerate(rows)
                if row in labels
            )
            missing = tuple(
                (row, table[place][column])
                for place, row in enumerate(rows)
                if row in MISSING and table[place][column] and (place, column) not in hidden
            )
            found[key] = QuestionResult(question, self.sizes[key], missing, shares)
        return found

    def several_of(self, question: Question, visible: frozenset[str]) -> dict[str, QuestionResult]:
        found: dict[str, list[Share]] = {key: [] for key in self.keys}
        chosen = {key: each_key(self.counted(key, question)) for key in self.keys}
        for option in question.options:
            said = [chosen[key][option.key] for key in self.keys]
            rest = [self.sizes[key] - n for key, n in zip(self.keys, said, strict=True)]
            hidden = hidden_cells([said, rest], self.threshold, never=self.unseen(visible))
            for column, key in enumerate(self.keys):
                is_hidden = (0, column) in hidden
                found[key].append(
                    self.share(option.key, option.label, said[column], key, is_hidden)
                )
        return {
            key: QuestionResult(question, self.sizes[key], options=tuple(shares))
            for key, shares in found.items()
        }

    def unseen(self, visible: frozenset[str]) -> list[int]:
        return [column for column, key in enumerate(self.keys) if key not in visible]

    def cell(self, row: str, key: str, question: Question) -> int:
        counted = self.counted(key, question)
        if row == UNANSWERED:
            return self.sizes[key] - sum(counted.values())
        return counted.get(row, 0)

    def share(self, row: str, label: str, n: int, key: str, is_hidden: bool) -> Share:
        if is_hidden:
            return Share(row, label, 0, 0.0, 0.0, 1.0, is_hidden=True)
        return statistics.share(row, label, n, self.sizes[key])
