"""How far a broadcast has come, for the progress message and the report to staff."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from programme import notices
from storage import broadcasts, staff
from storage.broadcasts import Broadcast, Count
from storage.database import Tx


@dataclass(frozen=True)
class Counts:
    """Messages by what became of them; each is counted once.

    `queued` are all that may still be sent, `blocked` those that failed because the person
    closed the chat to us, `failed` all others that failed for good.
    """

    sent: int = 0
    queued: int = 0
    failed: int = 0
    blocked: int = 0
    uncertain: int = 0
    missed: int = 0
    cancelled: int = 0


@dataclass(frozen=True)
class Report(Counts):
    """The counts of a whole broadcast, and of each channel that it uses."""

    by_channel: dict[str, Counts] = field(default_factory=dict)


def _ending(count: Count) -> str:
    if count.blocked:
        return "blocked"
    return "queued" if count.state in broadcasts.OPEN else count.state


def _add_up(counts: list[Count]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for count in counts:
        sums[_ending(count)] = sums.get(_ending(count), 0) + count.rows
    return sums


async def report(tx: Tx, *, broadcast_id: int) -> Report:
    """Count a broadcast's messages by what became of them."""
    counts = await broadcasts.count_rows(tx, broadcast_id)
    channels = sorted({count.channel for count in counts})
    by_channel = {
        channel: Counts(**_add_up([count for count in counts if count.channel == channel]))
        for channel in channels
    }
    return Report(**_add_up(counts), by_channel=by_channel)


def announcement_key(broadcast_id: int) -> str:
    """Name the outbox row of the message that shows how far a broadcast has come."""
    return f"progress:{broadcast_id}"


async def announce(
    tx: Tx,
    *,
    broadcast_id: int,
    chat_id: int,
    message: dict[str, Any],
    locale: str,
    now: datetime,
) -> None:
    """Queue the message that will show staff how far the broadcast has come."""
    await notices.reply(
        tx,
        chat_id=chat_id,
        key=announcement_key(broadcast_id),
        message=message,
        locale=locale,
        now=now,
    )


async def staff_chat(tx: Tx, broadcast: Broadcast) -> int | None:
    """Name the chat that is shown how far a broadcast has come; None when nobody is left.

    It is that of whoever confirmed it; if they are staff no longer, that of the other one who
    did, or of the coordinator who is here longest.
    """
    present = {member.id: member for member in await staff.everyone(tx)}
    for number in (broadcast.staff_id, broadcast.second_staff_id):
        if number in present:
            return present[number].chat_id
    chiefs = [one.chat_id for one in present.values() if one.role == "coordinator"]
    return chiefs[0] if chiefs else None


async def next_leaves_at(tx: Tx, *, broadcast_id: int) -> datetime | None:
    """Tell when the next message of a broadcast leaves at the earliest; None when none waits."""
    return await broadcasts.first_due(tx, broadcast_id)


async def set_progress_message(tx: Tx, *, broadcast_id: int, chat_id: int, message_id: int) -> None:
    """Note which message shows staff how far the broadcast has come."""
    await broadcasts.set_progress_message(tx, broadcast_id, chat_id=chat_id, message_id=message_id)


async def unfinished(tx: Tx) -> list[Broadcast]:
    """List broadcasts whose last report staff have not been given."""
    return await broadcasts.unfinished(tx)


async def finish(tx: Tx, *, broadcast_id: int, now: datetime) -> bool:
    """Claim the last report of a broadcast; True once, and only when nothing is left to send."""
    return await broadcasts.finish(tx, broadcast_id, now=now)
