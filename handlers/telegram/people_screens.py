"""How staff see people in a chat: who was found, one person's card, two that may be one."""

import dataclasses
from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.duplicates import MAIL, NAME, Pair
from programme.merging import Preview
from programme.people_desk import Named, Past
from texts.dates import local_day
from texts.translator import Translator, mark

LISTED = 10
PAIRS_ON_PAGE = 8
ON_BUTTON = 44
NAME_LENGTH = 100
TITLE_LENGTH = 90
STATES = {
    "active": mark("has a seat"),
    "waiting": mark("on the waiting list"),
    "asked": mark("application"),
    "cancelled": mark("cancelled"),
    "merged": mark("doubled, joined"),
}
WHY = {
    MAIL: mark("the same e-mail address"),
    NAME: mark("the same name and organisation"),
}


def ask_words(t: Translator, *, same_as: str = "", may_join: bool = True) -> ChatMessage:
    """Ask for a part of a name; only some of staff may join those who are in the list twice."""
    if same_as:
        text = t(
            "Who is the same person as <b>%(name)s</b>? Please write a part of the name or the "
            "e-mail address.",
            name=escape(shorten(same_as, NAME_LENGTH)),
        )
        return ChatMessage(text)
    text = t(
        "Whom are you looking for? Please write a part of the name, the organisation, the e-mail "
        "address or the telephone number. Slips are forgiven."
    )
    whole = Button(t("The list of all people"), buttons.write(buttons.LIST_PEOPLE, 0, ""))
    return ChatMessage(text, ((whole,), *(((_duplicates(t),),) if may_join else ())))


def ask_organisation(t: Translator) -> ChatMessage:
    """Ask for a part of an organisation's name."""
    text = t(
        "Which organisation are you looking for? Please write a part of the name, the locality, "
        "the e-mail address or the telephone number. Slips are forgiven."
    )
    data = buttons.write(buttons.LIST_ORGANISATIONS, 0, "")
    return ChatMessage(text, ((Button(t("The list of all organisations"), data),),))


def with_note(message: ChatMessage, note: str) -> ChatMessage:
    """Put a sentence before a question."""
    return dataclasses.replace(message, text=f"{note}\n\n{message.text}")


def _duplicates(t: Translator) -> Button:
    return Button(t("People who may be in the list twice"), buttons.write(buttons.DUPLICATES, 0))


def _again(t: Translator) -> Button:
    return Button(t("Look for another person"), buttons.write(buttons.PEOPLE_FIND))


def who(name: str, organisation: str) -> str:
    """Name a person with their organisation on one line."""
    whole = f"{name}, {organisation}" if organisation else name
    return shorten(whole, NAME_LENGTH)


def other_half(t: Translator, people: list[Named], *, same_as: int) -> ChatMessage:
    """Offer the people who were found as the other half of a pair."""
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                shorten(who(one.name, one.organisation), ON_BUTTON),
                buttons.write(buttons.PAIR, same_as, one.id),
            ),
        )
        for one in people[:LISTED]
        if one.id != same_as
    ]
    again = buttons.write(buttons.PEOPLE_FIND, same_as)
    rows.append((Button(t("Look for another person"), again),))
    if not rows[:-1]:
        return ChatMessage(t("Nobody was found. Please try a shorter part of the name."), (*rows,))
    lines = [t("We have found:")]
    lines += [f"– {escape(who(one.name, one.organisation))}" for one in people[:LISTED]]
    if len(people) > LISTED:
        lines.append(t("There are more. Please write more letters of the name."))
    return ChatMessage("\n".join([*lines, "", t("Please press a button.")]), (*rows,))


def past(t: Translator, one: Past) -> str:
    """Write one registration as a line."""
    day = f"{local_day(one.first_at, one.zone):%d.%m.%Y}" if one.first_at else ""
    state = one.state
    if one.approval == "asked" and state == "waiting":
        state = "asked"
    if one.ended_because == "merged":
        state = "merged"
    words = t(STATES[state])
    if one.certificate:
        number = t("certificate %(number)s", number=escape(one.certificate))
        words = f"{words}, {number}"
    return f"– {day} {escape(shorten(one.title, TITLE_LENGTH))}: {words}"


