"""The command line's words for people: `akademia people …`."""

import asyncio
import os
from typing import Annotated

import typer

from bot import people_view
from bot.cli_outbox import HIGHEST
from bot.language import operator_language
from bot.settings import read_settings

t = operator_language(os.environ)
app = typer.Typer(no_args_is_help=True, help=t("Find a person, and see all that we know of them."))


@app.command(help=t("Find people by name, organisation, e-mail address or telephone number."))
def find(
    words: Annotated[list[str], typer.Argument(help=t("Words to look for; slips are forgiven."))],
) -> None:
    """Find people by name, organisation, e-mail address or telephone number."""
    asyncio.run(people_view.find(read_settings(), words=" ".join(words), t=t))


@app.command(help=t("Show all that we know of a person, with every note and message."))
def show(
    number: Annotated[
        int, typer.Argument(min=0, max=HIGHEST, help=t("Number of the person, from the list."))
    ],
) -> None:
    """Show all that we know of a person, with every note and message."""
    asyncio.run(people_view.show(read_settings(), person_id=number, t=t))
