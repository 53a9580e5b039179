"""What is done about messages of which nobody knows whether they arrived.

The answer for every kind of notice stands in `programme.notice_policy`.
"""

from datetime import datetime

from programme import notice_policy, outbox_desk
from storage import outbox_sweeps
from storage.database import Tx


async def repeat(tx: Tx, *, now: datetime, after_restart: bool = False) -> int:
    """Queue what may be repeated, each row at most once, and return how many.

    What is true no longer, because somebody cancelled or the event has moved, is not said again.
    After a restart chats do not wait: somebody may be in the middle of a conversation.
    """
    groups = []
    untrue: list[int] = []
    for (channel, how), kinds in notice_policy.repeats().items():
        at_once = after_restart and channel == "telegram"
        before = now if at_once else now - how.after
        found = await outbox_sweeps.doubtful(
            tx, channel=channel, kinds=kinds, before=before, now=now
        )
        if found:
            groups.append((channel, kinds, before))
        untrue += [
            row.id
            for row in found
            if not await outbox_desk.is_true(tx, kind=row.kind, facts=row.facts)
        ]
    # Whoever changes an event and its rows locks the event first; so does this.
    if untrue:
        await outbox_sweeps.do_not_repeat(tx, untrue, now=now)
    count = 0
    for channel, kinds, before in groups:
        count += await outbox_sweeps.send_once_more(
            tx, channel=channel, kinds=kinds, before=before, now=now
        )
    return count
