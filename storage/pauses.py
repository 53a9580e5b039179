"""Channels that must rest: kept in a table, so that a restart obeys too."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.tables import channel_pause, outbox


async def until(tx: Tx, channel: str, *, now: datetime) -> datetime | None:
    """Tell until when a channel rests; None when it may speak."""
    moment: datetime | None = await tx.scalar(
        select(channel_pause.c.until).where(channel_pause.c.channel == channel)
    )
    return moment if moment is not None and moment > now else None


async def pause(tx: Tx, channel: str, *, until: datetime, because: str) -> None:
    """Let a channel rest; a longer rest that is known already stays."""
    row = {"channel": channel, "until": until, "because": because[:500], "length_seconds": None}
    if not await insert_or_ignore(tx, channel_pause, [row]):
        await tx.execute(
            update(channel_pause)
            .where(channel_pause.c.channel == channel, channel_pause.c.until < until)
            .values({name: value for name, value in row.items() if name != "channel"})
        )


async def pause_longer(
    tx: Tx, channel: str, *, because: str, first: timedelta, longest: timedelta, now: datetime
) -> tuple[datetime, timedelta]:
    """Let a broken channel rest, twice as long each time, and tell until when and how long.

    It begins anew with `first` once anything of the channel was sent since its last rest. A rest
    that is in force already stays as it is: the senders that fail together count once.
    """
    rows = await tx.execute(select(channel_pause).where(channel_pause.c.channel == channel))
    known = rows.one_or_none()
    if known is not None and known.until > now:
        return known.until, timedelta(seconds=known.length_seconds or 0)
    length = first
    grows = known is not None and known.length_seconds is not None
    if known is not None and grows and not await _sent_since(tx, channel, known.until):
        length = min(timedelta(seconds=known.length_seconds) * 2, longest)
    await pause(tx, channel, until=now + length, because=because)
    await tx.execute(
        update(channel_pause)
        .where(channel_pause.c.channel == channel)
        .values(length_seconds=length // timedelta(seconds=1))
    )
    return now + length, length


async def _sent_since(tx: Tx, channel: str, moment: datetime) -> bool:
    found = await tx.scalar(
        select(outbox.c.id)
        .where(outbox.c.channel == channel, outbox.c.started_at >= moment, outbox.c.state == "sent")
        .limit(1)
    )
    return found is not None
