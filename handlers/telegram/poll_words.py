"""The sentence for every refusal about quick polls."""

from typing import Any

from programme import poll_refusals as why
from programme.refusals import Refusal
from texts.dates import until
from texts.translator import Translator, mark

SENTENCES: dict[type[Refusal], str] = {
    why.PollClosed: mark(
        "This question was closed: %(closed)s. We could not count what you have just chosen. If "
        "you had answered before, that answer still counts. Thank you."
    ),
    why.PollClosedAlready: mark("This question has been closed already."),
    why.VoteFinal: mark(
        "We have your answer already, and it counts. It is anonymous: nobody can find it, so it "
        "cannot be changed. Thank you."
    ),
    why.NotAskedHere: mark(
        "This question was meant for other people, so we cannot count your answer. If this is a "
        "mistake, please call us."
    ),
    why.NothingTicked: mark("Please tick at least one answer first, then send."),
    why.ClosesTooSoon: mark(
        "Then nobody would have the time to answer: %(closes)s. Please choose a later end."
    ),
}


def values(t: Translator, refusal: Refusal, *, zone: str) -> dict[str, Any]:
    """Word the moments that a refusal names."""
    match refusal:
        case why.PollClosed():
            return {"closed": until(refusal.closed_at, zone, t.locale)}
        case why.ClosesTooSoon():
            return {"closes": until(refusal.closes_at, zone, t.locale)}
    return {}
