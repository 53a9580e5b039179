"""Write the poster of a public survey, or new printed codes, to a file."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.process import opened
from bot.settings import Settings
from bot.written import write
from delivery import survey_posters as sheets
from programme import survey_posters, surveys
from programme.survey_page_refusals import WaveNotPublic
from programme.survey_refusals import WaveUnknown
from storage import waves
from storage.database import Tx
from storage.waves import CLOSED, Wave


async def write_poster(
    settings: Settings, *, key: str, wave_key: str | None, out: Path, as_picture: bool
) -> None:
    """Write the poster as a PDF, or as a picture for a web page."""
    settings.require("public_url")
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        wave = await _wave(tx, key, wave_key)
        facts = await survey_posters.poster_facts(
            tx, wave_id=wave.id, base_url=settings.public_url or ""
        )
    made = sheets.poster_picture(facts) if as_picture else sheets.poster_file(facts)
    write(out, made.content)
    typer.echo(str(out))


async def write_codes(
    settings: Settings, *, key: str, wave_key: str | None, count: int, out: Path
) -> None:
    """Make codes, and write them to a sheet: they are shown there and never again."""
    settings.require("public_url")
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database, database.transaction() as tx:
        wave = await _wave(tx, key, wave_key)
        facts = await survey_posters.code_facts(
            tx, wave_id=wave.id, count=count, base_url=settings.public_url or ""
        )
        # Before the commit: codes that no sheet shows are of no use to anybody.
        write(out, sheets.codes_file(facts).content)
    typer.echo(str(out))


async def _wave(tx: Tx, key: str, wave_key: str | None) -> Wave:
    """Find the wave; where none is named, the one that is public and not over."""
    survey = await surveys.find(tx, key)
    if wave_key is not None:
        wave = await waves.by_key(tx, survey.id, wave_key)
        if wave is None:
            raise WaveUnknown
        return wave
    found = [one for one in await waves.of_survey(tx, survey.id) if one.is_public]
    if not found:
        raise WaveNotPublic
    return next((one for one in found if one.state != CLOSED), found[-1])
