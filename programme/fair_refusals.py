"""Why something about a stand at a fair cannot be done."""

from programme.refusals import AnswerRefused, DeadlinePassed, Refusal


class NotAFair(Refusal):
    """The event has no stands."""


class OrganisationNeeded(Refusal):
    """The person belongs to no organisation of the register."""


class AlreadyExhibiting(Refusal):
    """The organisation has a stand or a place in line already."""

    def __init__(self, exhibitor_id: int, state: str) -> None:
        super().__init__()
        self.exhibitor_id = exhibitor_id
        self.state = state


class NotExhibiting(Refusal):
    """There is no open stand or place in line of this kind."""


class StandNotYours(Refusal):
    """Only who registered the stand, the organisation's contact or staff may change it."""


class StandFixed(DeadlinePassed):
    """The deadline has passed, so a stand can only be cancelled."""


class WordsWithoutLetters(AnswerRefused):
    """A description needs letters or figures."""


class StandNumberUnfit(AnswerRefused):
    """A stand's number lies between one and the most there can be."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


class OrganisationNotFound(AnswerRefused):
    """No organisation of the register has such a name."""
