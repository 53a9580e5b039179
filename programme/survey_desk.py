"""What staff see of surveys: all of them, and one with its waves.

How many were asked and have answered is told of every survey; what they answered is not here.
"""

from dataclasses import dataclass

from programme import staff, survey_schedule, survey_waves, surveys
from programme.survey_refusals import WaveUnknown
from programme.survey_schedule import Rule
from storage import events, responses, survey_drafts, survey_recipients, wave_asking, waves
from storage import surveys as store
from storage.database import Tx
from storage.staff import StaffMember
from storage.surveys import Survey
from storage.waves import CLOSED, OPEN, PLANNED, Wave

RIGHT = "survey results"
ON_PAGE = 8
WAVES_ON_PAGE = 10


@dataclass(frozen=True)
class SurveyLine:
    """A survey in the list; `answered` counts the forms handed in, of all waves."""

    id: int
    title: str
    open: int
    planned: int
    closed: int
    answered: int


@dataclass(frozen=True)
class SurveyPage:
    """A page of the list, the newest survey first."""

    lines: tuple[SurveyLine, ...]
    number: int
    pages: int


@dataclass(frozen=True)
class WaveView:
    """A wave with its counts.

    `asked` were written to or could be, `silent` of them have not answered; `answered` forms were
    handed in, `begun` lie half done with their people, and `incomplete` did when the wave closed.
    """

    wave: Wave
    survey: Survey
    title: str
    event: str
    asked: int
    silent: int
    answered: int
    incomplete: int
    begun: int
    is_asking: bool


@dataclass(frozen=True)
class SurveyView:
    """A survey with a page of its waves, the newest first, and its rule if it has one."""

    survey: Survey
    title: str
    waves: tuple[WaveView, ...]
    number: int
    pages: int
    rule: Rule | None


async def survey_page(tx: Tx, *, number: int, member: StaffMember | None) -> SurveyPage:
    """Give a page of all surveys; a number too large gives the last."""
    _permit(member)
    found = await store.newest(tx, kind="survey")
    pages = max(1, -(-len(found) // ON_PAGE))
    number = min(max(0, number), pages - 1)
    shown = found[number * ON_PAGE : (number + 1) * ON_PAGE]
    return SurveyPage(tuple([await _line(tx, one) for one in shown]), number, pages)


async def _line(tx: Tx, survey: Survey) -> SurveyLine:
    held = await waves.of_survey(tx, survey.id)
    states = [one.state for one in held]
    counts = [await responses.count(tx, survey.id, wave_key=one.key) for one in held]
    return SurveyLine(
        survey.id,
        await title_of(tx, survey),
        states.count(OPEN),
        states.count(PLANNED),
        states.count(CLOSED),
        sum(complete for _all, complete in counts),
    )


async def title_of(tx: Tx, survey: Survey) -> str:
    """Give the Polish title of a survey, by which staff know it."""
    return (await surveys.form_of(tx, survey)).title or survey.key


async def one(tx: Tx, *, survey_id: int, number: int = 0, member: StaffMember | None) -> SurveyView:
    """Show one survey; raises WaveUnknown for what is no survey."""
    _permit(member)
    survey = next((s for s in await store.newest(tx, kind="survey") if s.id == survey_id), None)
    if survey is None:
        raise WaveUnknown
    held = sorted(
        await waves.of_survey(tx, survey.id),
        key=lambda each: (each.opens_at, each.id),
        reverse=True,
    )
    pages = max(1, -(-len(held) // WAVES_ON_PAGE))
    number = min(max(0, number), pages - 1)
    shown = held[number * WAVES_ON_PAGE : (number + 1) * WAVES_ON_PAGE]
    title = await title_of(tx, survey)
    views = tuple([await _view(tx, survey, each, title) for each in shown])
    return SurveyView(survey, title, views, number, pages, survey_schedule.rule_of(survey))


async def wave(tx: Tx, *, wave_id: int, member: StaffMember | None) -> WaveView:
    """Show one wave; raises WaveUnknown."""
    _permit(member)
    survey, found = await survey_waves.found(tx, wave_id)
    return await _view(tx, survey, found, await title_of(tx, survey))


async def _view(tx: Tx, survey: Survey, found: Wave, title: str) -> WaveView:
    event = await events.get(tx, found.event_id) if found.event_id is not None else None
    asked, _done = await survey_recipients.count(tx, found.id)
    every, complete = await responses.count(tx, survey.id, wave_key=found.key)
    is_asking = found.state == OPEN and (found.asked_at is None or found.asked_up_to is not None)
    return WaveView(
        found,
        survey,
        title,
        event.title if event else "",
        asked,
        await wave_asking.count_silent(tx, found.id),
        complete,
        every - complete,
        await survey_drafts.count(tx, found.id, owners=""),
        is_asking,
    )


def _permit(member: StaffMember | None) -> None:
    if member is not None:
        staff.permit(member, RIGHT)
