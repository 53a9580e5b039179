"""Find the line of each field of a TOML file, so that a fault can be shown where it stands.

The standard library reads TOML and forgets where things stood. This walks once more over a text
that it has read without fault, so nothing is checked here.
"""

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress
from itertools import accumulate

Path = tuple[str | int, ...]
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_NAME = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_REST = re.compile(r"[^,\]}#\n]*")


def find_lines(text: str) -> dict[Path, int]:
    """Give the line, counted from 1, of each table, entry and field of sound TOML."""
    walk = _Walk(text.replace("\r\n", "\n"))
    # Of lists within lists within lists, what was found so far is enough.
    with suppress(RecursionError):
        walk.document()
    return walk.found


def line_of(found: dict[Path, int], path: Path) -> int:
    """Give the line of a field; of one that is not written, that of the table it belongs to."""
    while path not in found:
        path = path[:-1]
    return found[path]


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.spot = 0
        self.found: dict[Path, int] = {(): 1}
        self._ends = list(accumulate(len(line) + 1 for line in text.split("\n")))
        self._last: dict[Path, int] = {}

    def document(self) -> None:
        inside: Path = ()
        self._skip(_BLANK)
        while self.spot < len(self.text):
            if self.text[self.spot] == "[":
                inside = self._header()
            else:
                self._pair(inside)
            self._skip(_BLANK)

    def _header(self) -> Path:
        start = self.spot
        is_list = self.text.startswith("[[", start)
        self.spot += 2 if is_list else 1
        names = self._names()
        self.spot += 2 if is_list else 1
        path: Path = ()
        for name in names[:-1]:
            path = (*path, name)
            self._keep(path, start)
            if path in self._last:
                path = (*path, self._last[path])
        path = (*path, names[-1])
        self._keep(path, start)
        if is_list:
            self._last[path] = self._last.get(path, -1) + 1
            path = (*path, self._last[path])
            self._keep(path, start)
        return path

    def _pair(self, inside: Path) -> None:
        start = self.spot
        path = inside
        for name in self._names():
            path = (*path, name)
            self._keep(path, start)
        self._skip(_SPACE)
        self._value(path)

    def _names(self) -> list[str]:
        """Read a key with its dots, and the equals sign behind it; a header has none."""
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            word = self._take(_NAME)
            names.append(tomllib.loads(f"_ = {word}")["_"] if word[0] in "\"'" else word)
            self._skip(_SPACE)
            if self.text[self.spot] not in ".=":
                return names
            self.spot += 1
            if self.text[self.spot - 1] == "=":
                return names

    def _value(self, path: Path) -> None:
        first = self.text[self.spot]
        if first in "\"'":
            self._take(_TEXT)
        elif first == "[":
            self._several(path, "]")
        elif first == "{":
            self._several(path, "}")
        else:
            self._take(_REST)

    def _several(self, path: Path, end: str) -> None:
        self.spot += 1
        number = 0
        while True:
            self._skip(_BLANK)
            sign = self.text[self.spot]
            if sign == end:
                self.spot += 1
                return
            if sign == ",":
                self.spot += 1
            elif end == "}":
                self._pair(path)
            else:
                self._keep((*path, number), self.spot)
                self._value((*path, number))
                number += 1

    def _keep(self, path: Path, spot: int) -> None:
        self.found.setdefault(path, bisect_right(self._ends, spot) + 1)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.spot)
        words = found[0] if found else ""
        self.spot += len(words)
        return words

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)
