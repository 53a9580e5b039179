"""What an organisation sees of its stand at a fair, and the questions about it."""

import dataclasses
from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.asking import Asked
from programme.fair_views import Offer, Standing, StandView
from texts.dates import days_line
from texts.translator import Translator

ON_BUTTON = 34
TITLE = 200
NAME = 120
Options = list[tuple[str, str]]
Screen = tuple[str, Options]


def on_card(
    t: Translator, card: ChatMessage, event_id: int, standing: Standing | None
) -> ChatMessage:
    """Add to a fair's card what a person can do about stands; other cards stay as they are."""
    if standing is None:
        return card
    rows = [
        (
            Button(
                shorten(t("Stand: %(name)s", name=one.organisation), ON_BUTTON),
                buttons.write(buttons.STAND_VIEW, one.id),
            ),
        )
        for one in standing.own
    ]
    if standing.can_add:
        label = t("Register a stand of an organisation")
        rows.append((Button(label, buttons.write(buttons.STAND, event_id)),))
    *others, back = card.buttons
    return dataclasses.replace(card, buttons=(*others, *rows, back))


def needs_line(t: Translator, offer: Offer) -> str:
    """Say in one line what a stand needs."""
    tables = t.plural("%(n)s table", "%(n)s tables", offer.tables)
    power = t("power") if offer.power else t("no power")
    return ", ".join([tables, power, *([offer.needs] if offer.needs else [])])


def offer_lines(t: Translator, offer: Offer) -> list[str]:
    """Say what a stand brings and needs."""
    words = [f"<b>{t('For residents')}:</b> {escape(offer.for_residents)}"]
    if offer.for_office:
        words.append(f"<b>{t('For the office')}:</b> {escape(offer.for_office)}")
    return [*words, f"<b>{t('Needs')}:</b> {escape(needs_line(t, offer))}"]


def head_lines(t: Translator, view: StandView) -> list[str]:
    """Say whose stand it is, which number it has, and when the fair is."""
    if view.exhibitor.state == "active":
        how = t("Stand number %(number)s", number=view.exhibitor.stand)
    else:
        how = t("On the waiting list for a stand, number %(position)s", position=view.position)
    name = escape(shorten(view.exhibitor.organisation, NAME))
    event = escape(shorten(view.event.title, TITLE))
    return [f"<b>{name}</b>\n{how}", f"{event}\n{days_line(view.sessions, t.locale)}"]


def stand(t: Translator, view: StandView, *, note: str = "") -> ChatMessage:
    """Show one's own stand with what can be done about it."""
    parts = [*([note] if note else []), *head_lines(t, view), *offer_lines(t, view.exhibitor.offer)]
    if not view.mine:
        # No name: anybody can say that they come from this organisation.
        registered = view.exhibitor.contact
        whom = t("the person who registered it or the office") if registered else t("the office")
        parts.append(t("To change or give it up, please ask %(whom)s.", whom=whom))
    number, rows = view.exhibitor.id, []
    if view.may_edit:
        label = t("Change the description and needs")
        rows.append((Button(label, buttons.write(buttons.STAND_EDIT, number)),))
    if view.may_cancel:
        label = t("We give the stand up")
        if view.exhibitor.state == "waiting":
            label = t("Leave the waiting list")
        rows.append((Button(label, buttons.write(buttons.STAND_CANCEL, number)),))
    back = (Button(t("Back to the event"), buttons.write(buttons.EVENT, view.event.id)),)
    return ChatMessage("\n\n".join(parts), (*rows, back))


