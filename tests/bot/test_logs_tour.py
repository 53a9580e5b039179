"""The whole story at DEBUG, in both forms of the log: no secret and nothing of anybody."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from bot import logs
from bot.logs import JsonLines, Lines, OurOwn
from bot.stage import COORDINATOR, MAIL_FROM, set_up
from bot.tour import LETTER, OPTIONS, QUESTION, Tour
from bot.tour_crowd import CODE, guests
from delivery.redaction import SecretsFilter

SHORT = 4  # "Tak" or "1" stand in a log for other reasons


@dataclass(frozen=True)
class Heard:
    """What was written in each form, what the bare log would have held, and what is private."""

    as_text: str
    as_json: str
    bare: str
    private: set[str]


def _private(tour: Tour, token: str) -> set[str]:
    """Collect names, addresses, the token, and every word that people typed or were sent."""
    words = {token, token.partition(":")[2], COORDINATOR.last_name, COORDINATOR.email, QUESTION}
    words |= {part for guest in guests() for part in (guest.name, guest.address)}
    words |= {part for guest in guests() for part in guest.name.split()}
    words |= {line for line in (LETTER + OPTIONS).splitlines() if line}
    for visitor in tour.visitors.values():
        for line in visitor.json_lines.splitlines():
            event = json.loads(line)
            words |= {part.strip() for part in event["text"].splitlines()}
    words |= {"600 000 000", MAIL_FROM.partition("<")[2].rstrip(">")}
    return {word for word in words if len(word) > SHORT and not word.startswith("/")}


def _handler(into: io.StringIO, formatter: logging.Formatter) -> logging.Handler:
    handler = logging.StreamHandler(into)
    handler.setFormatter(formatter)
    handler.addFilter(OurOwn())
    handler.addFilter(SecretsFilter())
    return handler


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    """Play the tour with every logger at DEBUG, libraries too: only our handlers hold back."""
    texts, objects, bare = io.StringIO(), io.StringIO(), io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    quieted = {name: logging.getLogger(name).level for name in (*logs.QUIET, "httpx", "httpcore")}
    for name in quieted:
        logging.getLogger(name).setLevel(logging.NOTSET)
    # The bare one is the first: filters of the others rewrite the record.
    root.handlers[:] = [logging.StreamHandler(bare)]
    root.addHandler(_handler(texts, Lines(logs.FORMAT)))
    root.addHandler(_handler(objects, JsonLines()))
    root.setLevel(logging.DEBUG)
    try:
        # In a thread, so that the loop of a test is never touched.
        with ThreadPoolExecutor(max_workers=1) as thread:
            private = thread.submit(lambda: asyncio.run(_play())).result()
        yield Heard(texts.getvalue(), objects.getvalue(), bare.getvalue(), private)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in quieted.items():
            logging.getLogger(name).setLevel(before)


async def _play() -> set[str]:
    async with set_up() as stage:
        tour = Tour(stage, lambda _line: None)
        await tour.play()
        return _private(tour, stage.playground.token)


def test_log_of_the_tour_tells_no_secret_and_nobody_s_words(heard: Heard) -> None:
    assert [word for word in heard.private if word in heard.as_text + heard.as_json] == []
    assert CODE.search(heard.as_text) is None


def test_search_would_find_them(heard: Heard) -> None:
    """Show that the test above can fail: without our handlers libraries tell nearly all of it."""
    leaked = {word for word in heard.private if word in heard.bare}

    assert len(leaked) > len(heard.private) / 4
    assert {guests()[0].name, guests()[1].address} <= leaked


def test_log_of_the_tour_has_our_events_in_both_forms(heard: Heard) -> None:
    events = [json.loads(line)["event"] for line in heard.as_json.splitlines()]

    assert "lease_taken" in events
    assert len(events) == len(heard.as_text.splitlines())
