"""Undo base64 and quoted-printable, also where a server or a scanner has damaged them."""

import base64
import binascii
import re

_SPACE = b" \t\r\n"
_WHOLE = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=]")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]+")
# A Polish letter in UTF-8 that is still written as quoted-printable.
_STILL_QUOTED = re.compile(rb"=C[3-5]=[89AB][0-9A-F]")


def undo(body: bytes, encoding: str) -> bytes:
    """Give the bytes that were sent; what cannot be read is left out or left as it is."""
    match encoding.strip().lower():
        case "base64":
            return _from_base64(body)
        case "quoted-printable":
            return binascii.a2b_qp(body)
        case _:
            return body


def undo_forgotten(body: bytes) -> bytes:
    """Undo quoted-printable of a text whose header does not say that it is."""
    return binascii.a2b_qp(body) if _STILL_QUOTED.search(body) else body


def _from_base64(body: bytes) -> bytes:
    packed = body.translate(None, _SPACE)
    if _WHOLE.fullmatch(packed):
        return _decoded(packed)
    # A list server's footer or a scanner's note has blanks; its letters are not ours to decode.
    lines = (line.strip() for line in body.splitlines())
    kept = b"".join(
        _FOREIGN.sub(b"", line)
        for line in lines
        if _BASE64_LINE.fullmatch(line) or not re.search(rb"\s", line)
    )
    # Two encoded pieces that were put one after the other.
    return b"".join(_decoded(piece) for piece in kept.split(b"=") if piece)


def _decoded(packed: bytes) -> bytes:
    bare = packed.rstrip(b"=")
    if len(bare) % 4 == 1:
        bare = bare[:-1]
    return base64.b64decode(bare + b"=" * (-len(bare) % 4))
