"""Surveys as one person has them: as whom they answer, and which wait for them."""

from dataclasses import dataclass
from datetime import datetime

from programme import memberships, survey_asking, surveys
from programme.fillings import organisation as organisation_owner
from programme.fillings import person as person_owner
from programme.forms import in_words_of
from programme.survey_refusals import NotAsked, WaveUnknown
from storage import own_surveys, survey_recipients, waves
from storage import surveys as store
from storage.database import Tx


@dataclass(frozen=True)
class OwnSurvey:
    """A survey that is open for somebody, as themselves or for an organisation they speak for.

    `organisation_id` is None and `organisation` empty where they answer as themselves.
    """

    wave_id: int
    title: str
    organisation_id: int | None
    organisation: str
    begun: bool
    done: bool
    closes_at: datetime | None


async def owner(tx: Tx, *, wave_id: int, person_id: int, organisation_id: int | None) -> str:
    """Say as whom a person answers a wave; a wave with a public link takes everybody.

    Raises NotAsked, also for an organisation that they do not speak for, and WaveUnknown.
    """
    if organisation_id is not None:
        speaks = await memberships.is_contact(
            tx, person_id=person_id, organisation_id=organisation_id
        )
        name = organisation_owner(organisation_id)
        if not speaks or await survey_recipients.get(tx, wave_id, name) is None:
            raise NotAsked
        return name
    try:
        return await survey_asking.owner_of(tx, wave_id=wave_id, person_id=person_id)
    except NotAsked:
        wave = await waves.get(tx, wave_id)
        if wave is None:
            raise WaveUnknown from None
        if not wave.is_public:
            raise
    return person_owner(person_id)


async def open_for_person(tx: Tx, *, person_id: int, locale: str, now: datetime) -> list[OwnSurvey]:
    """List the surveys open for a person: begun ones first, then by their end; answered last."""
    units = {
        organisation_owner(one.id): one
        for one in await memberships.contact_of(tx, person_id=person_id)
    }
    found = await own_surveys.of_owners(tx, [person_owner(person_id), *units], now=now)
    listed = []
    for one in found:
        survey = await store.get(tx, one.survey_id)
        if one.done and survey.is_anonymous:
            continue
        unit = units.get(one.owner)
        form = in_words_of(await surveys.form_of(tx, survey), locale)
        listed.append(
            OwnSurvey(
                one.wave_id,
                form.title or survey.key,
                unit.id if unit else None,
                unit.name if unit else "",
                one.begun,
                one.done,
                one.closes_at,
            )
        )
    return sorted(listed, key=lambda one: (one.done, not one.begun))
