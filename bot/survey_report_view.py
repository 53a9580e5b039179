"""Write the reports of surveys and of the programme to a file."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.process import opened
from bot.settings import Settings
from bot.written import write
from delivery import programme_report_sheets, survey_report_sheets
from programme import survey_reports
from programme.refusals import OptionUnknown
from texts.translator import load

LOCALES = ("pl", "en")


async def survey(settings: Settings, *, key: str, out: Path | None, locale: str) -> None:
    """Write the report of one survey."""
    t, now = load(_known(locale)), datetime.now(UTC)
    # What an open anonymous survey shows is kept, so that it does not tell of single people.
    async with opened(settings, now=now) as database, database.transaction() as tx:
        programme_, found = await survey_reports.of_survey(
            tx, survey_key=key, locale=locale, member=None
        )
    content = survey_report_sheets.survey_pdf(
        programme_, found, t, now=now, zone=settings.timezone.key
    )
    _write(out or Path(f"{key}-report.pdf"), content)


async def programme(settings: Settings, *, out: Path | None, locale: str) -> None:
    """Write the evaluation report."""
    t, now = load(_known(locale)), datetime.now(UTC)
    async with opened(settings, now=now) as database, database.transaction() as tx:
        found = await survey_reports.of_programme(tx, locale=locale, member=None)
    content = programme_report_sheets.programme_pdf(found, t, now=now, zone=settings.timezone.key)
    _write(out or Path("programme-report.pdf"), content)


def _known(locale: str) -> str:
    if locale not in LOCALES:
        raise OptionUnknown
    return locale


def _write(file: Path, content: bytes) -> None:
    write(file, content)
    typer.echo(str(file))
