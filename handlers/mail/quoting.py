"""Find what the writer of a mail said: without the original they answer, and without a signature.

The answer may stand above the original, below it, or between its lines. Where an original is not
marked line by line, nothing below its beginning can be told from it, and all of it counts as the
original: words that are lost here are still read by staff, words of ours must never become a wish.
"""

import re
from dataclasses import dataclass

from handlers.mail import quoting_marks as marks
from programme.importing.spelling import fold

_LONGEST_LINE = 1000
_LONG_ENOUGH_TO_BREAK = 60
_BLOCK_LINES = 8
_SIGNATURE_LINE = 90
_FEWEST_HEADERS = 3


@dataclass(frozen=True)
class _Line:
    text: str
    is_own: bool


def own_words(text: str, *, sender_name: str = "") -> str:
    """Give what was written in this mail itself."""
    lines = [line[:_LONGEST_LINE].rstrip() for line in text.split("\n")]
    pieces = [_without_signature(piece, sender_name) for piece in _pieces(_told_apart(lines))]
    joined = "\n\n".join(piece for piece in pieces if piece)
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")


def begins_original(line: str) -> bool:
    """Tell a line that stands at the head of an original and belongs to no paragraph."""
    return bool(marks.DASHED.fullmatch(line) or marks.HEADER_LINE.match(line))


def _told_apart(lines: list[str]) -> list[_Line]:
    """Say of each line whether it is the writer's own."""
    out: list[_Line] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if marks.QUOTED.match(line):
            out.append(_Line(line, is_own=False))
            place += 1
        elif length := _introduction(lines, place):
            out += [_Line(each, is_own=False) for each in lines[place : place + length]]
            place += length
            if not _is_marked(lines, place):
                return out
        else:
            out.append(_Line(line, is_own=not _is_rest_of_quoted(lines, place)))
            place += 1
    return out


def _introduction(lines: list[str], place: int) -> int:
    """Count the lines here that introduce an original; 0 when none does."""
    line = lines[place]
    if not line.strip():
        return 0
    if marks.DASHED.fullmatch(line) or marks.FORWARDED.fullmatch(line):
        return 1 + _header_lines(lines, place + 1)
    if marks.RULE.fullmatch(line):
        count = _header_lines(lines, place + 1)
        # Outlook on the web writes the rule; others draw one above their signature.
        return 1 + count if count else 0
    if marks.HEADER_FIRST.match(line) and (count := _header_lines(lines, place)):
        return count
    few = lines[place : place + 4]
    end = next((at for at, each in enumerate(few) if not each.strip()), len(few))
    found = marks.ATTRIBUTION.match("\n".join(few[:end]) + "\n")
    if found is None:
        return 0
    said = found[0].rstrip("\n ")
    whole = "\n".join(few[: said.count("\n") + 1])
    # Words that stand behind the colon on its line are somebody's sentence.
    return said.count("\n") + 1 if whole.strip() == said.strip() else 0


def _header_lines(lines: list[str], place: int) -> int:
    """Count the lines of a block like From, Sent, To, Subject that begins here or just below."""
    start = place
    while start < len(lines) and start < place + 3 and not lines[start].strip():
        start += 1
    end, headers = start, 0
    while end < len(lines) and end < start + 2 * _BLOCK_LINES:
        line = lines[end].strip("*	 ")
        if marks.HEADER_LINE.match(line):
            headers += 1
        elif not line and headers:
            # HTML often leaves a blank line between the fields.
            following = lines[end + 1].strip("* ") if end + 1 < len(lines) else ""
            if not marks.HEADER_LINE.match(following):
                break
        elif not headers or end - start > _BLOCK_LINES:
            break
        end += 1
    return end - place if headers >= _FEWEST_HEADERS else 0


def _is_marked(lines: list[str], place: int) -> bool:
    """Tell whether the original that begins here is marked line by line."""
    following = next((line for line in lines[place:] if line.strip()), "")
    return marks.QUOTED.match(following) is not None


def _is_rest_of_quoted(lines: list[str], place: int) -> bool:
    """Tell an end of a quoted line that a client broke off and forgot to mark."""
    if place == 0 or place + 1 >= len(lines):
        return False
    before, line, after = lines[place - 1], lines[place], lines[place + 1]
    return (
        marks.QUOTED.match(before) is not None
        and marks.QUOTED.match(after) is not None
        and len(before) > _LONG_ENOUGH_TO_BREAK
        and not before.endswith((".", "!", "?", ":"))
        and line[:1].islower()
    )


def _pieces(lines: list[_Line]) -> list[list[str]]:
    """Gather the own lines that stand together between quoted ones."""
    pieces: list[list[str]] = [[]]
    for line in lines:
        if line.is_own:
            pieces[-1].append(line.text)
        elif pieces[-1]:
            pieces.append([])
    return pieces


def _without_signature(lines: list[str], sender_name: str) -> str:
    kept = [line for line in lines if not marks.ADDED.fullmatch(line)]
    kept = _without_clauses(kept)
    for place, line in enumerate(kept):
        if marks.DELIMITER.fullmatch(line):
            kept = kept[:place]
            break
    return "\n".join(_without_name(_without_closing(kept), sender_name)).strip("\n")


def _without_clauses(lines: list[str]) -> list[str]:
    """Cut before a paragraph about confidence, viruses or the privacy of data."""
    for place, line in enumerate(lines):
        if marks.CLAUSE.match(line):
            paragraph = " ".join(lines[place : place + 6])
            if marks.CLAUSE_SIGN.search(paragraph):
                return lines[:place]
    return lines


def _without_closing(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if marks.CLOSING.fullmatch(line):
            return [*lines[:place], *_going_on(lines[place + 1 :])]
        named = marks.CLOSING_WITH_NAME.fullmatch(line)
        if named and all(word[:1].isupper() for word in named["name"].split()):
            return [*lines[:place], *_going_on(lines[place + 1 :])]
    return lines


def _going_on(lines: list[str]) -> list[str]:
    """Give what is said below a closing, from the first line that is no part of a signature."""
    for place, line in enumerate(lines):
        if marks.GOES_ON.match(line) or len(line) > _SIGNATURE_LINE:
            return ["", *lines[place:]]
    return []


def _without_name(lines: list[str], sender_name: str) -> list[str]:
    """Cut the sender's own name where it stands below what they said."""
    name = set(fold(sender_name).split())
    if len(name) < 2:  # noqa: PLR2004 – one word may be anything
        return lines
    for place in range(len(lines) - 1, 0, -1):
        if set(fold(lines[place]).split()) != name:
            continue
        above = next((line for line in reversed(lines[:place]) if line.strip()), "")
        is_apart = not lines[place - 1].strip() or above.rstrip().endswith((".", "!", "?", ","))
        is_over = above.rstrip().endswith((".", "!", "?"))
        is_listed = above.rstrip().endswith(":") or (
            not is_over and re.search(r"zg[lł]asz", above, re.IGNORECASE) is not None
        )
        below = [line for line in lines[place + 1 :] if line.strip()]
        if above and is_apart and not is_listed and not any(map(marks.GOES_ON.match, below)):
            return lines[:place]
        return lines
    return lines
