"""Telegram's HTML: plain text and entities out of marked text, with the real server's complaints.

Offsets and lengths of entities are UTF-16 code units, the offsets in complaints are bytes.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from playground.errors import BadRequest

Entity = dict[str, Any]

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#(?P<dec>\d{1,7})|#[xX](?P<hex>[0-9a-fA-F]{1,6})|(?P<name>\w+));?")
ATTRIBUTE = re.compile(r"""\s+([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?""")
FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)'])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w+)?)"
)
CLOSED_TO_FINDING = {"text_link", "code", "pre", "text_mention"}


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities, or raise BadRequest as the real server does."""
    return _Reader(source).read()


def find_entities(text: str, marked: list[Entity]) -> list[Entity]:
    """Add the addresses and commands that Telegram finds by itself in unmarked text."""
    found = list(marked)
    for match in FOUND.finditer(text):
        offset, length = units(text[: match.start()]), units(match.group())
        taken = any(
            entity["type"] in CLOSED_TO_FINDING
            and entity["offset"] < offset + length
            and offset < entity["offset"] + entity["length"]
            for entity in marked
        )
        if not taken:
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


@dataclass
class _Tag:
    name: str
    start: int
    attributes: dict[str, str]


@dataclass
class _Reader:
    source: str
    position: int = 0
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Tag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def read(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "<":
                self._tag()
            elif character == "&":
                self._character()
            else:
                self._take(character)
                self.position += 1
        if self.open:
            raise _complaint(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"'
            )
        return _trimmed("".join(self.pieces), self.entities)

    def _take(self, text: str) -> None:
        self.pieces.append(text)
        self.length += units(text)

    def _character(self) -> None:
        match = CHARACTER.match(self.source, self.position)
        text = _decoded(match) if match else None
        if match is None or text is None:
            self._take("&")
            self.position += 1
            return
        self._take(text)
        self.position = match.end()

    def _tag(self) -> None:
        begin = self.position
        end = self.source.find(">", begin)
        closing = self.source.startswith("</", begin)
        name = re.match(r"[^\s>]*", self.source[begin + (2 if closing else 1) :])
        tag = name.group().lower() if name else ""
        if closing:
            self._close(tag, begin, end)
        else:
            self._open(tag, begin, end)

    def _open(self, tag: str, begin: int, end: int) -> None:
        if tag not in KINDS:
            if end < 0 and begin + 1 + len(tag) >= len(self.source):
                raise _complaint(f"Unclosed start tag at byte offset {self._byte(begin)}")
            raise _complaint(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        if end < 0:
            raise _complaint(f"Unclosed start tag at byte offset {self._byte(begin)}")
        attributes = {
            match[1].lower(): _plain(match[2] or match[3] or match[4] or "")
            for match in ATTRIBUTE.finditer(self.source[begin + 1 + len(tag) : end])
        }
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _complaint(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Tag(tag, self.length, attributes))
        self.position = end + 1

    def _close(self, tag: str, begin: int, end: int) -> None:
        if not self.open:
            raise _complaint(f"Unexpected end tag at byte offset {self._byte(begin)}")
        opened = self.open.pop()
        if tag and tag != opened.name:
            raise _complaint(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.name}>", found "</{tag}>"'
            )
        if end < 0:
            raise _complaint(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self.position = end + 1
        entity = _entity(opened, self.length)
        if entity is not None:
            self.entities.append(entity)

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode())


def _complaint(reason: str) -> BadRequest:
    return BadRequest(f"can't parse entities: {reason}")


def _decoded(match: re.Match[str]) -> str | None:
    if match["name"]:
        return CHARACTERS.get(match["name"])
    number = int(match["dec"]) if match["dec"] else int(match["hex"], 16)
    highest = 0x10FFFF
    return chr(number) if 0 < number <= highest else None


def _plain(value: str) -> str:
    return CHARACTER.sub(lambda match: _decoded(match) or match.group(), value)


def _entity(tag: _Tag, end: int) -> Entity | None:
    kind = KINDS[tag.name]
    entity: Entity = {"type": kind, "offset": tag.start, "length": end - tag.start}
    if kind == "text_link":
        entity["url"] = tag.attributes.get("href", "")
        # A link to nowhere loses its mark and keeps its words.
        if not re.match(r"(https?|tg)://\S+$", entity["url"]):
            return None
    if kind == "custom_emoji":
        entity["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
    if kind == "blockquote" and "expandable" in tag.attributes:
        entity["type"] = "expandable_blockquote"
    return entity


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    lead = units(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    whole = units(text)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, whole)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))
