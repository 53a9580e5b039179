"""What every letter has in common, whatever it is about: how it is built and how it looks."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from bot.letter_samples import PERSONS, by_mail, sample
from delivery import mail_doors
from delivery.compose import compose_letter
from delivery.letter import Letter, to_bytes
from programme.letter_doors import TO_MANY, UNASKED, purposes
from tests.delivery.many import CASES, NOW, PLAIN, cases_of, facts_for, kind_of

OURS = "Urząd Gminy Miłki <akademia@example.org>"
URL = "https://akademia.example.org"
CHROMIUM = Path("/usr/bin/chromium")
NOTICES = Path(__file__).parents[2] / "texts" / "templates" / "notices"
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
_WORD = re.compile(r"\w+")


class Seen(HTMLParser):
    """What a reader sees of a page, and what a program sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        is_hidden = tag in {"style", "title"} or dict(attrs).get("class") == "preheader"
        self._hidden += is_hidden

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag in {"style", "title", "div"}:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += _WORD.findall(data)

    def links(self, of_class: str) -> list[str]:
        return [
            str(attrs["href"])
            for tag, attrs in self.elements
            if tag == "a" and attrs.get("class") == of_class
        ]


def letter_of(
    kind: str, facts: dict[str, Any], locale: str, *, url: str | None, plus: bool = False
) -> Letter:
    return compose_letter(
        kind,
        facts,
        locale=locale,
        to_address="anna@ngo.example.org",
        mail_from=OURS,
        now=NOW,
        public_url=url,
        plus=plus,
    )


def written(letter: Letter, facts: dict[str, Any]) -> bytes:
    named = mail_doors.message_id(facts, "example.org") or "<1@example.org>"
    return to_bytes(letter, mail_from=OURS, message_id=named, date=NOW)


def tree(mail: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in mail.walk()]


