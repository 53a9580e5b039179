"""Staff plan a wave of a survey in a dialogue: whom it asks, from when, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programme import staff, survey_audiences, survey_desk, survey_waves, typed_days, typed_moment
from programme.asking import Asked, ended, following, fresh, number
from programme.refusals import OptionUnknown, QuestionPassed
from programme.survey_audiences import EVERYONE, ORGANISATIONS, PARTICIPANTS, PUBLIC
from programme.survey_desk import SurveyView
from programme.wall_time import to_moment, to_wall
from programme.wave_refusals import WaveTaken, WaveTimesWrong
from storage import events
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember
from storage.waves import Wave

FLOW = "survey_wave"
AUDIENCE, EVENT, OPENS, CLOSES, CONFIRM = "audience", "event", "opens", "closes", "confirm"
# What lies behind the buttons; an answer that is typed never begins with this sign.
NOW, NEVER, YES, NO = "=now", "=never", "=yes", "=no"
DAYS = {"=7": 7, "=14": 14, "=30": 30}
AUDIENCES = {f"={word}": word for word in (PARTICIPANTS, ORGANISATIONS, EVERYONE, PUBLIC)}
EVENTS_SHOWN = 10
_MOST_OF_A_KEY = 20


@dataclass(frozen=True)
class Planned:
    """The dialogue has ended; `wave` is None when nothing was planned after all."""

    conversation: Conversation
    survey_id: int
    wave: Wave | None


async def begin(
    tx: Tx, *, state: Conversation, survey_id: int, member: StaffMember, zone: str, now: datetime
) -> Asked:
    """Ask whom a new wave is for; raises WaveUnknown."""
    staff.permit(member, "surveys")
    await survey_desk.one(tx, survey_id=survey_id, member=member)
    begun = following(fresh(state, FLOW, survey_id=survey_id), AUDIENCE)
    return await ask(tx, state=begun, member=member, zone=zone, now=now)


async def ask(
    tx: Tx, *, state: Conversation, member: StaffMember, zone: str, now: datetime
) -> Asked:
    """Gather what the open question needs."""
    staff.permit(member, "surveys")
    known = state.data["answers"]
    view: SurveyView = await survey_desk.one(tx, survey_id=state.data["survey_id"], member=member)
    facts: dict[str, Any] = {"view": view, "zone": zone}
    if state.step == EVENT:
        facts["events"] = list(reversed(await events.recent(tx, now=now)))[:EVENTS_SHOWN]
    elif state.step == CONFIRM:
        event = await events.get(tx, known["event_id"]) if known.get("event_id") else None
        facts |= {
            "audience": known["audience"],
            "event": event.title if event else "",
            "opens_at": _opens_at(known, now),
            "closes_at": _closes_at(known, now),
        }
    return Asked(state, f"wave_{state.step}", facts)


async def answer(
    tx: Tx, *, state: Conversation, raw: str, member: StaffMember, zone: str, now: datetime
) -> Asked | Planned:
    """Take the answer to the open question; the last one plans the wave.

    Raises a kind of AnswerRefused, or a refusal of the use case.
    """
    staff.permit(member, "surveys")
    known = state.data["answers"]
    if state.step == AUDIENCE:
        if raw not in AUDIENCES:
            raise OptionUnknown
        word = AUDIENCES[raw]
        coming = following(state, EVENT if word == PARTICIPANTS else OPENS, audience=word)
    elif state.step == EVENT:
        event = await events.get(tx, number(raw) or 0)
        if event is None:
            raise OptionUnknown
        coming = following(state, OPENS, event_id=event.id)
    elif state.step == OPENS:
        coming = following(state, CLOSES, opens=_read_opening(raw, zone, now))
    elif state.step == CLOSES:
        coming = following(state, CONFIRM, closes=_read_closing(raw, known, zone, now))
    elif state.step == CONFIRM:
        if raw == NO:
            return Planned(ended(state), state.data["survey_id"], None)
        if raw != YES:
            raise OptionUnknown
        return await _plan(tx, state, member, zone, now)
    else:
        raise QuestionPassed
    return await ask(tx, state=coming, member=member, zone=zone, now=now)


def _read_opening(raw: str, zone: str, now: datetime) -> str:
    """Read when it opens; empty for at once, which is the moment of the last look."""
    if raw == NOW:
        return ""
    found = typed_moment.read(raw, now=now, zone=zone)
    if found <= now:
        raise WaveTimesWrong
    return found.isoformat()


def _read_closing(raw: str, known: dict[str, Any], zone: str, now: datetime) -> str:
    """Read when it closes; empty for not by itself. Days count to the end of the last one."""
    if raw == NEVER:
        return ""
    opens = to_wall(_opens_at(known, now), zone)
    if raw in DAYS:
        last = datetime.combine(opens.date() + timedelta(days=DAYS[raw]), typed_days.LAST_MINUTE)
    else:
        last = typed_days.moment(raw, today=to_wall(now, zone).date())
    found = to_moment(last, zone)
    if found <= max(now, _opens_at(known, now)):
        raise WaveTimesWrong
    return found.isoformat()


def _opens_at(known: dict[str, Any], now: datetime) -> datetime:
    return datetime.fromisoformat(known["opens"]) if known["opens"] else now


def _closes_at(known: dict[str, Any], now: datetime) -> datetime | None:
    del now
    return datetime.fromisoformat(known["closes"]) if known["closes"] else None


async def _plan(
    tx: Tx, state: Conversation, member: StaffMember, zone: str, now: datetime
) -> Planned:
    known, survey_id = state.data["answers"], state.data["survey_id"]
    view = await survey_desk.one(tx, survey_id=survey_id, member=member)
    opens_at, closes_at = _opens_at(known, now), _closes_at(known, now)
    word = known["audience"]
    audience = (
        survey_audiences.participants(known["event_id"]) if word == PARTICIPANTS else {"kind": word}
    )
    span = (closes_at - opens_at).days if closes_at else survey_waves.REMINDER_DAYS[-1] + 1
    day = f"{to_wall(opens_at, zone):%Y-%m-%d}"
    for tried in range(1, _MOST_OF_A_KEY):
        try:
            wave = await survey_waves.plan(
                tx,
                survey_key=view.survey.key,
                key=day if tried == 1 else f"{day}-{tried}",
                opens_at=opens_at,
                closes_at=closes_at,
                audience=audience,
                reminder_days=[each for each in survey_waves.REMINDER_DAYS if each < span],
                member=member,
                now=now,
            )
        except WaveTaken:
            continue
        return Planned(ended(state), survey_id, wave)
    raise WaveTaken
