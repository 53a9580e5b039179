"""Print what could not be said or done, for staff to take care of."""

from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from bot.agenda_view import CHANNELS, KINDS
from bot.process import opened
from bot.settings import Settings
from storage import troubles
from storage.troubles import MissedReminder, Quarantined, Undelivered
from texts.dates import day, hour
from texts.translator import Translator, mark

Trouble = Undelivered | MissedReminder | Quarantined
MISSED = mark("not sent, as it was too late")
REMINDER = KINDS["reminder"]
QUARANTINED = mark("arrived, but could not be handled")
STATES = {
    "failed": mark("not delivered"),
    "uncertain": mark("perhaps delivered"),
    "missed": MISSED,
}


async def show(settings: Settings, *, span: timedelta, t: Translator) -> None:
    """Print the trouble of the days past."""
    now = datetime.now(UTC)
    since = now - span
    async with opened(settings, now=now) as database, database.reading() as tx:
        found: list[Trouble] = [
            *await troubles.undelivered(tx, since=since),
            *await troubles.missed_reminders(tx, since=since),
            *await troubles.quarantined(tx, since=since),
        ]
    if found:
        Console().print(table(found, zone=settings.timezone.key, t=t))
    else:
        print(t("Everything was delivered and handled in these days."))  # noqa: T201 -- the command's output


def table(found: list[Trouble], *, zone: str, t: Translator) -> Table:
    """Lay out what is wrong for a screen, the oldest first, in the wall time of the zone."""
    shown = Table(title=t.plural("%(n)s matter to look at", "%(n)s matters to look at", len(found)))
    for column in (t("When"), t("What"), t("State"), t("To whom"), t("Address"), t("Why")):
        shown.add_column(column)
    for one in sorted(found, key=lambda each: each.at):
        when = f"{day(one.at, zone, t.locale)}, {hour(one.at, zone, t.locale)}"
        shown.add_row(when, *_cells(one, t))
    return shown


def _cells(one: Trouble, t: Translator) -> tuple[str, str, str, str, str]:
    match one:
        case Undelivered():
            address = f"{t(CHANNELS[one.channel])}: {one.address}"
            kind = t(KINDS.get(one.kind, one.kind))
            return kind, t(STATES[one.state]), one.person, address, one.why
        case MissedReminder():
            kind = f"{t(REMINDER)}: {one.event} · {one.rule_key}"
            return kind, t(MISSED), t("everyone"), "", ""
        case Quarantined():
            return one.key, t(QUARANTINED), "", one.lane, one.why
