"""How staff see whom a letter is for: what is ticked, how many that makes, and their names.

Every screen of ticks rewrites itself, so that one message stays in the chat however often
somebody presses.
"""

from collections.abc import Iterable
from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.audience_words import (
    CRITERIA,
    KINDS,
    LANGUAGES,
    STANDINGS,
    STATES,
    Writer,
    how_many,
    nobody,
)
from handlers.telegram.labels import shorten
from programme.audience_building import (
    ADD,
    AREAS,
    LEAVE_OUT,
    LOCALITIES,
    Events,
    Found,
    Look,
    Values,
)
from programme.audience_reading import Name, NamesPage
from texts.translator import Translator

ON_BUTTON = 44
NAME_LENGTH = 60
LINE_LENGTH = 200
SHOWN = 6
ON, OFF = "✓ ", ""
Row = tuple[Button, ...]


def main(t: Translator, look: Look, *, note: str = "", edits: int | None = None) -> ChatMessage:
    """Show what is ticked and how many that makes, with the ways to change it."""
    head = t("Whom the letter is for")
    parts = [f"<b>{head}</b>", "\n".join(_lines(t, look)), _total(t, look)]
    hint = t("To add somebody, you may also write a part of the name below.")
    text = "\n\n".join(filter(None, [note, *parts, hint]))
    return ChatMessage(text, _main_rows(t, look), edits=edits)


def _total(t: Translator, look: Look) -> str:
    if look.choice.is_empty:
        return t("Nobody has been chosen yet. Please press a button.")
    if look.count.is_nobody:
        return nobody(t, look)
    return how_many(t, look.count)


def _lines(t: Translator, look: Look) -> list[str]:
    choice = look.choice
    ticked = {
        "kinds": [t(KINDS[one]) for one in choice.kinds],
        "localities": choice.localities,
        "areas": choice.areas,
        "locales": [t(LANGUAGES[one]) for one in choice.locales],
    }
    lines = [_line(t(CRITERIA[name]), values) for name, values in ticked.items()]
    if choice.asks_event and look.event is not None:
        title = shorten(look.event.title, NAME_LENGTH)
        lines.append(_line(title, [t(STANDINGS[one]) for one in choice.states]))
    if choice.silent_of is not None:
        lines.append(t("Only those who got the earlier letter and have not answered it."))
    if choice.got is not None:
        lines.append(t("Only those who got the earlier letter."))
    added = [one.name for one in look.singles if one.code in {"p", "o"}]
    left = [one.name for one in look.singles if one.code in {"x", "u"}]
    lines += [_line(t("Added"), added), _line(t("Left out"), left)]
    return [line for line in lines if line]


def _line(label: str, values: Iterable[str]) -> str:
    listed = list(values)
    if not listed:
        return ""
    shown = [escape(shorten(one, NAME_LENGTH)) for one in listed[:SHOWN]]
    more = [f"… (+{len(listed) - SHOWN})"] if len(listed) > SHOWN else []
    return f"{escape(label)}: <b>{', '.join([*shown, *more])}</b>"


def _main_rows(t: Translator, look: Look) -> tuple[Row, ...]:
    letter, choice = look.letter.id, look.choice
    kinds = tuple(
        _tick(letter, "k", one, t(word), ticked=one in choice.kinds) for one, word in KINDS.items()
    )
    rows = [
        *((one,) for one in kinds),
        (_count(t("Localities"), len(choice.localities), _values(letter, LOCALITIES, 0)),),
        (_count(t("Areas of activity"), len(choice.areas), _values(letter, AREAS, 0)),),
        (
            _count(
                t("How they stand with an event"),
                len(choice.states),
                buttons.write(buttons.AUDIENCE_EVENT, letter),
            ),
        ),
        (
            _count(
                t("Language"),
                len(choice.locales),
                buttons.write(buttons.AUDIENCE_LOCALES, letter),
            ),
        ),
        (Button(t("Add somebody"), buttons.write(buttons.AUDIENCE_FIND, letter, ADD)),),
        (Button(t("Leave somebody out"), buttons.write(buttons.AUDIENCE_FIND, letter, LEAVE_OUT)),),
    ]
    if look.singles:
        singles = buttons.write(buttons.AUDIENCE_SINGLES, letter, 0)
        rows.append((_count(t("Added and left out"), len(look.singles), singles),))
    if not choice.is_empty:
        rows.append(
            (Button(t("Show the names"), buttons.write(buttons.AUDIENCE_NAMES, letter, 0)),)
        )
        rows.append(
            (Button(t("Take all ticks away"), buttons.write(buttons.AUDIENCE_CLEAR, letter)),)
        )
    rows.append(
        (Button(t("Done, back to the letter"), buttons.write(buttons.AUDIENCE_DONE, letter)),)
    )
    return tuple(rows)


