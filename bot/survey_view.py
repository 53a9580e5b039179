"""Check, load and print surveys at the command line."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from bot import survey_print
from bot.process import opened
from bot.settings import Settings
from programme import survey_length, survey_loading, surveys
from programme.importing.survey_definition import SurveyDefinition, WaveDefinition
from programme.importing.survey_file import read_survey
from programme.refusals import OptionUnknown
from programme.survey_loading import LoadedSurvey
from storage import forms as form_store
from storage import responses, survey_recipients, waves
from storage.database import Tx
from storage.surveys import Survey
from texts.translator import Translator, mark

HOME = ZoneInfo("Europe/Warsaw")
LOCALES = ("pl", "en")
_OUTCOMES = {
    "added": mark("The survey “%(key)s” is loaded, version %(version)s."),
    "changed": mark("The survey “%(key)s” is changed, version %(version)s."),
    "same": mark("Nothing has changed in the survey “%(key)s”, version %(version)s."),
}


def check(file: Path, *, t: Translator) -> None:
    """Say whether a survey's file is in order; raises FileRefused with every fault of it."""
    now = datetime.now(HOME)
    definition = read_survey(file.read_bytes(), today=now.date())
    questions = t.plural("%(n)s question", "%(n)s questions", len(definition.form.questions))
    minutes = survey_length.minutes(definition.form)
    about = t.plural("about %(n)s minute", "about %(n)s minutes", minutes)
    typer.echo(t("In order: %(questions)s, %(about)s.", questions=questions, about=about))
    _warn(definition, now.replace(tzinfo=None), t)


async def load(settings: Settings, file: Path, *, t: Translator) -> None:
    """Load a survey and say what became of it."""
    now = datetime.now(UTC)
    wall = now.astimezone(settings.timezone).replace(tzinfo=None)
    definition = read_survey(file.read_bytes(), today=wall.date())
    async with opened(settings, now=now) as database, database.transaction() as tx:
        loaded = await survey_loading.load(
            tx, definition=definition, zone=settings.timezone.key, now=now
        )
    for line in (*_done(loaded, t), *_to_print(definition, loaded, t)):
        typer.echo(line)
    _warn(definition, wall, t)


def _done(loaded: LoadedSurvey, t: Translator) -> list[str]:
    lines = [t(_OUTCOMES[loaded.outcome], key=loaded.survey_key, version=loaded.version)]
    if loaded.new_version:
        lines.append(t("The questions are a new version; answers to the earlier one are kept."))
    said = (
        (loaded.added, mark("New waves: %(waves)s.")),
        (loaded.changed, mark("Changed waves: %(waves)s.")),
        (loaded.running, mark("Open or closed already, so left as they are: %(waves)s.")),
    )
    return lines + [t(words, waves=", ".join(keys)) for keys, words in said if keys]


def _to_print(definition: SurveyDefinition, loaded: LoadedSurvey, t: Translator) -> list[str]:
    """Say how the codes on paper come to be: they are kept as hashes, and shown on paper alone."""
    return [
        t(
            "For codes on paper: akademia survey codes %(key)s --wave %(wave)s --count %(count)s",
            key=definition.key,
            wave=wave.key,
            count=wave.codes,
        )
        for wave in definition.waves
        if wave.codes and wave.key in loaded.added
    ]


def _warn(definition: SurveyDefinition, wall: datetime, t: Translator) -> None:
    """Say at once what would surprise later."""
    for wave in definition.waves:
        if _is_over(wave, wall):
            words = t("Warning: the wave “%(key)s” is over already.", key=wave.key)
            typer.echo(words, err=True)
    form = definition.form
    english = (one.label_en for one in form.questions)
    if form.title_en and not all(english):
        words = t("Warning: some questions have no English words and stay Polish for everybody.")
        typer.echo(words, err=True)


def _is_over(wave: WaveDefinition, wall: datetime) -> bool:
    return wave.closes is not None and wave.closes <= wall


async def show(settings: Settings, *, key: str, locale: str, t: Translator) -> None:
    """Print a survey as people see it; raises SurveyUnknown, OptionUnknown for a language."""
    if locale not in LOCALES:
        raise OptionUnknown
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        survey = await surveys.find(tx, key)
        form = await surveys.form_of(tx, survey)
        versions = [row.version for row in await form_store.versions(tx, form.key)]
        held = [await _held(tx, survey, wave) for wave in await waves.of_survey(tx, survey.id)]
    page = survey_print.Printed(survey, form, tuple(versions), tuple(held))
    url = str(settings.public_url or "").rstrip("/")
    typer.echo(survey_print.page(page, locale=locale, zone=settings.timezone, url=url, t=t))


async def _held(tx: Tx, survey: Survey, wave: waves.Wave) -> survey_print.Held:
    begun, complete = await responses.count(tx, survey.id, wave_key=wave.key)
    asked, _ = await survey_recipients.count(tx, wave.id)
    return survey_print.Held(wave, asked, begun, complete)
