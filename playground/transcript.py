import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Direction = Literal["in", "out"]
Kind = Literal[
    "message", "edit", "delete", "press", "alert", "vote", "retract", "stop", "block", "unblock"
]

INDENT = " " * 8
ZONE = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True)
class Event:
    """One thing that happened in a chat; "in" is from the person, "out" is from the bot."""

    at: datetime
    direction: Direction
    kind: Kind
    text: str = ""
    buttons: tuple[tuple[str, ...], ...] = ()
    files: tuple[str, ...] = ()
    poll: tuple[str, ...] = ()
    message_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**asdict(self), "at": self.at.isoformat()}


def labels(markup: dict[str, Any] | None) -> tuple[tuple[str, ...], ...]:
    """Return the words on the buttons of a keyboard, row by row."""
    rows = (markup or {}).get("inline_keyboard", [])
    return tuple(tuple(button["text"] for button in row) for row in rows)


def message_event(at: datetime, direction: Direction, kind: Kind, message: dict[str, Any]) -> Event:
    """Describe a message as it is now."""
    return Event(
        at=at,
        direction=direction,
        kind=kind,
        text=message.get("text") or message.get("caption") or _question(message),
        buttons=labels(message.get("reply_markup")),
        files=file_names(message),
        poll=tuple(option["text"] for option in message.get("poll", {}).get("options", ())),
        message_id=message["message_id"],
    )


def file_names(message: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of what is attached, or its kind where it has no name."""
    if "document" in message:
        return (message["document"]["file_name"],)
    return tuple(kind for kind in ("photo", "voice", "sticker") if kind in message)


def to_json_lines(events: Iterable[Event]) -> str:
    """Return one JSON object per line."""
    return "".join(json.dumps(event.to_json(), ensure_ascii=False) + "\n" for event in events)


def to_lines(events: Iterable[Event], person: str, bot: str = "Bot") -> list[str]:
    """Return the conversation as a person would read it aloud."""
    lines: list[str] = []
    for event in events:
        speaker = person if event.direction == "in" else bot
        first, *more = _words(event).split("\n")
        at = event.at.astimezone(ZONE)
        lines.append(f"{at:%d.%m %H:%M}  {speaker}: {first}".rstrip())
        lines += [INDENT + line for line in more]
        lines += [INDENT + f"( ) {option}" for option in event.poll if event.kind == "message"]
        lines += [INDENT + f"[plik: {name}]" for name in event.files]
        lines += [INDENT + " ".join(f"[{label}]" for label in row) for row in event.buttons]
    return lines


def _question(message: dict[str, Any]) -> str:
    question: str = message.get("poll", {}).get("question", "")
    return question


def _words(event: Event) -> str:
    frames = {
        "message": event.text,
        "edit": f"(zmienia wiadomość) {event.text}",
        "delete": "(usuwa wiadomość)",
        "press": f"(naciska) [{event.text}]",
        "alert": f"(okienko) {event.text}",
        "vote": f"(głosuje) {', '.join(event.poll)}",
        "retract": "(cofa głos)",
        "stop": "(kończy głosowanie)",
        "block": "(blokuje bota)",
        "unblock": "(odblokowuje bota)",
    }
    return frames[event.kind]
