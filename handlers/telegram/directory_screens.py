"""How staff see lists of people, organisations and registrations, and what narrows them."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.people_screens import STATES
from programme import directory
from programme.directory import (
    ListPage,
    Localities,
    OrganisationLine,
    PersonLine,
    RegistrationLine,
    Selection,
)
from programme.event_desk import Event
from texts.dates import local_day
from texts.translator import Translator, mark

NAME_LENGTH = 70
PLACE_LENGTH = 60
TITLE_LENGTH = 70
ON_BUTTON = 40
IN_A_ROW = 5
FAR = 10
EVENTS_SHOWN = 12
ACTIONS = {
    directory.PEOPLE: buttons.LIST_PEOPLE,
    directory.ORGANISATIONS: buttons.LIST_ORGANISATIONS,
    directory.REGISTRATIONS: buttons.LIST_REGISTRATIONS,
}
HEADS = {
    directory.PEOPLE: mark("People"),
    directory.ORGANISATIONS: mark("Organisations"),
    directory.REGISTRATIONS: mark("Registrations"),
}
NOBODY = {
    directory.PEOPLE: mark("There is nobody of whom this is true."),
    directory.ORGANISATIONS: mark("There is no organisation of which this is true."),
    directory.REGISTRATIONS: mark("There is no such registration."),
}
# The words of each value: the list, the facet, the value as it is written.
VALUES = {
    (directory.PEOPLE, directory.KIND, "n"): mark("from organisations (NGO)"),
    (directory.PEOPLE, directory.KIND, "c"): mark("from the municipal office"),
    (directory.PEOPLE, directory.REACH, "y"): mark("can be written to"),
    (directory.PEOPLE, directory.REACH, "x"): mark("cannot be written to"),
    (directory.PEOPLE, directory.INVITED, "y"): mark("want invitations"),
    (directory.PEOPLE, directory.INVITED, "x"): mark("want no invitations"),
    (directory.ORGANISATIONS, directory.KIND, "n"): mark("organisations (NGO)"),
    (directory.ORGANISATIONS, directory.KIND, "f"): mark("units of the office"),
    (directory.ORGANISATIONS, directory.MAILBOX, "y"): mark("with an e-mail address"),
    (directory.ORGANISATIONS, directory.MAILBOX, "x"): mark("e-mails come back"),
    (directory.ORGANISATIONS, directory.MAILBOX, "z"): mark("without an e-mail address"),
    (directory.REGISTRATIONS, directory.STATE, "s"): mark("with a seat"),
    (directory.REGISTRATIONS, directory.STATE, "w"): mark("waiting in line"),
    (directory.REGISTRATIONS, directory.STATE, "a"): mark("applications to decide"),
    (directory.REGISTRATIONS, directory.STATE, "c"): mark("ended"),
}


def listed(t: Translator, page: ListPage) -> ChatMessage:
    """Show one page of a list; the number of a row is the button that opens it."""
    of, numbered = page.selection.of, list(enumerate(page.rows, start=page.first))
    parts = [f"<b>{t(HEADS[of])}: {page.total}</b>{_chosen(t, page)}"]
    if not numbered:
        parts.append(t(NOBODY[of]))
        return ChatMessage("\n\n".join(parts), tuple(_ways(t, page)))
    parts.append("\n".join(f"{number}. {_line(t, page, row)}" for number, row in numbered))
    if page.pages > 1:
        parts.append(t("Page %(page)s of %(pages)s", page=page.number + 1, pages=page.pages))
    parts.append(t("To open a row, press its number."))
    opened = [Button(str(number), _open(row)) for number, row in numbered]
    rows = [tuple(opened[at : at + IN_A_ROW]) for at in range(0, len(opened), IN_A_ROW)]
    return ChatMessage("\n\n".join(parts), (*rows, *_turns(t, page), *_ways(t, page)))


def _chosen(t: Translator, page: ListPage) -> str:
    """Say in one line what the list was narrowed to."""
    selection = page.selection
    words = [
        t(VALUES[(selection.of, facet, value)])
        for facet, value in selection.chosen
        if (selection.of, facet, value) in VALUES
    ]
    words += [escape(shorten(name, TITLE_LENGTH)) for name in page.about.values() if name]
    only = t("Only: %(what)s", what=", ".join(words))
    return f"\n{only}" if words else ""


def _line(
    t: Translator, page: ListPage, row: PersonLine | OrganisationLine | RegistrationLine
) -> str:
    name = escape(shorten(row.name, NAME_LENGTH))
    if isinstance(row, PersonLine):
        unit = escape(shorten(row.organisation, PLACE_LENGTH))
        whole = f"{name}, {unit}" if unit else name
        if row.reachable or page.selection.get(directory.REACH):
            return whole
        lost = t("cannot be written to")
        return f"{whole} – <i>{lost}</i>"
    if isinstance(row, OrganisationLine):
        place = escape(shorten(row.locality, PLACE_LENGTH))
        people = t.plural("%(n)s person", "%(n)s people", row.people)
        return ", ".join(part for part in (name, place, people) if part)
    day = f"{local_day(row.created_at, row.zone):%d.%m.%Y}"
    state = t(state_of(row.state, row.approval, row.ended_because))
    if directory.EVENT in page.about:
        return f"{name}: {state}, {day}"
    return f"{name}: {escape(shorten(row.title, TITLE_LENGTH))} – {state}, {day}"


def state_of(state: str, approval: str, ended_because: str) -> str:
    """Give the sentence for how a registration stands."""
    if approval == "asked" and state == "waiting":
        return STATES["asked"]
    return STATES["merged" if ended_because == "merged" else state]


def _open(row: PersonLine | OrganisationLine | RegistrationLine) -> str:
    if isinstance(row, PersonLine):
        return buttons.write(buttons.PERSON, row.id)
    if isinstance(row, OrganisationLine):
        return buttons.write(buttons.ORGANISATION_CARD, row.id)
    if row.state == "cancelled":
        return buttons.write(buttons.PERSON, row.person_id)
    return buttons.write(buttons.ONE_PERSON, row.id)


def _turns(t: Translator, page: ListPage) -> list[tuple[Button, ...]]:
    action, written = ACTIONS[page.selection.of], page.selection.write()

    def to(words: str, number: int) -> Button:
        return Button(words, buttons.write(action, number, written))

    turns, jumps = [], []
    last = page.pages - 1
    if page.number > 0:
        turns.append(to(t("← Previous page"), page.number - 1))
    if page.number < last:
        turns.append(to(t("Next page →"), page.number + 1))
    if page.pages > FAR:
        jumps = [
            to(t("Page %(page)s", page=number + 1), number)
            for number in (0, page.number - FAR, page.number + FAR, last)
            if 0 <= number <= last and abs(number - page.number) > 1
        ]
    unique = list({one.data: one for one in jumps}.values())
    return [tuple(row) for row in (turns, unique) if row]


def _ways(t: Translator, page: ListPage) -> list[tuple[Button, ...]]:
    selection = page.selection
    written = selection.write()
    facets = buttons.write(buttons.LIST_FACETS, selection.of, written)
    rows: list[tuple[Button, ...]] = [(Button(t("Narrow the list…"), facets),)]
    if selection.chosen:
        whole = buttons.write(ACTIONS[selection.of], 0, "")
        rows.append((Button(t("The whole list"), whole),))
    if selection.of == directory.PEOPLE:
        rows.append((Button(t("Look for a person"), buttons.write(buttons.PEOPLE_FIND)),))
    if selection.of == directory.ORGANISATIONS:
        find = buttons.write(buttons.ORGANISATION_FIND)
        rows.append((Button(t("Look for an organisation"), find),))
    event_id = selection.number(directory.EVENT)
    if event_id is not None:
        rows.append((Button(t("The event"), buttons.write(buttons.DESK, event_id)),))
    return rows


def facets(t: Translator, selection: Selection, events: list[Event]) -> ChatMessage:
    """Offer what a list can be narrowed to; what is chosen bears a mark and is taken back."""
    rows: list[tuple[Button, ...]] = []
    for facet, values in directory.FACETS[selection.of].items():
        rows += [
            (_facet(t, selection, facet, value, t(VALUES[(selection.of, facet, value)])),)
            for value in values
        ]
    if directory.LOCALITY in directory.NUMBERS[selection.of]:
        places = buttons.write(buttons.LIST_LOCALITIES, selection.of, 0, selection.write())
        rows.append((Button(t("Locality…"), places),))
        if selection.get(directory.LOCALITY):
            rows.append((_facet(t, selection, directory.LOCALITY, "", t("Any locality")),))
    rows += [
        (_facet(t, selection, directory.EVENT, str(one.id), shorten(one.title, ON_BUTTON)),)
        for one in events[:EVENTS_SHOWN]
    ]
    back = buttons.write(ACTIONS[selection.of], 0, selection.write())
    rows.append((Button(t("Back to the list"), back),))
    text = t(
        "What shall be in the list? Please press a button. What is chosen has a mark; pressed "
        "once more, it is taken back."
    )
    return ChatMessage(text, tuple(rows))


def _facet(t: Translator, selection: Selection, facet: str, value: str, words: str) -> Button:
    is_chosen = bool(value) and selection.get(facet) == value
    label = t("✓ %(words)s", words=words) if is_chosen else words
    chosen = selection.choosing(facet, value)
    return Button(label, buttons.write(ACTIONS[selection.of], 0, chosen.write()))


def localities(t: Translator, found: Localities) -> ChatMessage:
    """Offer the places where organisations are."""
    selection = found.selection
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                f"{shorten(one.name, ON_BUTTON)} ({one.organisations})",
                buttons.write(
                    ACTIONS[selection.of],
                    0,
                    Selection(selection.of, _without_place(selection))
                    .choosing(directory.LOCALITY, str(one.number))
                    .write(),
                ),
            ),
        )
        for one in found.listed
    ]
    turns = []
    if found.number > 0:
        data = buttons.write(
            buttons.LIST_LOCALITIES, selection.of, found.number - 1, selection.write()
        )
        turns.append(Button(t("← Previous page"), data))
    if found.number + 1 < found.pages:
        data = buttons.write(
            buttons.LIST_LOCALITIES, selection.of, found.number + 1, selection.write()
        )
        turns.append(Button(t("Next page →"), data))
    if turns:
        rows.append(tuple(turns))
    back = buttons.write(ACTIONS[selection.of], 0, selection.write())
    rows.append((Button(t("Back to the list"), back),))
    words = t("Which locality? The figure says how many organisations are there.")
    if not found.listed:
        words = t("The register names no locality.")
    return ChatMessage(words, tuple(rows))


def _without_place(selection: Selection) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in selection.chosen if pair[0] != directory.LOCALITY)
