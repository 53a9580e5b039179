"""The command line's words for surveys: `akademia survey …`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import cli_survey_posters, cli_survey_waves, survey_register_view, survey_view
from bot.language import operator_language
from bot.settings import read_settings

t = operator_language(os.environ)
app = typer.Typer(no_args_is_help=True, help=t("Surveys: their files, their waves, their answers."))
cli_survey_posters.add_to(app)
cli_survey_waves.add_to(app)
File = Annotated[Path, typer.Argument(help=t("A survey (.toml)."))]
Key = Annotated[str, typer.Argument(metavar="SURVEY", help=t("The survey, by its key."))]


@app.command("check", help=t("Say whether a survey's file is in order, or all that is not."))
def check(file: File) -> None:
    """Say whether a survey's file is in order, or all that is not."""
    survey_view.check(file, t=t)


@app.command("load", help=t("Load a survey, or what has changed in it, all or nothing."))
def load(file: File) -> None:
    """Load a survey, or what has changed in it, all or nothing."""
    asyncio.run(survey_view.load(read_settings(), file, t=t))


@app.command("show", help=t("Print a survey as people see it, with its keys, versions and waves."))
def show(
    key: Key,
    *,
    locale: Annotated[str, typer.Option(help=t("pl or en"))] = "pl",
) -> None:
    """Print a survey as people see it, with its keys, versions and waves."""
    asyncio.run(survey_view.show(read_settings(), key=key, locale=locale, t=t))


@app.command(
    "register", help=t("List what organisations say of themselves and the register does not have.")
)
def register(
    key: Key,
    *,
    take: Annotated[
        list[int] | None,
        typer.Option(min=1, help=t("Take this line over into the register; several times.")),
    ] = None,
) -> None:
    """List what organisations say of themselves and the register does not have."""
    asyncio.run(survey_register_view.show(read_settings(), key=key, take=take or [], t=t))
