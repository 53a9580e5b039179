"""Read header lines: encoded words, raw 8-bit letters, parameters, addresses."""

import re
import urllib.parse
from collections.abc import Iterator

from handlers.mail import charsets, transfer

LONGEST_VALUE = 32 * 1024
MOST_HEADERS = 400
_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"\\]{1,64}@[^\s<>()\[\]:;,\"\\]{1,255}")
# What is escaped outside of quotes begins none, or each would be looked for to the end.
_QUOTED = re.compile(r'\\.|"(?:[^"\\]|\\.)*"')
_ID = re.compile(r"<\s*([^<>\s]+)\s*>")


def read(block: bytes) -> list[tuple[str, bytes]]:
    """Split a block of header lines into names in lower case and unfolded raw values."""
    found: list[tuple[str, list[bytes]]] = []
    for line in block.splitlines():
        if line[:1] in {b" ", b"\t"} and found:
            found[-1][1].append(line.strip())
        elif (name := _NAME.match(line)) and len(found) < MOST_HEADERS:
            value = line[name.end() :].strip()
            found.append((name[1].decode("ascii").lower(), [value]))
    return [(name, b" ".join(parts)[:LONGEST_VALUE]) for name, parts in found]


def looks_like_header(line: bytes) -> bool:
    """Tell whether a line may stand in a block of headers."""
    return line[:1] in {b" ", b"\t"} or _NAME.match(line) is not None


def decoded(raw: bytes) -> str:
    """Give the text of a header's value on one line, whatever it was encoded in."""
    return charsets.one_line(_words(_text(raw)))


def parameters(raw: bytes) -> tuple[str, dict[str, str]]:
    """Give the value of a header like Content-Type in lower case, and its parameters.

    Knows the continued and encoded parameters of RFC 2231 and the encoded words that many clients
    put there instead.
    """
    text = _text(raw)
    value = text.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(text):
        name, given = found[1].lower(), _unquoted(found[2].strip())
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, charsets.one_line(_words(given)))
            continue
        number = rest.rstrip("*")
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0  # noqa: PLR2004 – nobody cuts a name into a thousand pieces
        pieces.setdefault(base, []).append((place, not rest or rest.endswith("*"), given))
    for base, parts in pieces.items():
        plain[base] = _joined(parts)
    return value, plain


def mailboxes(raw: bytes) -> list[tuple[str, str]]:
    """List the names and addresses of a header like From or To; addresses in lower case."""
    found = []
    for piece in _pieces(_text(raw)):
        outside, angles = _without_quoted(piece)
        inside = _ADDRESS.search(angles[-1]) if angles else _ADDRESS.search(outside)
        if inside is None:
            continue
        name = piece.partition("<")[0] if "<" in piece else ""
        quoted = next((one for one in _QUOTED.findall(piece) if one[0] == '"'), "")
        name = _unquoted(quoted) if quoted else name
        address = charsets.one_line(inside[0]).lower().strip(".'")
        found.append((charsets.one_line(_words(name)).strip("'\" "), address))
    return found


def message_ids(raw: bytes) -> list[str]:
    """List the ids that a header like References holds, without their brackets."""
    text = charsets.one_line(_text(raw))
    return _ID.findall(text) or [word for word in text.split() if "@" in word]


def _text(raw: bytes) -> str:
    return charsets.decode(raw)


def _words(text: str) -> str:
    """Decode encoded words; neighbours of one kind first become one, a letter may be cut apart."""
    joined = _BETWEEN.sub(r"\1", text)
    out: list[str] = []
    waiting, waiting_set, end = b"", "", 0
    for word in _WORD.finditer(joined):
        name = word[1].partition("*")[0].lower()
        if waiting and (word.start() != end or name != waiting_set):
            out.append(charsets.decode(waiting, waiting_set))
            waiting = b""
        out.append(joined[end : word.start()])
        raw = word[3].encode("utf-8", "replace")
        if word[2] in "qQ":
            waiting += transfer.undo(raw.replace(b"_", b"=20"), "quoted-printable")
        else:
            waiting += transfer.undo(raw, "base64")
        waiting_set, end = name, word.end()
    if waiting:
        out.append(charsets.decode(waiting, waiting_set))
    return "".join([*out, joined[end:]])


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text.strip('"')


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    raw, name = b"", ""
    for place, encoded, piece in sorted(parts, key=lambda part: part[0]):
        given = piece
        if encoded:
            if place == 0 and given.count("'") > 1:
                name, _, given = given.split("'", 2)
            raw += urllib.parse.unquote_to_bytes(given)
        else:
            raw += given.encode("utf-8", "replace")
    return charsets.one_line(charsets.decode(raw, name))


def _pieces(text: str) -> Iterator[str]:
    """Cut a list of addresses at the commas and semicolons that are not within quotes."""
    start, quoted, comment, place = 0, False, 0, 0
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            place += 1
        elif sign == '"' and not comment:
            quoted = not quoted
        elif not quoted and sign in "()":
            comment = max(0, comment + (1 if sign == "(" else -1))
        elif not quoted and not comment and sign in ",;":
            yield text[start:place]
            start = place + 1
        place += 1
    yield text[start:]


def _without_quoted(piece: str) -> tuple[str, list[str]]:
    outside = _QUOTED.sub(" ", piece)
    return outside, re.findall(r"<([^<>]*)>", outside)
