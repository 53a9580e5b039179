"""Why something about a quick poll cannot be done."""

from datetime import datetime

from programme.refusals import Refusal


class PollClosed(Refusal):
    """The poll is closed: this vote does not count, and what was voted before does."""

    def __init__(self, closed_at: datetime) -> None:
        super().__init__(closed_at)
        self.closed_at = closed_at


class PollClosedAlready(Refusal):
    """Somebody has closed the poll before."""


class VoteFinal(Refusal):
    """An anonymous vote was cast from here already; nobody can find it any more to change it."""


class NotAskedHere(Refusal):
    """The poll asks other people."""


class NothingTicked(Refusal):
    """A vote with several answers needs at least one of them."""


class ClosesTooSoon(Refusal):
    """Between the asking and the closing nobody would have the time to answer."""

    def __init__(self, closes_at: datetime) -> None:
        super().__init__(closes_at)
        self.closes_at = closes_at
