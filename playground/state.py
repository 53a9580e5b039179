from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playground.changes import Changes
from playground.errors import ApiError, BadRequest
from playground.files import FileStore
from playground.transcript import Direction, Event, Kind, message_event
from playground.updates import UpdateQueue

Message = dict[str, Any]


def real_clock() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


@dataclass
class Chat:
    """One private chat between a person and the bot."""

    card: dict[str, Any]
    user: dict[str, Any]
    messages: dict[int, Message] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)
    delivered: list[Message] = field(default_factory=list)
    history: list[Event] = field(default_factory=list)
    started: bool = False
    blocked: bool = False

    @property
    def chat_id(self) -> int:
        """The id of the chat, which in a private chat is the person's."""
        return int(self.card["id"])


@dataclass
class Query:
    """One button press that waits for its answer."""

    chat: Chat
    answered: bool = False
    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass
class Poll:
    """A native poll: where it is shown and who chose what."""

    chat: Chat
    message_id: int
    ballots: dict[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass
class BotState:
    """Everything the Telegram server knows of one bot."""

    bot: dict[str, Any]
    clock: Callable[[], datetime] = real_clock
    chats: dict[int, Chat] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    files: FileStore = field(default_factory=FileStore)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    changes: Changes = field(default_factory=Changes)
    last_message_id: int = 0

    def join(self, user: dict[str, Any]) -> Chat:
        """Return the person's chat; it is made when the person is new here."""
        chat_id = int(user["id"])
        if chat_id not in self.chats:
            names: dict[str, Any] = {
                key: user[key] for key in ("id", "first_name", "last_name") if key in user
            }
            self.chats[chat_id] = Chat({**names, "type": "private"}, user)
            self.changes.announce()
        return self.chats[chat_id]

    def known(self, chat_id: int | None) -> Chat:
        """Return a chat the bot may speak of: one that its person has started."""
        chat = self.chats.get(chat_id or 0)
        if chat is None or not chat.started:
            raise BadRequest("chat not found")
        return chat

    def reachable(self, chat_id: int | None) -> Chat:
        """Return a chat the bot may write to."""
        chat = self.known(chat_id)
        if chat.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat

    def write(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        """Put a new message into a chat and return it."""
        self.last_message_id += 1
        message: Message = {
            "message_id": self.last_message_id,
            "date": int(self.clock().timestamp()),
            "chat": chat.card,
            "from": sender,
            **content,
        }
        chat.messages[message["message_id"]] = message
        if sender is self.bot:
            chat.delivered.append(message)
        self.note(chat, "out" if sender is self.bot else "in", "message", message)
        return message

    def note(self, chat: Chat, direction: Direction, kind: Kind, message: Message) -> None:
        """Record that a message has appeared or changed."""
        self.record(chat, message_event(self.clock(), direction, kind, message))
        chat.changed[message["message_id"]] = self.changes.number

    def record(self, chat: Chat, event: Event) -> None:
        """Add to the chat's history and wake whoever looks at it."""
        chat.history.append(event)
        self.changes.announce()

    def event(self, direction: Direction, kind: Kind, text: str = "", **more: Any) -> Event:
        """Make a history entry dated now."""
        return Event(self.clock(), direction, kind, text, **more)
