"""Say to staff what is doubtful about an event, in the chat and at the import."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from programme import doubts
from programme.importing.working_days import holiday_name
from texts.translator import Translator, mark

DOUBTS: dict[type[doubts.Doubt], str] = {
    doubts.DeadlineLongBefore: mark(
        "“%(event_title)s”: the deadline (%(deadline)s) is %(days)s days before the first "
        "session (%(starts)s). Is the year right?"
    ),
    doubts.DeadlineAfterStart: mark(
        "“%(event_title)s”: the deadline (%(deadline)s) is after the first session has begun "
        "(%(starts)s)."
    ),
    doubts.DeadlineOver: mark(
        "“%(event_title)s”: the deadline (%(deadline)s) has passed, so nobody could register."
    ),
    doubts.EventInPast: mark("“%(event_title)s” is in the past: it ended on %(ends)s."),
    doubts.OutsideProgramme: mark(
        "“%(event_title)s”: these days are outside the programme, which runs from %(starts_on)s "
        "to %(ends_on)s: %(days)s."
    ),
    doubts.SessionEndsBeforeStart: mark(
        "“%(event_title)s”, session %(session)s: it starts on %(starts)s but ends on %(ends)s."
    ),
    doubts.SessionOnHoliday: mark(
        "“%(event_title)s”, session %(session)s: %(starts)s is a public holiday (%(holiday)s)."
    ),
    doubts.SessionOnSunday: mark("“%(event_title)s”, session %(session)s: %(starts)s is a Sunday."),
    doubts.SessionAtNight: mark(
        "“%(event_title)s”, session %(session)s: it is at night (from %(starts)s to %(ends)s)."
    ),
    doubts.SessionsOverlap: mark(
        "“%(event_title)s”: sessions %(first)s and %(second)s are at the same time."
    ),
    doubts.TimeSkipped: mark(
        "“%(event_title)s”: %(wall)s does not exist, as clocks are put forward that night. "
        "The first moment after the change will be taken."
    ),
    doubts.TimeTwice: mark(
        "“%(event_title)s”: %(wall)s comes twice, as clocks are put back that night. "
        "The first time will be taken."
    ),
}


def doubt_words(doubt: doubts.Doubt, *, t: Translator) -> str:
    """Say a doubt in one or two sentences, as plain text."""
    values: dict[str, Any] = {each.name: shown(getattr(doubt, each.name)) for each in fields(doubt)}
    if isinstance(doubt, doubts.SessionOnHoliday):
        values["holiday"] = holiday_name(doubt.starts.date(), t.locale)
    return t(DOUBTS[type(doubt)], **values)


def shown(value: object) -> object:
    """Write a moment, a day or a list of them as people read it; all else stays."""
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y}, {value.hour}:{value:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, tuple):
        return ", ".join(str(shown(each)) for each in value)
    return value
