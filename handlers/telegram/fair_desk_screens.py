"""What staff see of the stands at a fair."""

from html import escape

from delivery.chat import Button, ChatFile, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.fair_screens import head_lines, needs_line, offer_lines
from handlers.telegram.labels import shorten
from programme.fair_views import Exhibitor, Stands, StandView
from texts.translator import Translator

PAGE = 10
ON_BUTTON = 34
NAME = 80
NEEDS = 120
TITLE = 200


def stands(t: Translator, found: Stands, *, page: int) -> ChatMessage:
    """List the stands and the line for them, ten on a page."""
    event_id = found.event.id
    listed = [*found.active, *found.waiting]
    last = max(0, (len(listed) - 1) // PAGE)
    page = min(max(page, 0), last)
    shown = listed[page * PAGE : (page + 1) * PAGE]
    title = escape(shorten(found.event.title, TITLE))
    parts = [f"<b>{title}</b>\n{_counts(t, found)}"]
    parts += [_line(t, found, one) for one in shown]
    if last:
        parts.append(t("Page %(page)s of %(pages)s", page=page + 1, pages=last + 1))
    rows = [
        (Button(shorten(_label(found, one), ON_BUTTON), buttons.write(buttons.STAND_DESK, one.id)),)
        for one in shown
    ]
    turning = _turning(t, event_id, page, last)
    return ChatMessage("\n\n".join(parts), (*rows, *turning, *_deeds(t, found)))


def _counts(t: Translator, found: Stands) -> str:
    taken = len(found.active)
    if found.event.stands is None:
        text = t("Stands: %(taken)s.", taken=taken)
    else:
        text = t("Stands: %(taken)s of %(all)s.", taken=taken, all=found.event.stands)
    if found.waiting:
        waiting = t("Waiting: %(n)s.", n=len(found.waiting))
        text = f"{text} {waiting}"
    return text


def _place(found: Stands, one: Exhibitor) -> int:
    return found.waiting.index(one) + 1


def _line(t: Translator, found: Stands, one: Exhibitor) -> str:
    name = escape(shorten(one.organisation, NAME))
    if one.state == "waiting":
        return t("Waiting, number %(place)s: %(name)s", place=_place(found, one), name=name)
    needs = escape(shorten(needs_line(t, one.offer), NEEDS))
    return f"<b>{one.stand}. {name}</b>\n{needs}"


def _label(found: Stands, one: Exhibitor) -> str:
    number = f"{one.stand}." if one.state == "active" else f"({_place(found, one)})"
    return f"{number} {one.organisation}"


def _turning(t: Translator, event_id: int, page: int, last: int) -> tuple[tuple[Button, ...], ...]:
    row = []
    if page > 0:
        row.append(Button(t("Earlier ones"), buttons.write(buttons.STANDS, event_id, page - 1)))
    if page < last:
        row.append(Button(t("Further ones"), buttons.write(buttons.STANDS, event_id, page + 1)))
    return (tuple(row),) if row else ()


def _deeds(t: Translator, found: Stands) -> tuple[tuple[Button, ...], ...]:
    event_id = found.event.id
    add = (Button(t("Add an organisation (paper)"), buttons.write(buttons.STAND_ADD, event_id)),)
    back = (Button(t("Back to the event"), buttons.write(buttons.DESK, event_id)),)
    if not found.active:
        return (add, back)
    files = (
        (t("Programme of the fair to print (PDF)"), buttons.FAIR_PROGRAMME),
        (t("Needs of the stands (PDF)"), buttons.FAIR_NEEDS),
        (t("List of the stands (CSV)"), buttons.FAIR_LIST),
    )
    printed = tuple((Button(label, buttons.write(letter, event_id)),) for label, letter in files)
    return (add, *printed, back)


def stand(t: Translator, view: StandView, *, note: str = "") -> ChatMessage:
    """Show one stand to staff with what can be done about it."""
    who = view.exhibitor.contact or t("an application on paper")
    parts = [
        *([note] if note else []),
        *head_lines(t, view),
        *offer_lines(t, view.exhibitor.offer),
        t("Registered by: %(who)s", who=escape(who)),
    ]
    number, rows = view.exhibitor.id, []
    if view.may_edit:
        label = t("Change the description and needs")
        rows.append((Button(label, buttons.write(buttons.STAND_DESK_EDIT, number)),))
    if view.may_cancel and view.exhibitor.state == "active":
        label = t("Give it another number")
        rows.append((Button(label, buttons.write(buttons.STAND_NUMBER, number)),))
    if view.may_cancel:
        label = t("Cancel this stand")
        rows.append((Button(label, buttons.write(buttons.STAND_DESK_CANCEL, number)),))
    back = (Button(t("All stands"), buttons.write(buttons.STANDS, view.event.id)),)
    return ChatMessage("\n\n".join(parts), (*rows, back))


def number_question(t: Translator, exhibitor: Exhibitor) -> ChatMessage:
    """Ask for the number of a stand."""
    return ChatMessage(
        t(
            "%(name)s has stand number %(number)s. Which number shall it have? Please write it. If "
            "another organisation has this number, the two swap. To stop: /anuluj",
            name=escape(shorten(exhibitor.organisation, NAME)),
            number=exhibitor.stand,
        )
    )


def renumbered(t: Translator, other: Exhibitor | None) -> str:
    """Say that a stand has another number, and who swapped with it."""
    if other is None:
        return t("The number is kept.")
    return t(
        "The two have swapped: %(name)s has number %(number)s now.",
        name=escape(shorten(other.organisation, NAME)),
        number=other.stand,
    )


def sheet(text: str, name: str, content: bytes, kind: str) -> ChatMessage:
    """Give a file of the fair."""
    return ChatMessage(text, document=ChatFile(name, content, kind))
