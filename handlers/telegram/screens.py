"""What a member sees: the list of events, one event's card, their own registrations, help."""

import dataclasses
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from delivery.limits import TEXT_LENGTH, visible_length
from handlers.telegram import buttons
from handlers.telegram.document_screens import papers_rows
from handlers.telegram.labels import shorten
from handlers.telegram.standing import Rows, choices, offer_rows, seats
from programme.conflicts import Conflict
from programme.listing import EventView
from programme.staff import ACTIONS
from texts.dates import days_line, session_line, until
from texts.translator import Translator, mark

LISTED = 10
DAYS_ON_CARD = 20
SESSIONS_IN_LIST = 3
ON_BUTTON = 28
TITLE_IN_LIST = 150
PLACE_IN_LIST = 60
TITLE_ON_CARD = 300
PLACE_ON_CARD = 200
KINDS = {
    "training": mark("Training"),
    "meeting": mark("Meeting"),
    "fair": mark("Event"),
}


def _when(t: Translator, view: EventView) -> str:
    return days_line(view.sessions, t.locale)


def _kind(t: Translator, view: EventView) -> str:
    return t(KINDS[view.kind]) if view.kind in KINDS else t("Event")


def _line(t: Translator, number: int, view: EventView, *more: str) -> str:
    """Write one entry of a list: number and title, then what it is, when, and how it stands."""
    title = escape(shorten(view.title, TITLE_IN_LIST))
    when = f"{_kind(t, view)}: {_when(t, view)}"
    return "\n".join([f"<b>{number}. {title}</b>", when, *more, seats(t, view)])


def _rest(t: Translator, views: list[EventView]) -> list[str]:
    if len(views) <= LISTED:
        return []
    words = t("These are the nearest %(shown)s of %(all)s.", shown=LISTED, all=len(views))
    return [words]


def event_list(t: Translator, views: list[EventView], *, greeting: str = "") -> ChatMessage:
    """Show the events ahead, each with a button."""
    if not views:
        nothing = t("There are no events planned at the moment. Please look here again later.")
        return ChatMessage(f"{greeting}\n\n{nothing}".strip(), ((_mine(t),),))
    shown = views[:LISTED]
    lines = [_line(t, number, view) for number, view in enumerate(shown, start=1)]
    head = t("These events are ahead. To read more and to register, press the button of one:")
    rows = [
        (
            Button(
                shorten(f"{number}. {view.title}", ON_BUTTON),
                buttons.write(buttons.EVENT, view.event_id),
            ),
        )
        for number, view in enumerate(shown, start=1)
    ]
    text = "\n\n".join([*([greeting] if greeting else []), head, *lines, *_rest(t, views)])
    return ChatMessage(text, (*rows, (_mine(t), _help(t))))


def _mine(t: Translator) -> Button:
    return Button(t("My trainings"), buttons.write(buttons.MINE))


def _help(t: Translator) -> Button:
    return Button(t("Help"), buttons.write(buttons.HELP))


def _list(t: Translator) -> Button:
    return Button(t("All events"), buttons.write(buttons.LIST))


def event_card(t: Translator, view: EventView, *, note: str = "") -> ChatMessage:
    """Show one event with everything one needs to decide."""
    lines = [_session(t, view, one) for one in view.sessions[:DAYS_ON_CARD]]
    if len(view.sessions) > DAYS_ON_CARD:
        lines.append(t("… and further days, %(n)s in all", n=len(view.sessions)))
    when = f" {lines[0]}" if len(lines) == 1 else "".join(f"\n– {line}" for line in lines)
    facts = f"{t('When')}:{when}\n{t('Where')}: {escape(shorten(view.place, PLACE_ON_CARD))}"
    title = escape(shorten(view.title, TITLE_ON_CARD))
    parts = [f"<b>{title}</b>\n{_kind(t, view)}", facts]
    if view.state == "cancelled":
        parts.append(t("This event has been cancelled."))
    else:
        parts.append(seats(t, view))
    if view.deadline_at is not None and view.can_register and not view.late:
        day = until(view.deadline_at, view.zone, t.locale)
        parts.append(t("Please register by %(day)s.", day=day))
    if view.description:
        # The description is as long as what else must be said leaves room for.
        room = TEXT_LENGTH - visible_length("\n\n".join([note, "", *parts]))
        parts.insert(2, escape(shorten(view.description, room)))
    text = "\n\n".join([*([note] if note else []), *parts])
    return ChatMessage(text, (*choices(t, view), (_list(t), _mine(t))))


