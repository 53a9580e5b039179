"""A coordinator's daily summary: its days in words, and a button for all that waits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from delivery.chat import Button
from texts.dates import date_line, weekday
from texts.translator import Translator

# As they stand in handlers/telegram/buttons.py; a test holds them together.
EVENTS, PARTICIPANTS, DOCUMENTS, EVENT = "s", "tp", "ds", "se"
DELIVERIES, TASKS, LETTER = "jf", "ut", "il"
_MOST = 3
_TITLE = 30


def add_words(summary: dict[str, Any], t: Translator) -> None:
    """Name the day of a summary and of the events in it."""
    summary["today"] = date_line(date.fromisoformat(summary["on"]), t.locale)
    for one in summary["seats"]:
        one["day"] = weekday(one["starts_at"], one["zone"], t.locale)


def buttons(summary: Mapping[str, Any], t: Translator) -> tuple[tuple[Button, ...], ...]:
    """Offer the way to everything that is new or waits."""
    rows = [
        Button(
            t("Registrations: %(title)s", title=_short(one["title"])),
            data=f"{PARTICIPANTS}:{one['event_id']}:0",
        )
        for one in summary["registrations"][:_MOST]
    ]
    rows += [
        Button(
            t("Documents: %(title)s", title=_short(one["title"])),
            data=f"{DOCUMENTS}:{one['event_id']}",
        )
        for one in summary["documents"][:_MOST]
    ]
    rows += [
        Button(
            t("Without an answer: %(title)s", title=_short(one["title"])),
            data=f"{EVENT}:{one['event_id']}",
        )
        for one in summary["silent"][:_MOST]
    ]
    if summary["failed"] or summary["uncertain"]:
        rows.append(Button(t("Messages that did not arrive"), data=f"{DELIVERIES}:0"))
    if summary["tasks"]:
        rows.append(Button(t("Things to do"), data=f"{TASKS}:0"))
    rows += [
        Button(
            t("Check the letter: %(title)s", title=_short(one["subject"])),
            data=f"{LETTER}:{one['invitation_id']}",
        )
        for one in summary["letters"][:_MOST]
    ]
    rows.append(Button(t("All events"), data=EVENTS))
    return tuple((row,) for row in rows)


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
