"""Why the team of staff cannot be changed in this way.

Refusal
├── StaffAlready, StaffGone, LastCoordinator, LinkGone, TrainerOnly
└── AnswerRefused
    └── EventsMissing
"""

from programme.refusals import AnswerRefused, Refusal


class StaffAlready(Refusal):
    """Whoever opened the link is staff already, so it was not used up."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.role = role


class StaffGone(Refusal):
    """The person is not staff any more."""


class LastCoordinator(Refusal):
    """Somebody must remain who looks after the team."""


class LinkGone(Refusal):
    """The link was opened, withdrawn or has run out."""


class TrainerOnly(Refusal):
    """Only a trainer has events of their own."""


class EventsMissing(AnswerRefused):
    """A trainer needs at least one event."""
