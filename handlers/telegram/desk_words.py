"""The sentences for what staff cannot do about an event or its people."""

from programme import desk_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.PersonGone: mark(
        "This person is not on the list of the event any more, so nothing was changed. Please open "
        "the list again."
    ),
    why.PersonListed: mark(
        "%(name)s is on the list of this event already, so nothing was changed. Please open the "
        "list to see how."
    ),
    why.WhenUnclear: mark(
        "We could not read the day and the hours. Please write them like this: "
        "20.01.2027 9:00-15:00."
    ),
    why.DayUnclear: mark("We could not read the day. Please write it like this: 20.01.2027."),
    why.SessionsOverlap: mark(
        "Two days of this event would be at the same time then, so nothing was changed. Please "
        "write another time."
    ),
    why.NothingChanges: mark(
        "The event is there already, so there is nothing to change. Please write something else, "
        "or send /anuluj to stop."
    ),
    why.NobodyFound: mark(
        "We know nobody called “%(words)s”. Please write the name once more, as the person gave it."
    ),
}
