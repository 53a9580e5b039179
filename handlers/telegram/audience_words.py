"""The words for whom a letter is for: criteria, how people are reached, and how many."""

from collections.abc import Callable

from programme.audience_building import Look
from programme.audience_reading import AudienceCount
from texts.translator import Translator, mark

KINDS = {"ngo": mark("NGOs"), "office": mark("The municipal office")}
LANGUAGES = {"pl": mark("Polish"), "en": mark("English")}
STANDINGS = {
    "registered": mark("has a seat"),
    "waiting": mark("waits for a seat"),
    "invited_silent": mark("was invited and has not answered"),
    "attended": mark("was there"),
}
CRITERIA = {
    "kinds": mark("Kind"),
    "localities": mark("Localities"),
    "areas": mark("Areas of activity"),
    "states": mark("How they stand with an event"),
    "locales": mark("Language"),
    "excluded_people": mark("People left out"),
    "excluded_organisations": mark("Organisations left out"),
}
# How somebody on the list of names would be reached.
STATES = {
    "telegram": mark("by chat"),
    "mail": mark("by e-mail"),
    "postal": mark("printed letter"),
    "unreachable": mark("no chat and no address"),
    "unwanted": mark("wants no invitations"),
    "same_address": mark("reads the same address as somebody else"),
}
Writer = Callable[[int], str]


def how_many(t: Translator, count: AudienceCount) -> str:
    """Say how many get the letter and by which way, and how many are left out and why."""
    people = t.plural("%(n)s person", "%(n)s people", count.people)
    units = t.plural("%(n)s organisation", "%(n)s organisations", count.organisations)
    head = t("In all: %(people)s, %(organisations)s", people=people, organisations=units)
    if not count.organisations:
        head = t("In all: %(people)s", people=people)
    ways = t("chat: %(chat)s, e-mail: %(mail)s", chat=count.by_chat, mail=count.by_mail)
    return "\n".join([f"<b>{head}</b> ({ways})", *left_out(t, count)])


def left_out(t: Translator, count: AudienceCount) -> list[str]:
    """Say who gets nothing by chat or e-mail, a line for each reason that somebody has."""
    lines = (
        (count.postal, t("Printed letters, for want of another way: %(n)s", n=count.postal)),
        (
            count.unreachable,
            t("Not reached, without chat and address: %(n)s", n=count.unreachable),
        ),
        (count.unwanted, t("Left out, as they want no invitations: %(n)s", n=count.unwanted)),
        (
            count.same_address,
            t("Left out, as somebody else reads the same address: %(n)s", n=count.same_address),
        ),
    )
    return [line for number, line in lines if number]


def nobody(t: Translator, look: Look) -> str:
    """Say that nobody is meant, or that none of those who are can be written to, and why."""
    count = look.count
    if count.unreachable or count.unwanted:
        head = t("Nobody would get the letter: none of those chosen can be written to.")
        return "\n".join([f"<b>{head}</b>", *left_out(t, count)])
    head = t("Nobody is meant by this choice.")
    if len(look.emptied_by) == 1:
        name = t(CRITERIA[look.emptied_by[0]])
        why = t("Without “%(criterion)s” there would be somebody. Please change it.",
                criterion=name)  # fmt: skip
    elif look.emptied_by:
        listed = ", ".join(f"„{t(CRITERIA[one])}”" if t.locale == "pl" else f"“{t(CRITERIA[one])}”"
                           for one in look.emptied_by)  # fmt: skip
        why = t("Please take away one of these: %(criteria)s.", criteria=listed)
    else:
        why = t("Please take ticks away until somebody is meant.")
    return f"<b>{head}</b>\n{why}"
