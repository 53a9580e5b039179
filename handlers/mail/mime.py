"""Read the bytes of a mail into a `ReadMail`, whatever they are; nothing here ever raises."""

import mimetypes
import re

from handlers.mail import charsets, html_text, mime_headers, quoting, tnef, transfer
from handlers.mail.mime_parts import Counter, Part, split
from handlers.mail.read_mail import MailFile, ReadMail

LONGEST_TEXT = 200 * 1024
# All the texts of a mail together are read so far: HTML takes a second for every two megabytes.
MOST_READ = 16 * LONGEST_TEXT
_LONGEST_PART = 4 * LONGEST_TEXT
MOST_FILES = 30
_LONGEST_NAME = 120
_CALENDARS = frozenset({"text/calendar", "application/ics"})
_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "text/rfc822-headers",
    }
)
_NO_PLAIN = re.compile(
    r"nie obsługuje (formatu )?HTML|wiadomość w formacie HTML|does not support HTML|"
    r"HTML(-| )(enabled|compatible|capable)|message is in HTML",
    re.IGNORECASE,
)


def read(raw: bytes) -> ReadMail:
    """Take out of a mail what the other modules here work on."""
    counter = Counter()
    reading = _Reading(split(raw, counter), counter)
    reading.collect()
    return reading.result()


class _Reading:
    def __init__(self, root: Part, counter: Counter) -> None:
        self._root = root
        self._counter = counter
        self._texts: list[str] = []
        self._inner: list[str] = []
        self._calendars: list[bytes] = []
        self._files: list[MailFile] = []
        self._structure: list[str] = []
        self._reports: list[tuple[str, str]] = []
        self._left = MOST_READ

    def collect(self) -> None:
        self._take(self._root)

    def result(self) -> ReadMail:
        headers: dict[str, tuple[str, ...]] = {}
        for name, value in self._root.headers:
            headers[name] = (*headers.get(name, ()), mime_headers.decoded(value))
        name, sender = next(iter(mime_headers.mailboxes(self._root.raw("from"))), ("", ""))
        said = self._cut("\n\n".join(text for text in self._texts if text.strip()))
        # What was answered is looked for before the mails within are put below it.
        words = quoting.own_words(said, sender_name=name)
        return ReadMail(
            message_id=next(iter(self._ids("message-id")), ""),
            sender=sender,
            sender_name=name,
            recipients=self._recipients(),
            subject=mime_headers.decoded(self._root.raw("subject")),
            text=self._cut("\n\n".join([said, *self._inner]).strip("\n")),
            words=words,
            references=tuple(dict.fromkeys([*self._ids("in-reply-to"), *self._ids("references")])),
            headers=headers,
            calendars=tuple(self._calendars),
            files=tuple(self._files[:MOST_FILES]),
            structure=tuple(self._structure),
            reports=tuple(self._reports),
            is_cut=self._counter.is_cut or len(self._files) > MOST_FILES,
        )

    def _cut(self, text: str) -> str:
        if len(text) > LONGEST_TEXT:
            self._counter.is_cut = True
        return text[:LONGEST_TEXT]

    def _ids(self, name: str) -> list[str]:
        return [
            found
            for header, value in self._root.headers
            if header == name
            for found in mime_headers.message_ids(value)
        ]

    def _recipients(self) -> tuple[str, ...]:
        found = []
        for name in ("to", "cc", "delivered-to", "x-original-to", "envelope-to"):
            values = [value for header, value in self._root.headers if header == name]
            found += [address for value in values for _, address in mime_headers.mailboxes(value)]
        return tuple(dict.fromkeys(found))

    def _take(self, part: Part) -> None:
        self._structure.append(part.content_type)
        if part.content_type == "multipart/alternative" and part.children:
            self._take_alternative(part)
        elif part.children:
            for child in part.children:
                self._take(child)
        elif part.content_type in _CALENDARS:
            self._calendars.append(part.content())
        elif part.content_type in _REPORTS:
            self._reports.append((part.content_type, _text(part)))
        elif part.content_type in {"message/rfc822", "message/global"}:
            self._take_mail(part)
        elif _is_shown(part):
            self._texts.append(self._shown(part))
        elif not part.content_type.startswith("multipart/"):
            self._take_file(part)
        else:
            # A multipart of which no boundary was found: its text is all that can be had.
            self._texts.append(charsets.clean(charsets.decode(part.body[:LONGEST_TEXT])))

    def _take_alternative(self, part: Part) -> None:
        """Of several forms of one text take the plain one, or HTML where it says nothing."""
        shown = [child for child in part.children if _is_shown(child)]
        texts = {child.content_type: self._shown(child) for child in reversed(shown)}
        plain = texts.get("text/plain", "")
        if not plain.strip() or _NO_PLAIN.search(plain[:2000]):
            plain = texts.get("text/html", plain)
        self._texts.append(plain)
        for child in part.children:
            if child in shown:
                self._structure.append(child.content_type)
            else:
                self._take(child)

    def _shown(self, part: Part) -> str:
        if self._left <= 0:
            self._counter.is_cut = True
            return ""
        self._left -= min(len(part.body), _LONGEST_PART)
        return _shown(part)

    def _first_text(self, part: Part) -> str:
        if part.children:
            return next((text for child in part.children if (text := self._first_text(child))), "")
        return self._shown(part) if _is_shown(part) else ""

    def _take_mail(self, part: Part) -> None:
        content = part.content()
        inner = split(content, self._counter, depth=1)
        headers = "\n".join(f"{name}: {mime_headers.decoded(raw)}" for name, raw in inner.headers)
        self._reports.append((part.content_type, headers[:LONGEST_TEXT]))
        self._inner.append(self._first_text(inner))
        self._files.append(MailFile(_file_name(part), part.content_type, content))

    def _take_file(self, part: Part) -> None:
        content, name = part.content(), _file_name(part)
        unpacked = tnef.files(content) if tnef.is_tnef(content) else []
        if unpacked:
            self._files += [MailFile(_safe(found), kind, held) for found, kind, held in unpacked]
        elif content or name:
            self._files.append(MailFile(name, part.content_type, content))


