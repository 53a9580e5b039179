"""What people are told when attendance cannot be noted."""

from typing import Any

from programme import attendance_refusals as why
from programme.refusals import Refusal
from texts.dates import session_line, until
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.AttendanceRefused: mark("This could not be noted. Please tell the organisers."),
    why.CodeNotOurs: mark(
        "This code is not valid here. Please look once more at the code at the entrance and write "
        "it again. If it does not work, please tell the organisers: they will note that you are "
        "here."
    ),
    why.CodeUnfinished: mark(
        "An attendance code has six digits, for example 472 936. Please look once more and write "
        "it again."
    ),
    why.CodesGuessed: mark(
        "This was a wrong code too many times. Please tell the organisers: they will note that "
        "you are here. You can also try again in an hour."
    ),
    why.CodeOfAnotherSession: mark(
        "This is the code for another day: %(session)s (%(title)s). Please write the code that "
        "hangs at the entrance today."
    ),
    why.TooEarly: mark(
        "It is too early to confirm attendance: %(title)s. It will be possible from: %(moment)s. "
        "Please try again then."
    ),
    why.TooLate: mark(
        "It is too late to confirm attendance: %(title)s. It was possible until: %(moment)s. If "
        "you were there, please tell the organisers."
    ),
    why.NotOnTheList: mark(
        "We do not find you on the list of participants: %(title)s. Please come to the "
        "organisers' desk: they will see what can be done."
    ),
    why.StillInLine: mark(
        "You are on the waiting list and have no seat yet: %(title)s. Please come to the "
        "organisers' desk: they will see what can be done."
    ),
    why.NotedAbsent: mark(
        "The organisers have noted that you were not there: %(title)s. If this is a mistake, "
        "please tell them."
    ),
    why.StaffHaveNoSeat: mark(
        "You write as staff here and are not registered as a participant. To note the attendance "
        "of others, use /wydarzenia."
    ),
    why.SessionUnknown: mark(
        "This session is no longer there. Please open the event again: /wydarzenia."
    ),
    why.SeatUnknown: mark(
        "This person has no seat at this event (any more), so nothing was noted. Please open the "
        "list again."
    ),
    why.ListNotPrinted: mark(
        "This list was never printed. Please open the event again: /wydarzenia."
    ),
}


def moments(refusal: Refusal, locale: str) -> dict[str, Any]:
    """Write the moments that a refusal carries the way people read them."""
    if isinstance(refusal, why.CodeOfAnotherSession):
        line = session_line(refusal.starts_at, refusal.ends_at, refusal.zone, locale)
        return {"session": line}
    if isinstance(refusal, why.TooEarly):
        return {"moment": until(refusal.opens_at, refusal.zone, locale)}
    if isinstance(refusal, why.TooLate):
        return {"moment": until(refusal.closed_at, refusal.zone, locale)}
    return {}
