"""Print who may become staff by an open link, and the record of what staff did."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import typer

from bot.outbox_words import moment_words
from bot.process import opened
from bot.settings import Settings
from delivery.plain import without_markup
from handlers.telegram.audit_words import sentence
from programme import audit_trail
from programme.audit_trail import Line
from storage import staff_team
from texts.translator import Translator


async def show_links(settings: Settings, *, t: Translator) -> None:
    """Print the links that still work: until when, the role, for whom. The links are not kept."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database, database.reading() as tx:
        found = await staff_team.open_links(tx, now=now)
    for link in found:
        until = moment_words(link.expires_at, settings.timezone)
        typer.echo(f"{until}  {link.role}  {link.name}")
    if not found:
        typer.echo(t("No link waits to be opened."))


async def show_audit(settings: Settings, *, span: timedelta, as_json: bool, t: Translator) -> None:
    """Print the record of the days past, the newest first."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database, database.reading() as tx:
        lines = await audit_trail.at_the_console(tx, span=span, now=now)
    if as_json:
        typer.echo(json.dumps([_value(t, one) for one in lines], ensure_ascii=False, indent=2))
        return
    for one in lines:
        typer.echo(f"{moment_words(one.recorded.at, settings.timezone)}  {_plain(t, one)}")
    if not lines:
        typer.echo(t("Nothing has been recorded in these days."))


def _plain(t: Translator, one: Line) -> str:
    return unescape(without_markup(sentence(t, one)))


def _value(t: Translator, one: Line) -> dict[str, Any]:
    known = one.recorded
    return {
        "at": known.at.isoformat(),
        "staff": known.who,
        "staff_id": known.staff_id,
        "action": known.action,
        "allowed": known.allowed,
        "detail": known.detail,
        "sentence": _plain(t, one),
    }
