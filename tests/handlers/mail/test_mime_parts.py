"""Boundaries are found in the bytes as the plain rule says, and fast."""

import re

from hypothesis import given
from hypothesis import strategies as st

from handlers.mail.mime_parts import Counter, split

PIECES = (b"\r\n", b"\n", b"\r", b"--b", b"--b--", b"--", b"b", b" ", b"\t", b"x", b"--bx")


def _by_the_rule(body: bytes) -> list[bytes]:
    """Cut at each boundary line with the line ends around it; nothing follows the last one."""
    line = re.compile(rb"(?:^|\r?\n|\r)--b(--)?[ \t]*(?=\r|\n|\Z)")
    pieces, start = [], -1
    for found in line.finditer(body):
        if start >= 0:
            pieces.append(body[start : found.start()])
        if found[1]:
            return [re.sub(rb"^(\r\n|\n|\r)", b"", piece) for piece in pieces]
        start = found.end()
    if start >= 0:
        pieces.append(body[start:])
    return [re.sub(rb"^(\r\n|\n|\r)", b"", piece) for piece in pieces]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_parts_lie_between_the_lines_of_the_boundary(body: bytes) -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

    part = split(head + body, Counter())

    inside = [split(piece, Counter()).body for piece in _by_the_rule(body)]
    assert [child.body for child in part.children] == inside
