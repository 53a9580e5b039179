"""How a quick poll is asked: one answer or several, with names or without, and until when."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from programme.poll_refusals import ClosesTooSoon
from programme.refusals import OptionUnknown
from programme.wall_time import to_moment, to_wall
from storage import events
from storage.database import Tx

NATIVE, BUTTONS = "native", "buttons"
NAMED, ANONYMOUS = "named", "anonymous"
NEVER, TONIGHT, THREE_DAYS, EVENT_END = "never", "tonight", "days", "event"
ENDS = (NEVER, TONIGHT, THREE_DAYS, EVENT_END)
# When people are at home, and before the quiet hours.
EVENING = time(20)
DAYS = timedelta(days=3)
# Somebody of seventy wants to think about it, and to find their glasses.
TIME_TO_ANSWER = timedelta(hours=1)


@dataclass(frozen=True)
class Manner:
    """How a poll is asked; an anonymous one is never asked by a native poll, which names voters.

    `end` is one of ENDS; which moment it means is known once it is known when people get it.
    """

    multiple: bool = False
    style: str = NATIVE
    privacy: str = NAMED
    end: str = NEVER

    def __post_init__(self) -> None:
        """Ask by buttons what must be anonymous."""
        if self.is_anonymous:
            object.__setattr__(self, "style", BUTTONS)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody may find out who chose what."""
        return self.privacy == ANONYMOUS


PLAIN = Manner()


async def closes_at(
    tx: Tx, end: str, *, event_id: int | None, asked_at: datetime, zone: str
) -> datetime | None:
    """Give the moment at which a poll closes that people get at `asked_at`; None is never.

    Raises OptionUnknown for another word, and for the end of an event where there is none;
    ClosesTooSoon when the event is over by then.
    """
    if end == NEVER:
        return None
    if end in (TONIGHT, THREE_DAYS):
        return _evening(asked_at, timedelta(0) if end == TONIGHT else DAYS, zone)
    sessions = await events.sessions(tx, event_id) if event_id is not None else []
    if end != EVENT_END or not sessions:
        raise OptionUnknown
    last = max(session.ends_at for session in sessions)
    if last < asked_at + TIME_TO_ANSWER:
        raise ClosesTooSoon(last)
    return last


def _evening(asked_at: datetime, later: timedelta, zone: str) -> datetime:
    day = to_wall(asked_at, zone).date() + later
    found = to_moment(datetime.combine(day, EVENING), zone)
    if found < asked_at + TIME_TO_ANSWER:
        found = to_moment(datetime.combine(day + timedelta(days=1), EVENING), zone)
    return found
