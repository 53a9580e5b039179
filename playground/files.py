import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from typing import Any

from playground.errors import BadRequest

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
DOWNLOAD_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file as it comes with a call or from a person."""

    filename: str
    content: bytes
    content_type: str = ""


@dataclass(frozen=True)
class StoredFile:
    """A file that Telegram keeps and knows by its id."""

    file_id: str
    filename: str
    content: bytes
    content_type: str

    @property
    def path(self) -> str:
        """The path under which the file is downloaded."""
        return f"files/{self.file_id}/{self.filename}"

    def reference(self) -> dict[str, Any]:
        """Return what all file objects of the Bot API have in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": hashlib.sha256(self.content).hexdigest()[:16],
            "file_size": len(self.content),
        }

    def document(self) -> dict[str, Any]:
        """Return the Document object."""
        return {
            **self.reference(),
            "file_name": self.filename,
            "mime_type": self.content_type,
        }

    def photo(self) -> list[dict[str, Any]]:
        """Return the PhotoSize list; only pictures have one."""
        if not self.content.startswith((PNG, JPEG)):
            raise BadRequest("IMAGE_PROCESS_FAILED")
        width, height = 800, 600
        if self.content.startswith(PNG):
            width, height = struct.unpack(">II", self.content[16:24])
        return [{**self.reference(), "width": width, "height": height}]


class FileStore:
    """All files sent by the bot or by people."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def add(self, upload: Upload) -> StoredFile:
        """Keep an uploaded file."""
        if not upload.content:
            raise BadRequest("file must be non-empty")
        guessed = mimetypes.guess_type(upload.filename)[0]
        kind = guessed or upload.content_type or "application/octet-stream"
        file_id = f"BQACAgQ{len(self._files) + 1:06d}"
        stored = StoredFile(file_id, upload.filename or "file", upload.content, kind)
        self._files[file_id] = stored
        return stored

    def get(self, file_id: str) -> StoredFile:
        """Return a kept file by its id."""
        if file_id not in self._files:
            raise BadRequest("wrong file identifier/HTTP URL specified")
        return self._files[file_id]

    def downloadable(self, file_id: str) -> StoredFile:
        """Return a kept file that a bot may download."""
        stored = self.get(file_id)
        if len(stored.content) > DOWNLOAD_LIMIT:
            raise BadRequest("file is too big")
        return stored