@pytest.mark.parametrize("plus", [False, True])
@pytest.mark.parametrize("url", [None, URL])
@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("case", cases_of("mail"))
def test_every_letter_is_built_alike(
    case: str, locale: str, *, url: str | None, plus: bool
) -> None:
    kind, facts = kind_of(case), facts_for(case, PLAIN)

    letter = letter_of(kind, facts, locale, url=url, plus=plus)
    raw = written(letter, facts)

    mail = message_from_bytes(raw, policy=default)
    leaves = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert [defect for part in mail.walk() for defect in part.defects] == []
    assert tree(mail)[-2 if letter.calendar is None and not letter.attachments else 2 :][:2] == [
        "text/plain",
        "text/html",
    ]
    assert {part.get_content_charset() for part in leaves} == {"utf-8"}
    assert mail["X-Akademia-Kind"] == kind
    assert mail["Precedence"] is None
    assert mail["Subject"] == letter.subject
    assert (mail["List-Id"] is not None) == (kind in UNASKED)
    one_click = kind in UNASKED and url is not None
    assert mail["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if one_click else None)
    has_own = plus and "reply" in purposes(kind)
    assert (mail["Reply-To"] is not None) == has_own


@pytest.mark.parametrize("url", [None, URL])
@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("case", cases_of("mail"))
def test_page_and_plain_words_say_the_same(case: str, locale: str, url: str | None) -> None:
    letter = letter_of(kind_of(case), facts_for(case, PLAIN), locale, url=url)

    page = Seen(letter.html)

    addresses = re.compile(r"https?://\S+")
    assert set(page.words) == set(_WORD.findall(addresses.sub("", letter.text)))
    hrefs = {str(attrs["href"]) for tag, attrs in page.elements if tag == "a"}
    in_words = {href for href in addresses.findall(letter.text) if href not in CASES[case].values()}
    assert in_words <= hrefs


@pytest.mark.parametrize("url", [None, URL])
@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("case", cases_of("mail"))
def test_page_has_one_heading_and_at_most_one_button(
    case: str, locale: str, url: str | None
) -> None:
    kind, facts = kind_of(case), facts_for(case, PLAIN)
    page = Seen(letter_of(kind, facts, locale, url=url).html)

    tags = [tag for tag, _attrs in page.elements]
    about_nothing = kind in TO_MANY | {"digest"} and not facts.get("event")
    has_button = bool(facts.get("link")) or (
        url is not None and "page" in purposes(kind) and not about_nothing
    )
    if kind == "certificate":
        has_button = url is not None
    # Nothing of a test leads anywhere.
    has_button = has_button and kind != "letter_test"
    # Each answer of a poll has its own: one tap is all. An anonymous one names none in a link.
    by_answer = kind == "poll" and url is not None and not facts.get("anonymous")
    answers = len(facts["options"]) if by_answer else None
    assert page.elements[0] == ("html", {"lang": locale})
    assert tags.count("h1") == 1
    assert len(page.links("button")) == (int(has_button) if answers is None else answers)


@pytest.mark.parametrize("case", cases_of("mail"))
def test_without_pages_a_letter_sends_nobody_to_one(case: str) -> None:
    kind, facts = kind_of(case), facts_for(case, PLAIN)

    letter = letter_of(kind, facts, "pl", url=None)

    # The first leaves only where there are pages; the facts of the others tell whether there are.
    if kind != "address_check" and "outcomes" not in facts:
        assert not re.search(r"na (tej )?stronie|[Oo]tworzy się strona", letter.text)
    assert "/l/" not in letter.text + letter.html


@pytest.mark.parametrize("kind", sorted(UNASKED & set(by_mail())))
@pytest.mark.parametrize("url", [None, URL])
def test_letter_that_nobody_asked_for_says_how_to_stop(kind: str, url: str | None) -> None:
    letter = letter_of(kind, sample(kind), "pl", url=url)

    page = Seen(letter.html)
    outs = [link for link in page.links("link") if "/o/" in link]
    assert len(outs) == (0 if url is None else 1)
    assert ("bez zaproszeń" in letter.text) == (url is None)


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("kind", by_mail())
def test_every_sample_makes_a_letter(kind: str, person: str) -> None:
    facts = sample(kind, person)

    letter = letter_of(kind, facts, "pl", url=URL, plus=True)

    assert written(letter, facts).isascii()


def test_invitation_named_like_its_event_says_what_it_is_and_when() -> None:
    facts = sample("invitation")

    said = letter_of("invitation", facts | {"subject": facts["event"]["title"]}, "pl", url=URL)

    assert said.subject == "Zaproszenie: Jak napisać wniosek o dotację, 15 stycznia 2027"
    assert letter_of("invitation", facts, "pl", url=URL).subject == facts["subject"]


def test_styles_stand_in_their_sheet_alone() -> None:
    sheet = (NOTICES / "_mail.css").read_text("utf-8")
    known = set(re.findall(r"^\.([\w-]+) \{", sheet, re.MULTILINE))
    sources = {path: path.read_text("utf-8") for path in NOTICES.rglob("*.html")}

    named = {
        one
        for source in sources.values()
        for names in re.findall(r' class="([^"]*)"', source)
        for one in names.split()
    }
    by_hand = [path.name for path, source in sources.items() if 'style="' in source]
    assert by_hand == []
    assert named - known == set()
    assert known - named == set()
    # What Outlook, which draws with Word, does not know.
    assert re.findall(r"flex|grid|position:|float:|rem;|vw;", sheet) == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        switches = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=switches)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """Give one page to all: a new one costs more than all that is looked at."""
    return browser.new_page()


def show(page: Page, letter: Letter, *, width: int, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.set_content(letter.html)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", by_mail())
def test_letter_is_readable_for_everybody(
    kind: str, scheme: Literal["light", "dark"], page: Page
) -> None:
    show(page, letter_of(kind, sample(kind), "pl", url=URL), width=375, scheme=scheme)

    found = Axe().run(page, options=WCAG)

    faults = [
        (one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]
    ]
    assert faults == []


@pytest.mark.parametrize("person", ["sample", "longest"])
@pytest.mark.parametrize("kind", by_mail())
def test_letter_fits_a_phone(kind: str, person: str, page: Page) -> None:
    letter = letter_of(kind, sample(kind, person), "pl", url=URL)
    show(page, letter, width=320, scheme="light")
    wider = []
    for width in (320, 375, 480, 600):
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        # What is wider than its cell would be cut off or stand outside of the card.
        outside = page.evaluate(
            "[...document.querySelectorAll('td.card *')].filter(each => "
            "each.getBoundingClientRect().right > "
            "each.closest('td.card').getBoundingClientRect().right).length"
        )
        wider += [(width, needed, outside)] if needed > width or outside else []

    assert wider == []
