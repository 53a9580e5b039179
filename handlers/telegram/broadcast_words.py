"""The sentence for every refusal about a letter that is on its way to many."""

from programme import broadcast_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.BroadcastUnknown: mark("This letter is no longer there."),
    why.BroadcastBegun: mark(
        "It is too late to take this letter back: it is being sent already. You can still press "
        "“Pause” in the message above, and then decide."
    ),
    why.BroadcastPaused: mark(
        "Sending is paused already. Nothing more leaves until somebody presses “Go on sending”."
    ),
    why.BroadcastNotPaused: mark("Sending is not paused, so there is nothing to let go on."),
    why.BroadcastStopped: mark(
        "Sending was ended or taken back before, so nothing more of this letter leaves."
    ),
    why.BroadcastOver: mark(
        "All of this letter has been sent already, so there is nothing to hold back."
    ),
}
