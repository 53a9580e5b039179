"""Open a survey's waves, ask whom they are for a batch at a time, and close them.

Opening, each batch of the asking, and closing are transactions of their own. Killed between any
two of them, it goes on behind the last: the wave itself says up to whom it has come, and whoever
is asked already has a row, under a key of the wave and of whoever answers.
docs/decisions/0041-a-wave-asks-by-itself.md tells why.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from programme import (
    audience_reading,
    fillings,
    forms,
    staff,
    survey_asking,
    survey_audiences,
    survey_pouring,
    surveys,
)
from programme.fillings import Filling
from programme.quiet_hours import QuietHours
from programme.refusals import EventUnknown
from programme.survey_asking import ASKED, HOME_ZONE, Round, Told
from programme.survey_public import new_public_key
from programme.survey_refusals import WaveRunning, WaveUnknown
from programme.wave_refusals import WaveClosed, WaveStillAsking, WaveTaken, WaveTimesWrong
from storage import (
    inbox,
    outbox_sweeps,
    responses,
    survey_drafts,
    survey_recipients,
    survey_traces,
    wave_asking,
    waves,
)
from storage import staff as staff_rows
from storage import surveys as store
from storage.database import Tx
from storage.staff import StaffMember
from storage.survey_drafts import Draft
from storage.surveys import Survey
from storage.waves import CLOSED, OPEN, PLANNED, Wave

BATCH = 300
# So many begun forms are poured into the store at once.
POURED = 100
# So long at most an end waits for what arrived before it and could not be handled.
AWAITED = timedelta(days=1)
REMINDER_DAYS = (3, 7)
DOOR = "command line"


async def plan(
    tx: Tx,
    *,
    survey_key: str,
    key: str,
    opens_at: datetime,
    closes_at: datetime | None,
    audience: Mapping[str, Any] | None,
    reminder_days: Sequence[int] = REMINDER_DAYS,
    member: StaffMember | None,
    now: datetime,
) -> Wave:
    """Plan a wave, which opens by itself; `member` is None for whoever is at the machine.

    One for the public gets a link that anybody may open.

    Raises WaveTimesWrong for a closing that is not after the opening or lies behind, and
    WaveTaken where the survey has a wave of this key.
    """
    _permit(member)
    if closes_at is not None and (closes_at <= opens_at or closes_at <= now):
        raise WaveTimesWrong
    survey = await surveys.find(tx, survey_key)
    is_public = survey_audiences.kind_of(audience) == survey_audiences.PUBLIC
    wave = await waves.add(
        tx,
        survey_id=survey.id,
        key=key,
        opens_at=opens_at,
        closes_at=closes_at,
        event_id=(audience or {}).get("event_id"),
        audience=None if is_public or audience is None else dict(audience),
        public_key=new_public_key() if is_public else None,
        reminder_days=tuple(reminder_days),
        now=now,
    )
    if wave is None:
        raise WaveTaken
    await _record(tx, member, "survey planned", survey, wave, now)
    return wave


async def open_now(tx: Tx, *, wave_id: int, member: StaffMember | None, now: datetime) -> Wave:
    """Open a planned wave before its time; the next tick begins to ask.

    Raises WaveUnknown, or WaveRunning for one that is open or closed.
    """
    _permit(member)
    survey, wave = await found(tx, wave_id, hold=True)
    if not await _begin(tx, wave, now):
        raise WaveRunning
    await _record(tx, member, "survey opened", survey, wave, now)
    return await _again(tx, wave_id)


async def _begin(tx: Tx, wave: Wave, now: datetime) -> bool:
    up_to = await audience_reading.ceiling(tx)
    return await wave_asking.begin(tx, wave.id, up_to=up_to, now=now)


async def ask_newcomers(tx: Tx, *, wave_id: int, member: StaffMember | None, now: datetime) -> Wave:
    """Let an open wave look once more whom it is for, as when attendance was noted late.

    Whoever was asked is not asked again. Raises WaveUnknown, WaveClosed, or WaveStillAsking.
    """
    _permit(member)
    survey, wave = await found(tx, wave_id, hold=True)
    if wave.state == CLOSED:
        raise WaveClosed
    if not await wave_asking.ask_anew(tx, wave.id, up_to=await audience_reading.ceiling(tx)):
        raise WaveStillAsking
    await _record(tx, member, "survey newcomers", survey, wave, now)
    return await _again(tx, wave_id)


async def ask_next(
    tx: Tx,
    *,
    wave_id: int,
    quiet: QuietHours | None = None,
    zone: str = HOME_ZONE,
    now: datetime,
) -> bool:
    """Ask the next batch of a wave, opening it first; False when nobody is left.

    The organisations come first, then people by rising number. A wave whose end has come before
    anything opened it is closed and asks nobody.
    """
    wave = await waves.get(tx, wave_id, hold=True)
    if wave is None or wave.state == CLOSED:
        return False
    if await _is_past(tx, wave, now):
        await _end(tx, wave, now)
        return False
    if wave.closes_at is not None and wave.closes_at <= now:
        return False
    if wave.state == PLANNED:
        if wave.opens_at > now:
            return False
        await _begin(tx, wave, now)
        wave = await _again(tx, wave_id)
    if wave.asked_at is not None and wave.asked_up_to is None:
        return False
    this = Round(ASKED, wave, "", zone, quiet or QuietHours(), now)
    return await _ask(tx, this)


async def _ask(tx: Tx, this: Round) -> bool:
    wave = this.wave
    up_to = wave.asked_up_to
    if up_to is None:
        # Somebody opened it without saying up to whom it asks.
        up_to = await audience_reading.ceiling(tx)
    try:
        if wave.asked_after == 0:
            units = await survey_audiences.organisations(tx, wave.audience, hold=True)
            rows = [
                {"owner": fillings.organisation(one.id), "organisation_id": one.id} for one in units
            ]
            fresh = await _new(tx, wave, rows)
            told = await survey_asking.ways_of_organisations(tx, units, hold=True)
            await _tell(tx, this, told, fresh)
        persons = await survey_audiences.persons(
            tx, wave.audience, after=wave.asked_after, up_to=up_to, limit=BATCH, hold=True
        )
    except EventUnknown:
        persons = []
    rows = [{"owner": fillings.person(one.id), "person_id": one.id} for one in persons]
    fresh = await _new(tx, wave, rows)
    await _tell(tx, this, await survey_asking.ways_of_people(tx, persons), fresh)
    if len(persons) < BATCH:
        await wave_asking.finish(tx, wave.id, now=this.now)
        return False
    await wave_asking.advance(tx, wave.id, after=wave.asked_after, to=persons[-1].id)
    return True


async def _new(tx: Tx, wave: Wave, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Keep whom a wave asks, and name those who were not asked before."""
    owners = [row["owner"] for row in rows]
    known = await survey_recipients.known(tx, wave.id, owners)
    fresh = [row for row in rows if row["owner"] not in known]
    if fresh:
        await survey_recipients.add(tx, wave.id, fresh)
    return {row["owner"] for row in fresh}


