"""An event on a card, for staff who make or change it, with what is strange about it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.doubt_words import doubt_words
from handlers.telegram.labels import shorten
from programme import event_fields as fields
from programme.doubts import Doubt
from programme.event_cards import STATE, Difference, Draft, EventCard
from programme.event_edit_steps import fields_of
from programme.importing.entries import RuleEntry
from programme.wall_time import read, to_moment
from texts.dates import session_line, until
from texts.translator import Translator, mark

TITLE_LENGTH, PLACE_LENGTH, TEXT_LENGTH = 200, 160, 600
ON_BUTTON = 40
DAYS_SHOWN = 8
# So much of an old and a new value stand beside one another in a line.
BESIDE, DAYS_BESIDE = 80, 2
DOUBTS_SHOWN = 6
DRAFTS_SHOWN = 20

KINDS = {
    "training": mark("Training"),
    "meeting": mark("Meeting"),
    "fair": mark("Fair"),
}
AUDIENCES = {
    "all": mark("everybody"),
    "ngo": mark("people from organisations (NGOs)"),
    "office": mark("people from the office and its units"),
    "register": mark("people from organisations on our list"),
}
STATES = {
    "draft": mark("draft"),
    "published": mark("published"),
    "cancelled": mark("called off"),
}
# What a field is called in a line and on a button.
NAMES = {
    fields.TITLE: mark("Title"),
    fields.DAYS: mark("Day and hours"),
    fields.PLACE: mark("Place"),
    fields.SEATS: mark("Number of seats"),
    fields.STANDS: mark("Number of stands"),
    fields.DEADLINE: mark("Registration until"),
    fields.NAMING: mark("Organisations name people until"),
    fields.AUDIENCE: mark("For whom"),
    fields.CERTIFICATE: mark("Certificate"),
    fields.DESCRIPTION: mark("Description"),
    STATE: mark("State"),
}
# What people are told of when it changes at a published event.
TOLD = (
    (buttons.MOVE_SESSION, NAMES[fields.DAYS]),
    (buttons.CHANGE_PLACE, NAMES[fields.PLACE]),
    (buttons.CHANGE_CAPACITY, NAMES[fields.SEATS]),
    (buttons.CANCEL_EVENT, mark("Cancel the event")),
)


def card(t: Translator, view: EventCard, note: str = "", *, may_change: bool = True) -> ChatMessage:
    """Show an event with a button for each field that can be changed."""
    entry, number = view.entry, view.event.event_id
    draft = entry.state == "draft"
    rows = _field_rows(t, view) if may_change and entry.state != "cancelled" else []
    if may_change and draft:
        rows.append((Button(t("Publish…"), buttons.write(buttons.PUBLISH_EVENT, number)),))
    if may_change:
        rows.append((Button(t("Make a copy…"), buttons.write(buttons.COPY_EVENT, number)),))
    if may_change and draft:
        rows.append(
            (Button(t("Throw the draft away…"), buttons.write(buttons.DISCARD_EVENT, number)),)
        )
    if draft:
        rows.append((Button(t("Drafts"), buttons.write(buttons.DRAFTS)),))
    else:
        rows.append((Button(t("Back to the event"), buttons.write(buttons.DESK, number)),))
    rows.append((Button(t("Other events"), buttons.write(buttons.DESK_EVENTS)),))
    text = "\n\n".join(part for part in (note, facts(t, view)) if part)
    return ChatMessage(text, tuple(rows))


def _field_rows(t: Translator, view: EventCard) -> list[tuple[Button, ...]]:
    """Offer each field; what people have to be told of has dialogues of its own."""
    number = view.event.event_id
    found = [
        Button(t(NAMES[field]), buttons.write(buttons.EVENT_FIELD, number, field))
        for field in fields_of(view.event)
    ]
    if view.entry.state == "published":
        found += [Button(t(words), buttons.write(action, number)) for action, words in TOLD]
    return [tuple(found[first : first + 2]) for first in range(0, len(found), 2)]


def facts(t: Translator, view: EventCard) -> str:
    """Say everything about an event, and what is strange about it."""
    entry = view.entry
    head = [f"<b>{escape(shorten(entry.title, TITLE_LENGTH))}</b>"]
    if entry.state == "draft":
        head.append(t("Draft. Only the office sees it."))
    lines = [t(KINDS[entry.kind])]
    lines += [
        f"{t(NAMES[field])}: {value(t, field, fields.value_of(entry, field), view)}"
        for field in _told(view)
    ]
    lines.append(t("Reminders: %(when)s", when=_reminders(t, entry.rules)))
    if view.papers:
        lines.append(t("Documents to hand in: %(n)s", n=view.papers))
    strange = doubts(t, view.doubts)
    parts = ["\n".join(head), "\n".join(lines), *([strange] if strange else [])]
    return "\n\n".join(parts)


def _told(view: EventCard) -> list[str]:
    """Name the fields that a card says; what an event does not have is left out."""
    entry, shown = view.entry, fields_of(view.event)
    optional = {fields.STANDS, fields.NAMING, fields.CERTIFICATE, fields.DESCRIPTION}
    listed = (
        *(fields.DAYS, fields.PLACE, fields.SEATS, fields.STANDS, fields.DEADLINE),
        *(fields.NAMING, fields.AUDIENCE, fields.CERTIFICATE, fields.DESCRIPTION),
    )
    return [
        field
        for field in listed
        if field not in optional
        or fields.value_of(entry, field)
        or (entry.state == "draft" and field in shown and field != fields.DESCRIPTION)
    ]


def doubts(t: Translator, found: Sequence[Doubt]) -> str:
    """List what is strange, for staff to look at; empty when nothing is."""
    if not found:
        return ""
    named = [replace(one, event_title=shorten(one.event_title, ON_BUTTON)) for one in found]
    lines = [f"⚠ {escape(doubt_words(one, t=t), quote=False)}" for one in named[:DOUBTS_SHOWN]]
    if len(found) > DOUBTS_SHOWN:
        lines.append(t("and %(n)s more", n=len(found) - DOUBTS_SHOWN))
    head = t("Please check:")
    return "\n".join([f"<b>{head}</b>", *lines])


def difference(t: Translator, one: Difference, view: EventCard) -> str:
    """Set the old value of a field beside the new one."""
    was, now = (value(t, one.field, each, view) for each in (one.old, one.new))
    name, before, after = t(NAMES[one.field]), t("Was"), t("Will be")
    return f"{name}\n{before}: {was}\n<b>{after}: {now}</b>"


def differences(t: Translator, found: Sequence[Difference], view: EventCard) -> str:
    """Say what somebody else has changed, a field on a line."""
    return "\n".join(
        f"{t(NAMES[one.field])}: {value(t, one.field, _short(one.old), view)} → "
        f"{value(t, one.field, _short(one.new), view)}"
        for one in found
    )


def _short(raw: Any) -> Any:
    """Cut words, and leave the first of many days: the card below has them all."""
    if isinstance(raw, str):
        return shorten(raw, BESIDE)
    return raw[:DAYS_BESIDE] if isinstance(raw, list) else raw


def value(t: Translator, field: str, raw: Any, view: EventCard) -> str:
    """Write the value of a field as people read it."""
    return VALUES[field](t, raw, view.event.zone)


def _days(t: Translator, raw: list[list[str]], zone: str) -> str:
    if not raw:
        return t("not said yet")
    lines = [
        session_line(to_moment(read(starts), zone), to_moment(read(ends), zone), zone, t.locale)
        for starts, ends in raw[:DAYS_SHOWN]
    ]
    if len(raw) > DAYS_SHOWN:
        lines.append(t("and %(n)s more", n=len(raw) - DAYS_SHOWN))
    return lines[0] if len(lines) == 1 else "".join(f"\n– {line}" for line in lines)


def _title(_t: Translator, raw: str, _zone: str) -> str:
    return escape(shorten(raw, TITLE_LENGTH))


def _place(t: Translator, raw: str, _zone: str) -> str:
    return escape(shorten(raw, PLACE_LENGTH)) or t("not said yet")


def _text(t: Translator, raw: str, _zone: str) -> str:
    return escape(shorten(raw, TEXT_LENGTH)) or t("none")


def _seats(t: Translator, raw: int | None, _zone: str) -> str:
    return t("no limit") if raw is None else str(raw)


def _moment(t: Translator, raw: str | None, zone: str) -> str:
    if raw is None:
        return t("the beginning of the event")
    return until(to_moment(read(raw), zone), zone, t.locale)


def _audience(t: Translator, raw: str, _zone: str) -> str:
    return t(AUDIENCES[raw])


def _certificate(t: Translator, raw: int | None, _zone: str) -> str:
    if raw is None:
        return t("none")
    return t.plural("for being there on %(n)s day", "for being there on %(n)s days", raw)


def _state(t: Translator, raw: str, _zone: str) -> str:
    return t(STATES[raw])


VALUES: dict[str, Callable[[Translator, Any, str], str]] = {
    fields.TITLE: _title,
    fields.DAYS: _days,
    fields.PLACE: _place,
    fields.SEATS: _seats,
    fields.STANDS: _seats,
    fields.DEADLINE: _moment,
    fields.NAMING: _moment,
    fields.AUDIENCE: _audience,
    fields.CERTIFICATE: _certificate,
    fields.DESCRIPTION: _text,
    STATE: _state,
}


def _reminders(t: Translator, rules: Sequence[RuleEntry]) -> str:
    return ", ".join(_rule(t, rule) for rule in rules) or t("none")


def _rule(t: Translator, rule: RuleEntry) -> str:
    if rule.at is None:
        if rule.minutes_before % 60:
            return t.plural("%(n)s minute before", "%(n)s minutes before", rule.minutes_before)
        return t.plural("%(n)s hour before", "%(n)s hours before", rule.minutes_before // 60)
    clock = f"{rule.at.hour}:{rule.at:%M}"
    if not rule.days_before:
        return t("on the day at %(clock)s", clock=clock)
    return t.plural(
        "one day before at %(clock)s",
        "%(n)s days before at %(clock)s",
        rule.days_before,
        clock=clock,
    )


def draft_list(t: Translator, found: Sequence[Draft], *, may_change: bool) -> ChatMessage:
    """Offer the drafts, the newest first."""
    rows = [
        (Button(shorten(one.title, ON_BUTTON), buttons.write(buttons.EVENT_CARD, one.id)),)
        for one in found[:DRAFTS_SHOWN]
    ]
    if may_change:
        rows.append((new_event(t),))
    rows.append((Button(t("Other events"), buttons.write(buttons.DESK_EVENTS)),))
    words = (
        t("Which draft do you want to go on with? Only the office sees drafts.")
        if found
        else t("There is no draft.")
    )
    return ChatMessage(words, tuple(rows))


def new_event(t: Translator) -> Button:
    """Give the button that begins a new event."""
    return Button(t("New event"), buttons.write(buttons.NEW_EVENT))
