"""Write one notice to many mailboxes: write the mail once, then fill in what is a person's own.

The gaps are found in a finished mail of delivery/letter.py: as header lines, as boundaries, and
as the base64 text of marks that stand in place of the letter's words.
"""

import json
import re
from binascii import b2a_base64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from delivery.characters import printable
from delivery.compose import compose_letter
from delivery.failures import OrganiserInvited
from delivery.headers import Mailbox, mailbox_header, parse_mailbox, token_header
from delivery.letter import CalendarPart, boundary_core, to_bytes
from delivery.stencil_calendar import CalendarStencil
from delivery.stencils import (
    DIFFICULT_NAMES,
    DOOR_GAPS,
    NAME_GAP,
    Personal,
    Stencils,
    Unfit,
    divide,
    with_name,
)
from texts.translator import escaped

_LINE = 76
_END = b"\r\n"
_NOBODY = "nobody@example.org"
_NO_ID = "<stencil@example.org>"
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_GAPS = re.compile("(" + "|".join([NAME_GAP, *DOOR_GAPS.values()]) + ")")
_WORDS, _HTML, _CALENDAR = "words for nobody", "a page for nobody", b"days of nobody"
_FILE = b"a file of nobody"


@dataclass(frozen=True)
class Post:
    """Who writes one mail to whom, and by which Message-ID it is known for good."""

    mail_from: str
    to_address: str
    message_id: str
    now: datetime
    public_url: str | None = None
    plus: bool = False
    # The bytes of the file that the facts name.
    attached: bytes | None = None


class _Words:
    """Words that leave as base64, with gaps for a name and for the tokens of doors."""

    def __init__(self, text: str) -> None:
        """Take the text apart at its gaps."""
        parts = _GAPS.split(printable(text))
        self._pieces = [_lines(part) for part in parts]
        self._gaps = list(enumerate(parts))[1::2]

    def fill(self, fillings: Mapping[str, bytes]) -> bytes:
        """Write the words with what each gap stands for."""
        pieces = self._pieces.copy()
        for at, gap in self._gaps:
            pieces[at] = fillings[gap]
        return _base64(b"".join(pieces))


class MailStencil:
    """A finished mail with gaps for one person's name, address and calendar entry."""

    def __init__(self, kind: str, common: Mapping[str, Any], locale: str, post: Post) -> None:
        letter = compose_letter(
            kind,
            common,
            locale=locale,
            to_address=_NOBODY,
            mail_from=post.mail_from,
            now=post.now,
            public_url=post.public_url,
            plus=post.plus,
            attached=None if post.attached is None else _FILE,
        )
        self._text = _Words(letter.text)
        self._html = _Words(letter.html)
        self._organiser = parse_mailbox(post.mail_from).address.lower()
        self._calendar = CalendarStencil(letter.calendar.content) if letter.calendar else None
        marked = replace(letter, to_name="", text=_WORDS, html=_HTML)
        if letter.calendar:
            marked = replace(marked, calendar=CalendarPart(letter.calendar.method, _CALENDAR))
        raw = to_bytes(marked, mail_from=post.mail_from, message_id=_NO_ID, date=_NO_DATE)
        self._pieces, self._gaps = _cut(raw)

    def fill(self, personal: Personal, post: Post) -> bytes:
        """Write the mail to one person."""
        name = personal.name
        tokens = {DOOR_GAPS[purpose]: token.encode() for purpose, token in personal.doors.items()}
        fillings = tokens | {
            "to": mailbox_header("To", Mailbox(name, post.to_address)).encode("ascii"),
            "date": _date_header(post.now),
            "id": _id_header(post.message_id),
            "boundary": boundary_core(post.message_id).encode("ascii"),
            "text": self._text.fill(tokens | {NAME_GAP: name.encode()}),
            "html": self._html.fill(tokens | {NAME_GAP: escaped(name).encode()}),
        }
        if self._calendar is not None and personal.calendar is not None:
            if post.to_address.lower() == self._organiser:
                raise OrganiserInvited(post.to_address)
            person = (name, post.to_address)
            content = self._calendar.fill([personal.calendar], stamp=post.now, person=person)
            fillings["calendar"] = _base64(content)
        if post.attached is not None:
            fillings["file"] = _base64_of_file(post.attached)
        pieces = self._pieces.copy()
        for at, gap in self._gaps:
            pieces[at] = fillings[gap]
        return b"".join(pieces)


