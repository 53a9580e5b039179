"""A mail that a person wrote to us, as the rules see it: words, wish, files, and what proves it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from programme.document_refusals import DocumentRefused
from programme.documents import Kept
from programme.mail_wishes import Wish
from programme.quiet_hours import QuietHours
from storage.letter_doors import Door

# Found in a mailbox, a folder or a file, or left over from days on which nothing ran.
OLD = timedelta(days=3)


@dataclass(frozen=True)
class SentFile:
    """A file that came with a mail: kept, or refused with the reason."""

    filename: str
    kept: Kept | None = None
    refusal: DocumentRefused | None = None


@dataclass(frozen=True)
class Written:
    """What somebody wrote to us.

    `key` is the same for the same mail by whatever way it came. `sender` and `written_at` are what
    the mail says of itself and prove nothing; `words` is what they wrote, `original` all that a
    reader sees.
    """

    key: str
    message_id: str
    sender: str
    sender_name: str
    subject: str
    words: str
    original: str
    wish: Wish
    references: tuple[str, ...] = ()
    files: tuple[SentFile, ...] = ()
    written_at: datetime | None = None

    def is_old(self, now: datetime) -> bool:
        """Whether it was written so long ago that nobody waits for a word about it."""
        return self.written_at is not None and now - self.written_at > OLD

    @property
    def is_silent(self) -> bool:
        """Whether nothing stands above the quoted letter, and nothing came with it."""
        return not self.words.strip() and not self.files and self.wish == Wish()


@dataclass(frozen=True)
class Proven:
    """The letter of ours that a mail answers; `is_open` says whether it still opens anything."""

    door: Door
    is_open: bool


@dataclass(frozen=True)
class House:
    """What is the same for every mail: the bot's deep link without its payload, and the hours.

    `has_pages` says whether letters have links to pages of ours.
    """

    bot_link: str
    quiet: QuietHours
    zone: str
    has_pages: bool = True