def _session(t: Translator, view: EventView, one: dict[str, Any]) -> str:
    line = session_line(one["starts_at"], one["ends_at"], one["zone"], t.locale)
    place = one.get("place") or view.place
    return line if place == view.place else f"{line}, {escape(shorten(place, PLACE_IN_LIST))}"


def my_registrations(
    t: Translator, views: list[EventView], *, has_feeds: bool = False
) -> ChatMessage:
    """Show a person's own seats and places in line, each with a button to cancel.

    `has_feeds` offers the dates by an address for the person's calendar.
    """
    if not views:
        text = t(
            "You are not registered for anything at the moment. To choose an event, press "
            "“All events”."
        )
        return ChatMessage(text, ((_list(t), _help(t)),))
    lines = [
        _line(t, number, view, escape(shorten(view.place, PLACE_IN_LIST)))
        for number, view in enumerate(views[:LISTED], start=1)
    ]
    rows = [
        row
        for number, view in enumerate(views[:LISTED], start=1)
        if view.mine is not None
        for row in (
            *papers_rows(t, view, number),
            *_own_rows(t, number, view, view.mine.id),
        )
    ]
    head = t("You are registered for this. If you cannot come, press the button below:")
    if any(view.mine is not None and view.mine.state == "waiting" for view in views):
        head = t("This is how you stand. To change something, press its button below:")
    feed = ((Button(t("In my calendar"), buttons.write(buttons.FEED)),),) if has_feeds else ()
    text = "\n\n".join([head, *lines, *_rest(t, views)])
    return ChatMessage(text, (*rows, *feed, (_list(t), _help(t))))


def _own_rows(t: Translator, number: int, view: EventView, registration_id: int) -> Rows:
    """Offer what can be done with one registration of several; its number says which."""
    if view.offer is not None:
        take, decline = offer_rows(t, registration_id)
        return tuple(
            (dataclasses.replace(row[0], label=f"{number}. {row[0].label}"),)
            for row in (take, decline)
        )
    title = f"{number}. {view.title}"
    if view.applied:
        label, action = t("Withdraw: %(title)s", title=title), buttons.CANCEL_SURELY
    elif view.position is not None:
        label, action = t("Leave the list: %(title)s", title=title), buttons.CANCEL_SURELY
    else:
        label, action = t("Cancel: %(title)s", title=title), buttons.CANCEL
    return ((Button(shorten(label, ON_BUTTON), buttons.write(action, registration_id)),),)


def overlapping(t: Translator, title: str, conflicts: list[Conflict]) -> ChatMessage:
    """Point out that somebody has other events at the same time; both stay as they are."""
    lines = [
        f"– <b>{escape(shorten(one.title, TITLE_IN_LIST))}</b>: {_times(t, one.sessions)}"
        for one in conflicts[:LISTED]
    ]
    head = t(
        "Please look: at the time of “%(title)s” you have something else already:",
        title=escape(shorten(title, TITLE_IN_LIST)),
    )
    end = t("You stay registered for both. If you can come to one only, please cancel the other.")
    return ChatMessage("\n\n".join([head, "\n".join(lines), end]), ((_mine(t),),))


def _times(t: Translator, sessions: tuple[dict[str, Any], ...]) -> str:
    return "; ".join(
        session_line(one["starts_at"], one["ends_at"], one["zone"], t.locale)
        for one in sessions[:SESSIONS_IN_LIST]
    )


