"""Residents of the tour: they answer a public survey over HTTP as a browser without scripts does.

Each is a browser of its own with its own cookie. They read the forms that come and fill in those
fields whose questions they have an answer to.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

Answers = Mapping[str, str | Sequence[str]]
MOST_PAGES = 80
# Nobody answers a page at once, and the bot takes such a page for a program's.
READING = 2.2
SECONDS = 30
QUESTION = "q-"


class NotAnswered(Exception):
    """A resident could not hand their answers in; the text is what the page said."""


@dataclass
class _Sheet(HTMLParser):
    """The form of a page, and where its first button that is a link leads."""

    action: str = ""
    hidden: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    deeds: list[str] = field(default_factory=list)
    begin: str = ""
    words: list[str] = field(default_factory=list)
    _is_in: bool = False
    _is_style: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what can be filled in and pressed."""
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        self._is_style = tag == "style"
        if tag == "form" and given.get("method") == "post":
            self._is_in, self.action = True, given.get("action", "")
        elif tag == "a" and given.get("class") == "button" and not self.begin:
            self.begin = given.get("href", "")
        elif self._is_in and tag == "input" and given.get("type") == "hidden":
            self.hidden.append((name, value))
        elif self._is_in and tag == "button":
            self.deeds.append(value)
        elif self._is_in and tag in ("input", "select", "textarea") and name not in self.names:
            self.names.append(name)

    def handle_endtag(self, tag: str) -> None:
        """Note where a form ends."""
        self._is_in = self._is_in and tag != "form"
        self._is_style = False

    def handle_data(self, data: str) -> None:
        """Keep what a person reads, for complaints."""
        if data.strip() and not self._is_style:
            self.words.append(data.strip())


class Resident:
    """One person with a phone, before the first page of a survey."""

    def __init__(self, link: str) -> None:
        parts = urlsplit(link)
        self._host, self._port = parts.hostname or "", parts.port
        self._path = parts.path + (f"?{parts.query}" if parts.query else "")
        self._cookies: dict[str, str] = {}
        self.pages = 0

    async def answer(self, answers: Answers) -> str:
        """Answer page by page and hand in; give the words of the last page. Raises NotAnswered."""
        sheet = await asyncio.to_thread(self._ask, "GET", self._path)
        while sheet.begin and not sheet.deeds:
            sheet = await asyncio.to_thread(self._ask, "GET", sheet.begin)
        await asyncio.sleep(READING)
        while sheet.deeds:
            if self.pages > MOST_PAGES:
                raise NotAnswered(" ".join(sheet.words))
            deed = "hand_in" if "hand_in" in sheet.deeds else "next"
            filled = [*self._filled(sheet, answers), ("deed", deed)]
            sheet = await asyncio.to_thread(self._ask, "POST", sheet.action, filled)
        return " ".join(sheet.words)

    def _filled(self, sheet: _Sheet, answers: Answers) -> list[tuple[str, str]]:
        filled = list(sheet.hidden)
        for name in sheet.names:
            said = answers.get(name.removeprefix(QUESTION), answers.get(name, ()))
            filled += [(name, value) for value in ([said] if isinstance(said, str) else said)]
        return filled

    def _ask(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> _Sheet:
        """Send a request, and look where the answer leads."""
        self.pages += 1
        connection = HTTPConnection(self._host, self._port, timeout=SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = urlencode(list(fields)) if method == "POST" else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers if self._cookies else _plain(headers))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        if answer.status == HTTPStatus.SEE_OTHER:
            return self._ask("GET", answer.headers["Location"])
        sheet = _Sheet()
        sheet.feed(text)
        if answer.status != HTTPStatus.OK:
            raise NotAnswered(f"{answer.status}: {' '.join(sheet.words)}")
        return sheet


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Cookie"}


async def answer_publicly(
    base_url: str, public_key: str, answers: Answers, *, code: str = ""
) -> str:
    """Let one resident answer by the public link; give the words of the page of thanks.

    `answers` have what is typed or chosen by the question's key, that of a matrix as
    "matrix.row"; parts of a linking code are "c-mother" and so on. Raises NotAnswered.
    """
    asked = f"?{urlencode({'k': code})}" if code else ""
    return await Resident(f"{base_url.rstrip('/')}/a/{public_key}{asked}").answer(answers)


async def answer_by_letter(link: str, answers: Answers) -> str:
    """Let somebody answer on the page that a letter leads to; otherwise as `answer_publicly`."""
    return await Resident(link).answer(answers)
