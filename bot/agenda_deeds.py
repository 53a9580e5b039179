"""The agenda on the command line, line by line: look at one, stop it, send it now, thin it out."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import typer

from bot.process import opened
from bot.settings import Settings
from delivery.kind_words import CHANNELS, KINDS
from programme import agenda_desk
from programme.agenda_desk import DAYS, PER_PAGE, Occurrence, Span
from texts.dates import day, hour
from texts.translator import Translator

WRONG = 2
Ask = Callable[[str], bool]


def _span(settings: Settings, days: int = DAYS) -> Span:
    return Span(
        datetime.now(UTC),
        settings.timezone.key,
        settings.quiet,
        days=days,
        summary_at=settings.summary_at,
    )


async def show_lines(settings: Settings, *, days: int, as_json: bool, t: Translator) -> None:
    """Print the agenda as in the chat: a line for each kind of message, with its name."""
    span = _span(settings, days)
    async with opened(settings, now=span.now) as database, database.reading() as tx:
        lines = await agenda_desk.occurrences(tx, member=None, span=span)
    if as_json:
        typer.echo(json.dumps([_as_values(one) for one in lines], ensure_ascii=False, indent=2))
        return
    for one in lines:
        typer.echo(f"{_when(one, span, t)} · {_what(one, t)} · {one.count} · {one.name}")
    if not lines:
        typer.echo(t("Nothing is planned to be sent in these days."))


def _as_values(line: Occurrence) -> dict[str, Any]:
    return {**dataclasses.asdict(line), "due_at": line.due_at.isoformat()}


def _when(line: Occurrence, span: Span, t: Translator) -> str:
    return f"{day(line.due_at, span.zone, t.locale)}, {hour(line.due_at, span.zone, t.locale)}"


def _what(line: Occurrence, t: Translator) -> str:
    kind = t(KINDS.get(line.kind, line.kind))
    return f"{kind}: {line.about}" if line.about else kind


async def show_one(settings: Settings, *, name: str, t: Translator) -> None:
    """Print one line and whom it is for; raises OccurrenceUnknown or OccurrenceGone."""
    span, first = _span(settings), 0
    async with opened(settings, now=span.now) as database, database.reading() as tx:
        while True:
            found = await agenda_desk.look(tx, member=None, name=name, span=span, first=first)
            if not first:
                line = found.occurrence
                typer.echo(f"{_when(line, span, t)} · {_what(line, t)} · {line.count}")
            for one in found.people:
                ways = ", ".join(t(CHANNELS[channel]) for channel in one.channels)
                typer.echo(f"{one.number:>8}  {one.name}{f' · {ways}' if ways else ''}")
            first += PER_PAGE
            if not found.people or first >= found.occurrence.count:
                return


async def stop(settings: Settings, *, name: str, ask: Ask | None, t: Translator) -> None:
    """Let nothing of a line be sent; raises OccurrenceFixed or what `show_one` does."""
    question = t("Stop this for all? It cannot be taken back.")
    await _look_and_ask(settings, name, question, ask, t)
    span = _span(settings)
    async with opened(settings, now=span.now) as database, database.transaction() as tx:
        count = await agenda_desk.stop(tx, member=None, name=name, span=span)
    typer.echo(t.plural("%(n)s message will not leave.", "%(n)s messages will not leave.", count))


async def hurry(settings: Settings, *, name: str, ask: Ask | None, t: Translator) -> None:
    """Let a line be sent now; raises what `stop` does."""
    question = t("Send this now, and not at its time?")
    await _look_and_ask(settings, name, question, ask, t)
    span = _span(settings)
    async with opened(settings, now=span.now) as database, database.transaction() as tx:
        count = await agenda_desk.hurry(tx, member=None, name=name, span=span)
    typer.echo(t.plural("%(n)s message leaves.", "%(n)s messages leave.", count))


async def leave_out(
    settings: Settings, *, name: str, number: int, ask: Ask | None, t: Translator
) -> None:
    """Let one of those whom a line is for not get it; raises what `stop` does."""
    question = t("Leave number %(number)s out? It cannot be taken back.", number=number)
    await _look_and_ask(settings, name, question, ask, t)
    span = _span(settings)
    async with opened(settings, now=span.now) as database, database.transaction() as tx:
        await agenda_desk.leave_out(tx, member=None, name=name, number=number, span=span)
    typer.echo(t("Done. All others get it as planned."))


async def _look_and_ask(
    settings: Settings, name: str, question: str, ask: Ask | None, t: Translator
) -> None:
    """Show what it is about and ask, unless `--yes` was given; a no ends with 2."""
    span = _span(settings)
    async with opened(settings, now=span.now) as database, database.reading() as tx:
        line = (await agenda_desk.look(tx, member=None, name=name, span=span)).occurrence
    if ask is None:
        return
    typer.echo(f"{_when(line, span, t)} · {_what(line, t)} · {line.count}", err=True)
    if not ask(question):
        raise typer.Exit(WRONG)
