"""The command line: `akademia report …`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import survey_report_view
from bot.language import operator_language
from bot.settings import read_settings

t = operator_language(os.environ)
app = typer.Typer(no_args_is_help=True, help=t("Write reports as PDF."))
Out = Annotated[Path | None, typer.Option(help=t("The file to write; left out: named by itself."))]
Locale = Annotated[str, typer.Option(help=t("pl or en"))]


@app.command("survey", help=t("Write the report of a survey: figures, charts, what people wrote."))
def survey(
    key: Annotated[str, typer.Argument(metavar="SURVEY", help=t("The survey, by its key."))],
    *,
    out: Out = None,
    locale: Locale = "pl",
) -> None:
    """Write the report of a survey: figures, charts, what people wrote."""
    asyncio.run(survey_report_view.survey(read_settings(), key=key, out=out, locale=locale))


@app.command(
    "programme",
    help=t("Write the programme's evaluation report: indicators, surveys, organisations."),
)
def programme(*, out: Out = None, locale: Locale = "pl") -> None:
    """Write the programme's evaluation report: indicators, surveys, organisations."""
    asyncio.run(survey_report_view.programme(read_settings(), out=out, locale=locale))
