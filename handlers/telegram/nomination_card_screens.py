"""What somebody who was named sees: the card with the facts, and what follows an answer."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.facts import session_facts
from programme.nomination_answers import Card
from texts.dates import session_line
from texts.translator import Translator

TITLE_LENGTH = 300
PLACE_LENGTH = 200
DAYS_SHOWN = 20
NAME_LENGTH = 120


def card(t: Translator, shown: Card, *, note: str = "") -> ChatMessage:
    """Show what somebody was named for, by whom, and ask for an answer."""
    event, nomination = shown.place.event, shown.nomination
    days = [session_facts(one) for one in shown.place.sessions[:DAYS_SHOWN]]
    when = [session_line(one["starts_at"], one["ends_at"], one["zone"], t.locale) for one in days]
    facts = [
        t("When: %(when)s", when=when[0]) if len(when) == 1 else t("When:"),
        *([f"– {one}" for one in when] if len(when) > 1 else []),
        t("Where: %(place)s", place=escape(shorten(event.place, PLACE_LENGTH))),
    ]
    parts = [
        *([note] if note else []),
        f"<b>{escape(shorten(event.title, TITLE_LENGTH))}</b>",
        t(
            "%(organisation)s has named: %(name)s.",
            organisation=escape(shorten(shown.place.organisation.name, TITLE_LENGTH)),
            name=f"<b>{escape(shorten(nomination.name, NAME_LENGTH))}</b>",
        ),
        "\n".join(facts),
        _standing(t, shown),
    ]
    home = (Button(t("My trainings"), buttons.write(buttons.MINE)),)
    return ChatMessage("\n\n".join(parts), (*_rows(t, shown), home))


def _standing(t: Translator, shown: Card) -> str:
    said = {
        "named": t("Will you take part? Nothing is settled until you answer."),
        "accepted": t("You have confirmed that you take part."),
        "declined": t("You have declined."),
        "expired": t("There was no answer before the event began."),
    }
    return said.get(
        shown.nomination.state,
        t("The organisation has taken this nomination back, so there is nothing to answer."),
    )


def _ids(shown: Card) -> tuple[int | str, ...]:
    return (shown.nomination.id, shown.proof) if shown.proof else (shown.nomination.id,)


def _rows(t: Translator, shown: Card) -> tuple[tuple[Button, ...], ...]:
    if not shown.waits:
        return ()
    ids = _ids(shown)
    return (
        (Button(t("I will take part"), buttons.write(buttons.ACCEPT_NOMINATION, *ids)),),
        (Button(t("I cannot take part"), buttons.write(buttons.DECLINE_NOMINATION, *ids)),),
    )


def surely(t: Translator, shown: Card) -> ChatMessage:
    """Ask once more before somebody declines."""
    ids = _ids(shown)
    text = t(
        "Do you want to decline? %(organisation)s may then name somebody else in your place.",
        organisation=escape(shorten(shown.place.organisation.name, TITLE_LENGTH)),
    )
    title = f"<b>{escape(shorten(shown.place.event.title, TITLE_LENGTH))}</b>"
    rows = (
        (Button(t("Yes, I cannot take part"), buttons.write(buttons.DECLINE_SURELY, *ids)),),
        (Button(t("No, I will take part"), buttons.write(buttons.ACCEPT_NOMINATION, *ids)),),
    )
    return ChatMessage(f"{title}\n\n{text}", rows)


def thanks(t: Translator, shown: Card, *, yes: bool) -> ChatMessage:
    """Thank for an answer."""
    name = escape(shorten(shown.place.organisation.name, TITLE_LENGTH))
    if yes:
        words = t("Thank you. We tell %(organisation)s that you take part.", organisation=name)
    else:
        words = t("Thank you for the answer. We tell %(organisation)s.", organisation=name)
    return ChatMessage(words)
