"""How the questions about a person are asked in a chat."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram.buttons import answer
from handlers.telegram.labels import shorten
from programme.asking import Asked
from texts.translator import Translator

LABEL_LENGTH = 60
OFFICES_SHOWN = 30
TITLE_LENGTH = 100
NAME_LENGTH = 120


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question."""
    text, options = SCREENS[asked.question](t, asked.facts)
    version = asked.conversation.version
    rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), answer(version, value)),) for label, value in options
    )
    return ChatMessage(text, rows)


Screen = tuple[str, list[tuple[str, str]]]


def _privacy(t: Translator, facts: dict[str, Any]) -> Screen:
    title = facts["programme"]["title"]
    hello = t(
        "Good day! Here you can register for the trainings and meetings of the programme "
        "“%(title)s”.",
        title=escape(shorten(title, TITLE_LENGTH)),
    )
    intro = t(
        "A few short questions come first; you find help at any time here: /pomoc. Before that, "
        "please read how we treat your data:"
    )
    parts = [f"{hello} {intro}", escape(facts["text"].strip())]
    return "\n\n".join(parts), [(t("I understand, next"), "accept")]


def _name(t: Translator, _facts: dict[str, Any]) -> Screen:
    return t("What is your name? Please write your first name and surname below."), []


def _named(t: Translator, facts: dict[str, Any]) -> Screen:
    known = facts["known"]
    if known is None:
        return _name(t, facts)
    text = t(
        "Is this you: %(name)s, %(organisation)s? If not, please write your own first name and "
        "surname below.",
        name=f"<b>{escape(shorten(known.name, NAME_LENGTH))}</b>",
        organisation=f"<b>{escape(shorten(known.organisation, TITLE_LENGTH))}</b>",
    )
    return text, [(t("Yes, that is me"), "me"), (t("No, I am somebody else"), "other")]


def _role(t: Translator, _facts: dict[str, Any]) -> Screen:
    return t("Whom do you represent? Please press one of the buttons."), [
        (t("An organisation (NGO)"), "ngo"),
        (t("The municipal office"), "clerk"),
    ]


def _organisation(t: Translator, facts: dict[str, Any]) -> Screen:
    if facts["role"] == "clerk":
        offices = [(name, f"org:{number}") for number, name in facts["offices"][:OFFICES_SHOWN]]
        return t("Where do you work? Please press a button or write the name below."), offices
    return (
        t(
            "Which organisation are you from? Please write its name below. A short form will do, "
            "for example “KGW Miłki”."
        ),
        [],
    )


def _organisation_pick(t: Translator, facts: dict[str, Any]) -> Screen:
    words = escape(facts["words"])
    options = [(name, f"org:{number}") for number, name in facts["matches"]]
    other = (t("None of these"), "other")
    again = (t("Write the name again"), "again")
    if options:
        found = "\n".join(f"– {escape(name)}" for name, _value in options)
        asked = t("We have found in the register:")
        do = t("Please press the right name. If yours is not here, press “None of these”.")
        return f"{asked}\n{found}\n\n{do}", [*options, other, again]
    text = t(
        "“%(words)s” is not in our register. That is no obstacle. Is the name written correctly?",
        words=words,
    )
    return text, [(t("Yes, go on"), "other"), again]


def _mail(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "What is your e-mail address? We will send confirmations and dates for the calendar "
        "there. Please write the address below. If you do not use e-mail, press “No e-mail”."
    )
    return text, [(t("No e-mail"), "skip")]


def _mail_code(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "We have sent a six-digit code to <b>%(address)s</b>. Please write the code below. "
        "If the e-mail has not come within a few minutes, please look into the spam folder.",
        address=escape(facts["address"]),
    )
    return text, [
        (t("Send a new code"), "again"),
        (t("Change the address"), "change"),
        (t("Go on without e-mail"), "skip"),
    ]


def thanks(t: Translator, name: str) -> ChatMessage:
    """Thank for the answers, by name."""
    return ChatMessage(
        t("Thank you, %(name)s. That is all, we will not ask for this again.", name=escape(name))
    )


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "privacy": _privacy,
    "named": _named,
    "name": _name,
    "role": _role,
    "organisation": _organisation,
    "organisation_pick": _organisation_pick,
    "mail": _mail,
    "mail_code": _mail_code,
}
