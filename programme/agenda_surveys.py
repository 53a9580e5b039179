"""The lines of the agenda about surveys: a wave that will ask, and people it will remind.

A wave is opened, planned and closed where surveys are, so its line only shows it; a reminding can
be stopped, hurried and thinned out here like any other.
"""

from collections.abc import Sequence

from programme import (
    forms,
    survey_asking,
    survey_audiences,
    survey_missing,
    survey_reminders,
    survey_schedule,
)
from programme import surveys as forms_of
from programme.agenda_rows import (
    OPENING,
    ORGANISATIONS,
    PEOPLE,
    Looked,
    Name,
    Occurrence,
    Sample,
    Source,
    Span,
    Whom,
)
from programme.survey_asking import ASKED, REMINDED, Told
from programme.survey_reminders import Coming
from programme.survey_schedule import ComingWave
from storage import survey_recipients
from storage import surveys as store
from storage.database import Tx
from storage.staff import StaffMember
from storage.survey_recipients import SurveyRecipient
from storage.surveys import Survey

LETTER = "q"
_ASKING, _REMINDING = "a", "r"
# Everybody there is: how many a wave would ask is read up to here.
_MANY = 5_000
_HIGHEST = 2**62


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List the waves that will ask, and those that will remind."""
    found = [
        await _of_wave(tx, one, span)
        for one in await survey_schedule.coming(tx, now=span.now, until=span.until)
    ]
    found += [await _of_reminding(tx, one, span) for one in await _remindings(tx, span)]
    return [one for one in found if one.count]


def _wave_name(one: ComingWave, span: Span) -> str:
    about = f"{one.survey.id}.{one.event.id if one.event else 0}"
    about += f".{one.session.id if one.session else 0}.{one.wave.id if one.wave else 0}"
    return f"{LETTER}.{_ASKING}.{about}.{span.day(one.opens_at)}"


async def _of_wave(tx: Tx, one: ComingWave, span: Span) -> Occurrence:
    units, persons = await _meant(tx, one)
    is_of_units = bool(units) and not persons
    return Occurrence(
        _wave_name(one, span),
        max(one.opens_at, span.now),
        ASKED,
        await _title(tx, one.survey, one),
        len(units) + len(persons),
        counted=ORGANISATIONS if is_of_units else PEOPLE,
        fixed=OPENING,
    )


async def _title(tx: Tx, survey: Survey, one: ComingWave | None = None) -> str:
    form = forms.in_words_of(await forms_of.form_of(tx, survey), "pl")
    title = form.title or survey.key
    return f"{title} · {one.event.title}" if one and one.event else title


async def _meant(tx: Tx, one: ComingWave) -> tuple[list[Whom], list[Whom]]:
    """Read whom a wave would ask as things stand now."""
    audience = one.wave.audience if one.wave else None
    if one.event is not None:
        session_id = one.session.id if one.session else None
        audience = survey_audiences.participants(one.event.id, session_id)
    units = await survey_audiences.organisations(tx, audience)
    persons = await survey_audiences.persons(tx, audience, after=0, up_to=_HIGHEST, limit=_MANY)
    told = await survey_asking.ways_of_organisations(tx, units)
    told += await survey_asking.ways_of_people(tx, persons)
    of_units = [_whom(-unit.id, unit.name, f"organisation:{unit.id}", told) for unit in units]
    return of_units, [_whom(one.id, one.name, f"person:{one.id}", told) for one in persons]


def _whom(shown: int, name: str, owner: str, told: Sequence[Told]) -> Whom:
    ways = [one.to for one in told if one.owner == owner]
    channels = tuple(dict.fromkeys(one.channel for one in ways))
    return Whom(abs(shown), name, channels, ways[0].address if ways else "")


async def _remindings(tx: Tx, span: Span) -> list[Coming]:
    return await survey_reminders.coming(tx, until=span.until, zone=span.zone, quiet=span.quiet)


def _reminding_name(one: Coming, span: Span) -> str:
    return f"{LETTER}.{_REMINDING}.{one.wave.id}.{one.number}.{span.day(one.due_at)}"


async def _of_reminding(tx: Tx, one: Coming, span: Span) -> Occurrence:
    survey = await store.get(tx, one.wave.survey_id)
    is_of_units = all(each.organisation_id is not None for each in one.silent)
    return Occurrence(
        _reminding_name(one, span),
        max(one.due_at, span.now),
        REMINDED,
        await _title(tx, survey),
        len(one.silent),
        counted=ORGANISATIONS if is_of_units else PEOPLE,
    )


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one line with those whom it would ask or remind as things stand."""
    wanted = ".".join((LETTER, *name))
    for coming in await survey_schedule.coming(tx, now=span.now, until=span.until):
        if _wave_name(coming, span) == wanted:
            units, persons = await _meant(tx, coming)
            shown = [*units, *persons][first : first + limit]
            return Looked(await _of_wave(tx, coming, span), shown, first, None)
    found = await _reminding(tx, name, span)
    if found is None:
        return None
    survey = await store.get(tx, found.wave.survey_id)
    _asked, done = await survey_recipients.count(tx, found.wave.id)
    is_open = survey_missing.may_name(survey, silent=len(found.silent), done=done)
    silent = found.silent[first : first + limit] if is_open else ()
    told = await survey_reminders.ways_to(tx, silent)
    names = await survey_missing.names_of(tx, silent)
    shown = [_whom(_number(one), names[one.owner], one.owner, told) for one in silent]
    sample = await _sample(tx, found, told[0], span) if told else None
    return Looked(await _of_reminding(tx, found, span), shown, first, sample)


async def _sample(tx: Tx, coming: Coming, told: Told, span: Span) -> Sample:
    survey = await store.get(tx, coming.wave.survey_id)
    common = await survey_asking.facts(tx, survey=survey, wave=coming.wave, zone=span.zone)
    to = told.to
    return Sample(REMINDED, survey_asking.said_to(common, told), to.locale, to.channel, to.address)


async def _reminding(tx: Tx, name: Name, span: Span) -> Coming | None:
    wanted = ".".join((LETTER, *name))
    found = [one for one in await _remindings(tx, span) if _reminding_name(one, span) == wanted]
    return found[0] if found else None


def _number(one: SurveyRecipient) -> int:
    """Name one of the silent behind a button; a wave asks people or organisations, seldom both."""
    return one.person_id or one.organisation_id or 0


async def stop(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Let nobody be reminded this time."""
    del member
    found = await _reminding(tx, name, span)
    if found is None:
        return 0
    owners = [one.owner for one in found.silent]
    return await survey_reminders.leave_out(tx, found.wave.id, owners, number=found.number)


async def hurry(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Remind now those who would be reminded later; whom nothing reaches counts as reminded."""
    del member
    found = await _reminding(tx, name, span)
    if found is None:
        return 0
    return await survey_reminders.tell_now(
        tx, found, zone=span.zone, quiet=span.quiet, now=span.now
    )


async def leave_out(tx: Tx, name: Name, whom: int, span: Span, member: StaffMember | None) -> int:
    """Let one of those not be reminded this time."""
    del member
    found = await _reminding(tx, name, span)
    owners = [one.owner for one in found.silent if _number(one) == whom] if found else []
    if found is None or not owners:
        return 0
    return await survey_reminders.leave_out(tx, found.wave.id, owners, number=found.number)


SOURCE = Source(listed, look, stop, hurry, leave_out)
