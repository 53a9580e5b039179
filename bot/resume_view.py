"""Let a restored copy of the database work again, after a look at what would leave at once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from bot.outbox_words import moment_words
from bot.process import opened
from bot.question import confirmed
from bot.settings import Settings
from delivery.kind_words import CHANNELS, KINDS
from programme import nomination_reminders
from storage import inbox, overdue, restored
from storage.database import Database
from storage.overdue import Overdue
from texts.translator import Translator


def held_words(t: Translator) -> str:
    """Say that a restored copy is held back and what to do."""
    return t(
        "This database is a restored copy. What people write is kept, but nothing is answered "
        "and nothing is sent until you run: akademia resume"
    )


async def resume(settings: Settings, *, yes: bool, drop_overdue: bool, t: Translator) -> None:
    """Print what is overdue, ask, and let the copy work."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database:
        if await restored.look(database, now=now) is None:
            typer.echo(t("Nothing is held back: this database is not a restored copy."))
            return
        await _print(database, now=now, zone=settings.timezone, t=t)
        question = t("Cancel all of that and go on?") if drop_overdue else t("Go on and send?")
        if not (yes or confirmed(question, t)):
            typer.echo(t("Nothing was changed. The copy is still held back."))
            raise typer.Exit(2)
        if drop_overdue:
            async with database.transaction() as tx:
                count = await overdue.drop(tx, now=now)
                count += await nomination_reminders.pass_over(tx, now=now)
            typer.echo(t("Cancelled or not repeated: %(count)s.", count=count))
        await restored.release(database)
    typer.echo(t("Released. Processes that are running go on within a few seconds."))


async def _print(database: Database, *, now: datetime, zone: ZoneInfo, t: Translator) -> None:
    async with database.counting() as tx:
        messages = await overdue.messages(tx, now=now)
        reminders = await overdue.reminders(tx, now=now)
        reminders += await nomination_reminders.count_due(tx, now=now)
        doubtful = await overdue.doubtful(tx)
        arrived = (await inbox.count_by_state(tx)).get("new", 0)
    if messages:
        Console().print(table(messages, zone=zone, t=t))
    late = sum(one.late for one in messages)
    leaving = sum(one.count for one in messages) - late
    typer.echo(t("Would be sent at once: %(count)s.", count=leaving))
    typer.echo(t("Too late, will not be sent: %(count)s.", count=late))
    typer.echo(t("Reminders that are due and not counted above: %(count)s.", count=reminders))
    typer.echo(t("Were being sent when the copy was made: %(count)s.", count=doubtful.started))
    typer.echo(t("Uncertain, may be sent once more: %(count)s.", count=doubtful.uncertain))
    typer.echo(t("Arrived and waiting to be handled: %(count)s.", count=arrived))


def table(messages: list[Overdue], *, zone: ZoneInfo, t: Translator) -> Table:
    """Lay out what is overdue for a screen, in the wall time of the zone."""
    shown = Table(title=t("Overdue"))
    for column in (t("What"), t("How"), t("Messages"), t("Too late"), t("Oldest")):
        shown.add_column(column)
    for one in messages:
        shown.add_row(
            t(KINDS.get(one.kind, one.kind)),
            t(CHANNELS[one.channel]),
            str(one.count),
            str(one.late),
            moment_words(one.oldest, zone),
        )
    return shown
