from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.mail.imap_url import ImapUrl
from storage.database import Database
from tests.handlers.mail.reading import CutWire, Reading
from tests.mail_servers import MailServers


@pytest.fixture
def reading(mail_servers: MailServers, database: Database, tmp_path: Path) -> Reading:
    """Give an empty mailbox of this test's own and all that is needed to read it."""
    mailbox = mail_servers.own_mailbox()
    return Reading(database, mailbox, tmp_path, ImapUrl.parse(mailbox.imap_url))


@pytest.fixture
async def wire(mail_servers: MailServers) -> AsyncIterator[CutWire]:
    """Give a wire to Dovecot that can be cut."""
    async with CutWire(mail_servers.ports["imap"]) as wire:
        yield wire
