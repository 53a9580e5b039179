"""What staff see of attendance: sessions, one session with its code, the tick list."""

from html import escape

from delivery.attendance_sheets import part
from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.attendance_codes import spaced
from programme.attendance_desk import SessionDesk, Sitting, Sittings, Tick, TickPage
from texts.dates import days_line, session_line, time_range
from texts.translator import Translator

TITLE = 200
ON_BUTTON = 40
LISTED = 30


def sittings(t: Translator, view: Sittings) -> ChatMessage:
    """Offer the sessions of an event."""
    title = f"<b>{escape(shorten(view.event.title, TITLE))}</b>"
    if not view.sittings:
        nothing = t("This event has no session.")
        return ChatMessage(f"{title}\n{nothing}", (_back(t, view),))
    lines = [title, "", t("Attendance. Which session is it about? Please press its button.")]
    rows = tuple((_sitting(t, view, one),) for one in view.sittings[:LISTED])
    return ChatMessage("\n".join(lines), (*rows, _back(t, view)))


def _sitting(t: Translator, view: Sittings, one: Sitting) -> Button:
    words = t(
        "%(day)s: present %(present)s of %(seats)s",
        day=_day(t, view, one),
        present=one.present,
        seats=view.seats,
    )
    return Button(f"{one.number}. {words}", buttons.write(buttons.SESSION, one.session_id))


def _day(t: Translator, view: Sittings, one: Sitting) -> str:
    facts = one.facts
    if view.days == len(view.sittings):
        return days_line([facts], t.locale)
    hours = time_range(facts["starts_at"], facts["ends_at"], facts["zone"], t.locale)
    return f"{days_line([facts], t.locale)}, {hours}"


def _when(t: Translator, one: Sitting) -> str:
    facts = one.facts
    return session_line(facts["starts_at"], facts["ends_at"], facts["zone"], t.locale)


def _back(t: Translator, view: Sittings) -> tuple[Button, ...]:
    if view.own_only:
        return (Button(t("My events"), buttons.write(buttons.OWN_EVENTS)),)
    return (Button(t("Back to the event"), buttons.write(buttons.DESK, view.event.id)),)


def session(t: Translator, view: SessionDesk) -> ChatMessage:
    """Show a session's code and how many were there, and offer all ways to note it."""
    number = view.sitting.session_id
    lines = [
        *_head(t, view),
        "",
        t("Attendance code: %(code)s", code=f"<b>{spaced(view.code)}</b>"),
        t("It works from an hour before the beginning until half an hour after the end."),
        "",
        _count(t, view),
    ]
    rows = [
        (t("Tick people off in the chat"), buttons.write(buttons.TICK_LIST, number, 0)),
        (t("Note from the signed paper list"), buttons.write(buttons.PAPER_LIST, number)),
        (t("List to be signed (PDF)"), buttons.write(buttons.SIGNING_LIST, number)),
        (t("Code for a screen (picture)"), buttons.write(buttons.CODE_PICTURE, number)),
        (t("Code to hang up at the entrance (PDF)"), buttons.write(buttons.CODE_SHEET, number)),
    ]
    others = (
        ()
        if len(view.all.sittings) == 1
        else ((Button(t("Other sessions"), buttons.write(buttons.SESSIONS, view.all.event.id)),),)
    )
    return ChatMessage(
        "\n".join(lines),
        (*((Button(*row),) for row in rows), *others, _back(t, view.all)),
    )


def _head(t: Translator, view: SessionDesk) -> list[str]:
    when = _when(t, view.sitting)
    which = part(t, number=view.sitting.number, count=len(view.all.sittings), days=view.all.days)
    return [
        f"<b>{escape(shorten(view.all.event.title, TITLE))}</b>",
        f"{when} ({which})" if which else when,
    ]


def _count(t: Translator, view: SessionDesk) -> str:
    return t(
        "Present: %(present)s of %(seats)s.", present=view.sitting.present, seats=view.all.seats
    )


def tick_list(t: Translator, view: TickPage, *, edits: int | None = None) -> ChatMessage:
    """Show ten people, each on a button that notes the opposite of what is noted."""
    number = view.session.sitting.session_id
    lines = [*_head(t, view.session), "", _count(t, view.session)]
    if view.ticks:
        lines.append(
            t("To note that somebody is here, press the name. To take it back, press it again.")
        )
    else:
        lines.append(t("Nobody has a seat at this event yet."))
    if view.pages > 1:
        lines.append(t("Page %(page)s of %(pages)s", page=view.page + 1, pages=view.pages))
    turning = tuple(
        Button(words, buttons.write(buttons.TICK_LIST, number, page))
        for words, page in ((t("Previous page"), view.page - 1), (t("Next page"), view.page + 1))
        if 0 <= page < view.pages
    )
    rows = (
        *((_tick(t, one, number, view.page),) for one in view.ticks),
        *((turning,) if turning else ()),
        (Button(t("Back to the session"), buttons.write(buttons.SESSION, number)),),
    )
    return ChatMessage("\n".join(lines), rows, edits=edits)


def _tick(t: Translator, one: Tick, session_id: int, page: int) -> Button:
    person = one.person
    name = person.name if person.number is None else f"{person.number}. {person.name}"
    name = shorten(name, ON_BUTTON)
    if not person.has_seat:
        name = t("%(name)s (cancelled)", name=name)
    data = buttons.write(
        buttons.TICK, session_id, person.registration_id, int(not one.present), page
    )
    return Button(f"{'✅' if one.present else '▫️'} {name}", data)
