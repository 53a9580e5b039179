"""The round of a check-up: all checks, in the order in which one is mended before the next."""

import asyncio

import typer

from bot import doctor_machine, doctor_mailbox, doctor_post, doctor_tables
from bot.doctor import BROKEN, EXIT_CODES, Finding, Site, as_json, as_text, look_at, worst
from bot.sayable import said
from bot.settings import WrongSettings, read_settings
from texts.translator import Translator

CHECKS = (
    *doctor_machine.CHECKS,
    *doctor_tables.CHECKS,
    *doctor_post.CHECKS,
    *doctor_mailbox.CHECKS,
)


async def examine(site: Site) -> list[Finding]:
    """Make every check."""
    return await look_at(CHECKS, site)


def examined(t: Translator) -> list[Finding]:
    """Read the settings and make every check; wrong settings are all that is told then."""
    try:
        settings = read_settings()
    except WrongSettings as wrong:
        says = t("Settings: they cannot be used.")
        return [Finding("settings", BROKEN, says, said(one, t)) for one in wrong.sentences]
    return asyncio.run(examine(Site(settings, t)))


def show(*, as_lines: bool, t: Translator) -> None:
    """Print what was found and end with 0 (all is well), 1 (something to look at) or 2 (broken)."""
    found = examined(t)
    typer.echo(as_json(found) if as_lines else as_text(found, t))
    raise typer.Exit(EXIT_CODES[worst(found)])
