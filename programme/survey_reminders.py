"""Remind those who were asked to fill in a survey and have not, on the days that it names.

Only that somebody has answered is looked at, which is kept apart from what was answered, so it is
the same for an anonymous survey. A key for each day keeps restarts, and staff who remind by hand,
from reminding anybody twice on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from programme import staff, survey_asking, survey_waves
from programme.notice_policy import POLICY
from programme.quiet_hours import QuietHours
from programme.survey_asking import HOME_ZONE, REMINDED, Round, Told
from programme.wall_time import to_moment, to_wall
from programme.wave_refusals import NobodyToRemind, WaveClosed
from storage import organisations, people, survey_recipients, wave_asking
from storage import staff as staff_rows
from storage.database import Tx
from storage.staff import StaffMember
from storage.survey_recipients import SurveyRecipient
from storage.waves import OPEN, Wave

BATCH = 300


@dataclass(frozen=True)
class Coming:
    """One reminding that lies ahead: when, of which wave, and who would be reminded now.

    `number` says which of the wave's remindings it is, from 1.
    """

    due_at: datetime
    wave: Wave
    number: int
    silent: tuple[SurveyRecipient, ...]


def moments(wave: Wave, *, zone: str) -> list[datetime]:
    """Give the moments at which a wave reminds, on the wall at the hour it began to ask.

    None is as late as its closing; there are none before everybody was asked.
    """
    if wave.asked_at is None or wave.state != OPEN:
        return []
    begun = to_wall(wave.asked_at, zone)
    days = sorted({int(one) for one in wave.reminder_days if int(one) > 0})
    found = [to_moment(begun + timedelta(days=day), zone) for day in days]
    return [one for one in found if wave.closes_at is None or one < wave.closes_at]


async def coming(
    tx: Tx,
    *,
    until: datetime | None = None,
    zone: str = HOME_ZONE,
    quiet: QuietHours | None = None,
) -> list[Coming]:
    """List the remindings up to a moment, as things stand, the soonest first."""
    hours, found = quiet or QuietHours(), []
    for wave_id in await wave_asking.open_ones(tx):
        _survey, wave = await survey_waves.found(tx, wave_id)
        ahead = [
            (number, due_at)
            for number, due_at in _all(wave, hours, zone)
            if until is None or due_at <= until
        ]
        silent = await survey_recipients.missing(tx, wave_id) if ahead else []
        for number, due_at in ahead:
            still = tuple(one for one in silent if one.reminders < number)
            if still:
                found.append(Coming(due_at, wave, number, still))
    return sorted(found, key=lambda one: (one.due_at, one.wave.id))


def _all(wave: Wave, quiet: QuietHours, zone: str) -> list[tuple[int, datetime]]:
    """Number a wave's remindings and tell when each leaves."""
    leaving = [_leaves(wave, moment, quiet, zone) for moment in moments(wave, zone=zone)]
    return [(number, due_at) for number, due_at in enumerate(leaving, 1) if due_at is not None]


async def due(
    tx: Tx, *, zone: str = HOME_ZONE, quiet: QuietHours | None = None, now: datetime
) -> list[int]:
    """List the waves of which somebody is to be reminded now."""
    found = []
    for wave_id in await wave_asking.open_ones(tx):
        _survey, wave = await survey_waves.found(tx, wave_id)
        passed = [number for number, at in _all(wave, quiet or QuietHours(), zone) if at <= now]
        if passed and await survey_recipients.has_silent(tx, wave_id, below=passed[-1]):
            found.append(wave_id)
    return found


def _leaves(wave: Wave, moment: datetime, quiet: QuietHours, zone: str) -> datetime | None:
    due_at = POLICY[REMINDED].leaves_at(moment, quiet=quiet, zone=zone, last=wave.closes_at)
    return due_at if wave.closes_at is None or due_at < wave.closes_at else None