def _count(label: str, count: int, data: str) -> Button:
    return Button(f"{label} ({count})" if count else label, data)


def _tick(
    letter: int, code: str, value: str | int, label: str, *, ticked: bool, page: int = 0
) -> Button:
    # The button says what shall be so, not what shall change: tapped twice it means the same.
    data = buttons.write(buttons.AUDIENCE_TICK, letter, code, value, int(not ticked), page)
    return Button(f"{ON if ticked else OFF}{shorten(label, ON_BUTTON)}", data)


def _values(letter: int, code: str, page: int) -> str:
    return buttons.write(buttons.AUDIENCE_VALUES, letter, code, page)


def _back(t: Translator, letter: int) -> Row:
    return (Button(t("Back to the recipients"), buttons.write(buttons.AUDIENCE, letter)),)


def values(t: Translator, look: Look, page: Values, *, edits: int | None = None) -> ChatMessage:
    """Show a page of localities or areas to tick, with the count as it is now."""
    head = t("Localities") if page.code == LOCALITIES else t("Areas of activity")
    if not page.rows:
        text = t("The register of organisations names none. Nothing can be chosen by this.")
        return ChatMessage(f"<b>{head}</b>\n\n{text}", (_back(t, page.letter_id),), edits=edits)
    hint = t(
        "Whoever has any of the ticked ones is meant. Without a tick it makes no difference. The "
        "number in brackets is that of organisations."
    )
    text = f"<b>{head}</b>\n{hint}\n\n{_total(t, look)}"
    ticks = [
        (
            _tick(
                page.letter_id,
                page.code,
                code,
                f"{value.word} ({value.organisations})",
                ticked=ticked,
                page=page.number,
            ),
        )
        for code, value, ticked in page.rows
    ]
    turning = _turning(
        t, page.number, page.pages, lambda at: _values(page.letter_id, page.code, at)
    )
    return ChatMessage(text, (*ticks, *turning, _back(t, page.letter_id)), edits=edits)


def _turning(t: Translator, number: int, pages: int, write: Writer) -> tuple[Row, ...]:
    turns = []
    if number > 0:
        turns.append(Button(t("← Previous page"), write(number - 1)))
    if number + 1 < pages:
        turns.append(Button(t("Next page →"), write(number + 1)))
    return (tuple(turns),) if turns else ()


def states(t: Translator, look: Look, *, edits: int | None = None) -> ChatMessage:
    """Show how people may stand with one event, to be ticked."""
    letter = look.letter.id
    events = Button(
        t("Choose the event") if look.event is None else t("Another event"),
        buttons.write(buttons.AUDIENCE_EVENTS, letter, 0),
    )
    about = t("How they stand with an event")
    head = f"<b>{about}</b>"
    if look.event is None:
        text = t("Please choose an event first.")
        return ChatMessage(f"{head}\n\n{text}", ((events,), _back(t, letter)), edits=edits)
    title = escape(shorten(look.event.title, LINE_LENGTH))
    ticks = [
        (_tick(letter, "s", one, t(word), ticked=one in look.choice.states),)
        for one, word in STANDINGS.items()
    ]
    text = f"{head}\n{title}\n\n{_total(t, look)}"
    return ChatMessage(text, (*ticks, (events,), _back(t, letter)), edits=edits)


def events(t: Translator, page: Events, *, edits: int | None = None) -> ChatMessage:
    """Offer events, a page at a time."""
    rows = [
        (
            Button(
                shorten(one.title, ON_BUTTON),
                buttons.write(buttons.AUDIENCE_EVENT, page.letter_id, one.id),
            ),
        )
        for one in page.listed
    ]
    text = t("Which event? Please press a button.") if rows else t("There is no event to choose.")
    turning = _turning(
        t,
        page.number,
        page.pages,
        lambda at: buttons.write(buttons.AUDIENCE_EVENTS, page.letter_id, at),
    )
    return ChatMessage(text, (*rows, *turning, _back(t, page.letter_id)), edits=edits)


