"""Open a page of ours as a browser without JavaScript does, and send its form."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp


class NoSuchButton(Exception):
    """The page has no such button."""


@dataclass
class Form:
    """A form as it stands on the page: what it holds, and its buttons by their words."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Page:
    """A page: its address, its words, its forms."""

    url: str
    status: int
    words: str
    forms: list[Form]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._button: tuple[str, str] | None = None
        self._label = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"style", "title", "script"}:
            self._silent += 1
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and self.forms and given.get("name"):
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self.forms[-1].values[given["name"]] = given.get("value", "")
        elif tag == "button" and self.forms:
            self._button = (given.get("name", ""), given.get("value", ""))
            self._label = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "title", "script"}:
            self._silent -= 1
        if tag == "button" and self._button is not None:
            self.forms[-1].buttons[" ".join(self._label.split())] = self._button
            self._button = None
        if tag in {"p", "h1", "h2", "div", "li", "legend", "label", "tr", "dd", "dt", "button"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._label += data
        if not self._silent:
            self.words.append(data)


async def open_page(url: str) -> Page:
    """Fetch a page."""
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        return _page(str(answer.url), answer.status, await answer.text())


async def press(page: Page, button: str, **typed: str) -> Page:
    """Send the form that has a button of these words, filled in as told."""
    for form in page.forms:
        if button in form.buttons:
            name, value = form.buttons[button]
            data = {**form.values, **typed, **({name: value} if name else {})}
            url = urljoin(page.url, form.action) if form.action else page.url
            async with aiohttp.ClientSession() as client, client.post(url, data=data) as answer:
                return _page(str(answer.url), answer.status, await answer.text())
    raise NoSuchButton(f"{button!r} is none of {[list(form.buttons) for form in page.forms]}")


def _page(url: str, status: int, text: str) -> Page:
    reader = _Reader()
    reader.feed(text)
    lines = ("".join(reader.words)).splitlines()
    words = "\n".join(" ".join(line.split()) for line in lines if line.strip())
    return Page(url, status, words, reader.forms)