async def remind_next(
    tx: Tx,
    *,
    wave_id: int,
    quiet: QuietHours | None = None,
    zone: str = HOME_ZONE,
    now: datetime,
) -> bool:
    """Remind the next of those whose moment has come; False when nobody is left.

    Of several moments that have passed while nothing ran, only the last one reminds.
    """
    _survey, wave = await survey_waves.found(tx, wave_id, hold=True)
    hours = quiet or QuietHours()
    passed = [number for number, due_at in _all(wave, hours, zone) if due_at <= now]
    is_over = wave.closes_at is not None and wave.closes_at <= now
    if not passed or is_over:
        return False
    silent = await survey_recipients.missing(tx, wave_id)
    turn = [one for one in silent if one.reminders < passed[-1]][:BATCH]
    counted = [
        one
        for one in turn
        if await survey_recipients.remind(
            tx, wave_id, one.owner, before=one.reminders, counted=passed[-1]
        )
    ]
    await _remind(tx, wave, counted, zone, hours, now)
    return bool(turn)


async def remind_now(
    tx: Tx,
    *,
    wave_id: int,
    member: StaffMember | None,
    quiet: QuietHours | None = None,
    zone: str = HOME_ZONE,
    now: datetime,
) -> int:
    """Remind all who have not answered, and return how many messages that makes.

    The days on which the survey reminds by itself stay as they are. Raises WaveUnknown,
    WaveClosed, or NobodyToRemind.
    """
    if member is not None:
        staff.permit(member, "surveys")
    survey, wave = await survey_waves.found(tx, wave_id, hold=True)
    if wave.state != OPEN or (wave.closes_at is not None and wave.closes_at <= now):
        raise WaveClosed
    silent = await survey_recipients.missing(tx, wave_id)
    count = await _remind(tx, wave, silent, zone, quiet or QuietHours(), now)
    if not count:
        raise NobodyToRemind
    detail = {"survey": survey.key, "wave": wave.key, "count": count}
    if member is not None:
        await staff.record(tx, member, "survey reminded", detail=detail, now=now)
    else:
        await staff_rows.log(
            tx,
            chat_id=None,
            staff_id=None,
            action="survey reminded",
            allowed=True,
            detail=detail | {"door": survey_waves.DOOR},
            now=now,
        )
    return count


async def tell_now(tx: Tx, coming: Coming, *, zone: str, quiet: QuietHours, now: datetime) -> int:
    """Remind now those who would be reminded later; return how many that are.

    Whom nothing reaches counts as reminded, as at the moment itself.
    """
    owners = [one.owner for one in coming.silent]
    count = await leave_out(tx, coming.wave.id, owners, number=coming.number)
    if count:
        await _remind(tx, coming.wave, coming.silent, zone, quiet, now)
    return count


async def leave_out(tx: Tx, wave_id: int, owners: Sequence[str], *, number: int) -> int:
    """Let these not be reminded at one of the moments; return how many had not been."""
    silent = {one.owner: one for one in await survey_recipients.missing(tx, wave_id)}
    left = 0
    for owner in owners:
        one = silent.get(owner)
        if one is not None and one.reminders < number:
            left += await survey_recipients.remind(
                tx, wave_id, owner, before=one.reminders, counted=number
            )
    return left


async def _remind(
    tx: Tx,
    wave: Wave,
    silent: Sequence[SurveyRecipient],
    zone: str,
    quiet: QuietHours,
    now: datetime,
) -> int:
    leaves = _leaves(wave, now, quiet, zone)
    if leaves is None:
        return 0
    this = Round(REMINDED, wave, f"{to_wall(leaves, zone):%y%m%d}", zone, quiet, now)
    return await survey_asking.tell(tx, this, await ways_to(tx, silent))


async def ways_to(tx: Tx, silent: Sequence[SurveyRecipient]) -> list[Told]:
    """Find how those who have not answered are told; whom nothing reaches is left out."""
    numbers = [one.person_id for one in silent if one.person_id is not None]
    persons = await people.of_ids(tx, numbers)
    units = await organisations.of_ids(
        tx, [one.organisation_id for one in silent if one.organisation_id is not None]
    )
    told = await survey_asking.ways_of_people(tx, [persons[one] for one in sorted(persons)])
    return told + await survey_asking.ways_of_organisations(tx, list(units.values()))
