"""Why a broadcast cannot be taken back, paused, let go on or stopped."""

from programme.refusals import Refusal


class BroadcastUnknown(Refusal):
    """There is no such broadcast."""


class BroadcastBegun(Refusal):
    """The broadcast has begun to leave and cannot be taken back, only paused or stopped."""


class BroadcastPaused(Refusal):
    """The broadcast is paused already."""


class BroadcastNotPaused(Refusal):
    """The broadcast is not paused, so there is nothing to let go on."""


class BroadcastStopped(Refusal):
    """The broadcast was stopped or taken back, and does not go on."""


class BroadcastOver(Refusal):
    """All of the broadcast has left, so there is nothing to hold back."""
