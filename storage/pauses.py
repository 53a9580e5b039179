"""Channels that must rest: kept in a table, so that a restart obeys too."""

from datetime import datetime

from sqlalchemy import select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.tables import channel_pause


async def until(tx: Tx, channel: str, *, now: datetime) -> datetime | None:
    """Tell until when a channel rests; None when it may speak."""
    moment: datetime | None = await tx.scalar(
        select(channel_pause.c.until).where(channel_pause.c.channel == channel)
    )
    return moment if moment is not None and moment > now else None


async def pause(tx: Tx, channel: str, *, until: datetime, because: str) -> None:
    """Let a channel rest; a longer rest that is known already stays."""
    row = {"channel": channel, "until": until, "because": because[:500]}
    if not await insert_or_ignore(tx, channel_pause, [row]):
        await tx.execute(
            update(channel_pause)
            .where(channel_pause.c.channel == channel, channel_pause.c.until < until)
            .values(until=until, because=because[:500])
        )
