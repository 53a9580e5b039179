"""Print what coordinators are told each working day."""

from datetime import UTC, datetime
from html import unescape

import typer

from bot.process import opened
from bot.settings import Settings
from delivery.compose import compose_chat
from delivery.plain import without_markup
from programme import summaries
from texts.translator import Translator


async def show(settings: Settings, *, t: Translator) -> None:
    """Print what has happened since the hour of the last working day, and what waits."""
    now, zone = datetime.now(UTC), settings.timezone.key
    async with opened(settings, now=now) as database, database.reading() as tx:
        since = summaries.hour_before(settings.summary_at, zone=zone, now=now)
        found = await summaries.look(tx, member=None, since=since, now=now)
        facts = await summaries.facts(tx, None, found, zone, now)
    typer.echo(unescape(without_markup(compose_chat(summaries.KIND, facts, t.locale).text)))
