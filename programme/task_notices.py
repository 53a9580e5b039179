"""Tell coordinators in their chats that there is something to do, a few times a day at most.

What came up meanwhile is told together. The day has three parts, each with one notice under a key
of its own, so that two tickers tell it once.
"""

from datetime import datetime

from programme.facts import programme_facts
from programme.notice_policy import POLICY
from programme.quiet_hours import QuietHours
from programme.wall_time import to_wall
from storage import conversations, outbox, staff, tasks
from storage.database import Tx
from storage.outbox import Entry

LOCALE = "pl"
HOME_ZONE = "Europe/Warsaw"
# The hours at which the second and the third part of a day begin.
NOON, AFTERNOON = 12, 16
_MOST = 500


async def turn(tx: Tx, *, now: datetime, quiet: QuietHours | None = None) -> int:
    """Tell what has not been told, unless it is night or a silent day; return how many that is."""
    if (quiet or QuietHours()).next_working(now, HOME_ZONE) > now:
        return 0
    new = await tasks.untold(tx, limit=_MOST)
    if not new:
        return 0
    policy = POLICY["task"]
    programme = await programme_facts(tx)
    said = {"new": len(new), "all": await tasks.count_open(tx)}
    entries = [
        Entry(
            key=f"task:{_part_of_day(now)}:{address}",
            channel="telegram",
            kind=policy.kind,
            address=address,
            locale=locale,
            facts={"programme": programme, "person": {"name": name}, "tasks": said},
            priority=policy.priority,
            due_at=now,
            not_after=policy.worth_until(now),
        )
        for address, name, locale in await _coordinators(tx)
    ]
    told = await outbox.put(tx, entries, now=now) if entries else 0
    if told:
        await tasks.set_told(tx, now=now)
    return told


def _part_of_day(now: datetime) -> str:
    wall = to_wall(now, HOME_ZONE)
    part = 1 + (wall.hour >= NOON) + (wall.hour >= AFTERNOON)
    return f"{wall:%Y-%m-%d}:{part}"


async def _coordinators(tx: Tx) -> list[tuple[str, str, str]]:
    found = []
    for member in await staff.everyone(tx):
        if member.role == "coordinator":
            chat = await conversations.load(tx, member.chat_id)
            found.append((str(member.chat_id), member.name, chat.locale if chat else LOCALE))
    return found
