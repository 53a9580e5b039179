"""How staff see whom a search found: a page of names, whose words travel in the buttons."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.people_screens import NAME_LENGTH, ON_BUTTON, who
from programme.directory import ORGANISATIONS, PEOPLE
from programme.directory_search import LIMIT, Named, spoken
from texts.translator import Translator

LISTED = 10
# What is left of the 64 bytes of a button beside the action and the page.
WORDS_BYTES = 48


def found(t: Translator, of: str, people: list[Named], *, words: str, page: int = 0) -> ChatMessage:
    """Offer a page of those who were found; `of` says whether they are people."""
    last = max(0, (len(people) - 1) // LISTED)
    at = min(max(0, page), last)
    shown = people[at * LISTED : (at + 1) * LISTED]
    opens = buttons.PERSON if of == PEOPLE else buttons.ORGANISATION_CARD
    rows: list[tuple[Button, ...]] = [
        (Button(shorten(who(one.name, one.organisation), ON_BUTTON), buttons.write(opens, one.id)),)
        for one in shown
    ]
    rows += [*_turns(t, of, words, at, last), *_others(t, of)]
    if not shown:
        return ChatMessage(_nobody(t, of), tuple(rows))
    lines = [t("We have found:")]
    lines += [f"– {escape(shorten(who(one.name, one.organisation), NAME_LENGTH))}" for one in shown]
    if last:
        lines += ["", t("Page %(page)s of %(pages)s", page=at + 1, pages=last + 1)]
    if len(people) >= LIMIT:
        more = t("These are the %(n)s likeliest. More letters find fewer.", n=LIMIT)
        lines += ["", more]
    lines += ["", t("Please press a button, or write another name.")]
    return ChatMessage("\n".join(lines), tuple(rows))


def _nobody(t: Translator, of: str) -> str:
    if of == PEOPLE:
        return t("Nobody was found. Please try a shorter part of the name.")
    return t("No organisation was found. Please try one word of the name, or the locality.")


def _turns(t: Translator, of: str, words: str, at: int, last: int) -> list[tuple[Button, ...]]:
    kept = spoken(words, WORDS_BYTES)
    turns = []
    if at > 0:
        turns.append(Button(t("← Previous page"), buttons.write(buttons.FOUND, of, at - 1, kept)))
    if at < last:
        turns.append(Button(t("Next page →"), buttons.write(buttons.FOUND, of, at + 1, kept)))
    return [tuple(turns)] if turns else []


def _others(t: Translator, of: str) -> list[tuple[Button, ...]]:
    if of == PEOPLE:
        again = Button(t("Look for another person"), buttons.write(buttons.PEOPLE_FIND))
        other = buttons.write(buttons.LIST_PEOPLE, 0, "")
        return [(again,), (Button(t("The list of all people"), other),)]
    again = Button(t("Look for another organisation"), buttons.write(buttons.ORGANISATION_FIND))
    other = buttons.write(buttons.LIST_ORGANISATIONS, 0, "")
    return [(again,), (Button(t("The list of all organisations"), other),)]


__all__ = ["ORGANISATIONS", "PEOPLE", "found"]
