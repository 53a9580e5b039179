"""Write to nobody too often: what they have not asked for is spread over working days.

Nobody gets more than so many messages a day, counted over everything that staff send to many.
What is too much today comes on the morning of the next working day with room. Only what would be
too late by then goes in spite of the cap: a word that comes too late is worse than one too many.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from programme.letter_doors import UNASKED
from programme.quiet_hours import QuietHours
from programme.wall_time import to_moment, to_wall
from storage import daily_counts
from storage.database import Tx

# Set right what people have read wrong: counts like the others and waits for nobody.
AT_ONCE = frozenset({"correction"})
COUNTED = UNASKED | AT_ONCE
NO_CAP = 0
# Whoever is told later must still have time to answer.
TIME_TO_ANSWER = timedelta(hours=4)


async def spread(
    tx: Tx,
    *,
    person_ids: Collection[int],
    kind: str,
    due_at: datetime,
    not_after: datetime,
    quiet: QuietHours,
    zone: str,
    cap: int | None = None,
) -> dict[int, datetime]:
    """Tell when each of these people is told: at `due_at`, or on a later working day's morning.

    1. `cap` is that of `quiet` unless given; `NO_CAP` means that there is none.
    2. One question counts for all, however many they are. To be asked last, just before the rows
       are queued in the same transaction: others who count wait until its end.
    3. Nobody's moment is later than a few hours before `not_after`; who has no room until then is
       told at `due_at`. So is everybody of a kind that waits for nothing.
    """
    most = quiet.most_a_day if cap is None else cap
    if most == NO_CAP or kind in AT_ONCE or not person_ids:
        return dict.fromkeys(person_ids, due_at)
    midnight = to_moment(datetime.combine(to_wall(due_at, zone).date(), time.min), zone)
    await daily_counts.take_turn(tx)
    known: dict[int, Counter[date]] = defaultdict(Counter)
    for person_id, moment in await daily_counts.due_since(
        tx, person_ids=sorted(person_ids), kinds=sorted(COUNTED), since=midnight
    ):
        known[person_id][to_wall(moment, zone).date()] += 1
    last = not_after - TIME_TO_ANSWER
    return {
        person_id: _first_room(known[person_id], most, due_at, last, quiet, zone)
        if person_id in known
        else due_at
        for person_id in person_ids
    }


def _first_room(
    days: Counter[date], most: int, due_at: datetime, last: datetime, quiet: QuietHours, zone: str
) -> datetime:
    moment = due_at
    while days[(day := to_wall(moment, zone).date())] >= most:
        moment = quiet.next_working(quiet.morning(day + timedelta(days=1), zone), zone)
        if moment > last:
            return due_at
    return moment
