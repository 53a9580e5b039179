"""Print an event's certificates to a file, and check one by its code."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.process import opened
from bot.settings import Settings
from bot.written import write
from delivery import certificates as papers
from programme import certificate_check, certificate_lists
from programme.certificate_check import Checked
from programme.refusals import EventUnknown
from storage import events
from texts.dates import days_line
from texts.translator import Translator, mark

STATES = {
    "valid": mark("This certificate is valid."),
    "revoked": mark("This certificate was revoked and is not valid."),
    "replaced": mark("This certificate was replaced by a newer one and is not valid."),
}


async def write_pdf(
    settings: Settings, *, key: str, out: Path, unreached: bool, t: Translator
) -> None:
    """Write an event's certificates that stand into one PDF, a page each."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        event = await events.by_key(tx, key)
        if event is None:
            raise EventUnknown
        found = await certificate_lists.to_print(tx, event_id=event.id, only_unreached=unreached)
    if not found:
        typer.echo(t("There are no certificates here."), err=True)
        raise typer.Exit(2)
    write(out, papers.pdf([one.facts for one in found]))
    typer.echo(str(out))


async def check(settings: Settings, *, code: str, t: Translator) -> None:
    """Say what the certificate with a code says."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        found = await certificate_check.verify(tx, code=code)
    typer.echo(words(found, t))


def words(found: Checked, t: Translator) -> str:
    """Write what a checked certificate tells, without the person's name."""
    issued = [{"starts_at": found.issued_at.isoformat(), "zone": found.zone}]
    lines = [
        t(STATES[found.state]),
        t("Number: %(number)s", number=found.number),
        t("For (initials): %(initials)s", initials=found.initials),
        t("Event: %(title)s", title=found.event_title),
        t("Attended on: %(days)s", days=days_line(found.sessions, t.locale)),
        t("Issued on: %(day)s", day=days_line(issued, t.locale)),
    ]
    return "\n".join(lines)
