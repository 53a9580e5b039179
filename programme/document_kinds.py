"""What kind of file somebody handed in: told by its bytes, never by its name or what was said."""

import re
import unicodedata
from dataclasses import dataclass

from programme.document_refusals import (
    FileEmpty,
    FileIsArchive,
    FileIsOffice,
    FileIsProgram,
    FileOfOtherKind,
    FileTooBig,
)

MEGABYTE = 1024 * 1024
# Telegram gives a bot at most 20 MB; a photo of a page has 1 to 4.
MOST_BYTES = 15 * MEGABYTE
NAME_LENGTH = 80
_HEAD = 1024
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh")
_OFFICE_PARTS = (
    b"[Content_Types].xml",
    b"word/",
    b"xl/",
    b"ppt/",
    b"mimetypeapplication/vnd.oasis",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
# White space, and the mark of UTF-8.
_BEFORE_A_PAGE = b" \t\r\n\xef\xbb\xbf"
_SIZES_IN_PNG = b"IHDR"


@dataclass(frozen=True)
class Kind:
    """A kind of file that we take."""

    content_type: str
    extension: str


PDF = Kind("application/pdf", "pdf")
JPEG = Kind("image/jpeg", "jpg")
PNG = Kind("image/png", "png")
HEIC = Kind("image/heic", "heic")
WEBP = Kind("image/webp", "webp")
KINDS = {kind.content_type: kind for kind in (PDF, JPEG, PNG, HEIC, WEBP)}


def check_size(size: int) -> None:
    """Raise FileEmpty or FileTooBig, with what may be sent."""
    if size == 0:
        raise FileEmpty
    if size > MOST_BYTES:
        raise FileTooBig(limit=MOST_BYTES // MEGABYTE)


def kind_of(content: bytes) -> Kind:
    """Tell the kind of a file; raises a DocumentRefused that names what it is instead.

    A PDF says so within its first kilobyte. A file that begins as a program, an archive or a page
    of the web is one, whatever else it says later on.
    """
    check_size(len(content))
    if content.startswith(_PROGRAMS):
        raise FileIsProgram
    if content.startswith((_OLE, _RTF)):
        raise FileIsOffice
    if content.startswith(_ARCHIVES):
        raise FileIsOffice if _is_office(content) else FileIsArchive
    head = content[:_HEAD]
    is_page = head.lstrip(_BEFORE_A_PAGE).startswith(b"<")
    found = _picture(content) or (PDF if b"%PDF-" in head and not is_page else None)
    if found is None:
        raise FileOfOtherKind
    return found


def _is_office(content: bytes) -> bool:
    return any(part in content[: 4 * _HEAD] for part in _OFFICE_PARTS)


def _picture(content: bytes) -> Kind | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == _SIZES_IN_PNG:
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return HEIC
    return None


def clean_name(name: str) -> str:
    """Make a name that can be shown out of whatever a sender called the file."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(
        letter if unicodedata.category(letter)[0] not in "CZ" else " " for letter in last
    )
    return " ".join(plain.split()).strip(". ")[:NAME_LENGTH]


def shown_name(title: str, content_type: str) -> str:
    """Name a file after the document that it is, with the ending of what it really is."""
    words = re.sub(r"[^\w-]+", "-", title).strip("-_")[:NAME_LENGTH] or "dokument"
    kind = KINDS.get(content_type)
    return f"{words}.{kind.extension}" if kind else words