def surely(t: Translator, view: StandView, *, yes: str, no: str) -> ChatMessage:
    """Ask once more before a stand is given back; `yes` and `no` are letters of buttons."""
    question = (
        t("Do you want to give this stand up? If an organisation is waiting, it will get it.")
        if view.exhibitor.state == "active"
        else t("Do you want to leave the waiting list for a stand?")
    )
    number = view.exhibitor.id
    rows = (
        (Button(t("Yes, give it up"), buttons.write(yes, number)),),
        (Button(t("No, keep it"), buttons.write(no, number)),),
    )
    return ChatMessage("\n\n".join([*head_lines(t, view), question]), rows)


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question about a stand."""
    text, options = SCREENS[asked.question](t, asked.facts)
    if asked.facts["may_keep"] and asked.facts["before"] not in (None, ""):
        before = escape(_as_words(t, asked.question, asked.facts["before"]))
        now = t("Now: %(words)s", words=before)
        text = f"{text}\n\n{now}"
        options = [*options, (t("Leave it as it is"), "keep")]
    version = asked.conversation.version
    rows = tuple(
        (Button(shorten(label, ON_BUTTON), buttons.answer(version, value)),)
        for label, value in options
    )
    return ChatMessage(text, rows)


def _as_words(t: Translator, asked: str, value: Any) -> str:
    if asked == "stand_power":
        return t("yes") if value else t("no")
    return str(value)


def _organisation(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t("For which organisation do you want a stand? Please press a button. To stop: /anuluj")
    listed, options = _listed(facts["offered"])
    return f"{text}\n\n{listed}", options


def _words(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "Which organisation handed the application in? Please write its name, for example “KGW "
        "Miłki”. To stop: /anuluj"
    )
    return text, []


def _pick(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t("Which of these is it? Please press a button, or write the name once more.")
    listed, options = _listed(facts["offered"])
    return f"{text}\n\n{listed}", [*options, (t("None of these"), "other")]


def _listed(offered: list[tuple[int, str]]) -> tuple[str, Options]:
    """Number the organisations: many differ only in words that a button has no room for."""
    lines = [f"{place}. {escape(name)}" for place, (_, name) in enumerate(offered, 1)]
    options = [
        (f"{place}. {name}", f"org:{number}") for place, (number, name) in enumerate(offered, 1)
    ]
    return "\n".join(lines), options


def _for_residents(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "<b>%(name)s</b>\nWhat will the organisation show or offer to residents at its stand? "
        "Please write it in one or two sentences, at most 400 characters. It will stand in the "
        "printed programme. To stop: /anuluj",
        name=escape(facts["organisation"]),
    )
    return text, []


def _for_office(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "What can the organisation do together with the office? Please write it in one or two "
        "sentences, at most 400 characters. Only the office will read it."
    )
    return text, [(t("Skip this question"), "skip")]


def _tables(t: Translator, _facts: dict[str, Any]) -> Screen:
    options = [(t.plural("%(n)s table", "%(n)s tables", n), str(n)) for n in (1, 2, 3)]
    return t("How many tables are needed?"), options


def _power(t: Translator, _facts: dict[str, Any]) -> Screen:
    options = [(t("Yes, power is needed"), "yes"), (t("No, without power"), "no")]
    return t("Is electric power needed at the stand?"), options


def _needs(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "Is anything else needed, for example shade or room for a car? Please write it, at "
        "most 400 characters."
    )
    return text, [(t("Nothing else"), "skip")]


def _confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    names = ("for_residents", "for_office", "tables", "power", "needs")
    offer = Offer(**{name: facts[name] for name in names})
    name = escape(facts["organisation"])
    last = t("Nothing has been sent yet. Is everything right?")
    if facts["may_keep"]:
        last = t("Nothing has been changed yet. Is everything right?")
    text = "\n\n".join([f"<b>{name}</b>", *offer_lines(t, offer), last])
    send = t("Yes, keep the changes") if facts["may_keep"] else t("Yes, register the stand")
    return text, [(send, "send"), (t("Write it again"), "again")]


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "stand_organisation": _organisation,
    "stand_words": _words,
    "stand_pick": _pick,
    "stand_for_residents": _for_residents,
    "stand_for_office": _for_office,
    "stand_tables": _tables,
    "stand_power": _power,
    "stand_needs": _needs,
    "stand_confirm": _confirm,
}
