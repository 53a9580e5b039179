"""The command line: `akademia export …`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import export_commands, survey_files
from bot.language import operator_language
from bot.settings import read_settings

t = operator_language(os.environ)
app = typer.Typer(no_args_is_help=True, help=t("Write answers, lists and figures to files."))
Event = Annotated[
    str | None, typer.Option(help=t("The key of one event; left out: all, each a sheet."))
]
Form = Annotated[str, typer.Option("--format", help=t("xlsx or csv"))]
Out = Annotated[
    Path | None, typer.Option(help=t("The file to write; left out: named like the list."))
]


@app.command(
    "survey", help=t("Write the current answers of a survey or quick poll, with a codebook.")
)
def export_survey(
    key: str,
    *,
    form: Annotated[
        str, typer.Option("--format", help=t("csv, jsonl, parquet, wide, xlsx or sav"))
    ] = "csv",
    wave: Annotated[
        str | None, typer.Option(help=t("The key of one wave; left out: all waves."))
    ] = None,
    out: Annotated[Path, typer.Option(help=t("The folder to write to."))] = Path(),
) -> None:
    """Write the current answers of a survey or quick poll, with a codebook."""
    asyncio.run(
        survey_files.export(read_settings(), key=key, wave_key=wave, form=form, folder=out, t=t)
    )


def _list(key: str, event: str | None, form: str, out: Path | None) -> None:
    asyncio.run(
        export_commands.export_list(
            read_settings(), key=key, event_key=event, form=form, out=out, t=t
        )
    )


@app.command(help=t("Write who has a seat, with contacts and answers to the event's questions."))
def participants(*, event: Event = None, form: Form = "xlsx", out: Out = None) -> None:
    """Write who has a seat, with contacts and answers to the event's questions."""
    _list("participants", event, form, out)


@app.command(help=t("Write who waits for a seat, in order."))
def waiting(*, event: Event = None, form: Form = "xlsx", out: Out = None) -> None:
    """Write who waits for a seat, in order."""
    _list("waiting", event, form, out)


@app.command(help=t("Write who was there, a column for each session."))
def attendance(*, event: Event = None, form: Form = "xlsx", out: Out = None) -> None:
    """Write who was there, a column for each session."""
    _list("attendance", event, form, out)


@app.command(help=t("Write which documents are in, a column for each that is required."))
def documents(*, event: Event = None, form: Form = "xlsx", out: Out = None) -> None:
    """Write which documents are in, a column for each that is required."""
    _list("documents", event, form, out)


@app.command(help=t("Write whom organisations named, and what they answered."))
def nominations(*, event: Event = None, form: Form = "xlsx", out: Out = None) -> None:
    """Write whom organisations named, and what they answered."""
    _list("nominations", event, form, out)


@app.command(help=t("Write the funder's figures: people, organisations, hours, certificates."))
def indicators(*, form: Form = "xlsx", out: Out = None) -> None:
    """Write the funder's figures: people, organisations, hours, certificates."""
    asyncio.run(export_commands.export_indicators(read_settings(), form=form, out=out, t=t))


@app.command(help=t("Write the organisations in the columns that the import reads."))
def register(*, form: Form = "csv", out: Out = None) -> None:
    """Write the organisations in the columns that the import reads."""
    asyncio.run(export_commands.export_register(read_settings(), form=form, out=out))