async def _tell(tx: Tx, this: Round, told: Sequence[Told], fresh: Collection[str]) -> None:
    await survey_asking.tell(tx, this, [one for one in told if one.owner in fresh])


async def close(tx: Tx, *, wave_id: int, member: StaffMember | None, now: datetime) -> Wave:
    """Close a wave that is open, or planned and not wanted any more.

    Raises WaveUnknown, or WaveClosed for one that is closed already.
    """
    _permit(member)
    survey, wave = await found(tx, wave_id, hold=True)
    if not await _end(tx, wave, now):
        raise WaveClosed
    await _record(tx, member, "survey closed", survey, wave, now)
    return await _again(tx, wave_id)


async def _end(tx: Tx, wave: Wave, now: datetime) -> bool:
    """Close a wave once, keep back what has not left, and pour in what was begun."""
    if not await waves.close(tx, wave.id, now=now):
        return False
    await survey_asking.hush(tx, wave.id, now=now)
    await pour_begun(tx, wave_id=wave.id, now=now)
    return True


async def pour_begun(tx: Tx, *, wave_id: int, now: datetime) -> int:
    """Pour forms that were begun and never handed in into the store; return how many.

    They count as incomplete. What somebody whom we know began in an anonymous survey, and never
    handed in, is thrown away. A form that was handed in and was being changed is poured only if
    all its required questions have an answer; else what was handed in stays as it is. More than
    a batch waits for the next tick, as does what somebody saved while the wave closed.
    """
    survey, wave = await found(tx, wave_id)
    drafts = (await survey_drafts.of_wave(tx, wave_id))[:POURED]
    for draft in drafts:
        if not await survey_drafts.remove(tx, wave_id, draft.owner):
            continue
        if survey.is_anonymous and fillings.is_known(draft.owner):
            # Of the few who began and never handed in, it would be plain whose this is.
            continue
        filling = await _filling(tx, survey, wave, draft)
        if filling.is_done and filling.open is not None:
            continue
        if filling.answers:
            await survey_pouring.pour(
                tx, filling=filling, complete=filling.is_done, door=draft.door, now=now
            )
    if survey.is_anonymous and not await survey_drafts.count(tx, wave_id, owners=""):
        await survey_traces.rub_out(tx, survey_id=survey.id, wave_key=wave.key, wave_id=wave.id)
    return len(drafts)


