"""The command line's words for letters to many: `akademia letters …`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import letter_view
from bot.cli_outbox import HIGHEST
from bot.language import operator_language
from bot.settings import read_settings

t = operator_language(os.environ)
app = typer.Typer(no_args_is_help=True, help=t("Look at the letters that were sent to many."))
Number = Annotated[
    int,
    typer.Argument(min=0, max=HIGHEST, help=t("Number of the letter, from the list.")),
]


@app.command("list", help=t("List the letters that were sent, the newest first."))
def list_letters(
    *,
    limit: Annotated[int, typer.Option(min=1, max=HIGHEST, help=t("How many at most."))] = 20,
) -> None:
    """List the letters that were sent, the newest first."""
    asyncio.run(letter_view.show_list(read_settings(), limit=limit, t=t))


@app.command("print", help=t("Write the letters that go by post into one PDF for the printer."))
def print_letters(
    number: Number,
    *,
    out: Annotated[Path, typer.Option(help=t("The file to write."))] = Path("listy.pdf"),
) -> None:
    """Write the letters that go by post into one PDF for the printer."""
    asyncio.run(letter_view.write_pdf(read_settings(), number=number, out=out))
