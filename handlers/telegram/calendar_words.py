"""The sentences for what cannot be done about a seat given up in a calendar, or a feed."""

from programme import feed_refusals, giving_up_refusals
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    giving_up_refusals.UndoOver: mark(
        "The time to take this seat back has passed. If you would still like to come, please look "
        "at the event and register again."
    ),
    giving_up_refusals.NamedInstead: mark(
        "Your organisation has named somebody else in the meantime, so the seat is theirs. If you "
        "would like to come too, please ask your organisation or call us."
    ),
    feed_refusals.NoFeeds: mark(
        "We cannot offer a calendar by an address here. Your dates stand under “My trainings”, and "
        "each confirmation brings them to your calendar."
    ),
}