async def _filling(tx: Tx, survey: Survey, wave: Wave, draft: Draft) -> Filling:
    form = await survey_pouring.form_in(tx, survey, version=draft.form_version)
    recipient = await survey_recipients.get(tx, wave.id, draft.owner)
    is_done = recipient is not None and recipient.done
    return Filling(
        survey, wave, forms.flat(form), draft.owner, draft.answers, draft.link_hash, is_done
    )


async def close_due(tx: Tx, *, wave_id: int, now: datetime) -> bool:
    """Close a wave whose end has come, or that has all responses it wants."""
    wave = await waves.get(tx, wave_id, hold=True)
    if wave is None or not await is_over(tx, wave=wave, now=now):
        return False
    return await _end(tx, wave, now)


async def is_over(tx: Tx, *, wave: Wave, now: datetime) -> bool:
    """Tell whether an open wave is to be closed now."""
    if wave.state != OPEN:
        return False
    return await _is_past(tx, wave, now) or await is_full(tx, wave)


async def _is_past(tx: Tx, wave: Wave, now: datetime) -> bool:
    """Tell whether a wave's end has come, and what the chats brought before it was handled."""
    if wave.closes_at is None or wave.closes_at > now:
        return False
    if wave.state != OPEN or wave.closes_at + AWAITED <= now:
        return True
    return not await inbox.awaits(tx, source="telegram", before=wave.closes_at)


async def is_full(tx: Tx, wave: Wave) -> bool:
    """Tell whether nobody more is wanted: all responses, or all options of a question with quotas.

    A quota alone closes a wave only where every option of its question has one.
    """
    survey = await store.get(tx, wave.survey_id)
    if wave.most_responses is not None:
        _, complete = await responses.count(tx, survey.id, wave_key=wave.key)
        if complete >= wave.most_responses:
            return True
    if not wave.quotas:
        return False
    form = forms.flat(await surveys.form_of(tx, survey))
    counted = await store.tally(tx, survey.id, wave_key=wave.key)
    for question_key, wanted in wave.quotas.items():
        question = form.question(question_key)
        every = {one.key for one in question.options} if question else set()
        have = counted.get(question_key, Counter())
        if every and every == set(wanted) and all(have[one] >= wanted[one] for one in every):
            return True
    return False


async def answered_meanwhile(tx: Tx, *, wave_id: int) -> list[str]:
    """List the keys of what waits for those who have answered, though it may leave later."""
    kinds = (survey_asking.ASKED, survey_asking.REMINDED)
    return await wave_asking.waiting_for_done(tx, wave_id, kinds=kinds)


async def keep_back_answered(tx: Tx, *, wave_id: int, now: datetime) -> int:
    """Keep back what waits for those who have answered meanwhile; return how many rows."""
    keys = await answered_meanwhile(tx, wave_id=wave_id)
    return await outbox_sweeps.cancel_keys(tx, keys=keys, now=now)


async def found(tx: Tx, wave_id: int, *, hold: bool = False) -> tuple[Survey, Wave]:
    """Find a wave of a survey with its survey; raises WaveUnknown, also for a quick poll's."""
    wave = await waves.get(tx, wave_id, hold=hold)
    if wave is None:
        raise WaveUnknown
    survey = await store.get(tx, wave.survey_id)
    if survey.kind != "survey":
        raise WaveUnknown
    return survey, wave


async def _again(tx: Tx, wave_id: int) -> Wave:
    _survey, wave = await found(tx, wave_id)
    return wave


def until(opens_at: datetime, open_days: int | None) -> datetime | None:
    """Tell when a wave closes that stays open for so many days; None when it does not by itself."""
    return None if open_days is None else opens_at + timedelta(days=open_days)


def _permit(member: StaffMember | None) -> None:
    if member is not None:
        staff.permit(member, "surveys")


async def _record(
    tx: Tx, member: StaffMember | None, action: str, survey: Survey, wave: Wave, now: datetime
) -> None:
    detail = {"survey": survey.key, "wave": wave.key}
    if member is not None:
        await staff.record(tx, member, action, detail=detail, now=now)
        return
    await staff_rows.log(
        tx,
        chat_id=None,
        staff_id=None,
        action=action,
        allowed=True,
        detail=detail | {"door": DOOR},
        now=now,
    )
