"""Remember how far a folder has been read, so that a round costs what is new and nothing else.

What has a number above `start` came after the folder was first seen and is read whether or not
somebody has opened it meanwhile. What is older is read once, and only what nobody has opened of
the last two weeks: a mailbox that was in use before may hold thousands of forgotten mails, and
nobody wants an answer to them.

When a folder is numbered anew (another UIDVALIDITY, as after a restored backup), everything is
older again. What came since shortly before the last look is read then, opened or not; what was
taken in before is known by its bytes.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from handlers.mail.imap_url import ImapUrl
from storage import inbox
from storage.database import Tx

NAMES = ("validity", "start", "read", "flagged", "since", "looked")
# A search knows days, in the zone of the mail server.
BEFORE = timedelta(days=2)
# What waits unopened in a mailbox that is read for the first time, and is still worth reading.
FIRST_LOOK = timedelta(days=14)
# A mail that says when it was written was written after this day.
NO_MAIL = date(1990, 1, 1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Bookmark:
    """Numbers of mails of one folder; `since` and `looked` are seconds since 1970.

    `looked` is when all mails were here the last time, and 0 until they were for the first time.
    """

    place: str
    validity: int = 0
    start: int = 0
    read: int = 0
    flagged: int = 0
    since: int = 0
    looked: int = 0

    def opened(self, *, validity: int, next_uid: int, now: datetime) -> "Bookmark":
        """Give the bookmark of the folder as it is numbered now."""
        if validity == self.validity:
            return self
        before = int((BEFORE if self.looked else FIRST_LOOK).total_seconds())
        since = max(0, (self.looked or int(now.timestamp())) - before)
        return Bookmark(self.place, validity, start=next_uid - 1, since=since, looked=self.looked)

    @property
    def older(self) -> str:
        """Say in the words of a search which of the mails up to `start` are read."""
        since = datetime.fromtimestamp(self.since, UTC).date()
        if not self.looked:
            return forgotten_no_longer_than(since)
        # Clocks of other people may be wrong by some days.
        return f"SINCE {day(since)} {_not_written_before(since - FIRST_LOOK)}"

    def after(self, uid: int) -> "Bookmark":
        """Go on to a mail that lies in the inbox, or that needs none."""
        return replace(self, read=max(self.read, uid))

    def flagged_all(self) -> "Bookmark":
        """Note that all of these are marked as read in the mailbox too."""
        return replace(self, flagged=self.read)

    def at(self, now: datetime) -> "Bookmark":
        """Note when everything had been read."""
        return replace(self, looked=int(now.timestamp()))


def forgotten_no_longer_than(since: date) -> str:
    """Say in the words of a search which mails nobody has opened and are not older than a day.

    When a mail was written counts too, where it says so: one that was moved here from another
    server has come today.
    """
    return f"UNSEEN SINCE {day(since)} {_not_written_before(since)}"


def _not_written_before(since: date) -> str:
    return f"OR SENTSINCE {day(since)} NOT SENTSINCE {day(NO_MAIL)}"


def day(when: date) -> str:
    """Write a day as a search wants it, whatever the language of this machine."""
    return f"{when.day}-{MONTHS[when.month - 1]}-{when.year}"


def place_of(url: ImapUrl) -> str:
    """Name a folder of an account in a few signs."""
    account = f"{url.username}\n{url.host.lower()}\n{url.folder}"
    return hashlib.sha256(account.encode()).hexdigest()[:12]


async def load(tx: Tx, place: str) -> Bookmark:
    """Read the bookmark of a folder; all is 0 for one that was never read."""
    values = {name: await inbox.read_cursor(tx, f"mail.{place}.{name}") for name in NAMES}
    return Bookmark(place, **values)


async def keep(tx: Tx, before: Bookmark, after: Bookmark) -> None:
    """Write down what has changed."""
    for name in NAMES:
        value = getattr(after, name)
        if value != getattr(before, name):
            await inbox.move_cursor(tx, f"mail.{after.place}.{name}", value)
