"""The sentences for what staff cannot do with an event that they make or change."""

from datetime import UTC, datetime, time
from typing import Any

from programme import event_refusals as why
from programme.refusals import Refusal
from texts.dates import day
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.EventChanged: mark(
        "Somebody else of the office has changed this event meanwhile, so we have not saved yours. "
        "Nothing was overwritten."
    ),
    why.EventPublished: mark("This event is published already, so there is nothing to do."),
    why.DraftInUse: mark(
        "This draft cannot be thrown away: a letter, a registration or something else of the "
        "office belongs to it. It stays a draft that nobody else sees."
    ),
    why.ProgrammeMissing: mark(
        "There is no programme yet that an event could belong to. Please ask whoever looks after "
        "the system to load the programme first."
    ),
    why.SessionsMissing: mark(
        "This event has no day yet, so it cannot be published. Please press “Day and hours” first."
    ),
    why.DaysUnclear: mark(
        "We could not read the days. Please write them like this: 15 i 16 stycznia 9-15. Days with "
        "other hours go on a line of their own."
    ),
    why.HoursMissing: mark(
        "We have read the day, but not the hours. Please write both, like this: "
        "15 stycznia 9:00-15:00."
    ),
    why.DayImpossible: mark(
        "There is no such day: %(words)s. Please look into the calendar and write it once more."
    ),
    why.WeekdayWrong: mark(
        "The day of the week does not fit: that day is %(day)s. Please write it once more."
    ),
    why.EndBeforeStart: mark(
        "The end (%(ends)s) does not come after the beginning (%(starts)s). Please write it once "
        "more."
    ),
    why.DaysTooMany: mark(
        "An event may have at most %(limit)s days here. Please write fewer, or make two events."
    ),
    why.DeadlineUnclear: mark(
        "We could not read the deadline. Please write one day, with the hour if you like: "
        "8 stycznia 15:00."
    ),
    why.SameValue: mark(
        "The event says so already. Please write something else, or send /anuluj to leave it so."
    ),
    why.CertificateWrong: mark(
        "Please write a number of days from 1 to %(limit)s: the event has no more."
    ),
    why.StandsWrong: mark("The number of stands must be from 1 to %(limit)s."),
}


def moments(refusal: Refusal, locale: str) -> dict[str, Any]:
    """Write the day that a refusal names as people read it."""
    if not isinstance(refusal, why.WeekdayWrong):
        return {}
    return {"day": day(datetime.combine(refusal.day, time(12), UTC), "UTC", locale)}
