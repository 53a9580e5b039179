"""What went wrong, as an operator reads it: one sentence each, in both languages."""

import errno
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.sentences import sentences
from bot.settings import WrongSettings
from bot.web_bind import PortTaken
from delivery.failures import ChannelBroken
from handlers.telegram.door import TelegramUnreachable, TokenWrong
from handlers.telegram.webhook import WebhookRefused
from programme.refusals import EventUnknown
from storage import outbox, outbox_lists
from storage.database import Database, DatabaseUnusable, is_full, open_database
from tests.storage.rows import NOW, entry
from texts.translator import load

ERRORS = {
    "settings": WrongSettings(["AKADEMIA_X is missing."]),
    "token": TokenWrong("401"),
    "telegram": TelegramUnreachable("no answer"),
    "webhook": WebhookRefused("Bad webhook: an HTTPS URL must be provided"),
    "port": PortTaken(errno.EADDRINUSE, "Address already in use", "127.0.0.1:8081"),
    "mail": ChannelBroken("535 login refused"),
    "database": DatabaseUnusable("It is a folder."),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "file": NotADirectoryError(errno.ENOTDIR, "Not a directory", "a/b.csv"),
    "refusal": EventUnknown(),
    "group": BaseExceptionGroup("", [ExceptionGroup("", [TokenWrong("401")])]),
}


@pytest.fixture
async def small(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Open a database on a disk that has room for nothing more."""
    own = tmp_path / "akademia.db"
    own.write_bytes(sqlite_template.read_bytes())
    opened = open_database(f"sqlite:///{own}")
    async with opened.transaction() as tx:
        pages = await tx.exec_driver_sql("PRAGMA page_count")
        await tx.exec_driver_sql(f"PRAGMA max_page_count={pages.scalar_one() + 2}")
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", ERRORS)
def test_sentences_says_one_thing_in_both_languages(name: str) -> None:
    english, polish = (sentences(ERRORS[name], load(locale)) for locale in ("en", "pl"))

    assert english is not None
    assert polish is not None
    assert (len(english), len(polish)) == (1, 1)
    assert english[0].endswith((".", "!", "?"))
    assert (english == polish) == (name == "settings")


def test_sentences_has_none_for_a_fault_of_ours() -> None:
    assert sentences(KeyError("name"), load("en")) is None
    assert sentences(OSError("no file behind it"), load("en")) is None


async def test_full_disk_is_told_and_what_was_accepted_stays(small: Database) -> None:
    async with small.transaction() as tx:
        await outbox.put(tx, [entry("accepted")], now=NOW)

    with pytest.raises(OperationalError) as caught:
        await _fill(small)

    assert is_full(caught.value)
    assert sentences(caught.value, load("en")) == [
        "The disk is full. Please make room; what was accepted so far is kept."
    ]
    async with small.reading() as tx:
        assert await outbox_lists.sent_message(tx, "accepted") is None
        rows = await outbox_lists.planned(tx, until=NOW)
    assert [row.facts for row in rows] == [{"text": "Dzień dobry"}]


async def _fill(database: Database) -> None:
    long = {"text": "słowo " * 20_000}
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("too much", facts=long)], now=NOW)
