"""How coordinators read who of staff did what."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.audit_words import sentence
from handlers.telegram.labels import shorten
from programme.audit_trail import EVERYTHING, REFUSED, Colleague, Line, TrailPage
from texts.dates import until
from texts.translator import Translator

ON_BUTTON = 40
NAME_LENGTH = 80
LISTED = 30


def page(t: Translator, found: TrailPage, *, zone: str, newest: bool) -> ChatMessage:
    """Show a part of the record, the newest first, and the ways to the rest of it."""
    lines = [f"<b>{_title(t, found)}</b>"]
    if not found.lines:
        lines += ["", t("Nothing has been recorded yet.")]
    for one in found.lines:
        lines += ["", _line(t, one, zone)]
    turns = []
    if not newest:
        turns.append(Button(t("← Newest"), buttons.write(buttons.AUDIT, found.which, 0)))
    if found.older is not None:
        turns.append(Button(t("Older →"), buttons.write(buttons.AUDIT, found.which, found.older)))
    filters = [
        (t("Everything"), EVERYTHING),
        (t("Only attempts without the right"), REFUSED),
    ]
    rows = [
        (Button(words, buttons.write(buttons.AUDIT, which, 0)),)
        for words, which in filters
        if which != found.which
    ]
    rows.append((Button(t("Of one person"), buttons.write(buttons.AUDIT_OF)),))
    return ChatMessage("\n".join(lines), (*((tuple(turns),) if turns else ()), *rows))


def _title(t: Translator, found: TrailPage) -> str:
    if found.which == REFUSED:
        return t("Who tried what without the right to it")
    if found.which == EVERYTHING:
        return t("Who of the team did what")
    return t("What %(name)s did", name=escape(shorten(found.whose or "…", NAME_LENGTH)))


def _line(t: Translator, one: Line, zone: str) -> str:
    moment = until(one.recorded.at, zone, t.locale)
    return f"<i>{moment}</i>\n{sentence(t, one)}"


def people(t: Translator, found: list[Colleague]) -> ChatMessage:
    """Offer whose deeds to show."""
    rows = tuple(
        (Button(shorten(one.name, ON_BUTTON), buttons.write(buttons.AUDIT, one.id, 0)),)
        for one in found[:LISTED]
    )
    everything = (Button(t("Everything"), buttons.write(buttons.AUDIT, EVERYTHING, 0)),)
    return ChatMessage(t("Whose deeds would you like to see?"), (*rows, everything))
