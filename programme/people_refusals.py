"""Why something about people cannot be done: joining two of them, walking in, one's own data."""

from programme.refusals import Refusal


class SamePerson(Refusal):
    """A person cannot be joined into themselves."""


class AlreadyMerged(Refusal):
    """One of the two was joined into somebody else before."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class PeopleChanged(Refusal):
    """Something about one of the two changed at the same moment."""


class PersonNotFound(Refusal):
    """There is no such person."""


class SeatsAllTaken(Refusal):
    """All seats are taken, and nobody has said that one more may come in."""

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self.capacity = capacity


class NothingToExport(Refusal):
    """There is nobody to put on a list yet."""


class ExportNeedsEvent(Refusal):
    """A list in CSV is of one event, so the event must be named."""

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__()
        self.known = known


class LastOrganisation(Refusal):
    """The only organisation of a person cannot be left without another one."""


class OrganisationHeldAlready(Refusal):
    """The person belongs to this organisation already."""