def pairs(t: Translator, listed: list[Pair], *, page: int) -> ChatMessage:
    """List those who may be in the list twice, a page at a time."""
    if not listed:
        return ChatMessage(
            t("Nobody seems to be in the list twice."),
            ((Button(t("Look for a person"), buttons.write(buttons.PEOPLE_FIND)),),),
        )
    last = (len(listed) - 1) // PAIRS_ON_PAGE
    page = min(max(page, 0), last)
    first = page * PAIRS_ON_PAGE
    shown = listed[first : first + PAIRS_ON_PAGE]
    head = t.plural(
        "%(n)s pair of entries may be one person each. Please look at them one by one.",
        "%(n)s pairs of entries may be one person each. Please look at them one by one.",
        len(listed),
    )
    lines = [head]
    twice = t("registered twice")
    for number, pair in enumerate(shown, start=first + 1):
        doubled = f" – <b>{twice}</b>" if pair.events else ""
        names = f"{escape(shorten(pair.first.name, 60))} / {escape(shorten(pair.second.name, 60))}"
        lines.append(f"{number}. {names}: {reasons(t, pair)}{doubled}")
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                shorten(f"{number}. {pair.first.name} / {pair.second.name}", ON_BUTTON),
                buttons.write(buttons.PAIR, pair.first.id, pair.second.id),
            ),
        )
        for number, pair in enumerate(shown, start=first + 1)
    ]
    turning = []
    if page:
        turning.append(Button(t("← Previous"), buttons.write(buttons.DUPLICATES, page - 1)))
    if page < last:
        turning.append(Button(t("Next →"), buttons.write(buttons.DUPLICATES, page + 1)))
    if turning:
        rows.append(tuple(turning))
    return ChatMessage("\n\n".join([lines[0], "\n".join(lines[1:])]), (*rows, (_again(t),)))


def reasons(t: Translator, pair: Pair) -> str:
    """Say what speaks for two entries being one person."""
    return ", ".join(t(WHY[why]) for why in pair.why) or t("chosen by staff")


def one_pair(t: Translator, pair: Pair, *, zone: str) -> ChatMessage:
    """Show two entries side by side and ask which it is."""
    blocks = [t("Are these two entries one person?")]
    for number, one in enumerate((pair.first, pair.second), start=1):
        lines = [f"<b>{number}. {escape(shorten(one.name, NAME_LENGTH))}</b>"]
        if one.organisation:
            lines.append(escape(shorten(one.organisation, NAME_LENGTH)))
        lines += [escape(shorten(mail, NAME_LENGTH)) for mail in sorted(one.mails)[:3]]
        if one.in_chat:
            lines.append("Telegram")
        lines.append(t("In the list since %(day)s", day=f"{local_day(one.since, zone):%d.%m.%Y}"))
        blocks.append("\n".join(lines))
    blocks.append(t("What speaks for it: %(why)s.", why=reasons(t, pair)))
    if pair.events:
        titles = "\n".join(f"– {escape(shorten(title, TITLE_LENGTH))}" for title in pair.events[:8])
        head = t("Both are on the list of:")
        blocks.append(f"{head}\n{titles}")
    a, b = pair.first.id, pair.second.id
    rows = (
        (Button(t("One person, keep entry 1"), buttons.write(buttons.MERGE_ASK, a, b)),),
        (Button(t("One person, keep entry 2"), buttons.write(buttons.MERGE_ASK, b, a)),),
        (Button(t("No, two different people"), buttons.write(buttons.TELL_APART, a, b)),),
        (_duplicates(t),),
    )
    return ChatMessage("\n\n".join(blocks), rows)


def surely(t: Translator, view: Preview) -> ChatMessage:
    """Say what joining will do, and ask once more."""
    parts = [
        t("We will make one entry of two."),
        t("Stays: <b>%(who)s</b>", who=escape(who(view.kept.name, view.kept.organisation)))
        + "\n"
        + t("Is joined: <b>%(who)s</b>", who=escape(who(view.gone.name, view.gone.organisation))),
        _moves(t, view),
    ]
    if view.doubled:
        lines = "\n".join(
            f"– {escape(shorten(title, TITLE_LENGTH))}: {t(STATES[state])}"
            for title, state in view.doubled[:8]
        )
        one_stays = t("Both are on these lists. One registration stays, the other is ended:")
        parts.append(f"{one_stays}\n{lines}")
    parts.append(t("Nothing is deleted, but this cannot be undone with a button."))
    pair = (view.kept.id, view.gone.id)
    rows = (
        (Button(t("Yes, join them"), buttons.write(buttons.MERGE, *pair)),),
        (Button(t("No, go back"), buttons.write(buttons.PAIR, *pair)),),
    )
    return ChatMessage("\n\n".join(parts), rows)


def _moves(t: Translator, view: Preview) -> str:
    count = t.plural(
        "Moves: %(n)s registration with documents, attendance and certificates.",
        "Moves: %(n)s registrations with documents, attendance and certificates.",
        view.registrations,
    )
    if not view.contacts:
        return count
    listed = ", ".join(
        "Telegram" if one == "telegram" else escape(shorten(one, NAME_LENGTH))
        for one in view.contacts
    )
    added = t("Contacts that are added: %(contacts)s.", contacts=listed)
    return f"{count}\n{added}"


def pair_name(view: Preview) -> str:
    """Name two entries that shall be one."""
    return f"{shorten(view.kept.name, ON_BUTTON)} + {shorten(view.gone.name, ON_BUTTON)}"