def languages(t: Translator, look: Look, *, edits: int | None = None) -> ChatMessage:
    """Show the languages to tick."""
    letter = look.letter.id
    ticks = [
        (_tick(letter, "g", one, t(word), ticked=one in look.choice.locales),)
        for one, word in LANGUAGES.items()
    ]
    hint = t("Organisations that are written to themselves count as Polish.")
    head = t("Language")
    text = f"<b>{head}</b>\n{hint}\n\n{_total(t, look)}"
    return ChatMessage(text, (*ticks, _back(t, letter)), edits=edits)


def ask_words(t: Translator, letter: int, step: str) -> ChatMessage:
    """Ask whom to add, or to leave out."""
    text = t("Whom shall the letter go to as well? Please write a part of the name below.")
    if step == LEAVE_OUT:
        text = t("Who shall not get the letter? Please write a part of the name below.")
    return ChatMessage(text, (_back(t, letter),))


def found(t: Translator, letter: int, step: str, who: Found) -> ChatMessage:
    """Offer the people and organisations that were found."""
    people, units = ("x", "u") if step == LEAVE_OUT else ("p", "o")
    rows = [
        (_tick(letter, people, one.id, _who(one.name, one.organisation), ticked=False),)
        for one in who.people
    ]
    rows += [(_tick(letter, units, one.id, one.name, ticked=False),) for one in who.organisations]
    if not rows:
        text = t("Nobody was found. Please try a shorter part of the name.")
        return ChatMessage(text, (_back(t, letter),))
    text = t("Whom do you want to add? An organisation stands for all its people.")
    if step == LEAVE_OUT:
        text = t("Whom do you want to leave out? An organisation stands for all its people.")
    return ChatMessage(text, (*rows, _back(t, letter)))


def _who(name: str, organisation: str) -> str:
    return f"{name}, {organisation}" if organisation else name


def singles(t: Translator, look: Look, *, page: int, edits: int | None = None) -> ChatMessage:
    """List who was added and who was left out; a press takes it back."""
    on_page = 20
    letter, pages = look.letter.id, max(1, -(-len(look.singles) // on_page))
    at = min(max(0, page), pages - 1)
    labels = {"p": t("added"), "o": t("added"), "x": t("left out"), "u": t("left out")}
    rows = [
        (
            _tick(
                letter,
                one.code,
                one.number,
                f"{one.name} – {labels[one.code]}",
                ticked=True,
                page=at,
            ),
        )
        for one in look.singles[at * on_page : (at + 1) * on_page]
    ]
    turning = _turning(
        t, at, pages, lambda number: buttons.write(buttons.AUDIENCE_SINGLES, letter, number)
    )
    hint = t("To take somebody off this list, press the name.")
    if not look.singles:
        hint = t("Nobody was added or left out one by one.")
    head = t("Added and left out")
    text = f"<b>{head}</b>\n{hint}\n\n{_total(t, look)}"
    return ChatMessage(text, (*rows, *turning, _back(t, letter)), edits=edits)


def names(t: Translator, letter: int, page: NamesPage, *, edits: int | None = None) -> ChatMessage:
    """Show a page of the names of all whom the letter is for."""
    whom = t("Whom the letter is for")
    head = f"<b>{whom}: {page.total}</b>"
    if not page.names:
        nobody_words = t("Nobody is meant.")
        text = f"{head}\n\n{nobody_words}"
        return ChatMessage(text, (_back(t, letter),), edits=edits)
    lines = [_name(t, at, one) for at, one in enumerate(page.names, start=page.first)]
    parts = [head, "\n".join(lines)]
    if page.pages > 1:
        parts.append(t("Page %(page)s of %(pages)s", page=page.number + 1, pages=page.pages))
    turning = _turning(
        t,
        page.number,
        page.pages,
        lambda number: buttons.write(buttons.AUDIENCE_NAMES, letter, number),
    )
    return ChatMessage("\n\n".join(parts), (*turning, _back(t, letter)), edits=edits)


def _name(t: Translator, at: int, one: Name) -> str:
    name = escape(shorten(one.name, NAME_LENGTH))
    of = f", {escape(shorten(one.organisation, NAME_LENGTH))}" if one.organisation else ""
    return f"{at}. {name}{of} – {t(STATES[one.state])}"
