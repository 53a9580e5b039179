"""Why something about a survey cannot be done."""

from datetime import datetime

from programme.refusals import AnswerRefused, Refusal


class NumberWrong(AnswerRefused):
    """The answer is no number, or outside the limits."""

    def __init__(self, minimum: float | None = None, maximum: float | None = None) -> None:
        super().__init__(minimum, maximum)
        self.minimum = minimum
        self.maximum = maximum


class DateWrong(AnswerRefused):
    """The answer is no day of the calendar."""


class ChosenTooFew(AnswerRefused):
    """More options have to be chosen."""

    def __init__(self, at_least: int) -> None:
        super().__init__(at_least)
        self.at_least = at_least


class ChosenTooMany(AnswerRefused):
    """Fewer options may be chosen."""

    def __init__(self, at_most: int) -> None:
        super().__init__(at_most)
        self.at_most = at_most


class FileWanted(AnswerRefused):
    """The question asks for a file."""


class LettersTooFew(AnswerRefused):
    """The first letters of a name are asked for, and there are not so many."""

    def __init__(self, at_least: int) -> None:
        super().__init__(at_least)
        self.at_least = at_least


class MonthDayWrong(AnswerRefused):
    """A day of the month is asked for, from 1 to 31."""

    def __init__(self, last: int) -> None:
        super().__init__(last)
        self.last = last


class FileNamesSender(AnswerRefused):
    """An anonymous survey takes no files: a file says who made it."""


class SurveyNotOpen(Refusal):
    """The survey has not begun yet."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at


class SurveyClosed(Refusal):
    """The survey is closed; nothing that was answered before is lost."""

    def __init__(self, closed_at: datetime | None = None) -> None:
        super().__init__(closed_at)
        self.closed_at = closed_at


class SurveyFull(Refusal):
    """As many people have answered as were wanted."""


class AlreadyAnswered(Refusal):
    """An anonymous survey was answered from here already; it takes one answer each."""


class NotAsked(Refusal):
    """The survey asks other people."""


class SurveyUnfinished(Refusal):
    """Required questions are still open; `question_key` is the first."""

    def __init__(self, question_key: str) -> None:
        super().__init__(question_key)
        self.question_key = question_key


class PrivacyFixed(Refusal):
    """The first answer is in: how names are kept can no longer be changed."""


class WaveUnknown(Refusal):
    """There is no such wave of the survey."""


class WaveRunning(Refusal):
    """The wave is open or closed already."""


class CodeUnknown(Refusal):
    """The code on the paper is not known, or was used."""


class TooFewAnswers(Refusal):
    """So few people have answered that their answers would give them away."""

    def __init__(self, threshold: int) -> None:
        super().__init__(threshold)
        self.threshold = threshold


class SurveyStillOpen(Refusal):
    """Files of an anonymous survey are written once it is closed.

    Whoever compared two files would see what came in between.
    """


class ParquetNotThere(Refusal):
    """The library that writes Parquet is not installed."""


class RegisterChanged(Refusal):
    """The register, or what the organisation says, is no longer what was shown."""


class NothingToReport(Refusal):
    """No wave of the survey has begun, so there is nothing to report."""
