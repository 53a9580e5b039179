"""Why somebody's attendance cannot be noted."""

from datetime import datetime

from programme.refusals import Refusal


class AttendanceRefused(Refusal):
    """The attendance was not noted."""


class CodeNotOurs(AttendanceRefused):
    """No session of the person has this attendance code."""


class CodeUnfinished(AttendanceRefused):
    """An attendance code has six digits."""


class CodesGuessed(AttendanceRefused):
    """Too many wrong attendance codes within an hour."""


class CodeOfAnotherSession(AttendanceRefused):
    """The attendance code is for another session of the person's event."""

    def __init__(self, title: str, starts_at: datetime, ends_at: datetime, zone: str) -> None:
        super().__init__()
        self.title = title
        self.starts_at = starts_at
        self.ends_at = ends_at
        self.zone = zone


class TooEarly(AttendanceRefused):
    """The session is too far ahead."""

    def __init__(self, title: str, opens_at: datetime, zone: str) -> None:
        super().__init__()
        self.title = title
        self.opens_at = opens_at
        self.zone = zone


class TooLate(AttendanceRefused):
    """The session ended too long ago."""

    def __init__(self, title: str, closed_at: datetime, zone: str) -> None:
        super().__init__()
        self.title = title
        self.closed_at = closed_at
        self.zone = zone


class NotOnTheList(AttendanceRefused):
    """The person has no seat at the event that is going on."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title


class StillInLine(AttendanceRefused):
    """The person waits for a seat and has none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title


class NotedAbsent(AttendanceRefused):
    """Staff noted that the person was not there."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title


class StaffHaveNoSeat(AttendanceRefused):
    """A chat of staff alone has nobody whose attendance could be noted."""


class SessionUnknown(AttendanceRefused):
    """There is no such session."""


class SeatUnknown(AttendanceRefused):
    """There is no registration with a seat that attendance could be noted of."""


class ListNotPrinted(AttendanceRefused):
    """The list with this number was never printed."""
