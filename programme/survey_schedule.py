"""Hold a survey by itself: a wave for each event that ends, so many days after it.

The rule of a survey is JSON: {"after": "event", "kinds": ["training"], "days": 1, "at": "10:00",
"open_days": 14, "reminder_days": [3, 7]}; "session" means a wave for each session. It holds for
what ends after the survey was loaded. Nothing is planned ahead: a tick looks which events have
ended, so that one that was moved or called off is as it is.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from programme import survey_audiences, survey_reminders, survey_waves
from programme.quiet_hours import QuietHours
from programme.survey_asking import HOME_ZONE
from programme.wall_time import to_moment, to_wall
from storage import surveys as store
from storage import wave_asking, waves
from storage.database import Tx
from storage.events import Event, Session
from storage.surveys import Survey
from storage.waves import Wave

# Whoever was there weeks ago does not remember it well enough to be asked.
TOO_LATE = timedelta(days=14)
KEY_LENGTH = 40
_AT, _DAYS, _OPEN_DAYS = "10:00", 1, 14


@dataclass(frozen=True)
class Rule:
    """When a survey is held by itself after what ends."""

    after: str
    kinds: tuple[str, ...]
    days: int
    at: time
    open_days: int | None
    reminder_days: tuple[int, ...]

    def opens_at(self, ends_at: datetime, zone: str) -> datetime:
        """Tell when the wave of something opens that ends at a moment; never before its end."""
        day = to_wall(ends_at, zone).date() + timedelta(days=self.days)
        return max(ends_at, to_moment(datetime.combine(day, self.at), zone))


def rule_of(survey: Survey) -> Rule | None:
    """Read the rule of a survey; None where it is held only when staff say so."""
    kept = survey.schedule
    if not kept or kept.get("after") not in ("event", "session"):
        return None
    open_days = kept.get("open_days", _OPEN_DAYS)
    return Rule(
        str(kept["after"]),
        tuple(kept.get("kinds") or ()),
        int(kept.get("days", _DAYS)),
        time.fromisoformat(str(kept.get("at", _AT))),
        None if open_days is None else int(open_days),
        tuple(int(one) for one in kept.get("reminder_days", survey_waves.REMINDER_DAYS)),
    )


@dataclass(frozen=True)
class ComingWave:
    """A wave that time will make and open; `wave` is set where staff planned it."""

    opens_at: datetime
    survey: Survey
    event: Event | None = None
    session: Session | None = None
    rule: Rule | None = None
    wave: Wave | None = None


async def coming(tx: Tx, *, now: datetime, until: datetime | None = None) -> list[ComingWave]:
    """List the waves that open up to a moment, planned ones and those of rules, by opening."""
    found = []
    for wave_id in await wave_asking.planned(tx):
        survey, wave = await survey_waves.found(tx, wave_id)
        found.append(ComingWave(wave.opens_at, survey, wave=wave))
    for survey in await store.newest(tx, kind="survey"):
        rule = rule_of(survey)
        if rule is not None:
            found += [one async for one in _of_rule(tx, survey, rule, now)]
    near = [one for one in found if until is None or one.opens_at <= until]
    return sorted(near, key=lambda one: (one.opens_at, one.survey.id))


async def _of_rule(tx: Tx, survey: Survey, rule: Rule, now: datetime) -> AsyncIterator[ComingWave]:
    since = max(survey.created_at, now - TOO_LATE - timedelta(days=rule.days + 1))
    held = {wave.key for wave in await waves.of_survey(tx, survey.id)}
    for event, sessions in await wave_asking.ending_after(tx, since, kinds=rule.kinds):
        for ended in _endings(rule, sessions):
            opens_at = rule.opens_at(ended.ends_at, ended.zone)
            closes_at = survey_waves.until(opens_at, rule.open_days)
            is_over = opens_at <= now - TOO_LATE or (closes_at is not None and closes_at <= now)
            is_new = ended.ends_at > since and not is_over
            session = ended if rule.after == "session" else None
            if is_new and key_of(event, session) not in held:
                yield ComingWave(opens_at, survey, event, session, rule)


def _endings(rule: Rule, sessions: Sequence[Session]) -> Iterator[Session]:
    """Give the sessions after which a wave opens: the last one, or all."""
    if rule.after == "session":
        yield from sessions
    elif sessions:
        yield max(sessions, key=lambda one: one.ends_at)


def key_of(event: Event, session: Session | None = None) -> str:
    """Name the wave of an event or a session; what is too long is cut and told apart by a hash."""
    key = event.key if session is None else f"{event.key}-s{session.id}"
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 9]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


async def make_due(tx: Tx, *, now: datetime) -> int:
    """Make the waves of what ended and whose moment has come; return how many are new.

    They open like any planned wave. Made by two at once, each is one: its key is the event's.
    """
    made = 0
    for one in await coming(tx, now=now, until=now):
        if one.rule is None or one.event is None:
            continue
        wave = await waves.add(
            tx,
            survey_id=one.survey.id,
            key=key_of(one.event, one.session),
            opens_at=one.opens_at,
            closes_at=survey_waves.until(one.opens_at, one.rule.open_days),
            event_id=one.event.id,
            audience=survey_audiences.participants(
                one.event.id, one.session.id if one.session else None
            ),
            reminder_days=one.rule.reminder_days,
            now=now,
        )
        made += wave is not None
    return made


async def next_due(
    tx: Tx, *, now: datetime, zone: str = HOME_ZONE, quiet: QuietHours | None = None
) -> datetime | None:
    """Tell when time does something next about surveys: opens, reminds or closes."""
    moments = [one.opens_at for one in await coming(tx, now=now)]
    for wave_id in await wave_asking.open_ones(tx):
        _survey, wave = await survey_waves.found(tx, wave_id)
        moments += [wave.closes_at] if wave.closes_at else []
    remindings = await survey_reminders.coming(tx, zone=zone, quiet=quiet)
    moments += [one.due_at for one in remindings]
    return min(moments, default=None)