def surely(t: Translator, view: EventView, registration_id: int) -> ChatMessage:
    """Ask once more before a seat is given back."""
    waits = view.mine is not None and view.mine.state == "waiting"
    question = (
        t("Do you want to leave the waiting list for this event?")
        if waits
        else t("Do you want to give your seat back? If somebody is waiting, they will get it.")
    )
    yes = t("Yes, leave the list") if waits else t("Yes, I give my seat back")
    rows = (
        (Button(yes, buttons.write(buttons.CANCEL_SURELY, registration_id)),),
        (Button(t("No, I keep it"), buttons.write(buttons.EVENT, view.event_id)),),
    )
    return ChatMessage(f"<b>{escape(view.title)}</b>\n{_when(t, view)}\n\n{question}", rows)


# What staff may do, by the right that it needs: each sees what is theirs.
FOR_STAFF: tuple[tuple[str, str], ...] = (
    ("invite", mark("/zaproszenie – write a letter to many, for example an invitation")),
    ("broadcasts", mark("/listy – letters that were sent, and who has answered")),
    ("agenda", mark("/agenda – what will be sent, and to whom")),
    ("announcements", mark("/ogloszenia – news that wait for the weekly digest")),
    ("summary", mark("/podsumowanie – how the programme stands today")),
    ("poll", mark("/pytanie – ask participants one question")),
    ("results", mark("/wyniki – see the answers")),
    ("search", mark("/osoby – find a person, and all that we know of them")),
    ("search", mark("/organizacje – find an organisation, its people and its contacts")),
    ("search", mark("/zapisy – all registrations, the newest first")),
    ("results", mark("/wskazniki – the programme in figures")),
    ("desk", mark("/wydarzenia – look after an event: people, seats, dates")),
    ("own events", mark("/wydarzenia – your events: who is there")),
    ("task list", mark("/zadania – what only a person can do: letters to read, whom to call")),
    ("staff", mark("/zespol – the team of staff: invite, change, remove")),
    ("audit", mark("/dziennik – who of staff did what")),
)


def help_page(t: Translator, *, contact: str, role: str = "", greeting: str = "") -> ChatMessage:
    """Say what the bot can do and which person helps; `role` is that of staff."""
    lines = [
        *([greeting, ""] if greeting else []),
        t("What you can do here. Press a blue word or a button below:"),
        t("/szkolenia – see events and register"),
        t("/moje – see your registrations and cancel"),
        t("/zglos – name people on behalf of an organisation"),
        t("/ankiety – surveys that are open for you"),
        t("/dane – your own data: see and change them"),
        t("/obecnosc – confirm that you are here, with the code at the entrance"),
        t("/sprawdz – check a certificate by its code"),
        t("/jezyk – change the language (Polski / English)"),
        t("/anuluj – stop answering the question asked now"),
        t("/pomoc – this page"),
    ]
    allowed = [words for action, words in FOR_STAFF if role in ACTIONS[action]]
    if allowed:
        lines += ["", t("For staff of the programme:"), *map(t, allowed)]
    helper = t("A person will help you: %(contact)s", contact=escape(contact))
    return ChatMessage("\n".join([*lines, "", helper]), ((_list(t), _mine(t)),))


def languages(t: Translator) -> ChatMessage:
    """Offer both languages, each in its own words."""
    rows = (
        (Button("Polski", buttons.write(buttons.LANGUAGE, "pl")),),
        (Button("English", buttons.write(buttons.LANGUAGE, "en")),),
    )
    return ChatMessage(t("In which language shall we write? Please press a button."), rows)


def not_understood(t: Translator) -> ChatMessage:
    """Answer words that belong to no question."""
    text = t(
        "We have read this, but we cannot answer it here. Please press one of the buttons below. "
        "If you would like to talk to a person, press “Help”."
    )
    return ChatMessage(text, ((_list(t), _mine(t)), (_help(t),)))


def stopped(text: str, t: Translator) -> ChatMessage:
    """Say that something was stopped, and what can be done instead."""
    return ChatMessage(text, ((_list(t), _mine(t)), (_help(t),)))


def with_help(text: str, t: Translator, *, contact: str) -> ChatMessage:
    """Say that something could not be done, what else can be, and who helps."""
    helper = t("A person will help you: %(contact)s", contact=escape(contact)) if contact else ""
    return ChatMessage(f"{text}\n\n{helper}".strip(), ((_list(t), _mine(t)),))
