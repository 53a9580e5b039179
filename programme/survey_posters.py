"""What hangs on the wall and lies on the table: the poster of a public survey, and printed codes.

A code is kept as a hash alone, so it is shown once, on its sheet, and never again.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from programme import staff, survey_length, survey_public, surveys
from programme.facts import programme_facts
from programme.survey_page_refusals import PrintedCodesTooMany, WaveNotPublic
from programme.survey_public import PublicWave
from programme.survey_refusals import SurveyClosed, WaveUnknown
from storage import events, survey_recipients, waves
from storage import surveys as store
from storage.database import Tx
from storage.staff import StaffMember

MOST_CODES = 2_000
ZONE = "Europe/Warsaw"


async def poster(tx: Tx, member: StaffMember, *, wave_id: int, base_url: str) -> dict[str, Any]:
    """Give the facts of a wave's poster.

    Raises NotStaff, WaveUnknown, WaveNotPublic and SurveyClosed.
    """
    staff.permit(member, "surveys")
    return await poster_facts(tx, wave_id=wave_id, base_url=base_url)


async def print_codes(
    tx: Tx, member: StaffMember, *, wave_id: int, count: int, base_url: str, now: datetime
) -> dict[str, Any]:
    """Make codes for people without a phone of their own, and give the facts of their sheet.

    Raises NotStaff, WaveUnknown, WaveNotPublic, SurveyClosed and PrintedCodesTooMany.
    """
    staff.permit(member, "surveys")
    facts = await code_facts(tx, wave_id=wave_id, count=count, base_url=base_url)
    about = {"survey": facts["survey_key"], "wave": facts["wave_key"], "count": count}
    await staff.record(tx, member, "survey codes", detail=about, now=now)
    return facts


async def poster_facts(tx: Tx, *, wave_id: int, base_url: str) -> dict[str, Any]:
    """Do what `poster` does for whoever sits at the machine."""
    return await _facts(tx, await _public(tx, wave_id), base_url)


async def code_facts(tx: Tx, *, wave_id: int, count: int, base_url: str) -> dict[str, Any]:
    """Do what `print_codes` does for whoever sits at the machine, who is recorded nowhere."""
    found = await _public(tx, wave_id)
    if not 0 < count <= MOST_CODES - await survey_recipients.count_codes(tx, wave_id):
        raise PrintedCodesTooMany(MOST_CODES)
    codes = [survey_public.new_code() for _ in range(count)]
    hashes = [survey_public.code_hash(found, each) for each in codes]
    await survey_recipients.add_codes(tx, wave_id, hashes)
    return await _facts(tx, found, base_url) | {"codes": codes}


async def _public(tx: Tx, wave_id: int) -> PublicWave:
    wave = await waves.get(tx, wave_id)
    if wave is None:
        raise WaveUnknown
    if not wave.is_public or wave.public_key is None:
        raise WaveNotPublic
    if wave.state == waves.CLOSED:
        raise SurveyClosed(wave.closed_at)
    return PublicWave(await store.get(tx, wave.survey_id), wave)


async def _facts(tx: Tx, found: PublicWave, base_url: str) -> dict[str, Any]:
    survey, wave = found.survey, found.wave
    form = await surveys.form_of(tx, survey)
    event = await events.get(tx, wave.event_id) if wave.event_id is not None else None
    link = f"{base_url.rstrip('/')}/a/{wave.public_key}"
    parts = urlsplit(link)
    return {
        "programme": await programme_facts(tx, event.programme_id if event else None),
        "survey_key": survey.key,
        "wave_key": wave.key,
        "title": form.title or survey.key,
        "intro": form.intro,
        "privacy": survey.privacy,
        "minutes": survey_length.minutes(form),
        "closes_at": wave.closes_at.isoformat() if wave.closes_at else None,
        "zone": event.zone if event else ZONE,
        "link": link,
        # What a person types: a browser adds the rest.
        "address": f"{parts.netloc}{parts.path}",
    }
