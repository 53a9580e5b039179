"""Print which letters were sent, and write those that go by post to a file."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.outbox_words import moment_words
from bot.process import opened
from bot.settings import Settings
from bot.written import write
from delivery import printed_letters
from programme import letter_printing
from storage import broadcast_results, broadcasts
from texts.translator import Translator


async def show_list(settings: Settings, *, limit: int, t: Translator) -> None:
    """Print a line for each letter: its number, when it was confirmed, and its subject."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        found = await broadcasts.letters(tx, limit=limit)
        by_post = {one.id: len(await broadcast_results.postal(tx, one.id)) for one in found}
    for one in found:
        when = moment_words(one.confirmed_at, settings.timezone)
        printed = t("to print: %(n)s", n=by_post[one.id]) if by_post[one.id] else ""
        words = [str(one.content.get("subject") or ""), printed]
        typer.echo(f"{one.id:>6}  {when} · {' · '.join(word for word in words if word)}")
    if not found:
        typer.echo(t("No letter has been sent yet."))


async def write_pdf(settings: Settings, *, number: int, out: Path) -> None:
    """Write the letters of a broadcast that go by post; raises NothingToPrint."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        letters = await letter_printing.of_broadcast(tx, broadcast_id=number)
    write(out, printed_letters.pdf(letters.facts))
    typer.echo(str(out))
