"""The command line's words for what will be sent: `akademia agenda …`."""

import asyncio
import os
from datetime import timedelta
from functools import partial
from typing import Annotated

import typer

from bot import agenda_deeds, agenda_view
from bot.cli_outbox import HIGHEST
from bot.language import operator_language
from bot.question import confirmed
from bot.settings import read_settings

t = operator_language(os.environ)
HELP = t("List every message that will be sent, to whom, when and how.")
app = typer.Typer(help=HELP)
MOST_DAYS = 3650
Name = Annotated[
    str, typer.Argument(metavar="LINE", help=t("Name of a line: akademia agenda lines"))
]
Yes = Annotated[bool, typer.Option("--yes", help=t("Do not ask."))]
Days = Annotated[int, typer.Option(min=1, max=MOST_DAYS, help=t("How many days to look ahead."))]
AsJson = Annotated[bool, typer.Option("--json", help=t("Print JSON."))]


@app.callback(invoke_without_command=True, help=HELP)
def agenda(context: typer.Context, *, days: Days = 14, as_json: AsJson = False) -> None:
    """List every message that will be sent, to whom, when and how."""
    if context.invoked_subcommand is None:
        span = timedelta(days=days)
        asyncio.run(agenda_view.show(read_settings(), span=span, as_json=as_json, t=t))


@app.command(help=t("List what will be sent, a line for each kind of message, with its name."))
def lines(*, days: Days = 14, as_json: AsJson = False) -> None:
    """List what will be sent, a line for each kind of message, with its name."""
    asyncio.run(agenda_deeds.show_lines(read_settings(), days=days, as_json=as_json, t=t))


@app.command(help=t("Show one line and whom it is for, with their numbers."))
def show(name: Name) -> None:
    """Show one line and whom it is for, with their numbers."""
    asyncio.run(agenda_deeds.show_one(read_settings(), name=name, t=t))


@app.command(help=t("Stop a line: nobody gets it."))
def stop(name: Name, *, yes: Yes = False) -> None:
    """Stop a line: nobody gets it."""
    ask = None if yes else partial(confirmed, t=t)
    asyncio.run(agenda_deeds.stop(read_settings(), name=name, ask=ask, t=t))


@app.command(help=t("Send a line now, and not at its time."))
def now(name: Name, *, yes: Yes = False) -> None:
    """Send a line now, and not at its time."""
    ask = None if yes else partial(confirmed, t=t)
    asyncio.run(agenda_deeds.hurry(read_settings(), name=name, ask=ask, t=t))


@app.command(help=t("Leave one person out of a line; all others get it."))
def without(
    name: Name,
    number: Annotated[
        int,
        typer.Argument(
            min=0,
            max=HIGHEST,
            metavar="NUMBER",
            help=t("Number of the person: akademia agenda show"),
        ),
    ],
    *,
    yes: Yes = False,
) -> None:
    """Leave one person out of a line; all others get it."""
    ask = None if yes else partial(confirmed, t=t)
    asyncio.run(agenda_deeds.leave_out(read_settings(), name=name, number=number, ask=ask, t=t))
