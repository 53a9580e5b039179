"""Why a line of the agenda cannot be looked at, stopped or sent sooner."""

from programme.refusals import Refusal


class OccurrenceGone(Refusal):
    """Nothing of this kind waits any more: it has left, was stopped, or has other people by now."""


class OccurrenceFixed(Refusal):
    """It can be neither stopped nor sent sooner."""


class OccurrenceUnknown(Refusal):
    """There is no such line in the agenda."""
