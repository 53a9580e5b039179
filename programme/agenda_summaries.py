"""The line of the agenda for the daily summary, which coordinators alone get each working day.

Only the next one stands there: a line a day would hide what goes to others.
"""

from datetime import datetime, timedelta

from programme.agenda_rows import OWN, Looked, Name, Occurrence, Source, Span, Whom
from programme.importing.working_days import is_working_day
from programme.staff import COORDINATORS
from programme.wall_time import to_moment, to_wall
from storage import staff
from storage.database import Tx
from storage.staff import StaffMember

LETTER = "y"
KIND = "summary"


async def _coordinators(tx: Tx) -> list[StaffMember]:
    return [one for one in await staff.everyone(tx) if one.role in COORDINATORS]


def _next(span: Span) -> datetime | None:
    if span.summary_at is None:
        return None
    today = to_wall(span.now, span.zone).date()
    days = [today + timedelta(days=number) for number in range(span.days + 1)]
    found = (
        to_moment(datetime.combine(day, span.summary_at), span.zone)
        for day in days
        if is_working_day(day)
    )
    return next((moment for moment in found if moment >= span.now), None)


def _line(moment: datetime, count: int, span: Span) -> Occurrence:
    name = f"{LETTER}.{span.day(moment)}"
    return Occurrence(name, moment, KIND, "", count, fixed=OWN)


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """Give the next summary."""
    moment = _next(span)
    count = len(await _coordinators(tx)) if moment else 0
    return [_line(moment, count, span)] if moment and count else []


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at the next summary."""
    moment = _next(span)
    if moment is None or span.day(moment) != ".".join(name):
        return None
    members = await _coordinators(tx)
    shown = [Whom(one.id, one.name, ("telegram",), "") for one in members[first : first + limit]]
    return Looked(_line(moment, len(members), span), shown, first, None)


SOURCE = Source(listed, look)
