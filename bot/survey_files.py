"""What `akademia export survey` does, once the settings are read."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.process import opened
from bot.settings import Settings
from bot.written import replacing
from delivery.survey_file_words import FileWords
from programme import survey_export
from programme.refusals import OptionUnknown
from texts.translator import Translator


async def export(
    settings: Settings, *, key: str, wave_key: str | None, form: str, folder: Path, t: Translator
) -> None:
    """Write the answers and the codebook next to each other."""
    if form not in survey_export.FORMATS:
        raise OptionUnknown
    name = f"{key}-{wave_key}" if wave_key else key
    answers = folder / survey_export.file_name(name, form)
    codebook = folder / f"{name}-codebook.csv"
    # The whole store is read, and meanwhile nobody else waits for it.
    async with opened(settings, now=datetime.now(UTC)) as database, database.counting() as tx:
        plan = await survey_export.plan(
            tx, survey_key=key, wave_key=wave_key, words=FileWords(t), locale=t.locale
        )
        with replacing(answers) as file:
            await survey_export.write(tx, plan=plan, file_format=form, file=file)
    typer.echo(str(answers))
    if form not in survey_export.WITHOUT_CODEBOOK:
        with replacing(codebook) as file:
            survey_export.write_codebook(plan=plan, file_format=form, file=file)
        typer.echo(str(codebook))
