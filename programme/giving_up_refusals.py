"""Why a seat that was given up in a calendar cannot be taken back."""

from programme.refusals import Refusal


class UndoOver(Refusal):
    """The time in which the seat could be taken back has passed."""


class NamedInstead(Refusal):
    """The organisation has named somebody else in the meantime."""
