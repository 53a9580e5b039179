"""Ask for the second pair of eyes when a letter has come to reach more than one may write to.

Whom a letter is for is read when it leaves, and its moment may be weeks after its confirmation.
"""

from datetime import datetime

from programme import audience_reading, tasks
from programme.audience_choice import Choice
from storage import broadcast_states as states
from storage import broadcasts, staff
from storage.broadcasts import Broadcast
from storage.database import Tx

GROWN = "grown"


async def hold_back(tx: Tx, *, broadcast_id: int, second_eyes: int, now: datetime) -> bool:
    """Pause what one person alone confirmed and would begin now, if it reaches too many by now.

    True when it was paused; another coordinator lets it go on, and the task list asks for that.
    """
    if not second_eyes:
        return False
    broadcast = await states.hold(tx, broadcast_id)
    if broadcast is None or not _begins_unseen(broadcast, now):
        return False
    count = await audience_reading.count(tx, Choice.from_json(broadcast.audience), now)
    if count.messages <= second_eyes:
        return False
    await states.change(
        tx, broadcast_id, expected=(states.PLANNED,), state=states.PAUSED, because=GROWN
    )
    await tasks.ask(
        tx,
        key=f"broadcast:{broadcast_id}:{GROWN}",
        kind="broadcast",
        facts={
            "broadcast_id": broadcast_id,
            "subject": str(broadcast.content.get("subject") or ""),
            "author": (await staff.get(tx, broadcast.staff_id)).name,
            "people": count.messages,
            "because": GROWN,
        },
        event_id=broadcast.event_id,
        now=now,
    )
    return True


def _begins_unseen(broadcast: Broadcast, now: datetime) -> bool:
    return (
        broadcast.kind in broadcasts.LETTERS
        and broadcast.second_staff_id is None
        and broadcast.state == states.PLANNED
        and broadcast.starts_at is not None
        and broadcast.starts_at <= now
    )
