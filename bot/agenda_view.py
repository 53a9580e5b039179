"""Print all that will be sent."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from bot.process import opened
from bot.settings import Settings
from delivery.kind_words import CHANNELS, KINDS
from programme.agenda import AgendaRow, agenda
from texts.dates import day, hour
from texts.translator import Translator


async def show(settings: Settings, *, span: timedelta, as_json: bool, t: Translator) -> None:
    """Print the agenda of the coming days, for people or as JSON."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database, database.reading() as tx:
        rows = await agenda(tx, now=now, until=now + span, quiet=settings.quiet)
    if as_json:
        print(as_lines(rows))  # noqa: T201 -- the command's output
    elif not rows:
        print(t("Nothing is planned to be sent in these days."))  # noqa: T201 -- as above
    else:
        Console().print(table(rows, zone=settings.timezone.key, t=t))


def as_lines(rows: list[AgendaRow]) -> str:
    """Write the rows as a JSON list; moments in UTC."""
    listed = [{**dataclasses.asdict(row), "due_at": row.due_at.isoformat()} for row in rows]
    return json.dumps(listed, ensure_ascii=False, indent=2)


def table(rows: list[AgendaRow], *, zone: str, t: Translator) -> Table:
    """Lay the rows out for a screen, in the wall time of the zone."""
    shown = Table(
        title=t.plural("%(n)s message to be sent", "%(n)s messages to be sent", len(rows))
    )
    for column in (t("When"), t("What"), t("About"), t("To whom"), t("How"), t("Address")):
        shown.add_column(column)
    for row in rows:
        when = f"{day(row.due_at, zone, t.locale)}, {hour(row.due_at, zone, t.locale)}"
        kind = t(KINDS.get(row.kind, row.kind))
        channel = t(CHANNELS.get(row.channel, row.channel))
        shown.add_row(when, kind, row.detail, row.person, channel, row.address)
    return shown
