"""The value of one chat message, and its form in an outbox row."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Button:
    """One button under a message; it either calls the bot back or opens a page."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class ChatFile:
    """A file that travels with a message.

    One that is kept already has its name in the files' folder as `stored` instead of content:
    the bytes are read when the message leaves, so that no row holds them a second time.
    """

    filename: str
    content: bytes
    content_type: str
    stored: str = ""


@dataclass(frozen=True)
class PollQuestion:
    """A native poll whose votes carry the voter."""

    question: str
    options: tuple[str, ...]
    multiple: bool = False


@dataclass(frozen=True)
class ChatMessage:
    """What one chat shall see: Telegram HTML, buttons in rows, at most one file or poll.

    With `edits` the message of that id is rewritten instead of a new one sent; `captioned` says
    that its words stand beside a file, `stops` that it is a native poll that takes no more votes.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    document: ChatFile | None = None
    photo: ChatFile | None = None
    poll: PollQuestion | None = None
    edits: int | None = None
    captioned: bool = False
    stops: bool = False


def to_json(message: ChatMessage) -> dict[str, Any]:
    """Write a message as plain JSON values; files become base64 text."""
    return {
        "text": message.text,
        "buttons": [
            [{"label": each.label, "data": each.data, "url": each.url} for each in row]
            for row in message.buttons
        ],
        "document": _file_to_json(message.document),
        "photo": _file_to_json(message.photo),
        "poll": _poll_to_json(message.poll),
        "edits": message.edits,
        **({"captioned": True} if message.captioned else {}),
        **({"stops": True} if message.stops else {}),
    }


def from_json(data: dict[str, Any]) -> ChatMessage:
    """Read a message back; parts that were left out are empty."""
    return ChatMessage(
        text=data["text"],
        buttons=tuple(
            tuple(Button(each["label"], each.get("data"), each.get("url")) for each in row)
            for row in data.get("buttons", ())
        ),
        document=_file_from_json(data.get("document")),
        photo=_file_from_json(data.get("photo")),
        poll=_poll_from_json(data.get("poll")),
        edits=data.get("edits"),
        captioned=bool(data.get("captioned")),
        stops=bool(data.get("stops")),
    )


def _file_to_json(file: ChatFile | None) -> dict[str, str] | None:
    if file is None:
        return None
    if file.stored:
        return {
            "filename": file.filename,
            "stored": file.stored,
            "content_type": file.content_type,
        }
    return {
        "filename": file.filename,
        "content": b64encode(file.content).decode("ascii"),
        "content_type": file.content_type,
    }


def _file_from_json(data: dict[str, str] | None) -> ChatFile | None:
    if data is None:
        return None
    if "stored" in data:
        return ChatFile(data["filename"], b"", data["content_type"], data["stored"])
    content = b64decode(data["content"], validate=True)
    return ChatFile(data["filename"], content, data["content_type"])


def _poll_to_json(poll: PollQuestion | None) -> dict[str, Any] | None:
    if poll is None:
        return None
    return {
        "question": poll.question,
        "options": list(poll.options),
        "multiple": poll.multiple,
    }


def _poll_from_json(data: dict[str, Any] | None) -> PollQuestion | None:
    if data is None:
        return None
    return PollQuestion(data["question"], tuple(data["options"]), data.get("multiple", False))
