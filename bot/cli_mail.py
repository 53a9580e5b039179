"""The command line's words for letters: `akademia mail …`."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot import letter_preview
from bot.language import operator_language
from bot.settings import read_settings

t = operator_language(os.environ)
app = typer.Typer(no_args_is_help=True, help=t("Look at letters before anybody gets one."))


@app.callback()
def letters() -> None:
    """Keep the name of the command although there is only one."""


@app.command(help=t("Write a letter as .eml, .html, .txt and a picture, with facts of nobody."))
def preview(
    notice: Annotated[
        str, typer.Argument(help=t("The kind of letter, for example reminder; or: all"))
    ],
    *,
    locale: Annotated[Literal["pl", "en"], typer.Option(help=t("The reader's language."))] = "pl",
    out: Annotated[Path, typer.Option(help=t("The folder to write to."))] = Path("letters"),
    person: Annotated[
        Literal["sample", "longest", "empty"],
        typer.Option(help=t("Whose facts: usual ones, the longest, or as few as there can be.")),
    ] = "sample",
) -> None:
    """Write a letter as .eml, .html, .txt and a picture, with facts of nobody."""
    letter_preview.write(read_settings(), notice=notice, locale=locale, out=out, person=person, t=t)
