"""Print what could not be said or done, for staff to take care of."""

import shutil
import textwrap
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from bot.outbox_words import kind_words, moment_words, whom_words
from bot.process import opened
from bot.resume_view import held_words
from bot.settings import Settings
from delivery.kind_words import KINDS, STATES
from storage import restored, troubles
from storage.troubles import MissedReminder, Quarantined, Undelivered
from texts.translator import Translator, mark

Trouble = Undelivered | MissedReminder | Quarantined
REMINDER = KINDS["reminder"]
QUARANTINED = mark("arrived, but could not be handled")
WIDEST = 100
INDENT = " " * 8


async def show(settings: Settings, *, span: timedelta, t: Translator) -> None:
    """Print the trouble of the days past."""
    now = datetime.now(UTC)
    since = now - span
    async with opened(settings, now=now) as database:
        held = await restored.look(database, now=now)
        async with database.reading() as tx:
            found: list[Trouble] = [
                *await troubles.undelivered(tx, since=since),
                *await troubles.missed_reminders(tx, since=since),
                *await troubles.quarantined(tx, since=since),
            ]
    if held is not None:
        typer.echo(held_words(t))
    if found:
        width = min(shutil.get_terminal_size().columns, WIDEST)
        typer.echo(as_text(found, zone=settings.timezone, width=width, t=t))
    else:
        typer.echo(t("Everything was delivered and handled in these days."))


def as_text(found: list[Trouble], *, zone: ZoneInfo, width: int, t: Translator) -> str:
    """Write what is wrong for a screen, the oldest first, in the wall time of the zone."""
    lines = [t.plural("%(n)s matter to look at", "%(n)s matters to look at", len(found)) + ":", ""]
    for one in sorted(found, key=lambda each: each.at):
        number, first, *below = _words(one, t)
        begin = f"{number:>6}  {moment_words(one.at, zone)} · "
        lines += textwrap.wrap(first, width, initial_indent=begin, subsequent_indent=INDENT)
        for line in below:
            lines += textwrap.wrap(line, width, initial_indent=INDENT, subsequent_indent=INDENT)
    if any(isinstance(one, Undelivered) for one in found):
        lines += ["", t("All about one message: akademia outbox show NUMBER")]
    return "\n".join(lines)


def _words(one: Trouble, t: Translator) -> tuple[str, ...]:
    """Give the number, what happened, to whom, and why; the number is empty if there is none."""
    match one:
        case Undelivered():
            first = f"{t(STATES[one.state])} · {kind_words(one.kind, t)}"
            whom = whom_words(one.person, one.channel, one.address, t)
            why = t("The other side said: %(because)s", because=one.why) if one.why else ""
            return str(one.id), first, whom, why
        case MissedReminder():
            first = f"{t(STATES['missed'])} · {t(REMINDER)}"
            return "", first, f"{one.event} · {one.rule_key}", t("everyone")
        case Quarantined():
            return "", f"{t(QUARANTINED)} · {one.key}", one.lane, one.why
