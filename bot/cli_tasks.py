"""The command line's words for what only a person can do: `akademia tasks …`."""

import asyncio
import os
from typing import Annotated

import typer

from bot import task_view
from bot.cli_outbox import HIGHEST
from bot.language import operator_language
from bot.settings import read_settings

t = operator_language(os.environ)
app = typer.Typer(no_args_is_help=True, help=t("See what only a person can do, and note it done."))
Number = Annotated[
    int, typer.Argument(min=0, max=HIGHEST, help=t("Number of the task, from the list."))
]
Numbers = Annotated[
    list[int], typer.Argument(min=0, max=HIGHEST, help=t("Numbers of tasks, from the list."))
]


@app.command("list", help=t("List what is to be done, the oldest first."))
def list_tasks(
    *,
    limit: Annotated[int, typer.Option(min=1, max=HIGHEST, help=t("How many at most."))] = 50,
) -> None:
    """List what is to be done, the oldest first."""
    asyncio.run(task_view.show_list(read_settings(), limit=limit, t=t))


@app.command(help=t("Show one task with all that somebody wrote."))
def show(number: Number) -> None:
    """Show one task with all that somebody wrote."""
    asyncio.run(task_view.show_one(read_settings(), task_id=number, t=t))


@app.command(help=t("Note that tasks are done."))
def done(numbers: Numbers) -> None:
    """Note that tasks are done."""
    asyncio.run(task_view.note_done(read_settings(), numbers=numbers, t=t))
