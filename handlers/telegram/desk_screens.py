"""How staff see their events in a chat."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme import staff
from programme.conversations import StaffMember
from programme.event_desk import Event, EventDesk
from texts.dates import days_line
from texts.translator import Translator, mark

LISTED = 10
ON_BUTTON = 40
TITLE_LENGTH = 200

# One row each, in this order: the letter of a button that takes the event's number, the right
# that it needs, and its words. Every subject adds its own.
SECTIONS: tuple[tuple[str, str, str], ...] = (
    (buttons.INVITE_TO, "invite", mark("Write the invitation")),
    (buttons.CALL, "nominations", mark("Ask organisations to name people")),
    (buttons.ORGANISATIONS, "nominations", mark("Organisations and whom they name")),
    (buttons.DOCUMENT_DESK, "documents", mark("Documents")),
    (buttons.SESSIONS, "attendance", mark("Attendance")),
    (buttons.CERTIFICATES, "certificates", mark("Certificates")),
    (buttons.WALK_IN, "people", mark("Person without a registration")),
    (buttons.LISTS, "registrations", mark("Lists (Excel)")),
    (buttons.STANDS, "fair", mark("Stands at the fair")),
    (buttons.COPY_EVENT, "events", mark("Make a copy…")),
)
# A section that only one kind of event has.
ONLY_AT = {buttons.STANDS: "fair"}

# What staff change at an event that lies ahead, on a page of its own.
CHANGES: tuple[tuple[str, str], ...] = (
    (buttons.LET_IN, mark("Let somebody in late")),
    (buttons.EVENT_CARD, mark("Title, description, deadline…")),
    (buttons.CHANGE_CAPACITY, mark("Change the number of seats")),
    (buttons.MOVE_SESSION, mark("Change the day or the hours")),
    (buttons.CHANGE_PLACE, mark("Change the place")),
    (buttons.CANCEL_EVENT, mark("Cancel the event")),
)


def event_list(
    t: Translator,
    events: list[Event],
    page: int = 0,
    *,
    to_do: int = 0,
    drafts: int = 0,
    may_make: bool = False,
) -> ChatMessage:
    """Offer the events, a page of them; a number too large gives the last page.

    `to_do` counts the tasks that wait for staff, and `drafts` the events nobody else sees yet.
    """
    words = t("Things to do (%(n)s)", n=to_do)
    tasks = [(Button(words, buttons.write(buttons.TASKS, 0)),)] if to_do else []
    waiting = (*tasks, *_making(t, drafts, may_make=may_make))
    if not events:
        return ChatMessage(t("There is no event to look after at the moment."), waiting)
    last = (len(events) - 1) // LISTED
    page = min(max(0, page), last)
    rows = tuple(
        (Button(shorten(event.title, ON_BUTTON), buttons.write(buttons.DESK, event.id)),)
        for event in events[page * LISTED : (page + 1) * LISTED]
    )
    turns = []
    if page > 0:
        turns.append(Button(t("← Previous page"), buttons.write(buttons.DESK_EVENTS, page - 1)))
    if page < last:
        turns.append(Button(t("Next page →"), buttons.write(buttons.DESK_EVENTS, page + 1)))
    more = (tuple(turns),) if turns else ()
    question = t("Which event is it about? Please press its button.")
    return ChatMessage(question, (*rows, *more, *waiting))


def _making(t: Translator, drafts: int, *, may_make: bool) -> tuple[tuple[Button, ...], ...]:
    begun = (Button(t("Drafts (%(n)s)", n=drafts), buttons.write(buttons.DRAFTS)),)
    fresh = (Button(t("New event"), buttons.write(buttons.NEW_EVENT)),)
    return ((fresh,) if may_make else ()) + ((begun,) if drafts else ())


def _has(view: EventDesk, action: str) -> bool:
    event = view.event
    if action == buttons.CERTIFICATES:
        return event.certificate_sessions is not None
    if action == buttons.INVITE_TO:
        return _can_change(view)
    if action == buttons.CALL:
        # To a fair organisations come with a stand of their own.
        return event.kind != "fair" and not view.over
    return ONLY_AT.get(action, event.kind) == event.kind


def event_desk(t: Translator, view: EventDesk, member: StaffMember) -> ChatMessage:
    """Show how an event stands and what this member of staff can do."""
    sections = tuple(
        (Button(t(words), buttons.write(action, view.event.id)),)
        for action, right, words in SECTIONS
        if staff.may(member, right) and _has(view, action)
    )
    change = (Button(t("Change or cancel…"), buttons.write(buttons.CHANGES, view.event.id)),)
    changes = (change,) if _can_change(view) and staff.may(member, "registrations") else ()
    whole = buttons.write(buttons.LIST_REGISTRATIONS, 0, f"e{view.event.id}")
    everybody = (Button(t("All registrations"), whole),)
    rows = (*_people_rows(t, view), everybody, *sections, *changes, _back(t))
    return ChatMessage(f"{_head(t, view)}\n\n{standing(t, view)}", rows)


def event_changes(t: Translator, view: EventDesk, member: StaffMember) -> ChatMessage:
    """Offer what can be changed at an event, and the way back; one that is over stays as it is."""
    if not _can_change(view) or not staff.may(member, "registrations"):
        return event_desk(t, view, member)
    back = (Button(t("Back to the event"), buttons.write(buttons.DESK, view.event.id)),)
    rows = tuple(
        (Button(t(words), buttons.write(action, view.event.id)),) for action, words in CHANGES
    )
    question = t("What do you want to change?")
    return ChatMessage(f"{_head(t, view)}\n\n{question}", (*rows, back))


def _head(t: Translator, view: EventDesk) -> str:
    title = escape(shorten(view.event.title, TITLE_LENGTH))
    return f"<b>{title}</b>\n{days_line(view.sessions, t.locale)}"


def _can_change(view: EventDesk) -> bool:
    return view.event.state == "published" and not view.over


def standing(t: Translator, view: EventDesk) -> str:
    """Say in lines how many seats are taken, held and asked for."""
    event, counts = view.event, view.counts
    if event.state == "cancelled":
        return t("This event has been cancelled.")
    if event.capacity is None:
        lines = [t("Seats taken: %(taken)s (no limit)", taken=counts.seated)]
    else:
        taken = t("Seats taken: %(taken)s of %(all)s", taken=counts.seated, all=event.capacity)
        lines = [taken]
    if counts.held:
        lines.append(t("Seats held for people who have not answered yet: %(n)s", n=counts.held))
    if view.overbooked:
        over = t("Overbooked by: %(n)s. Nobody is taken off the list.", n=view.overbooked)
        lines.append(f"<b>{over}</b>")
    lines.append(t("On the waiting list: %(n)s", n=counts.in_line))
    if counts.offers > counts.held:
        unheld = counts.offers - counts.held
        lines.append(t("Asked, and the first to answer has the seat: %(n)s", n=unheld))
    if counts.applying or "staff" in (event.approval, event.selection):
        lines.append(t("Applications to decide: %(n)s", n=counts.applying))
    return "\n".join(lines)


def _people_rows(t: Translator, view: EventDesk) -> tuple[tuple[Button, ...], ...]:
    counts, number = view.counts, view.event.id
    rows = [
        (t("Participants"), counts.seated, buttons.PARTICIPANTS),
        (t("Waiting list"), counts.in_line, buttons.WAITING_LIST),
        (t("Applications"), counts.applying, buttons.APPLICATIONS),
    ]
    return tuple(
        (Button(f"{words} ({count})", buttons.write(action, number, 0)),)
        for words, count, action in rows
        if count
    )


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t("Other events"), buttons.write(buttons.DESK_EVENTS)),)
