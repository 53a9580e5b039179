"""What a page is given and what it answers; pages.py brings the two together."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from handlers.web.bodies import NOTHING, Typed
from programme.document_refusals import DocumentRefused
from programme.documents import FileStore, Kept
from programme.letter_doors import Door
from programme.quiet_hours import QuietHours
from programme.refusals import Refusal
from storage.database import Tx
from texts.translator import Translator


@dataclass(frozen=True)
class WebDesk:
    """What does not change from page to page.

    `public_url` is where people reach us, `root` its path ("" when we have the whole host), and
    `link` gives the bot's deep link without its payload, which is known once Telegram was asked.
    """

    public_url: str
    quiet: QuietHours
    zone: str
    files: FileStore
    our_address: str
    link: Callable[[], str]

    @property
    def root(self) -> str:
        """The path below which our pages lie."""
        return urlsplit(self.public_url).path.rstrip("/")


@dataclass
class Arrived:
    """A file that came with a form: kept, or refused with the reason; `taken` by a row."""

    kept: Kept | None = None
    refusal: DocumentRefused | None = None
    taken: bool = False


@dataclass(frozen=True)
class Visit:
    """Somebody stands before an open door.

    `path` is that of the page below the root, and `here` the same with the root. `trouble` is the
    sentence of a refusal that is to be shown on the page, `errors` those that belong beside
    fields, and `typed` what was typed then, which must not be lost. `asked` has the words after
    the question mark.
    """

    tx: Tx
    door: Door
    t: Translator
    now: datetime
    desk: WebDesk
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    typed: Typed = NOTHING
    arrived: Arrived | None = None
    trouble: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def here(self) -> str:
        """The address of the page, for links to it."""
        return self.desk.root + self.path


@dataclass(frozen=True)
class Show:
    """A page to be written: texts/templates/pages/<name>.html with these facts."""

    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Goto:
    """What to look at after something was changed: a path below the root, or the page itself.

    `done` is a word that the page turns into a sentence of thanks.
    """

    path: str = ""
    done: str = ""


class Mistyped(Exception):
    """A form cannot be taken; each error stands beside its field, and nothing was changed."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


Look = Callable[[Visit], Awaitable[Show | Response]]
Act = Callable[[Visit], Awaitable[Show | Goto | Response]]


@dataclass(frozen=True)
class OpenPage:
    """A page that anybody may open: `look` shows it, with what was typed and why it is not taken.

    `act` takes what was sent, in one transaction; a refusal takes all of it back. `locale` is for
    what is said without either of them.
    """

    look: Callable[[Tx, datetime, Typed, Refusal | None], Awaitable[Response]]
    act: Callable[[Tx, datetime, Typed, Arrived | None], Awaitable[Response]]
    locale: str
