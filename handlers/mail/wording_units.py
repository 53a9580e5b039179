"""Cut what somebody wrote into sentences and lines, each to be understood by itself."""

import re
from dataclasses import dataclass

_BULLET = re.compile(r"\s*(?:\(?\d{1,3}\s?[.)]\)?|[a-h]\)|[-–—•*·▪◦‣o+](?=\s))\s*(?=\S)")
_BARE_NUMBER = re.compile(r"\s*\(?\d{1,3}\s?[.)]?\s*")
_ENDS = re.compile(r"(?<=[.!?…])[\"”')]*\s+|(?<=[!?…])(?=[^\W\d_])")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:tel|kom|mob|ul|al|os|nr|dr|hab|mgr|inż|inz|prof|lic|ks|p|np|m|in|godz|r|św|sw|tzn|tj|"
    r"ok|str|pt|ds|im|gm|pow|woj|w|e|o|śp|wt|pon|śr|czw|pt|sob|niedz|lp|l|adw|mec|[a-ząćęłńóśźż]|\d{1,4})\.$",
    re.IGNORECASE,
)
_LONG_LINE = 58
MOST_UNITS = 400


@dataclass(frozen=True)
class Unit:
    """A sentence, or a line of a list or table."""

    text: str
    is_listed: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether something is announced that comes below."""
        return self.text.rstrip().endswith(":")

    @property
    def is_question(self) -> bool:
        """Whether somebody asks."""
        return "?" in self.text


def split(words: str) -> list[Unit]:
    """Cut a text into its sentences and lines."""
    units: list[Unit] = []
    for block in re.split(r"\n\s*\n", words):
        for line, is_listed in _lines(block):
            if is_listed:
                units.append(Unit(line, is_listed=True))
            else:
                units += [Unit(sentence) for sentence in _sentences(line)]
    return units


def _lines(block: str) -> list[tuple[str, bool]]:
    """Join lines that a client broke only because they were long."""
    out: list[tuple[str, bool]] = []
    was_long = False
    lines = [line.strip() for line in block.split("\n")]
    # A cell with the number of a row; by itself a number is an answer to something.
    is_table = any(not _BARE_NUMBER.fullmatch(line) for line in lines if line)
    for line in lines:
        if not line or (is_table and _BARE_NUMBER.fullmatch(line)):
            was_long = False
            continue
        bullet = _BULLET.match(line)
        is_row = "\t" in line or "|" in line or line.count(";") > 1
        if bullet or is_row:
            out.append((line[bullet.end() :] if bullet and not is_row else line, True))
        elif out and was_long and _goes_on(out[-1][0]):
            out[-1] = (f"{out[-1][0]} {line}", out[-1][1])
        elif out and not out[-1][1] and _is_open(out[-1][0], line):
            out[-1] = (f"{out[-1][0]} {line}", False)
        else:
            out.append((line, False))
        was_long = len(line) >= _LONG_LINE
    return out


def _goes_on(before: str) -> bool:
    return not before.endswith((".", "!", "?", ":", ";"))


def _is_open(before: str, line: str) -> bool:
    """Tell a sentence that cannot be over: after a comma or "and", or before a small letter."""
    if before.endswith((",", " i", " oraz", " and", " z", " na", " w", " -", " –")):
        return True
    return line[:1].islower() and "@" not in line.split(maxsplit=1)[0] and _goes_on(before)


def _sentences(line: str) -> list[str]:
    out: list[str] = []
    for piece in _ENDS.split(line):
        if out and _ABBREVIATED.search(out[-1][-12:]):
            out[-1] = f"{out[-1]} {piece}"
        elif piece.strip():
            out.append(piece.strip())
    return out
