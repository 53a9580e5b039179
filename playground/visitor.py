import asyncio
import secrets
from typing import Any

from playground.entities import find_entities
from playground.files import Upload
from playground.polls import cast_vote
from playground.seen import SeenMessage
from playground.server import BotServer
from playground.state import Chat, Message, Query
from playground.transcript import to_json_lines, to_lines

# The smallest picture there is: one grey pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080000000"
    "03a7e9b550000000a49444154789c6368000000820081"
    "dd436af40000000049454e44ae426082"
)
LINES_IN_COMPLAINT = 12


class NoSuchButton(LookupError):
    """No message in the chat has this button, or several buttons begin like that."""


class NotSeen(TimeoutError):
    """The bot did not say what was waited for."""


class Visitor:
    """A person who talks to the bot: writes, presses buttons, votes, and reads what comes."""

    def __init__(
        self,
        server: BotServer,
        user_id: int,
        first_name: str,
        last_name: str = "",
        language_code: str = "pl",
    ) -> None:
        self._server = server
        self._state = server.state
        user: dict[str, Any] = {"id": user_id, "is_bot": False, "first_name": first_name}
        if last_name:
            user["last_name"] = last_name
        if language_code:
            user["language_code"] = language_code
        self._chat: Chat = self._state.join(user)
        self._acted_at = 0

    @property
    def user_id(self) -> int:
        """The person's id, which is also the chat's."""
        return self._chat.chat_id

    @property
    def name(self) -> str:
        """The person's first and last name."""
        return " ".join(self._user[key] for key in ("first_name", "last_name") if key in self._user)

    @property
    def messages(self) -> list[SeenMessage]:
        """What is in the chat, from both sides, as it is after all edits."""
        return [self._seen(message) for message in self._chat.messages.values()]

    @property
    def last(self) -> SeenMessage:
        """The newest message of the bot."""
        return next(message for message in reversed(self.messages) if message.from_bot)

    @property
    def mark(self) -> int:
        """The present moment, to be given to wait_for() as `after`."""
        return self._state.changes.number

    @property
    def transcript(self) -> list[str]:
        """The conversation in readable lines."""
        return to_lines(self._chat.history, self.name)

    @property
    def json_lines(self) -> str:
        """The conversation as JSON Lines."""
        return to_json_lines(self._chat.history)

    async def send(self, text: str) -> int:
        """Write a text or a command and return the message's id."""
        content: dict[str, Any] = {"text": text}
        entities = find_entities(text, [])
        if entities:
            content["entities"] = entities
        return self._send(content)

    async def send_photo(self, content: bytes = PIXEL, caption: str = "") -> int:
        """Send a picture."""
        stored = self._state.files.add(Upload("photo.png", content, "image/png"))
        return self._send({"photo": stored.photo(), **_captioned(caption)})

    async def send_document(
        self, filename: str = "pismo.pdf", content: bytes = b"%PDF-1.4", caption: str = ""
    ) -> int:
        """Send a file."""
        stored = self._state.files.add(Upload(filename, content))
        return self._send({"document": stored.document(), **_captioned(caption)})

    async def send_voice(self, seconds: int = 3) -> int:
        """Send a voice message."""
        stored = self._state.files.add(Upload("voice.ogg", b"OggS", "audio/ogg"))
        return self._send({"voice": {**stored.reference(), "duration": seconds}})

    async def send_sticker(self, emoji: str = "👍") -> int:
        """Send a sticker."""
        stored = self._state.files.add(Upload("sticker.webp", b"RIFF", "image/webp"))
        sticker = {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        return self._send({"sticker": {**stored.reference(), **sticker}})

    async def press(self, label: str, *, within: float = 3) -> str | None:
        """Press a button of the newest message that has it.

        The label is matched exactly, else as a beginning that only one button has. Returns the
        words of the bot's answer, None when there are none or no answer comes in time.
        """
        for message in reversed(self.messages):
            if message.find(label):
                return await self._press(message, label, within)
        available = [message.buttons for message in self.messages if message.buttons]
        raise NoSuchButton(f"{label!r}; there are {available}")

    async def press_old(self, message_id: int, label: str, *, within: float = 3) -> str | None:
        """Press a button of this very message."""
        if message_id not in self._chat.messages:
            raise NoSuchButton(f"{label!r}: message {message_id} is gone")
        return await self._press(self._seen(self._chat.messages[message_id]), label, within)

    async def press_data(
        self, message_id: int, data: str, *, label: str = "", within: float = 3
    ) -> str | None:
        """Send a button press with this data, even one that no button bears (any more)."""
        query_id = self._query(message_id, data, label or data)
        query = self._state.queries[query_id]
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not query.answered:
            seen = self._state.changes.number
            if not await self._state.changes.wait(seen, deadline - loop.time()):
                return None
        return query.text or None

    async def vote(self, *options: int) -> None:
        """Choose options, by number from 0, in the newest poll."""
        await self.vote_in(self._newest_poll(), *options)

    async def retract(self) -> None:
        """Take the vote in the newest poll back."""
        await self.vote_in(self._newest_poll())

    async def vote_in(self, message_id: int, *options: int) -> None:
        """Choose options in the poll of this message; none at all takes the vote back."""
        self._acted_at = self.mark
        cast_vote(self._state, self._chat.messages[message_id]["poll"]["id"], options)

    def open_chat(self) -> None:
        """Let the bot write to the person, who has opened the chat some time ago."""
        self._chat.started = True

    async def block(self) -> None:
        """Block the bot: it is told, and its messages are refused from now on."""
        self._chat.blocked = True
        self._member_changes("member", "kicked")

    async def unblock(self) -> None:
        """Let the bot write again."""
        self._chat.blocked = False
        self._member_changes("kicked", "member")

    async def wait_for(
        self,
        part: str = "",
        *,
        timeout: float = 20,  # noqa: ASYNC109 - the error must show the conversation
        after: int | None = None,
    ) -> SeenMessage:
        """Wait until the bot has sent or edited a message with these words and return it.

        What counts is newer than `after` (a `mark`), else newer than the person's last deed.
        """
        since = self._acted_at if after is None else after
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            seen = self._state.changes.number
            for message in reversed(self.messages):
                fresh = self._chat.changed[message.message_id] > since
                if message.from_bot and fresh and part in message.text:
                    return message
            if not await self._state.changes.wait(seen, deadline - loop.time()):
                lines = "\n".join(self.transcript[-LINES_IN_COMPLAINT:])
                raise NotSeen(f"{part!r} not seen by {self.name} in:\n{lines}")

    @property
    def _user(self) -> dict[str, Any]:
        return self._chat.user

    def _seen(self, message: Message) -> SeenMessage:
        return SeenMessage(message, self._state.files, message["from"] is self._state.bot)

    def _send(self, content: dict[str, Any]) -> int:
        if self._chat.blocked:
            self._chat.blocked = False
            self._member_changes("kicked", "member")
        self._chat.started = True
        message = self._state.write(self._chat, self._user, content)
        self._acted_at = self.mark
        self._state.updates.push("message", message)
        return int(message["message_id"])

    async def _press(self, message: SeenMessage, label: str, within: float) -> str | None:
        found = message.find(label)
        if len(found) != 1:
            raise NoSuchButton(f"{label!r}; there are {message.buttons}")
        button = found[0]
        if "callback_data" in button:
            return await self.press_data(
                message.message_id, button["callback_data"], label=button["text"], within=within
            )
        start = f"https://t.me/{self._state.bot['username']}?start="
        if button.get("url", "").startswith(start):
            await self.send(f"/start {button['url'].removeprefix(start)}")
        return None

    def _query(self, message_id: int, data: str, label: str) -> str:
        query_id = str(secrets.randbits(62))
        self._state.queries[query_id] = Query(self._chat)
        pressed = self._state.event("in", "press", label, message_id=message_id)
        self._state.record(self._chat, pressed)
        self._acted_at = self.mark
        message = self._chat.messages.get(message_id)
        # Of a message that is gone Telegram tells no more than its number.
        gone = {"message_id": message_id, "date": 0, "chat": self._chat.card}
        payload = {
            "id": query_id,
            "from": self._user,
            "chat_instance": str(self.user_id * 7919),
            "message": message or gone,
            "data": data,
        }
        self._state.updates.push("callback_query", payload)
        return query_id

    def _newest_poll(self) -> int:
        for message in reversed(self.messages):
            if message.poll is not None:
                return message.message_id
        raise NoSuchButton("there is no poll")

    def _member_changes(self, old: str, new: str) -> None:
        self._state.record(
            self._chat, self._state.event("in", "block" if new == "kicked" else "unblock")
        )
        self._acted_at = self.mark
        states = {
            side: {"user": self._state.bot, "status": status, **_until(status)}
            for side, status in (("old_chat_member", old), ("new_chat_member", new))
        }
        payload = {
            "chat": self._chat.card,
            "from": self._user,
            "date": int(self._state.clock().timestamp()),
            **states,
        }
        self._state.updates.push("my_chat_member", payload)


def _captioned(caption: str) -> dict[str, Any]:
    return {"caption": caption} if caption else {}


def _until(status: str) -> dict[str, int]:
    return {"until_date": 0} if status == "kicked" else {}
