"""The command line's words for what is printed of a public survey."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import survey_poster_view
from bot.language import operator_language
from bot.settings import read_settings
from programme.survey_posters import MOST_CODES

t = operator_language(os.environ)
Key = Annotated[str, typer.Argument(metavar="SURVEY", help=t("The survey, by its key."))]
WaveKey = Annotated[
    str | None, typer.Option("--wave", help=t("The wave, by its key; else the one that is open."))
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to those of surveys."""
    app.command("poster", help=t("Write the poster of a public survey as a PDF or a PNG."))(poster)
    app.command("codes", help=t("Make codes for paper, and write their sheet as a PDF."))(codes)


def poster(
    key: Key,
    *,
    wave: WaveKey = None,
    out: Annotated[Path, typer.Option(help=t("The file to write, .pdf or .png."))] = Path(
        "plakat.pdf"
    ),
) -> None:
    """Write the poster of a public survey as a PDF or a PNG."""
    asyncio.run(
        survey_poster_view.write_poster(
            read_settings(),
            key=key,
            wave_key=wave,
            out=out,
            as_picture=out.suffix.lower() == ".png",
        )
    )


def codes(
    key: Key,
    *,
    wave: WaveKey = None,
    count: Annotated[int, typer.Option(min=1, max=MOST_CODES, help=t("How many codes."))] = 40,
    out: Annotated[Path, typer.Option(help=t("The file to write."))] = Path("kody.pdf"),
) -> None:
    """Make codes for paper, and write their sheet as a PDF."""
    asyncio.run(
        survey_poster_view.write_codes(
            read_settings(), key=key, wave_key=wave, count=count, out=out
        )
    )
