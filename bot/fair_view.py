"""Write the printed sheets of a fair to a file."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.process import opened
from bot.settings import Settings
from bot.written import write
from delivery import fair_sheets
from programme import fair_views
from programme.refusals import EventUnknown
from storage import events
from texts.translator import Translator, load


async def write_pdf(settings: Settings, *, key: str, out: Path, needs: bool) -> None:
    """Write the programme of a fair, or what its stands need, as a PDF in Polish."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        event = await events.by_key(tx, key)
        if event is None:
            raise EventUnknown
        facts = await fair_views.sheet(tx, event_id=event.id)
    polish: Translator = load("pl")
    make = fair_sheets.needs if needs else fair_sheets.programme
    write(out, make(facts, polish))
    typer.echo(str(out))
