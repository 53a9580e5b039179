"""How staff see the people of an event: pages of names, and one of them with all that is known."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme import calendar_standing
from programme.event_desk import APPLYING, IN_LINE, SEATED, Attending, Page, PersonDesk
from texts.dates import until
from texts.translator import Translator, mark

NAME_LENGTH = 60
ORGANISATION_LENGTH = 60
TITLE_LENGTH = 100
ANSWER_LENGTH = 200
IN_A_ROW = 5
HEADS = {
    SEATED: mark("Participants"),
    IN_LINE: mark("Waiting list"),
    APPLYING: mark("Applications"),
}
ACTIONS = {
    SEATED: buttons.PARTICIPANTS,
    IN_LINE: buttons.WAITING_LIST,
    APPLYING: buttons.APPLICATIONS,
}
CALENDARS = {
    calendar_standing.ACCEPTED: mark("The calendar says: accepted."),
    calendar_standing.PERHAPS: mark("The calendar says: perhaps."),
    calendar_standing.SOME_DECLINED: mark("The calendar says: declined for some of the days."),
    calendar_standing.ALL_DECLINED: mark("The calendar says: declined."),
}
EMPTY = {
    SEATED: mark("Nobody has a seat at this event yet."),
    IN_LINE: mark("Nobody is on the waiting list."),
    APPLYING: mark("No application waits for a decision."),
}


def people_page(t: Translator, page: Page) -> ChatMessage:
    """Show one page of names; the number of a row is the button that opens it."""
    title = escape(shorten(page.event.title, TITLE_LENGTH))
    head = f"<b>{t(HEADS[page.group])}: {page.total}</b>\n{title}"
    if not page.people:
        return ChatMessage(f"{head}\n\n{t(EMPTY[page.group])}", (_back(t, page.event.id),))
    numbered = list(enumerate(page.people, start=page.first))
    lines = [_line(t, number, each, page.event.zone) for number, each in numbered]
    parts = [head, "\n".join(lines)]
    if page.pages > 1:
        parts.append(t("Page %(page)s of %(pages)s", page=page.number + 1, pages=page.pages))
    parts.append(t("To open somebody, press the number."))
    opened = [
        Button(str(number), buttons.write(buttons.ONE_PERSON, each.registration_id))
        for number, each in numbered
    ]
    rows = [tuple(opened[at : at + IN_A_ROW]) for at in range(0, len(opened), IN_A_ROW)]
    return ChatMessage("\n\n".join(parts), (*rows, *_turn_pages(t, page), _back(t, page.event.id)))


def _line(t: Translator, number: int, each: Attending, zone: str) -> str:
    line = f"{number}. {_name(each)}"
    if each.offer_until is None:
        return line
    day = until(each.offer_until, zone, t.locale)
    held = t("seat held until: %(day)s", day=day)
    asked = t("asked; whoever answers first has the seat")
    return f"{line}\n    {held if each.offer_holds_seat else asked}"


def _name(each: Attending) -> str:
    name = escape(shorten(each.name, NAME_LENGTH))
    organisation = escape(shorten(each.organisation, ORGANISATION_LENGTH))
    return f"{name}, {organisation}" if organisation else name


def _turn_pages(t: Translator, page: Page) -> tuple[tuple[Button, ...], ...]:
    action, event_id = ACTIONS[page.group], page.event.id
    turns = []
    if page.number > 0:
        earlier = buttons.write(action, event_id, page.number - 1)
        turns.append(Button(t("← Previous page"), earlier))
    if page.number + 1 < page.pages:
        turns.append(Button(t("Next page →"), buttons.write(action, event_id, page.number + 1)))
    return (tuple(turns),) if turns else ()


def _back(t: Translator, event_id: int) -> tuple[Button, ...]:
    return (Button(t("Back to the event"), buttons.write(buttons.DESK, event_id)),)


def one_person(t: Translator, desk: PersonDesk) -> ChatMessage:
    """Show one registration, and what can be done about it."""
    each = desk.attending
    title = escape(shorten(desk.event.title, TITLE_LENGTH))
    parts = [f"<b>{_name(each)}</b>\n{title}", _stands(t, desk)]
    if each.state == "active" and desk.calendar in CALENDARS:
        parts.append(t(CALENDARS[desk.calendar]))
    if each.note:
        parts.append(t("Note: %(note)s", note=escape(each.note)))
    parts += [
        f"{escape(shorten(label, ANSWER_LENGTH))}\n– {escape(shorten(given, ANSWER_LENGTH))}"
        for label, given in desk.answers[:10]
    ]
    who = buttons.write(buttons.PERSON, desk.attending.person_id)
    more = (Button(t("Contact and all registrations"), who),)
    return ChatMessage("\n\n".join(parts), (*_deeds(t, desk), more, _back(t, desk.event.id)))


def _stands(t: Translator, desk: PersonDesk) -> str:
    each = desk.attending
    if each.state == "active":
        return t("Has a seat.")
    if each.approval == "asked":
        return t("Has sent an application, which waits for your decision.")
    if each.offer_until is None:
        return t("Is on the waiting list.")
    day = until(each.offer_until, desk.event.zone, t.locale)
    if each.offer_holds_seat:
        return t("Is on the waiting list. A seat is held until: %(day)s", day=day)
    return t("Is on the waiting list and was asked. Whoever answers first has the seat.")


def _deeds(t: Translator, desk: PersonDesk) -> tuple[tuple[Button, ...], ...]:
    each, number = desk.attending, desk.attending.registration_id
    grant, refuse = (
        (Button(t("Accept the application"), buttons.write(buttons.GRANT, number)),),
        (Button(t("Refuse, with a reason"), buttons.write(buttons.REFUSE, number)),),
    )
    if each.approval == "asked" and each.state == "waiting":
        return (grant, refuse)
    take_off = (Button(t("Take off the list"), buttons.write(buttons.TAKE_OFF, number)),)
    if each.state == "waiting" and desk.event.selection == "staff":
        return (
            (Button(t("Give this person a seat"), buttons.write(buttons.GRANT, number)),),
            take_off,
        )
    return (take_off,)
