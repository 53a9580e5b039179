"""What a line of the agenda is, and what each source of lines can say and do.

A line is one occurrence: one kind of message about one thing, on one day. Its name is a plain
string that stands behind buttons and on the command line, and means the same tomorrow.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from programme.quiet_hours import QuietHours
from programme.wall_time import to_moment, to_wall
from storage.database import Tx
from storage.staff import StaffMember

DAYS = 14
# Why nothing can be done with a line: it answers somebody; it ends an offer; it has other doors;
# it is for staff themselves; it is a survey that opens.
ASKED, OFFER, ELSEWHERE, OWN = "asked", "offer", "elsewhere", "own"
OPENING = "opening"
# Who is counted.
PEOPLE, ORGANISATIONS, ANNOUNCEMENTS = "people", "organisations", "announcements"
# Of those whom a line is for, a page shows so many.
PER_PAGE = 15


@dataclass(frozen=True)
class Span:
    """The days that an agenda covers, as the office's wall has them, and what is quiet in them."""

    now: datetime
    zone: str
    quiet: QuietHours = field(default_factory=QuietHours)
    days: int = DAYS
    # The hour of the daily summary; None when there is none.
    summary_at: time | None = None

    @property
    def until(self) -> datetime:
        """The moment at which the last day ends."""
        return self.ends()[-1]

    def ends(self) -> list[datetime]:
        """Give the moments at which the days end, the first one today's."""
        today = to_wall(self.now, self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return [
            to_moment(today + timedelta(days=number), self.zone)
            for number in range(1, self.days + 2)
        ]

    def day(self, moment: datetime) -> str:
        """Name the day of a moment, in six digits; what is overdue belongs to today."""
        return f"{to_wall(max(moment, self.now), self.zone):%y%m%d}"


@dataclass(frozen=True)
class Occurrence:
    """One line: what is sent when, about what, to how many, and why it cannot be stopped if so."""

    name: str
    due_at: datetime
    kind: str
    about: str
    count: int
    counted: str = PEOPLE
    fixed: str = ""
    # Which of an event's reminders it is, and the broadcast that has doors of its own.
    rule: str = ""
    broadcast_id: int | None = None


@dataclass(frozen=True)
class Whom:
    """One of those whom an occurrence is for; `number` is what their button says."""

    number: int
    name: str
    channels: tuple[str, ...]
    address: str


@dataclass(frozen=True)
class Sample:
    """What somebody would read: a notice as the sender would write it."""

    kind: str
    facts: dict[str, Any]
    locale: str
    channel: str
    address: str


@dataclass(frozen=True)
class Looked:
    """An occurrence with a page of those whom it is for, and what the first of them would read."""

    occurrence: Occurrence
    people: list[Whom]
    first: int
    sample: Sample | None


Name = Sequence[str]
Listed = Callable[[Tx, Span], Awaitable[list[Occurrence]]]
Look = Callable[[Tx, Name, Span, int, int], Awaitable[Looked | None]]
Stop = Callable[[Tx, Name, Span, StaffMember | None], Awaitable[int]]
LeaveOut = Callable[[Tx, Name, int, Span, StaffMember | None], Awaitable[int]]


@dataclass(frozen=True)
class Source:
    """Where lines come from. What it cannot do is None.

    `stop`, `hurry` and `leave_out` return how many are concerned; none means that a tick, or
    somebody else, was faster.
    """

    listed: Listed
    look: Look
    stop: Stop | None = None
    hurry: Stop | None = None
    leave_out: LeaveOut | None = None
