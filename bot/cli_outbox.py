"""The command line's words for the outbox: `akademia outbox …`."""

import asyncio
import os
from functools import partial
from typing import Annotated, Literal

import typer

from bot import outbox_deeds, outbox_view
from bot.language import operator_language
from bot.question import confirmed
from bot.settings import read_settings
from delivery.kind_words import STATES

t = operator_language(os.environ)
app = typer.Typer(no_args_is_help=True, help=t("Look at what is to be said, and set it right."))
# No database counts further.
HIGHEST = 2**63 - 1
Numbers = Annotated[
    list[int], typer.Argument(min=0, max=HIGHEST, help=t("Numbers of messages, from the list."))
]


@app.command("list", help=t("List messages, the newest first."))
def list_rows(
    *,
    state: Annotated[
        list[str] | None,
        typer.Option(
            help=t(
                "Only this state: %(states)s. May be given more than once.",
                states=", ".join(STATES),
            )
        ),
    ] = None,
    channel: Annotated[
        Literal["telegram", "mail"] | None, typer.Option(help=t("Only this channel."))
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help=t("Only this kind, for example reminder"))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=HIGHEST, help=t("How many at most."))] = 50,
    as_json: Annotated[bool, typer.Option("--json", help=t("Print JSON."))] = False,
) -> None:
    """List messages, the newest first."""
    asyncio.run(
        outbox_view.show_list(
            read_settings(),
            states=state or [],
            channel=channel,
            kind=kind,
            limit=limit,
            as_json=as_json,
            t=t,
        )
    )


@app.command(help=t("Show one message: whom, what words, what happened, what comes next."))
def show(
    number: Annotated[int, typer.Argument(min=0, max=HIGHEST, help=t("Number of the message."))],
) -> None:
    """Show one message: whom, what words, what happened, what comes next."""
    asyncio.run(outbox_view.show_one(read_settings(), outbox_id=number, t=t))


@app.command(help=t("Send again what was not delivered, perhaps delivered, too late or dropped."))
def again(
    numbers: Numbers,
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help=t("Do not ask about what may arrive twice."))
    ] = False,
) -> None:
    """Send again what was not delivered, perhaps delivered, too late or dropped."""
    ask = None if yes else partial(confirmed, t=t)
    asyncio.run(outbox_deeds.send_again(read_settings(), numbers=numbers, ask=ask, t=t))


@app.command(help=t("Drop what waits, or what went wrong and needs nothing more."))
def drop(numbers: Numbers) -> None:
    """Drop what waits, or what went wrong and needs nothing more."""
    asyncio.run(outbox_deeds.drop(read_settings(), numbers=numbers, t=t))
