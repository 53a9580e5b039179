"""Ask people and organisations to fill in a survey: as whom they answer, and what they are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import (
    audiences,
    daily_cap,
    memberships,
    nomination_notices,
    survey_length,
    surveys,
)
from programme.audiences import Recipient
from programme.facts import event_facts, programme_facts
from programme.fillings import organisation as organisation_owner
from programme.fillings import person as person_owner
from programme.letter_doors import Posted
from programme.notice_policy import POLICY
from programme.posting import post_to
from programme.quiet_hours import QuietHours
from programme.survey_refusals import NotAsked
from storage import events, outbox_sweeps, people, survey_recipients
from storage import surveys as store
from storage.database import Tx
from storage.organisations import Organisation
from storage.outbox import Entry
from storage.people import Person
from storage.survey_recipients import SurveyRecipient
from storage.surveys import Survey
from storage.waves import Wave

ASKED, REMINDED = "survey_asked", "survey_reminder"
HOME_ZONE = "Europe/Warsaw"


@dataclass(frozen=True)
class Told:
    """Somebody who is told of a wave, as whom they answer, and by which way."""

    owner: str
    to: Recipient
    organisation: Organisation | None = None


async def owner_of(tx: Tx, *, wave_id: int, person_id: int) -> str:
    """Say as whom a person answers: as themselves, else for an organisation they speak for.

    Of several organisations the one comes first that has not answered. Raises NotAsked.
    """
    own = person_owner(person_id)
    if await survey_recipients.get(tx, wave_id, own) is not None:
        return own
    asked: list[SurveyRecipient] = []
    for unit in await memberships.contact_of(tx, person_id=person_id):
        found = await survey_recipients.get(tx, wave_id, organisation_owner(unit.id))
        asked += [found] if found else []
    if not asked:
        raise NotAsked
    return min(asked, key=lambda one: (one.done, one.owner)).owner


async def facts(tx: Tx, *, survey: Survey, wave: Wave, zone: str = HOME_ZONE) -> dict[str, Any]:
    """Describe a wave to those whom it asks; `said_to` adds the reader's own."""
    event = await events.get(tx, wave.event_id) if wave.event_id is not None else None
    about = await event_facts(tx, event) if event else {"programme": await programme_facts(tx)}
    form = await surveys.form_of(tx, survey)
    return {
        **about,
        "survey_key": survey.key,
        "wave_id": wave.id,
        "title": form.title or survey.key,
        "title_en": form.title_en,
        "privacy": survey.privacy,
        "closes_at": wave.closes_at.isoformat() if wave.closes_at else None,
        "zone": event.zone if event else zone,
        "minutes": survey_length.minutes(form),
    }


def said_to(common: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """Give the facts in the reader's language, with as whom they answer."""
    said = {name: value for name, value in common.items() if name != "title_en"}
    if told.to.locale == "en" and common["title_en"]:
        said["title"] = common["title_en"]
    if told.organisation is not None:
        unit = told.organisation
        said["organisation"] = {"id": unit.id, "name": unit.name}
    return said | {"owner": told.owner, "person": {"name": told.to.name}}


async def ways_of_people(tx: Tx, persons: Sequence[Person]) -> list[Told]:
    """Find how people are told; who wants no invitations, or whom nothing reaches, is not."""
    known = await people.contacts_of_many(tx, [one.id for one in persons])
    willing = [one for one in persons if one.invitations]
    reached = [audiences.reach(one, known[one.id]) for one in willing]
    return [Told(person_owner(to.person_id or 0), to) for to in reached if to is not None]


async def ways_of_organisations(
    tx: Tx, units: Sequence[Organisation], *, hold: bool = False
) -> list[Told]:
    """Find how organisations are told: whoever speaks for them in the chat, else their mailbox."""
    ways = await nomination_notices.recipients_of(tx, units, unasked=True, hold=hold)
    return [Told(organisation_owner(unit.id), to, unit) for unit in units for to in ways[unit.id]]


@dataclass(frozen=True)
class Round:
    """One asking or reminding: `key` tells it from others of the same wave."""

    kind: str
    wave: Wave
    key: str
    zone: str
    quiet: QuietHours
    now: datetime

    def moments(self) -> tuple[datetime, datetime] | None:
        """Tell when it leaves and until when it is worth sending; None when that is too late."""
        policy = POLICY[self.kind]
        last = self.wave.closes_at
        due_at = policy.leaves_at(self.now, quiet=self.quiet, zone=self.zone, last=last)
        not_after = policy.worth_until(due_at, last)
        return (due_at, not_after) if due_at < not_after else None


async def tell(tx: Tx, this: Round, told: Sequence[Told]) -> int:
    """Queue the notices of one round; whoever has one of this key gets no second one."""
    moments = this.moments()
    if moments is None or not told:
        return 0
    due_at, not_after = moments
    survey = await store.get(tx, this.wave.survey_id)
    common = await facts(tx, survey=survey, wave=this.wave, zone=this.zone)
    leaves = await daily_cap.spread(
        tx,
        person_ids=sorted({one.to.person_id for one in told if one.to.person_id is not None}),
        kind=this.kind,
        due_at=due_at,
        not_after=not_after,
        quiet=this.quiet,
        zone=this.zone,
    )
    posted = []
    for one in told:
        moment = leaves.get(one.to.person_id or 0, due_at)
        entry = _entry(this, one, said_to(common, one), (moment, not_after))
        posted.append(Posted(entry, one.to.organisation_id))
    return await post_to(tx, posted, now=this.now)


def _entry(
    this: Round, one: Told, said: dict[str, Any], moments: tuple[datetime, datetime]
) -> Entry:
    return Entry(
        key=f"{keys_of(this.kind, this.wave.id)}{this.key}:{one.owner}:{one.to.key}"
        f":{one.to.channel}",
        channel=one.to.channel,
        kind=this.kind,
        address=one.to.address,
        locale=one.to.locale,
        facts=said,
        priority=POLICY[this.kind].priority,
        due_at=moments[0],
        not_after=moments[1],
        person_id=one.to.person_id,
    )


def keys_of(kind: str, wave_id: int) -> str:
    """Give what the keys of all notices of a kind about one wave begin with."""
    return f"{kind}:{wave_id}:"


async def hush(tx: Tx, wave_id: int, *, now: datetime) -> int:
    """Keep back what has not left about a wave; return how many rows."""
    return sum(
        [
            await outbox_sweeps.cancel(tx, keys_from=keys_of(kind, wave_id), now=now)
            for kind in (ASKED, REMINDED)
        ]
    )
