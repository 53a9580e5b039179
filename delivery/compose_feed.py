"""Write a feed in its reader's language, in the same words as an invitation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from delivery import calendar
from delivery.compose_calendar import entry
from delivery.compose_facts import view
from texts.translator import Translator

# What is not known stamps nothing: the same sessions give the same bytes.
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    """One session of a feed: its UID and sequence, the facts of its event, and which it is."""

    uid: str
    sequence: int
    facts: Mapping[str, Any]
    number: int


def compose_feed(
    shown: Iterable[Shown], t: Translator, *, title: str, name: str, stamp: datetime = _NO_MOMENT
) -> bytes:
    """Write the sessions; `name` is the person's, empty in the feed of the programme."""
    entries = [_entry(each, t) for each in shown]
    called = t("%(title)s: %(name)s", title=title, name=name) if name else title
    return calendar.feed(entries, name=called, stamp=stamp)


def _entry(shown: Shown, t: Translator) -> calendar.CalendarEntry:
    facts = {**shown.facts, "person": {"name": ""}, "session_number": shown.number}
    seen = view("feed", "mail", facts, t)
    stored = {"uid": shown.uid, "sequence": shown.sequence}
    return entry(seen, seen["sittings"][0], stored, t)
