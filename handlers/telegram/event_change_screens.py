"""What staff see while they change an event: the question, and old beside new before a yes."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.event_card_screens import doubts
from handlers.telegram.labels import shorten
from programme.asking import Asked
from programme.event_change_steps import (
    AGAIN,
    ALL,
    KEEP,
    KEPT,
    MOVE,
    NO,
    YES,
    Changed,
)
from texts.dates import days_line, session_line
from texts.translator import Translator

LABEL_LENGTH = 60
TITLE_LENGTH = 100
PLACE_LENGTH = 100
# An event of so many days is shown whole, with old beside new; of a longer one, its beginning.
# Telegram takes a hundred buttons; further days are moved once these are over, or all at once.
DAYS_OFFERED = 60
DAYS_SHOWN = 10
Screen = tuple[str, list[tuple[str, str]]]


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question."""
    text, options = SCREENS[asked.question](t, asked.facts)
    version = asked.conversation.version
    rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(version, value)),)
        for label, value in options
    )
    title = f"<b>{escape(shorten(asked.facts['event'].title, TITLE_LENGTH))}</b>"
    return ChatMessage(f"{title}\n\n{text}", rows)


def _capacity(t: Translator, facts: dict[str, Any]) -> Screen:
    event = facts["event"]
    now = t("no limit") if event.capacity is None else str(event.capacity)
    text = t(
        "Seats now: %(now)s. Taken or held: %(taken)s. How many seats shall there be? Please "
        "write a number. To stop: /anuluj",
        now=now,
        taken=event.taken,
    )
    return text, []


def _capacity_confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    seats, taken = facts["answers"]["seats"], facts["event"].taken
    options = [(t("Yes, change it"), YES), (t("Write another number"), AGAIN)]
    if facts["moving_up"]:
        now = t(
            "Seats now: %(now)s. There shall be: %(seats)s.",
            now=facts["event"].capacity,
            seats=seats,
        )
        text = t.plural(
            "%(n)s person from the waiting list gets a seat or an offer of one, and is told.",
            "%(n)s people from the waiting list get a seat or an offer of one, and are told.",
            facts["moving_up"],
        )
        return f"{now} {text}", options
    text = t(
        "%(taken)s seats are taken or held, and there shall be %(seats)s. Nobody is taken off the "
        "list: the event will be overbooked by %(over)s, and no free seat is given out until then.",
        taken=taken,
        seats=seats,
        over=taken - seats,
    )
    return text, options


def _session(t: Translator, facts: dict[str, Any]) -> Screen:
    listed = facts["sessions"][:DAYS_OFFERED]
    days = [(_when(t, session), str(number)) for number, session in listed]
    text = t(
        "Is it about the whole event, or about one day? Please press a button. To stop: /anuluj"
    )
    return text, [*([(_whole(t, facts), ALL)] if facts["together"] else []), *days]


def _whole(t: Translator, facts: dict[str, Any]) -> str:
    if facts["together"] < facts["days"]:
        return t("All days that lie ahead")
    if facts["event"].kind == "training":
        return t("The whole training (all days)")
    return t("The whole event (all days)")


def _when(t: Translator, session: dict[str, Any]) -> str:
    return session_line(session["starts_at"], session["ends_at"], session["zone"], t.locale)


def _new_time(t: Translator, facts: dict[str, Any]) -> Screen:
    (old,) = facts["old"]
    text = t(
        "It is now: %(when)s. When shall it be? Please write the day and the hours like this: "
        "20.01.2027 9:00-15:00. You will see the change before anybody is told. To stop: /anuluj",
        when=_when(t, old),
    )
    return text, []


def _first_day(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "It is now: %(when)s. On which day shall it begin? Please write the first day like this: "
        "20.01.2027. The other days move along by as many days, and the hours stay. You will see "
        "the change before anybody is told. To stop: /anuluj",
        when=days_line(facts["old"], t.locale),
    )
    return text, []


def _place(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "The place is now: %(place)s. Where shall it be? Please write the new place. You will see "
        "the change before anybody is told. To stop: /anuluj",
        place="; ".join(escape(place) for place in _places(facts["old"])),
    )
    return text, [(t("The place stays"), KEEP)] if facts["deed"] == MOVE else []


def _places(sessions: list[dict[str, Any]]) -> list[str]:
    """Name each place once, in the order of the sessions."""
    names = dict.fromkeys(session["place"] for session in sessions[:DAYS_SHOWN])
    return [shorten(name, PLACE_LENGTH) for name in names]


def _move_confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    old, new = facts["old"], facts["new"]
    was, will_be = t("Was"), t("Will be")
    strange = doubts(t, facts["doubts"])
    parts = [
        _days(t, was, old),
        f"<b>{_days(t, will_be, new)}</b>",
        *([strange] if strange else []),
        _told(t, facts["people"]),
    ]
    return "\n\n".join(parts), [(t("Yes, change it"), YES), (t("Write it again"), AGAIN)]


def _days(t: Translator, head: str, sessions: list[dict[str, Any]]) -> str:
    """List days under a word, with their place once where it is the same."""
    places = _places(sessions)
    if len(sessions) == 1:
        return f"{head}: {_when(t, sessions[0])}\n{escape(places[0])}"
    lines = [f"{head}:"]
    for one in sessions[:DAYS_SHOWN]:
        place = f", {escape(shorten(one['place'], PLACE_LENGTH))}" if len(places) > 1 else ""
        lines.append(f"– {_when(t, one)}{place}")
    if (more := len(sessions) - DAYS_SHOWN) > 0:
        lines.append(t.plural("and %(n)s more day", "and %(n)s more days", more))
    return "\n".join([*lines, *([escape(places[0])] if len(places) == 1 else [])])


def _told(t: Translator, people: int) -> str:
    if not people:
        return t("There is nobody to tell. Nothing has been changed yet.")
    return t.plural(
        "%(n)s person will be told. Nothing has been changed yet.",
        "%(n)s people will be told. Nothing has been changed yet.",
        people,
    )


def _cancel_confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    parts = [
        days_line(facts["sessions"], t.locale),
        t("Do you want to cancel this event? After half a minute it cannot be taken back."),
        _told(t, facts["people"]),
    ]
    return "\n\n".join(parts), [
        (t("Yes, cancel the event"), YES),
        (t("No, it takes place"), NO),
    ]


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "event_capacity": _capacity,
    "event_capacity_confirm": _capacity_confirm,
    "event_session": _session,
    "event_when": _new_time,
    "event_first_day": _first_day,
    "event_place": _place,
    "event_move_confirm": _move_confirm,
    "event_cancel_confirm": _cancel_confirm,
}


def changed(t: Translator, done: Changed) -> str:
    """Say what was done at once."""
    if done.deed == KEPT:
        return t("Nothing was changed.")
    return t("The number of seats is now: %(seats)s.", seats=done.seats)
