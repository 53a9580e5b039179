"""Close quick polls: by themselves at their moment, or because staff want it.

Closing is one row. Whatever follows from it, as the messages that still ask, is found out from
the tables by the tick, so that nothing is forgotten when a process dies in between.
"""

from datetime import datetime, timedelta

from programme import staff
from programme.poll_ballots import closing_of
from programme.poll_refusals import PollClosedAlready
from storage import broadcasts, inbox, poll_waves, survey_drafts, survey_traces, waves
from storage.database import Tx
from storage.poll_waves import PollWave
from storage.staff import StaffMember
from storage.waves import Wave

# Telegram may bring a vote of the last second a little later.
ASKED_LATELY, CLOSED_LATELY = timedelta(days=30), timedelta(days=3)
# So long at most a closing waits for what arrived before it and could not be handled.
AWAITED = timedelta(days=1)


async def close(tx: Tx, *, survey_id: int, member: StaffMember, now: datetime) -> int:
    """Close a poll at once; whoever has not voted cannot any more. Returns its number.

    Raises PollClosedAlready.
    """
    staff.permit(member, "poll")
    poll = await poll_waves.get(tx, survey_id)
    closing = closing_of(poll.wave)
    if closing is not None and closing <= now:
        raise PollClosedAlready
    if not await _close(tx, poll, now=now):
        raise PollClosedAlready
    broadcast = await broadcasts.by_survey(tx, survey_id)
    detail = {"broadcast": broadcast.id if broadcast else 0}
    await staff.record(tx, member, "close poll", detail=detail, now=now)
    return survey_id


async def close_due(tx: Tx, *, now: datetime) -> int:
    """Close the polls whose moment has come; return how many."""
    closed = 0
    for poll in await alive(tx, now=now):
        if await _is_due(tx, poll.wave, now):
            closed += await _close(tx, poll, now=now)
    for wave_id in await poll_waves.with_leftovers(tx):
        await _forget_ticks(tx, wave_id)
    return closed


async def _is_due(tx: Tx, wave: Wave, now: datetime) -> bool:
    """Tell whether a poll's moment has come, and the votes by buttons before it were handled."""
    if wave.state != waves.OPEN or wave.closes_at is None or wave.closes_at > now:
        return False
    is_late = wave.closes_at + AWAITED <= now
    return is_late or not await inbox.awaits(tx, source="telegram", before=wave.closes_at)


async def _close(tx: Tx, poll: PollWave, *, now: datetime) -> bool:
    if not await waves.close(tx, poll.wave.id, now=now):
        return False
    await _forget_ticks(tx, poll.wave.id)
    if poll.survey.is_anonymous:
        await survey_traces.rub_out(
            tx, survey_id=poll.survey.id, wave_key=poll.wave.key, wave_id=poll.wave.id
        )
    broadcast = await broadcasts.by_survey(tx, poll.survey.id)
    if broadcast is not None:
        # Nobody shall be asked what cannot be answered.
        await poll_waves.withdraw(tx, broadcast.id, now=now)
    return True


async def _forget_ticks(tx: Tx, wave_id: int) -> None:
    """Take away what was ticked and never sent: it is no vote."""
    for draft in await survey_drafts.of_wave(tx, wave_id):
        await survey_drafts.remove(tx, wave_id, draft.owner)


async def alive(tx: Tx, *, now: datetime) -> list[PollWave]:
    """List the polls that run, but for very old ones, and those closed a short while ago."""
    return await poll_waves.alive(
        tx, asked_since=now - ASKED_LATELY, closed_since=now - CLOSED_LATELY
    )
