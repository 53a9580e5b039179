"""Print what only a person can do, and note it done."""

from datetime import UTC, datetime
from html import unescape

import typer

from bot.outbox_words import moment_words
from bot.process import opened
from bot.settings import Settings
from delivery.plain import without_markup
from handlers.telegram import task_screens
from handlers.telegram.words import refused
from programme import task_desk
from programme.refusals import Refusal
from storage import tasks
from storage.tasks import Task
from texts.translator import Translator

WRONG = 2


async def show_list(settings: Settings, *, limit: int, t: Translator) -> None:
    """Print what is to be done, the oldest first."""
    async with opened(settings, now=_now()) as database, database.reading() as tx:
        found = await tasks.open_ones(tx, limit=limit + 1)
    for task in found[:limit]:
        typer.echo(as_text(task, settings=settings, t=t))
    if not found:
        typer.echo(t("There is nothing to do. Thank you!"))
    if len(found) > limit:
        typer.echo(t("There are more. To see them, raise --limit."))


def as_text(task: Task, *, settings: Settings, t: Translator) -> str:
    """Write a task in one line: its number, since when, and what it is."""
    since = moment_words(task.created_at, settings.timezone)
    return f"{task.id:>6}  {since} · {task_screens.line(t, task.kind, task.facts)}"


async def show_one(settings: Settings, *, task_id: int, t: Translator) -> None:
    """Print all that is known of a task; raises TaskUnknown."""
    async with opened(settings, now=_now()) as database, database.reading() as tx:
        view = await task_desk.at_the_console(tx, task_id=task_id)
    zone = str(settings.timezone)
    card = task_screens.card(t, view, zone=zone, may_act=False, with_original=False)
    typer.echo(unescape(without_markup(card.text)))
    if view.original.strip():
        typer.echo(f"\n{t('What they wrote:')}\n\n{view.original.strip()}")


async def note_done(settings: Settings, *, numbers: list[int], t: Translator) -> None:
    """Note tasks done, each by itself; raises typer.Exit with 2 when one was refused."""
    wrong = False
    async with opened(settings, now=_now()) as database:
        for number in dict.fromkeys(numbers):
            try:
                async with database.transaction() as tx:
                    await task_desk.done_at_the_console(tx, task_id=number, now=_now())
            except Refusal as refusal:
                wrong = True
                why = refused(t, refusal, zone=str(settings.timezone))
                typer.echo(t("Task %(id)s: %(why)s", id=number, why=why), err=True)
            else:
                typer.echo(t("Task %(id)s is done.", id=number))
    if wrong:
        raise typer.Exit(WRONG)


def _now() -> datetime:
    return datetime.now(UTC)
