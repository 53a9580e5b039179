"""Why a seat cannot be had, offered or decided about.

Refusal
├── EntryByNomination, EventFull
├── OfferOver, SeatGone
└── NothingToDecide, CapacityWrong
"""

from programme.refusals import Refusal


class EntryByNomination(Refusal):
    """Only people whom an organisation has named can take part."""


class EventFull(Refusal):
    """All seats are taken, and this one cannot wait for the next."""


class OfferOver(Refusal):
    """The seat is no longer held for this person, or never was."""


class SeatGone(Refusal):
    """Somebody else took the last free seat first; the place in line is kept."""


class NothingToDecide(Refusal):
    """The application was decided or taken back already, or never made."""


class CapacityWrong(Refusal):
    """The number of seats must be from zero to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
