"""Why a deed that waits cannot be taken back, or cannot be done."""

from programme.refusals import Refusal


class DeedUnknown(Refusal):
    """There is no such deed."""


class DeedDone(Refusal):
    """It has been done already."""


class DeedTakenBack(Refusal):
    """It was taken back before, and nothing was done."""


class DeedRefused(Refusal):
    """It could not be done, so there is nothing to take back."""


class DeedFailed(Refusal):
    """Something went wrong on our side, and nothing was changed."""
