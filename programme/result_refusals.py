"""Why a result of a survey cannot be shown."""

from programme.refusals import Refusal


class GroupUnfit(Refusal):
    """Groups are made by a question with one answer to choose."""


class GroupsLater(Refusal):
    """An anonymous survey shows groups once it is closed."""


class ComparisonLater(Refusal):
    """Waves of an anonymous survey are compared once both are closed."""


class AnswersLater(Refusal):
    """An anonymous survey shows what people wrote once it is closed."""


class AnswerGone(Refusal):
    """The answer is no longer there; it may have been taken back."""
