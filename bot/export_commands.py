"""What `akademia export` does for lists and figures, once the settings are read."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.process import opened
from bot.settings import Settings
from bot.written import write
from delivery.list_words import Words
from programme import indicators, lists
from programme.importing import register_export
from texts.translator import Translator


async def export_list(
    settings: Settings,
    *,
    key: str,
    event_key: str | None,
    form: str,
    out: Path | None,
    t: Translator,
) -> None:
    """Write one list of one event or of all."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        content = await lists.file_of(
            tx, key=key, event_key=event_key, file_format=form, words=Words(t)
        )
    name = f"{key}-{event_key}" if event_key else key
    _write(out or Path(f"{name}.{form}"), content)


async def export_indicators(
    settings: Settings, *, form: str, out: Path | None, t: Translator
) -> None:
    """Write the funder's figures."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        content = await indicators.file_of(tx, file_format=form, words=Words(t))
    _write(out or Path(f"indicators.{form}"), content)


def _write(file: Path, content: bytes) -> None:
    write(file, content)
    typer.echo(str(file))


async def export_register(settings: Settings, *, form: str, out: Path | None) -> None:
    """Write the organisations in the columns that the import reads."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        content = await register_export.file_of(tx, file_format=form)
    _write(out or Path(f"register.{form}"), content)
