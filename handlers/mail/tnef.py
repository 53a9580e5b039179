"""Take the files out of winmail.dat, in which Outlook packs them (MS-OXTNEF 2.1)."""

import mimetypes
from collections.abc import Iterator

from handlers.mail import charsets

_SIGNATURE = b"\x78\x9f\x3e\x22"
_TITLE, _DATA, _START = 0x00018010, 0x0006800F, 0x00069002
_MOST = 30


def is_tnef(content: bytes) -> bool:
    """Tell it by its first bytes; the type and the name of the part are often wrong."""
    return content.startswith(_SIGNATURE)


def files(content: bytes) -> list[tuple[str, str, bytes]]:
    """List name, content type and bytes of what is packed; what is cut off is left out."""
    found: list[list[bytes | None]] = []
    for kind, data in _attributes(content):
        if kind == _START:
            found.append([b"", None])
        elif kind in {_TITLE, _DATA} and found:
            # The title stands before the data or after it.
            found[-1][0 if kind == _TITLE else 1] = data
    out = []
    for title, packed in found[:_MOST]:
        if packed is not None:
            name = charsets.one_line(charsets.decode((title or b"").rstrip(b"\0"), "cp1250"))
            guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
            out.append((name, guessed, packed))
    return out


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and bytes of each attribute: level, id, length, data, checksum."""
    place = 6
    while place + 9 <= len(content):
        kind = int.from_bytes(content[place + 1 : place + 5], "little")
        length = int.from_bytes(content[place + 5 : place + 9], "little")
        data = content[place + 9 : place + 9 + length]
        if len(data) < length:
            return
        yield kind, data
        place += 9 + length + 2
