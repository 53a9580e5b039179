from dataclasses import dataclass
from typing import Any

from playground.files import FileStore, StoredFile


@dataclass(frozen=True)
class SeenMessage:
    """A message as the person sees it now."""

    raw: dict[str, Any]
    files: FileStore
    from_bot: bool

    @property
    def message_id(self) -> int:
        """The message's number in the chat."""
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        """The words: a text, a caption or a poll's question."""
        words: str = self.raw.get("text") or self.raw.get("caption") or ""
        return words or str(self.raw.get("poll", {}).get("question", ""))

    @property
    def entities(self) -> list[dict[str, Any]]:
        """The marks in the text or the caption."""
        return self.raw.get("entities") or self.raw.get("caption_entities") or []

    @property
    def rows(self) -> list[list[dict[str, Any]]]:
        """The buttons as they were sent, row by row."""
        markup = self.raw.get("reply_markup") or {}
        return list(markup.get("inline_keyboard", []))

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons."""
        return [button["text"] for row in self.rows for button in row]

    @property
    def document(self) -> StoredFile | None:
        """The attached file."""
        if "document" not in self.raw:
            return None
        return self.files.get(self.raw["document"]["file_id"])

    @property
    def photo(self) -> StoredFile | None:
        """The picture."""
        if "photo" not in self.raw:
            return None
        return self.files.get(self.raw["photo"][-1]["file_id"])

    @property
    def poll(self) -> dict[str, Any] | None:
        """The poll as the Bot API describes it."""
        return self.raw.get("poll")

    def find(self, label: str) -> list[dict[str, Any]]:
        """Return the buttons with this label, else those that begin with it."""
        buttons = [button for row in self.rows for button in row]
        exact = [button for button in buttons if button["text"] == label]
        return exact or [button for button in buttons if button["text"].startswith(label)]
