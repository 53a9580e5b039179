"""Why staff cannot do something about an event or its people.

Refusal
├── PersonGone, PersonListed
├── SessionsOverlap, NothingChanges
└── AnswerRefused
    └── WhenUnclear, DayUnclear, NobodyFound
"""

from programme.refusals import AnswerRefused, Refusal


class PersonGone(Refusal):
    """The person is not on the event's list any more."""


class PersonListed(Refusal):
    """The person is on the event's list already."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class SessionsOverlap(Refusal):
    """Two sessions of one event would be at the same time."""


class NothingChanges(Refusal):
    """The event is there already, and nobody has to be told."""


class WhenUnclear(AnswerRefused):
    """No day with its hours could be read."""


class DayUnclear(AnswerRefused):
    """No day could be read."""


class NobodyFound(AnswerRefused):
    """Nobody whom we know has a name like this."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