def _is_shown(part: Part) -> bool:
    """Tell a text for the reader from a file that happens to be one."""
    if part.content_type not in {"text/plain", "text/html", "text/enriched"}:
        return False
    disposition, given = mime_headers.parameters(part.raw("content-disposition"))
    return disposition != "attachment" and not given.get("filename")


def _shown(part: Part) -> str:
    text = _text(part)
    if part.content_type == "text/html":
        return charsets.clean(html_text.to_text(text))
    if part.parameters.get("format", "").lower() == "flowed":
        text = _unflowed(text, deletes=part.parameters.get("delsp", "").lower() == "yes")
    return text


def _text(part: Part) -> str:
    content = part.content()[:_LONGEST_PART]
    if not part.raw("content-transfer-encoding"):
        content = transfer.undo_forgotten(content)
    return charsets.clean(charsets.decode(content, part.parameters.get("charset", "")))


def _unflowed(text: str, *, deletes: bool) -> str:
    """Join the lines that a client has broken only to keep them short (RFC 3676)."""
    out: list[str] = []
    was_open, was_depth = False, 0
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        # A line that begins with a blank or "From " got one more blank on its way.
        rest = rest.removeprefix(" ")
        # Some clients leave a blank at the end of these, which are lines by themselves.
        is_open = rest.endswith(" ") and rest != "-- " and not quoting.begins_original(rest)
        said = rest[:-1] if is_open and deletes else rest
        if was_open and depth == was_depth and rest != "-- " and not quoting.begins_original(rest):
            out[-1] += said
        else:
            out.append(f"{'>' * depth} {said}" if depth else said)
        was_open, was_depth = is_open, depth
    return "\n".join(out)


def _file_name(part: Part) -> str:
    _, disposition = mime_headers.parameters(part.raw("content-disposition"))
    named = disposition.get("filename", "") or part.parameters.get("name", "")
    if safe := _safe(named):
        return safe
    if part.content_type in {"message/rfc822", "message/global"}:
        return "wiadomość.eml"
    return f"załącznik{mimetypes.guess_extension(part.content_type) or ''}"


def _safe(name: str) -> str:
    """Leave the last part of a path, without signs that no file name may have."""
    last = re.split(r"[/\\]", charsets.one_line(name))[-1]
    kept = re.sub(r'[<>:"|?*]', "", last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return kept if len(kept) <= _LONGEST_NAME else f"{(stem or ending)[:100]}{dot}{ending[:10]}"
