"""The command line's words for the waves of surveys: open, close, remind, who is missing."""

import asyncio
import os
from functools import partial
from typing import Annotated

import typer

from bot import survey_wave_view
from bot.language import operator_language
from bot.question import confirmed
from bot.settings import read_settings

t = operator_language(os.environ)
Key = Annotated[str, typer.Argument(metavar="SURVEY", help=t("The survey, by its key."))]
WaveKey = Annotated[
    str, typer.Argument(metavar="WAVE", help=t("The wave, by its key: akademia survey waves"))
]
Yes = Annotated[bool, typer.Option("--yes", help=t("Do not ask."))]


def add_to(app: typer.Typer) -> None:
    """Add the commands to those of surveys."""
    app.command("waves", help=t("List a survey's waves: state, days, asked, answered, begun."))(
        waves
    )
    app.command("open", help=t("Open a planned wave now, before its day."))(open_wave)
    app.command("close", help=t("Close a wave; all answers that were sent are kept."))(close)
    app.command("remind", help=t("Remind now those who have not answered."))(remind)
    app.command("missing", help=t("List who was asked and has not answered."))(missing)


def waves(key: Key) -> None:
    """List a survey's waves: state, days, asked, answered, begun."""
    asyncio.run(survey_wave_view.show(read_settings(), key=key, t=t))


def open_wave(key: Key, wave: WaveKey, *, yes: Yes = False) -> None:
    """Open a planned wave now, before its day."""
    ask = None if yes else partial(confirmed, t=t)
    asyncio.run(survey_wave_view.open_now(read_settings(), key=key, wave_key=wave, ask=ask, t=t))


def close(key: Key, wave: WaveKey, *, yes: Yes = False) -> None:
    """Close a wave; all answers that were sent are kept."""
    ask = None if yes else partial(confirmed, t=t)
    asyncio.run(survey_wave_view.close(read_settings(), key=key, wave_key=wave, ask=ask, t=t))


def remind(key: Key, wave: WaveKey, *, yes: Yes = False) -> None:
    """Remind now those who have not answered."""
    ask = None if yes else partial(confirmed, t=t)
    asyncio.run(survey_wave_view.remind(read_settings(), key=key, wave_key=wave, ask=ask, t=t))


def missing(key: Key, wave: WaveKey) -> None:
    """List who was asked and has not answered."""
    asyncio.run(survey_wave_view.missing(read_settings(), key=key, wave_key=wave, t=t))
