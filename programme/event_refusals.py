"""Why staff cannot make, change or publish an event.

Refusal
├── EventChanged, EventPublished, DraftInUse, ProgrammeMissing
├── SessionsMissing
└── AnswerRefused
    ├── DaysUnclear, HoursMissing, DayImpossible, WeekdayWrong, EndBeforeStart, DaysTooMany
    └── DeadlineUnclear, SameValue, CertificateWrong, StandsWrong
"""

from datetime import date

from programme.refusals import AnswerRefused, Refusal


class EventChanged(Refusal):
    """Somebody else of the office changed the event after it was shown; nothing was overwritten."""


class EventPublished(Refusal):
    """The draft was published already."""


class DraftInUse(Refusal):
    """Something else hangs on the draft, so it cannot be thrown away."""


class ProgrammeMissing(Refusal):
    """There is no programme yet that an event could belong to."""


class SessionsMissing(Refusal):
    """An event without any day cannot be published."""


class DaysUnclear(AnswerRefused):
    """No days could be read."""


class HoursMissing(AnswerRefused):
    """The days could be read, and the hours could not."""


class DayImpossible(AnswerRefused):
    """No calendar has this day."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class WeekdayWrong(AnswerRefused):
    """The day that was written falls on another day of the week."""

    def __init__(self, day: date) -> None:
        super().__init__()
        self.day = day


class EndBeforeStart(AnswerRefused):
    """The end does not come after the beginning."""

    def __init__(self, starts: str, ends: str) -> None:
        super().__init__()
        self.starts = starts
        self.ends = ends


class DaysTooMany(AnswerRefused):
    """These are more days than an event may have."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class DeadlineUnclear(AnswerRefused):
    """No deadline could be read."""


class SameValue(AnswerRefused):
    """The event says so already."""


class CertificateWrong(AnswerRefused):
    """The number of days for a certificate must be from one to all days of the event."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class StandsWrong(AnswerRefused):
    """The number of stands must be from one to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
