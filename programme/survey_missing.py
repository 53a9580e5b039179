"""Who was asked to fill in a survey and has not: names where they give nobody away.

Whether somebody has answered is kept apart from what they answered. In an anonymous survey, who
has not answered tells who has: names are left out while fewer people than the survey's threshold
have answered, or fewer have not, because then the results are of very few people too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from programme import staff, survey_reminders, survey_waves
from storage import organisations, people, survey_recipients, wave_asking
from storage.database import Tx
from storage.staff import StaffMember
from storage.survey_recipients import SurveyRecipient
from storage.surveys import Survey
from storage.waves import Wave

ROWS = 15


@dataclass(frozen=True)
class Silent:
    """Somebody who has not answered; `channel` is how they can be reminded, empty for no way."""

    owner: str
    name: str
    person_id: int | None
    organisation_id: int | None
    channel: str


@dataclass(frozen=True)
class MissingPage:
    """A page of those who have not answered; `names` are None where only their number is told."""

    survey: Survey
    wave: Wave
    total: int
    names: tuple[Silent, ...] | None
    number: int
    pages: int
    first: int


def may_name(survey: Survey, *, silent: int, done: int) -> bool:
    """Tell whether names of those who have not answered may be shown."""
    if not survey.is_anonymous or not silent:
        return True
    return silent >= survey.threshold and (done == 0 or done >= survey.threshold)


async def may_name_of(tx: Tx, wave_id: int) -> bool:
    """Tell the same of a wave as it stands; raises WaveUnknown."""
    survey, _wave = await survey_waves.found(tx, wave_id)
    _asked, done = await survey_recipients.count(tx, wave_id)
    return may_name(survey, silent=await wave_asking.count_silent(tx, wave_id), done=done)


async def page(tx: Tx, *, wave_id: int, number: int, member: StaffMember | None) -> MissingPage:
    """Give a page of those who have not answered, by name; a number too large gives the last.

    Raises WaveUnknown.
    """
    if member is not None:
        staff.permit(member, "survey results")
    survey, wave = await survey_waves.found(tx, wave_id)
    silent = await survey_recipients.missing(tx, wave_id)
    _asked, done = await survey_recipients.count(tx, wave_id)
    pages = max(1, -(-len(silent) // ROWS))
    number = min(max(0, number), pages - 1)
    first = number * ROWS
    names: tuple[Silent, ...] | None = None
    if may_name(survey, silent=len(silent), done=done):
        names = await _named(tx, silent, first)
    return MissingPage(survey, wave, len(silent), names, number, pages, first + 1)


async def _named(tx: Tx, silent: Sequence[SurveyRecipient], first: int) -> tuple[Silent, ...]:
    known = await names_of(tx, silent)
    ordered = sorted(silent, key=lambda one: (known[one.owner].casefold(), one.owner))
    shown = ordered[first : first + ROWS]
    ways = {told.owner: told.to.channel for told in await survey_reminders.ways_to(tx, shown)}
    return tuple(
        Silent(
            one.owner,
            known[one.owner],
            one.person_id,
            one.organisation_id,
            ways.get(one.owner, ""),
        )
        for one in shown
    )


async def names_of(tx: Tx, silent: Sequence[SurveyRecipient]) -> dict[str, str]:
    """Name those who have not answered, by the owner of their answers."""
    persons = await people.of_ids(tx, [one.person_id for one in silent if one.person_id])
    units = await organisations.of_ids(
        tx, [one.organisation_id for one in silent if one.organisation_id]
    )
    names = {}
    for one in silent:
        person = persons.get(one.person_id or 0)
        unit = units.get(one.organisation_id or 0)
        names[one.owner] = person.name if person else unit.name if unit else ""
    return names
