"""Let surveys open, ask, remind and close by themselves, each step in its own transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from programme import survey_reminders, survey_schedule, survey_waves
from programme.quiet_hours import QuietHours
from scheduler.queueing import Batches
from storage import wave_asking
from storage.database import Database, Tx
from storage.leases import Confirm, NotHeld
from storage.outage import is_lost

Step = Callable[..., Awaitable[bool]]
Deed = Callable[..., Awaitable[object]]
logger = logging.getLogger(__name__)


async def turn(database: Database, *, confirm: Confirm, now: datetime) -> None:
    """Make the waves of what has ended, close what is over, and pour in what was begun there.

    Whoever has answered is not written to any more, though the letter may have been waiting.
    """
    async with database.reading() as tx:
        is_due = bool(await survey_schedule.coming(tx, now=now, until=now))
        over, answered = await _to_move_on(tx, now)
        left = await wave_asking.with_leftovers(tx)
    if is_due:
        async with database.transaction() as tx:
            await survey_schedule.make_due(tx, now=now)
            await confirm(tx)
    work: list[tuple[int, Deed]] = [(one, survey_waves.close_due) for one in over]
    work += [(one, survey_waves.keep_back_answered) for one in answered]
    work += [(one, survey_waves.pour_begun) for one in left]
    for wave_id, deed in work:
        with _alone(wave_id):
            async with database.transaction() as tx:
                await deed(tx, wave_id=wave_id, now=now)
                await confirm(tx)


@contextmanager
def _alone(wave_id: int) -> Iterator[None]:
    """Let a wave that cannot be moved on hold up no other; the next tick tries again."""
    try:
        yield
    except NotHeld:
        raise
    except Exception as error:
        if is_lost(error):
            raise
        logger.exception("wave_failed", extra={"wave": wave_id})


async def _to_move_on(tx: Tx, now: datetime) -> tuple[list[int], list[int]]:
    """List the waves to be closed, and those where something waits for who has answered."""
    over, answered = [], []
    for wave_id in await wave_asking.open_ones(tx):
        with _alone(wave_id):
            _survey, wave = await survey_waves.found(tx, wave_id)
            if await survey_waves.is_over(tx, wave=wave, now=now):
                over.append(wave_id)
            elif await survey_waves.answered_meanwhile(tx, wave_id=wave_id):
                answered.append(wave_id)
    return over, answered


async def askings(
    database: Database,
    *,
    confirm: Confirm,
    quiet: QuietHours | None,
    zone: str,
    now: datetime,
) -> Batches:
    """Ask and remind those whose moment has come, a batch of people at each step."""
    async with database.reading() as tx:
        asking = await wave_asking.to_ask(tx, now=now)
        reminding = await survey_reminders.due(tx, zone=zone, quiet=quiet, now=now)
    work: list[tuple[int, Step]] = [(one, survey_waves.ask_next) for one in asking]
    work += [(one, survey_reminders.remind_next) for one in reminding]
    for wave_id, step in work:
        more = True
        while more:
            more = False
            with _alone(wave_id):
                async with database.transaction() as tx:
                    more = await step(tx, wave_id=wave_id, quiet=quiet, zone=zone, now=now)
                    await confirm(tx)
            yield more
            # Whoever waits for the writer gets it before the next batch.
            await asyncio.sleep(0)
