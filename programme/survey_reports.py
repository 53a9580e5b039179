"""Gather what a report says: of one survey, and of the whole programme.

What is hidden in the results is hidden in the reports, and written answers are given only where
the question's own result is shown. Organisations are told of by counts, never by names of people.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from programme import indicators, survey_comparison, survey_results, surveys
from programme import staff as office
from programme.forms import Form, in_words_of
from programme.indicators import Indicators
from programme.survey_comparison import Comparison
from programme.survey_refusals import NothingToReport
from programme.survey_results import QuestionResult, Results
from storage import events, list_rows, organisation_figures, survey_reading, waves
from storage import organisations as organisation_store
from storage import surveys as store
from storage.database import Tx
from storage.list_rows import Held
from storage.organisation_figures import Part
from storage.staff import StaffMember
from storage.survey_reading import Words
from storage.surveys import Survey
from storage.waves import Wave


@dataclass(frozen=True)
class WaveReport:
    """One wave: its results, what people wrote, and the event that it was about."""

    wave: Wave
    event: str
    results: Results
    words: tuple[Words, ...]


@dataclass(frozen=True)
class SurveyReport:
    """One survey: its waves in order, and the last against the first where there are two."""

    survey: Survey
    title: str
    form: Form
    waves: tuple[WaveReport, ...]
    comparison: Comparison | None
    is_about_events: bool


@dataclass(frozen=True)
class OrganisationReport:
    """What one organisation took part in, event by event."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ProgrammeReport:
    """The whole programme: figures, surveys of residents, evaluations of events, organisations."""

    programme: dict[str, str]
    figures: Indicators
    held: tuple[Held, ...]
    surveys: tuple[SurveyReport, ...]
    organisations: tuple[OrganisationReport, ...]
    absent: tuple[str, ...]


async def of_survey(
    tx: Tx, *, survey_key: str, locale: str = "pl", member: StaffMember | None
) -> tuple[dict[str, str], SurveyReport]:
    """Gather the report of one survey; no member asks at the command line.

    Raises SurveyUnknown, and NothingToReport while no wave has begun.
    """
    if member is not None:
        office.permit(member, "survey answers")
    found = await _report(tx, await surveys.find(tx, survey_key), locale)
    if not found.waves:
        raise NothingToReport
    return await _programme(tx), found


async def of_programme(
    tx: Tx, *, locale: str = "pl", member: StaffMember | None
) -> ProgrammeReport:
    """Gather the report of the whole programme; no member asks at the command line."""
    if member is not None:
        office.permit(member, "survey answers")
    known = await store.newest(tx, kind="survey")
    reports = [await _report(tx, one, locale) for one in reversed(known)]
    held = await list_rows.events(tx)
    places = {one.id: place for place, one in enumerate(held)}
    by_unit: dict[int, list[Part]] = {}
    for part in await organisation_figures.parts(tx):
        by_unit.setdefault(part.organisation_id, []).append(part)
    units = await organisation_store.list_all(tx)
    return ProgrammeReport(
        await _programme(tx),
        await indicators.table(tx),
        tuple(held),
        tuple(one for one in reports if one.waves),
        tuple(
            OrganisationReport(
                parts[0].organisation,
                tuple(sorted(parts, key=lambda one: places.get(one.event_id, 0))),
            )
            for parts in by_unit.values()
        ),
        tuple(one.name for one in units if one.id not in by_unit),
    )


async def _programme(tx: Tx) -> dict[str, str]:
    found = await events.get_programme(tx)
    names = ("title", "funder_line", "organiser")
    return {name: getattr(found, name) if found else "" for name in names}


async def _report(tx: Tx, survey: Survey, locale: str) -> SurveyReport:
    form = in_words_of(await surveys.form_of(tx, survey), locale)
    written = await survey_reading.words(tx, survey.id)
    found = []
    for wave in await waves.of_survey(tx, survey.id):
        if wave.state == waves.PLANNED:
            continue
        results = await survey_results.results(
            tx, survey_key=survey.key, wave_key=wave.key, locale=locale, member=None
        )
        event = await events.get(tx, wave.event_id) if wave.event_id is not None else None
        words = tuple(one for one in written if one.wave == wave.key)
        found.append(
            WaveReport(wave, event.title if event else "", results, _shown(results, words))
        )
    is_about_events = any(one.wave.event_id is not None for one in found)
    comparison = None if is_about_events else await _comparison(tx, survey, found, locale)
    title = form.title or survey.key
    return SurveyReport(survey, title, form, tuple(found), comparison, is_about_events)


async def _comparison(
    tx: Tx, survey: Survey, found: Sequence[WaveReport], locale: str
) -> Comparison | None:
    """Compare the last wave with the first, once both are closed."""
    closed = [one for one in found if one.wave.state == waves.CLOSED and not one.results.is_live]
    if len(closed) < 2:  # noqa: PLR2004 -- one before and one after
        return None
    return await survey_comparison.compare(
        tx,
        survey_key=survey.key,
        before=closed[0].wave.key,
        after=closed[-1].wave.key,
        locale=locale,
        member=None,
    )


def _shown(results: Results, words: Sequence[Words]) -> tuple[Words, ...]:
    """Leave out what was written where the question's result is hidden, or the wave still open."""
    if results.is_live:
        return ()
    hidden = {one.question.key for one in results.questions if one.is_hidden}
    files = {one.question.key for one in results.questions if one.question.kind == "file"}
    return tuple(one for one in words if one.question_key not in hidden | files)


def blocks(results: Results) -> list[tuple[str, tuple[QuestionResult, ...]]]:
    """Put the statements of a matrix together again; the first is the matrix's key or "".

    A question that stands for itself is a block of its own.
    """
    found: list[tuple[str, tuple[QuestionResult, ...]]] = []
    for one in results.questions:
        key = one.question.part_of
        if key and found and found[-1][0] == key:
            found[-1] = (key, (*found[-1][1], one))
        else:
            found.append((key, (one,)))
    return found


def asked_in(form: Form) -> int:
    """Count the questions of a form as the report numbers them, a matrix as one."""
    return sum(one.kind != "info" for one in form.questions)
