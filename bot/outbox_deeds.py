"""Send rows of the outbox again, or drop them; each row in a transaction of its own."""

from collections.abc import Callable
from datetime import UTC, datetime

import typer

from bot.outbox_words import moment_words, refusal_words
from bot.process import opened
from bot.settings import Settings
from programme import outbox_desk as desk
from programme.outbox_desk import DeskRefusal
from storage.database import Database
from storage.outbox_desk import DeskRow
from texts.translator import Translator

Ask = Callable[[str], bool]
WRONG = 2


async def send_again(
    settings: Settings, *, numbers: list[int], ask: Ask | None, t: Translator
) -> None:
    """Queue rows anew; `ask` is asked first about those that may have arrived, None is a yes.

    Raises typer.Exit with 2 when a row was refused or a question answered with no; the others
    are queued all the same.
    """
    async with opened(settings, now=_now()) as database:
        rows, refused = await _read(database, numbers, t)
        for row in rows:
            # Nothing is open here, so the answer may take as long as it takes.
            if row.doubted and ask is not None and not ask(_doubt(row, t)):
                typer.echo(t("Message %(id)s is left as it is.", id=row.id))
                refused += 1
                continue
            try:
                async with database.transaction() as tx:
                    until = await desk.send_again(tx, row=row, now=_now())
            except DeskRefusal as refusal:
                refused += _tell(refusal, t)
            else:
                last = moment_words(until, settings.timezone)
                typer.echo(
                    t("Message %(id)s waits again, until %(last)s at most.", id=row.id, last=last)
                )
    _end(refused)


async def drop(settings: Settings, *, numbers: list[int], t: Translator) -> None:
    """Cancel waiting rows and settle those that went wrong.

    Raises typer.Exit with 2 when a row was refused; the others are dropped all the same.
    """
    async with opened(settings, now=_now()) as database:
        rows, refused = await _read(database, numbers, t)
        for row in rows:
            try:
                async with database.transaction() as tx:
                    await desk.drop(tx, row=row, now=_now())
            except DeskRefusal as refusal:
                refused += _tell(refusal, t)
            else:
                typer.echo(t("Message %(id)s is dropped.", id=row.id))
    _end(refused)


async def _read(database: Database, numbers: list[int], t: Translator) -> tuple[list[DeskRow], int]:
    rows, refused = [], 0
    async with database.reading() as tx:
        for number in dict.fromkeys(numbers):
            try:
                rows.append(await desk.find(tx, outbox_id=number))
            except DeskRefusal as refusal:
                refused += _tell(refusal, t)
    return rows, refused


def _doubt(row: DeskRow, t: Translator) -> str:
    return t(
        "Message %(id)s may have arrived: %(person)s may get it twice. Send it again?",
        id=row.id,
        person=row.person or row.address,
    )


def _tell(refusal: DeskRefusal, t: Translator) -> int:
    typer.echo(refusal_words(refusal, t), err=True)
    return 1


def _end(refused: int) -> None:
    if refused:
        raise typer.Exit(WRONG)


def _now() -> datetime:
    return datetime.now(UTC)
