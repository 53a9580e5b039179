"""One update on its way to its effect: everything a handler works with.

The update's inbox row ends, its effect is made and its replies are queued in one transaction,
so a handler never sends anything: it says, and what it says is a row.
"""

import dataclasses
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from telegram.ext import CallbackContext, ExtBot

from delivery.chat import ChatMessage, to_json
from delivery.limits import check_limits
from handlers.telegram.fetching import Arrived
from programme import conversations, notices
from programme.asking import Asked
from programme.conversations import Chat, Conversation
from programme.documents import FileStore
from programme.quiet_hours import QuietHours
from storage import inbox
from storage.database import Tx
from texts.translator import Translator, load


@dataclass(frozen=True)
class Desk:
    """What is the same for every update: our address, our name, our hours, our files."""

    our_address: str
    bot_name: str
    zone: str
    quiet: QuietHours = field(default_factory=QuietHours)
    files: FileStore | None = None
    # Where our pages are reached; None where there are none.
    public_url: str | None = None
    # Above so many recipients another coordinator has to confirm a letter; 0 is never.
    second_eyes: int = 0
    # The hour of the daily summary, for the agenda; None when there is none.
    summary_at: time | None = None
    # The files of the surveys that come with the program, by name.
    ready_surveys: Mapping[str, bytes] = field(default_factory=dict)


@dataclass
class Turn:
    """One update being handled in one transaction."""

    tx: Tx
    now: datetime
    key: str
    chat_id: int
    chat: Chat
    desk: Desk
    said: int = 0
    error: BaseException | None = None
    file: Arrived | None = None
    is_sealed: bool = False
    # When the update came, which may be long before it is handled.
    received_at: datetime | None = None

    @property
    def state(self) -> Conversation:
        """Where the conversation stands."""
        return self.chat.conversation

    @property
    def t(self) -> Translator:
        """The person's language."""
        return load(self.state.locale)

    async def say(self, message: ChatMessage) -> None:
        """Queue a reply; replies of one turn leave in the order they are said."""
        check_limits(message)
        self.said += 1
        await notices.reply(
            self.tx,
            chat_id=self.chat_id,
            key=f"reply:{self.key}:{self.said}",
            message=to_json(message),
            locale=self.state.locale,
            now=self.now,
            is_sealed=self.is_sealed,
        )

    async def seal(self) -> None:
        """Let nobody read later what was said in this turn: an anonymous survey is answered.

        The arrival loses its words in the transaction of its effect, and what is said from here
        on is forgotten once it has left. Called before anything is said; once more does no harm.
        """
        self.is_sealed = True
        source, _, key = self.key.partition(":")
        await inbox.blank(self.tx, source=source, key=key)

    async def ask(self, asked: Asked, message: ChatMessage, note: str = "") -> None:
        """Keep where the conversation stands and ask its open question, a note before it."""
        await self.keep(asked.conversation)
        text = f"{note}\n\n{message.text}" if note else message.text
        await self.say(dataclasses.replace(message, text=text))

    async def keep(self, state: Conversation) -> None:
        """Keep where the conversation stands now."""
        await conversations.keep(self.tx, state, now=self.now)
        self.chat = Chat(state, self.chat.person, self.chat.member)

    async def look_again(self) -> None:
        """Find out anew who writes, after the person introduced themselves."""
        self.chat = await conversations.open_chat(
            self.tx, chat_id=self.chat_id, locale=self.state.locale, now=self.now
        )


current: ContextVar[Turn] = ContextVar("turn")
AnyBot = ExtBot[None]
Store = dict[Any, Any]


class Context(CallbackContext[AnyBot, Store, Store, Store]):
    """The library's context with the turn in it."""

    @property
    def turn(self) -> Turn:
        """The update being handled now, in this task."""
        return current.get()
