"""Open the state of a chat for one update, and drop what was begun."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from programme import profile
from storage import chats, conversations, people
from storage.conversations import Conversation
from storage.database import Tx
from storage.people import Person
from storage.staff import StaffMember


@dataclass(frozen=True)
class Chat:
    """Who writes and where their conversation stands."""

    conversation: Conversation
    person: Person | None
    member: StaffMember | None


async def open_chat(tx: Tx, *, chat_id: int, locale: str, now: datetime) -> Chat:
    """Find who writes from a chat; an unknown chat begins in `locale`.

    Whoever writes can be reached again, whatever went wrong before.
    """
    found = await chats.known(tx, chat_id)
    conversation = found.conversation
    if conversation is None:
        conversation = Conversation(chat_id, locale)
        await conversations.save(tx, conversation, now=now)
    if found.unreachable:
        await people.set_reachable(tx, channel="telegram", address=str(chat_id))
    return Chat(conversation, found.person, found.member)


async def keep(tx: Tx, state: Conversation, *, now: datetime) -> None:
    """Keep where a conversation stands."""
    await conversations.save(tx, state, now=now)


async def change_language(tx: Tx, *, chat: Chat, locale: str, now: datetime) -> Conversation:
    """Speak another language in this chat from now on, and in notices and mails too."""
    changed = dataclasses.replace(chat.conversation, locale=locale)
    await conversations.save(tx, changed, now=now)
    if chat.person is not None:
        await people.change(tx, chat.person.id, locale=locale)
    return changed


async def chat_closed(tx: Tx, *, chat_id: int, now: datetime) -> None:
    """Note that a person blocked the bot, so that mail takes over."""
    await people.set_unreachable(
        tx, channel="telegram", address=str(chat_id), why="blocked by the person", now=now
    )


def in_profile(state: Conversation) -> bool:
    """Tell whether the person is being asked who they are."""
    return state.flow == profile.FLOW


__all__ = [
    "Chat",
    "Conversation",
    "StaffMember",
    "change_language",
    "chat_closed",
    "in_profile",
    "keep",
    "open_chat",
]
