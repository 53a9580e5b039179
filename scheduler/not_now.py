"""Why a row that was claimed does not leave now; in each case nothing of it has left."""

from datetime import datetime


class NotAllowed(Exception):
    """The row may not leave now, and nothing of it has left."""


class LeaseLost(NotAllowed):
    """Another process has taken the row over, or it was cancelled, so nothing may be sent."""


class TooLate(NotAllowed):
    """The row is no longer worth sending."""


class Resting(NotAllowed):
    """The row, its channel or this process rests until `until` at least.

    The row goes back to wait until then; the attempt does not count. Later rows to the same
    address wait with it, unless it rests `alone`.
    """

    def __init__(self, until: datetime, *, alone: bool = False) -> None:
        super().__init__(until)
        self.until = until
        self.alone = alone


class ChannelRests(Resting):
    """The whole channel rests, or this process stops; the row keeps its place in the line."""


class NoRoom(Resting):
    """As many messages have begun to leave as the limits allow; there is room at `until`."""
