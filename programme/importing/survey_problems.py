"""What can be wrong with a survey's file, beside what can be wrong with any."""

from dataclasses import dataclass

from programme.importing.problems import FieldProblem, ImportProblem


@dataclass(frozen=True)
class FieldElsewhere(FieldProblem):
    """A question of this kind has no such field."""

    kind: str


@dataclass(frozen=True)
class RangeReversed(FieldProblem):
    """The lowest value must be below the highest one."""

    lowest: str
    highest: str


@dataclass(frozen=True)
class ChosenUnfit(FieldProblem):
    """So many cannot be chosen among the options there are."""

    lowest: int
    highest: int
    options: int


@dataclass(frozen=True)
class YesNoUnfit(FieldProblem):
    """The options of a yes-no question have the keys yes and no, or are left out."""


@dataclass(frozen=True)
class ConditionSelf(FieldProblem):
    """The condition names the question that it belongs to."""


@dataclass(frozen=True)
class ConditionCycle(FieldProblem):
    """Questions wait for each other, so that none of them could be asked."""

    cycle: str


@dataclass(frozen=True)
class ConditionBefore(FieldProblem):
    """The condition names a question that is asked later."""

    value: str


@dataclass(frozen=True)
class ConditionNowhere(FieldProblem):
    """The condition names a question that the survey does not have."""

    value: str


@dataclass(frozen=True)
class ConditionOption(FieldProblem):
    """The condition names an answer that the question does not have."""

    value: str
    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class ConditionWords(FieldProblem):
    """The condition names a question that is answered in words, a number or a day."""

    value: str


@dataclass(frozen=True)
class NamesSomebody(FieldProblem):
    """An anonymous survey asks for what says who somebody is: a name, an address or a file."""

    kind: str


@dataclass(frozen=True)
class LinkNeedsCode(FieldProblem):
    """A survey that knows its people needs no code to link its waves."""


@dataclass(frozen=True)
class AudienceUnknown(FieldProblem):
    """Nobody is meant by this word."""

    value: str


@dataclass(frozen=True)
class ClosesBeforeOpening(FieldProblem):
    """The wave closes before it opens."""

    opens: str
    closes: str


@dataclass(frozen=True)
class ReminderTooLate(FieldProblem):
    """The reminder would come when the wave is closed."""

    value: int


@dataclass(frozen=True)
class QuotaNowhere(FieldProblem):
    """The survey has no such choice, or the choice no such option."""

    value: str


@dataclass(frozen=True)
class EventNowhere(FieldProblem):
    """There is no event of this key whose participants could be asked."""

    value: str


# --- what is kept stands against the file ---


@dataclass(frozen=True)
class SurveyKeyTaken(ImportProblem):
    """A quick poll has this key already."""

    survey_key: str


@dataclass(frozen=True)
class KindChanged(ImportProblem):
    """There are answers to a question of this key and another kind."""

    question_key: str
    before: str
    now: str