_stencils: Stencils[MailStencil] = Stencils()


def mail_copy(kind: str, facts: Mapping[str, Any], locale: str, post: Post) -> bytes:
    """Give the bytes that compose_letter and to_bytes give, faster from the third person on."""
    try:
        personal, common = divide(facts)
        has_file = post.attached is not None
        about = (post.mail_from, post.public_url, post.plus, has_file)
        key = (kind, locale, *about, json.dumps(common))
    except (Unfit, TypeError, ValueError, AttributeError):
        return _written(kind, facts, locale, post)
    stencil = _stencils.find(key, lambda: _proved(kind, facts, common, locale, post))
    if stencil is not None:
        with suppress(ValueError):  # the authority says what is wrong with this person's facts
            return stencil.fill(personal, post)
    return _written(kind, facts, locale, post)


def _written(kind: str, facts: Mapping[str, Any], locale: str, post: Post) -> bytes:
    letter = compose_letter(
        kind,
        facts,
        locale=locale,
        to_address=post.to_address,
        mail_from=post.mail_from,
        now=post.now,
        public_url=post.public_url,
        plus=post.plus,
        attached=post.attached,
    )
    return to_bytes(letter, mail_from=post.mail_from, message_id=post.message_id, date=post.now)


def _proved(
    kind: str, facts: Mapping[str, Any], common: Mapping[str, Any], locale: str, post: Post
) -> MailStencil:
    stencil = MailStencil(kind, common, locale, post)
    own_name = facts["person"]["name"]
    for name in (own_name, *DIFFICULT_NAMES) if own_name else (own_name,):
        named = with_name(facts, name)
        if stencil.fill(divide(named)[0], post) != _written(kind, named, locale, post):
            raise Unfit
    return stencil


def _lines(text: str) -> bytes:
    """End the lines as they end in a mail."""
    return text.replace("\n", "\r\n").encode()


def _cut(raw: bytes) -> tuple[list[bytes], list[tuple[int, str]]]:
    """Cut a finished mail at its marks and tell which piece is which gap."""
    marks = {
        mailbox_header("To", Mailbox("", _NOBODY)).encode(): "to",
        _date_header(_NO_DATE): "date",
        _id_header(_NO_ID): "id",
        boundary_core(_NO_ID).encode(): "boundary",
        _base64(_lines(f"{_WORDS}\n")): "text",
        _base64(_lines(f"{_HTML}\n")): "html",
        _base64(_CALENDAR): "calendar",
        _base64(_FILE): "file",
    } | {gap.encode(): gap for gap in DOOR_GAPS.values()}
    pieces = re.split(b"(" + b"|".join(re.escape(mark) for mark in marks) + b")", raw)
    return pieces, [(at, marks[each]) for at, each in enumerate(pieces) if each in marks]


def _base64(data: bytes) -> bytes:
    text = b2a_base64(data, newline=False)
    return _END.join([text[at : at + _LINE] for at in range(0, len(text), _LINE)])


@lru_cache(maxsize=1)
def _base64_of_file(content: bytes) -> bytes:
    """Encode the file of a letter to many once for all its mails."""
    return _base64(content)


@lru_cache(maxsize=64)
def _date_header(date: datetime) -> bytes:
    return token_header("Date", format_datetime(date)).encode("ascii")


def _id_header(message_id: str) -> bytes:
    return token_header("Message-ID", f"<{message_id.strip('<>')}>").encode("ascii")
