"""Why a page of a survey cannot be taken as it was sent."""

from programme.refusals import AnswerRefused, Refusal


class AnswerDoubled(AnswerRefused):
    """An answer was given, and beside it that there is none."""


class PlacesRepeated(AnswerRefused):
    """The same option stands at two places of a ranking."""


class PassUnfit(Refusal):
    """The form was opened in another place or too long ago; nothing typed is lost by it."""


class TooQuick(Refusal):
    """The form came back faster than anybody can answer it."""


class TrapFilled(Refusal):
    """The field that people do not see was filled in."""


class TooManyBegun(Refusal):
    """So many have begun this survey at once that no more can begin just now."""


class FileNeedsCode(Refusal):
    """A file by a public link needs a code on paper."""


class WaveNotPublic(Refusal):
    """The wave has no public link, so there is nothing to hang up."""


class PrintedCodesTooMany(Refusal):
    """A wave has so many printed codes at most."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class TooManyAtOnce(Refusal):
    """So many answer this survey at once that this answer has to wait; it is kept."""
