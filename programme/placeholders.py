"""Words in braces that stand for something of each reader: {osoba}, {wydarzenie} and a few more.

An allow-list and one pass over the text, no template engine: a value is put in as it is and is
never looked at again, so whatever somebody is called stays a name. All else in braces is refused
while the letter is written (`check`), and stays as it stands where it is filled (`fill`).

Whatever goes to many keeps its placeholders in `subject` and `body`. Each row gets, as the fact
`placeholders`, what `of_reader` gives for it; the event's words are put in when the message is
composed, because an event can still move while the letter waits for the morning.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from programme.placeholder_refusals import EventNotNamed, PlaceholderUnknown

PERSON, ORGANISATION, LOCALITY = OF_READER = ("osoba", "organizacja", "miejscowość")
EVENT, DATE, PLACE = OF_EVENT = ("wydarzenie", "data", "miejsce")
KNOWN = (*OF_READER, *OF_EVENT)
LONGEST_PIECE = 40
# What opens something in one of the usual template languages and page formats, or a brace.
_OPENING = re.compile(
    r"\{\{|\{%|\{#|\$\{|#\{|<%|<\?|<\s*/?\s*(?:script|iframe|object|embed|style)\b"
    r"|\{[^{}]*\}|[{}]",
    re.IGNORECASE,
)
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}", "${": "}", "#{": "}", "<%": "%>", "<?": "?>"}
# People type on phones: with or without the letters that only Polish has.
_PLAIN = str.maketrans("ąćęłńóśźż", "acelnoszz")
_BY_PLAIN = {name.translate(_PLAIN): name for name in KNOWN}


def check(text: str, *, has_event: bool = True) -> None:
    """Refuse a text with anything in braces that is no placeholder.

    Raises PlaceholderUnknown with the piece that is wrong, and EventNotNamed for a word about
    the event in a letter that is about none.
    """
    for found in _OPENING.finditer(text):
        name = _name(found[0][1:-1]) if _IN_BRACES.fullmatch(found[0]) else None
        if name is None:
            raise PlaceholderUnknown(_piece(text, found), KNOWN)
        if name in OF_EVENT and not has_event:
            raise EventNotNamed(f"{{{name}}}")


def used(text: str) -> frozenset[str]:
    """Name the placeholders of a text."""
    names = (_name(found[1]) for found in _IN_BRACES.finditer(text))
    return frozenset(name for name in names if name is not None)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in the places of their names, in one pass; what has no value stays."""
    return _IN_BRACES.sub(_from(values), text)


def of_reader(
    texts: Iterable[str], *, person: str, organisation: str = "", locality: str = ""
) -> dict[str, str]:
    """Give the words about one reader that these texts use, as a row's fact `placeholders`.

    A letter to an organisation's own mailbox names the organisation for the person. Rows of a
    letter without such words all get the same, empty, so that they can be written in one go.
    """
    wanted = frozenset[str]().union(*(used(each) for each in texts))
    values = {PERSON: person or organisation, ORGANISATION: organisation, LOCALITY: locality}
    return {name: value for name, value in values.items() if name in wanted}


def _from(values: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def value(found: re.Match[str]) -> str:
        name = _name(found[1])
        return values.get(name, found[0]) if name is not None else found[0]

    return value


def _name(raw: str) -> str | None:
    """Read a placeholder's name as it was typed; None when it is none."""
    # Composed letters: some phones send ś as s and an accent.
    typed = unicodedata.normalize("NFC", raw.strip(" ")).lower()
    return _BY_PLAIN.get(typed.translate(_PLAIN))


def _piece(text: str, found: re.Match[str]) -> str:
    """Show the wrong piece, to its end where it has one nearby."""
    start, opening = found.start(), found[0]
    if len(opening) > len("{{") and opening.startswith("{"):
        return _short(opening)
    close = _ENDS.get(opening, ">" if opening.startswith("<") else "")
    end = text.find(close, found.end()) if close else -1
    stop = end + len(close) if end >= 0 else text.find("\n", found.end())
    return _short(text[start : stop if stop >= 0 else len(text)])


def _short(piece: str) -> str:
    one_line = " ".join(piece.split())
    return one_line if len(one_line) <= LONGEST_PIECE else one_line[: LONGEST_PIECE - 1] + "…"
