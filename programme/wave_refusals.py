"""Why something about a survey's waves cannot be done."""

from programme.refusals import AnswerRefused, Refusal


class WaveTimesWrong(AnswerRefused):
    """A wave must close after it opens, and in the days to come."""


class WaveTaken(Refusal):
    """The survey has a wave of this name already."""


class WaveClosed(Refusal):
    """The wave is closed already; every answer given before is kept."""


class WaveStillAsking(Refusal):
    """The letters of this wave are still being written; it takes a minute at most."""


class NobodyToRemind(Refusal):
    """Nobody can be reminded: all have answered, were reminded today, or cannot be reached."""


class ReadySurveyUnfit(Refusal):
    """The ready survey names what is not here; whoever looks after the bot can load it."""
