"""`akademia intake`: take mails in that a mail server hands to a program, or that lie in files.

The exit code is for the mail server (sysexits.h): with 75 it keeps the mail and tries again
later, with anything else that is not 0 it returns it to its writer. So whatever goes wrong with
us is 75, also wrong settings.
"""

import asyncio
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import typer

from bot.process import opened
from bot.sentences import sentences
from bot.settings import Settings, read_settings
from handlers.mail import arrivals
from handlers.mail.arrivals import BEGINNING, LARGEST, RawMail
from programme.documents import FileStore
from texts.translator import Translator

STDIN = "-"
EMPTY, NO_INPUT, TRY_LATER = os.EX_DATAERR, os.EX_NOINPUT, os.EX_TEMPFAIL
PIECE = 1024 * 1024
logger = logging.getLogger(__name__)


class NothingToRead(Exception):
    """A file is not there, cannot be read, or is empty; `code` is what the mail server is told."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


def take_in(files: list[str], *, t: Translator) -> None:
    """Take mails into the inbox, each in a transaction of its own, and say how many were new."""
    try:
        mails = [_read(name, t) for name in files]
        new = asyncio.run(_keep(read_settings(), mails))
    except NothingToRead as nothing:
        typer.echo(nothing.sentence, err=True)
        raise typer.Exit(nothing.code) from None
    except Exception as error:  # the mail server must keep the mail, whatever it is
        told = sentences(error, t)
        if told is None:
            logger.exception("mail_not_kept")
        for sentence in told or []:
            typer.echo(sentence, err=True)
        raise typer.Exit(TRY_LATER) from None
    known = len(mails) - new
    typer.echo(t("Mails taken in: %(new)s. Known already: %(known)s.", new=new, known=known))


def _read(name: str, t: Translator) -> RawMail:
    try:
        if name == STDIN:
            content, size = _beginning(sys.stdin.buffer)
        else:
            with Path(name).open("rb") as file:
                content, size = _beginning(file)
    except OSError as error:
        why = error.strerror or type(error).__name__
        says = t("%(file)s cannot be read: %(why)s.", file=name, why=why)
        raise NothingToRead(says, NO_INPUT) from None
    if not size:
        raise NothingToRead(t("%(file)s is empty.", file=name), EMPTY)
    raw = arrivals.cut("", content, told=size)
    return RawMail(f"intake:{arrivals.digest_of(raw)}", raw.content, raw.size)


def _beginning(file: BinaryIO) -> tuple[bytes, int]:
    """Read a mail to its end, and keep no more of it than the largest mail has."""
    kept, size = bytearray(), 0
    while piece := file.read(PIECE):
        size += len(piece)
        kept += piece[: max(0, LARGEST + 1 - len(kept))]
    return bytes(kept[:BEGINNING] if size > LARGEST else kept), size


async def _keep(settings: Settings, mails: list[RawMail]) -> int:
    store = FileStore(settings.files_folder)
    new = 0
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database:
        for raw in mails:
            kept = await arrivals.keep(store, raw, now=now)
            async with database.transaction() as tx:
                new += await arrivals.accept(tx, [kept], now=now)
    return new
