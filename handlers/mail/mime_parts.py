"""Cut the bytes of a mail into its parts, however broken they are and however deep they lie.

The parser of the standard library walks line by line and takes seconds for a large attachment;
here the boundaries are found in the bytes, and what lies between them is never walked through.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.mail import mime_headers, transfer

DEEPEST = 12
MOST_PARTS = 100
LONGEST_BLOCK = 256 * 1024
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\r[ \t]*\r(?!\n)")
_FROM_LINE = re.compile(rb"^>?From [^\n]*\n")
_BOUNDARY_END = re.compile(rb"(--)?[ \t]*(?=\r|\n|\Z)")
_MULTIPART_LINE = re.compile(rb"(?:^|\n)--([^\s\"]{1,70})[ \t]*\r?\n(?=Content-)", re.IGNORECASE)


@dataclass
class Part:
    """One part: its headers as they were written, and what is inside it, still encoded."""

    headers: list[tuple[str, bytes]]
    body: bytes
    content_type: str
    parameters: dict[str, str]
    children: list["Part"] = field(default_factory=list)

    def raw(self, name: str) -> bytes:
        """Give the first value of a header, empty when there is none."""
        return next((value for found, value in self.headers if found == name), b"")

    def content(self) -> bytes:
        """Give the bytes that were sent."""
        return transfer.undo(self.body, mime_headers.decoded(self.raw("content-transfer-encoding")))


class Counter:
    """Count the parts of one mail, and note when there were more than it may have."""

    def __init__(self) -> None:
        self.parts = 0
        self.is_cut = False


def split(raw: bytes, counter: Counter, *, depth: int = 0, default: str = "text/plain") -> Part:
    """Read one part and all that is in it, down to a depth and a number that end bombs."""
    counter.parts += 1
    block, body = _halves(raw)
    headers = mime_headers.read(block)
    part = Part(headers, body, default, {})
    content_type, part.parameters = mime_headers.parameters(part.raw("content-type"))
    if "/" in content_type:
        part.content_type = content_type
    elif content_type == "text":
        part.content_type = "text/plain"
    if part.content_type.startswith("multipart/"):
        _descend(part, counter, depth)
    return part


def _halves(raw: bytes) -> tuple[bytes, bytes]:
    """Part the header lines from the rest; a line that cannot be a header ends them too."""
    start = found.end() if (found := _FROM_LINE.match(raw)) else 0
    if raw[start : start + 2] == b"\r\n":
        return b"", raw[start + 2 :]
    if raw[start : start + 1] == b"\n":
        return b"", raw[start + 1 :]
    blank = _BLANK.search(raw, start, start + LONGEST_BLOCK)
    end, after = (blank.start(), blank.end()) if blank else (len(raw), len(raw))
    block = raw[start : min(end, start + LONGEST_BLOCK)]
    place = start
    for line in block.splitlines(keepends=True):
        if not mime_headers.looks_like_header(line):
            return raw[start:place], raw[place:]
        place += len(line)
    return block, raw[after:] if blank else raw[place:]


def _descend(part: Part, counter: Counter, depth: int) -> None:
    if depth >= DEEPEST:
        counter.is_cut = True
        return
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
    pieces = _pieces(part.body, boundary) if boundary else []
    if not pieces and (guess := _MULTIPART_LINE.search(part.body)):
        # The header lost its boundary or names another one than the text has.
        pieces = _pieces(part.body, guess[1])
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for piece in pieces:
        if counter.parts >= MOST_PARTS:
            counter.is_cut = True
            return
        part.children.append(split(piece, counter, depth=depth + 1, default=default))


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    """Give what lies between the lines of a boundary; the last line may be missing."""
    mark = b"--" + boundary
    found: list[bytes] = []
    start = -1
    for at in _beginnings(body, mark):
        line = _BOUNDARY_END.match(body, at + len(mark))
        if line is None:
            continue
        if start >= 0:
            found.append(_after_break(_before_break(body[start:at])))
        if line[1]:
            return found
        start = line.end()
        if len(found) > MOST_PARTS:
            return found
    if start >= 0:
        found.append(_after_break(body[start:]))
    return found


def _beginnings(body: bytes, mark: bytes) -> Iterator[int]:
    """Find the lines that begin with some bytes.

    A regular expression would need ten times as long, and keep all other threads waiting.
    """
    if body.startswith(mark):
        yield 0
    following = {ending: body.find(ending + mark) for ending in (b"\n", b"\r")}
    while left := {place: ending for ending, place in following.items() if place >= 0}:
        place = min(left)
        yield place + 1
        following[left[place]] = body.find(left[place] + mark, place + 1)


def _before_break(piece: bytes) -> bytes:
    """Take away the line end before the boundary line, which belongs to it as well."""
    return piece[:-2] if piece[-2:] == b"\r\n" else piece[:-1]


def _after_break(piece: bytes) -> bytes:
    """Take away the line end that belongs to the boundary line."""
    return (
        piece[2:] if piece[:2] == b"\r\n" else piece[1:] if piece[:1] in {b"\n", b"\r"} else piece
    )
