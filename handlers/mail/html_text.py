"""Write HTML as the plain text that its reader sees: paragraphs, lists, tables, quotations."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

LONGEST = 512 * 1024
_DEEPEST = 40
_LONGEST_TAG = 2000
_LONGEST_LINK = 500
_TAG = re.compile(r"<([/a-zA-Z!?][^<>]*)>|<")
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "caption", "center", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("main", "nav", "ol", "p", "pre", "section", "summary", "ul"),
    }
)
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "object"})
_VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr"),
    }
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RULE = "_" * 32


@dataclass
class _Frame:
    """A quotation, a table, a row or a cell that is being read."""

    kind: str
    out: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)


def to_text(html: str) -> str:
    """Give the text of an HTML mail; quotations get `> `, cells of a row are parted by tabs."""
    reader = _Reader()
    reader.feed(_harmless(html[:LONGEST]))
    reader.close()
    return reader.finish()


def _harmless(html: str) -> str:
    """Leave only whole and short tags, on which the parser never needs more than one look."""
    out, place = [], 0
    while (start := html.find("<!--", place)) >= 0:
        out.append(html[place:start])
        end = html.find("-->", start + 4)
        if end < 0:
            place = start + 4
            break
        place = end + 3
    return _TAG.sub(_whole, "".join([*out, html[place:]]))


def _whole(tag: re.Match[str]) -> str:
    inside = tag[1]
    if inside is None:
        return "&lt;"
    if inside[0] in "!?":
        return ""
    if len(inside) > _LONGEST_TAG:
        name = re.match(r"/?[a-zA-Z0-9]+", inside)
        return f"<{name[0]}>" if name else ""
    return tag[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._frames = [_Frame("page")]
        self._skipped: list[str] = []
        self._lists: list[int] = []
        self._link = ""
        self._link_text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            if tag == self._skipped[-1] and tag not in _VOID:
                self._skipped.append(tag)
            return
        given = {name: value or "" for name, value in attrs}
        hidden = tag in _UNSEEN or bool(_NOT_SHOWN.search(given.get("style", "")))
        if hidden and tag not in _VOID:
            self._skipped.append(tag)
        elif tag == "br":
            self._say("\n")
        elif tag == "hr":
            self._say(f"\n{_RULE}\n")
        elif tag == "a":
            self._end_link()
            self._link = given.get("href", "").strip()[:_LONGEST_LINK]
        elif tag == "li":
            self._say(f"\n{self._bullet()}")
        elif tag in {"blockquote", "table", "tr", "td", "th"}:
            self._open(tag)
        elif tag in _BLOCKS:
            self._block(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
        elif tag == "a":
            self._end_link()
        elif tag in {"blockquote", "table", "tr", "td", "th"}:
            self._close(tag)
        elif tag in _BLOCKS:
            if tag in {"ol", "ul"} and self._lists:
                self._lists.pop()
            self._say("\n\n" if tag in {"p", "ul", "ol"} else "\n")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            said = re.sub(r"\s+", " ", data)
            self._say(said)
            if self._link:
                self._link_text.append(said)

    def finish(self) -> str:
        """Close what was left open and give the text."""
        self._end_link()
        while len(self._frames) > 1:
            self._pop()
        return _tidy("".join(self._frames[0].out))

    def _block(self, tag: str, given: dict[str, str]) -> None:
        if tag in {"ol", "ul"} and len(self._lists) < _DEEPEST:
            self._lists.append(1 if tag == "ol" else 0)
        marks = f"{given.get('class', '')} {given.get('id', '')}".lower()
        # The line before a signature is not written by clients that mark it otherwise.
        if re.search(r"gmail_signature|moz-signature|^ *signature|\bsignature\b", marks):
            self._say("\n-- \n")
        self._say("\n\n" if tag == "p" else "\n")

    def _bullet(self) -> str:
        if not self._lists or not self._lists[-1]:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1] - 1}. "

    def _end_link(self) -> None:
        """Write where a link leads when its words do not say it."""
        words, target = "".join(self._link_text), self._link
        self._link, self._link_text = "", []
        if target.lower().startswith("mailto:"):
            address = target[7:].partition("?")[0]
            if address and address.lower() not in words.lower():
                self._say(f" <{address}>")
        elif target.lower().startswith(("http:", "https:")) and target not in words:
            self._say(f" ({target})")

    def _open(self, tag: str) -> None:
        kind = {"td": "cell", "th": "cell", "tr": "row", "blockquote": "quote"}.get(tag, tag)
        if kind == "cell" and self._frames[-1].kind == "cell":
            self._pop()
        if kind == "row":
            while self._frames[-1].kind in {"cell", "row"}:
                self._pop()
        if len(self._frames) < _DEEPEST:
            self._frames.append(_Frame(kind))

    def _close(self, tag: str) -> None:
        kind = {"td": "cell", "th": "cell", "tr": "row", "blockquote": "quote"}.get(tag, tag)
        kinds = [frame.kind for frame in self._frames]
        # An end without a beginning, or one that would close the table around it.
        place = len(kinds) - 1 - kinds[::-1].index(kind) if kind in kinds else 0
        if not place or (kind in {"cell", "row"} and "table" in kinds[place:]):
            return
        while len(self._frames) > place:
            self._pop()

    def _pop(self) -> None:
        frame = self._frames.pop()
        text = _tidy("".join(frame.out))
        around = self._frames[-1]
        if frame.kind == "quote":
            quoted = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
            around.out.append(f"\n{quoted}\n")
        elif frame.kind == "cell" and around.kind == "row":
            around.cells.append(text)
        elif frame.kind == "row":
            cells = [*frame.cells, *([text] if text else [])]
            is_table = all("\n" not in cell for cell in cells)
            around.out.append("\n" + ("\t" if is_table else "\n").join(cells) + "\n")
        else:
            around.out.append(f"\n{text}\n")

    def _say(self, text: str) -> None:
        self._frames[-1].out.append(text)


def _tidy(text: str) -> str:
    lines = [re.sub(r" {2,}", " ", line).strip(" ") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
