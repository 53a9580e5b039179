"""Why a letter to many cannot be changed, shown or sent as it is."""

from datetime import datetime

from programme.refusals import AnswerRefused, Refusal


class LetterUnknown(Refusal):
    """There is no such letter, or it is somebody else's."""


class LetterChanged(Refusal):
    """The letter was changed after this was shown."""


class LetterClosed(Refusal):
    """The letter was sent, proposed or given up."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state


class LetterUnready(Refusal):
    """The letter has no words or no recipients yet."""


class LetterTooLong(AnswerRefused):
    """With the longest names the finished message would be too long for a chat."""

    def __init__(self, too_many: int) -> None:
        super().__init__()
        self.too_many = too_many


class LetterFileNotPdf(AnswerRefused):
    """Only a PDF can go with a letter."""


class LetterFileTooLarge(AnswerRefused):
    """The file is too large for one of the ways a letter goes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class LetterFileLost(AnswerRefused):
    """The file could not be fetched or is not there any more."""


class LetterDayUnclear(AnswerRefused):
    """The day of the letter cannot be read."""


class SendingMomentUnclear(AnswerRefused):
    """The day and the hour of sending cannot be read."""


class SendingMomentPassed(AnswerRefused):
    """The letter cannot be sent in the past."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment


class OwnLetter(Refusal):
    """Whoever wrote a letter cannot be the second who confirms it."""


class NobodyElse(Refusal):
    """There is no other coordinator who could confirm the letter."""

    def __init__(self, people: int, limit: int) -> None:
        super().__init__()
        self.people = people
        self.limit = limit


class NothingToCorrect(Refusal):
    """Nobody has got this letter, so there is nothing to correct."""
