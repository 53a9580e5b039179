"""How coordinators see the team of staff, and invite somebody to it."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme import staff
from programme.asking import Asked
from programme.staff_invite_steps import DONE, PAGE, Invited
from programme.staff_team import Colleague, Event, OneOfTeam, OpenLink, Team
from texts.dates import day, until
from texts.translator import Translator, mark

LISTED = 8
ON_BUTTON = 40
NAME_LENGTH = 120
TITLE_LENGTH = 80
EVENTS_SHOWN = 10
ROLES = {
    "coordinator": mark("coordinator"),
    "assistant": mark("assistant"),
    "viewer": mark("viewer"),
    "trainer": mark("trainer"),
}
WHAT_ROLES_DO = {
    "coordinator": mark("coordinator: runs the programme and looks after the team"),
    "assistant": mark("assistant: runs the programme, but does not change the team"),
    "viewer": mark("viewer: sees everything and changes nothing"),
    "trainer": mark("trainer: only notes who is at their own events"),
}
Row = tuple[Button, ...]
Screen = tuple[str, list[tuple[str, str]]]


def role_word(t: Translator, role: str) -> str:
    """Name a role."""
    return t(ROLES[role]) if role in ROLES else role


def _name(name: str) -> str:
    return escape(shorten(name, NAME_LENGTH))


def plain(text: str) -> ChatMessage:
    """Say something without buttons."""
    return ChatMessage(text)


def _pages(t: Translator, page: int, last: int, action: str, *before: int) -> tuple[Row, ...]:
    turns = []
    if page > 0:
        turns.append(Button(t("← Previous page"), buttons.write(action, *before, page - 1)))
    if page < last:
        turns.append(Button(t("Next page →"), buttons.write(action, *before, page + 1)))
    return (tuple(turns),) if turns else ()


def _back(t: Translator) -> Row:
    return (Button(t("The whole team"), buttons.write(buttons.TEAM)),)


def team(t: Translator, found: Team, *, zone: str, page: int = 0) -> ChatMessage:
    """List the staff, a page of them, with a button for each."""
    last = (len(found.colleagues) - 1) // LISTED
    page = min(page, last)
    shown = found.colleagues[page * LISTED : (page + 1) * LISTED]
    head = t("The team of the programme")
    lines = [f"<b>{head}</b>", ""]
    lines += [f"– {_line(t, one, zone, is_me=one.id == found.me)}" for one in shown]
    lines += ["", t("To see or change somebody, press the name.")]
    rows = tuple(
        (Button(shorten(one.name, ON_BUTTON), buttons.write(buttons.COLLEAGUE, one.id)),)
        for one in shown
    )
    more = [(Button(t("Invite somebody"), buttons.write(buttons.STAFF_INVITE)),)]
    if found.links:
        words = t("Links not opened yet (%(n)s)", n=len(found.links))
        more.append((Button(words, buttons.write(buttons.STAFF_LINKS)),))
    more.append((Button(t("Who did what"), buttons.write(buttons.AUDIT, "a", 0)),))
    return ChatMessage("\n".join(lines), (*rows, *_pages(t, page, last, buttons.TEAM), *more))


def _line(t: Translator, one: Colleague, zone: str, *, is_me: bool) -> str:
    words = t(
        "<b>%(name)s</b>: %(role)s, since %(day)s",
        name=_name(one.name),
        role=role_word(t, one.role),
        day=day(one.since, zone, t.locale),
    )
    return t("%(line)s (this is you)", line=words) if is_me else words


def one(t: Translator, found: OneOfTeam, *, zone: str, note: str = "") -> ChatMessage:
    """Show one of staff and what can be changed."""
    who, number = found.colleague, found.colleague.id
    lines = [note, ""] if note else []
    lines += [_line(t, who, zone, is_me=found.is_me), t(WHAT_ROLES_DO[who.role])]
    rows: list[Row] = [(Button(t("Change the role"), buttons.write(buttons.STAFF_ROLE, number)),)]
    if who.role == staff.TRAINER:
        lines += ["", *_own_events(t, who)]
        words = t("Events of this trainer")
        rows.insert(0, (Button(words, buttons.write(buttons.TRAINER_EVENTS, number, 0)),))
    rows += [
        (Button(t("Remove from the team"), buttons.write(buttons.STAFF_REMOVE, number)),),
        (Button(t("What this person did"), buttons.write(buttons.AUDIT, number, 0)),),
        _back(t),
    ]
    return ChatMessage("\n".join(lines), tuple(rows))


def _own_events(t: Translator, who: Colleague) -> list[str]:
    if not who.events:
        return [t("No event is entrusted to this trainer yet.")]
    shown = [f"– {escape(shorten(title, TITLE_LENGTH))}" for _, title in who.events[:EVENTS_SHOWN]]
    rest = len(who.events) - len(shown)
    more = [t("– and %(n)s more", n=rest)] if rest else []
    return [t("Notes who is at these events:"), *shown, *more]


def links(t: Translator, found: Team, *, zone: str, note: str = "") -> ChatMessage:
    """List the links that nobody has opened, each with a button that ends it."""
    lines = [note, ""] if note else []
    if not found.links:
        lines.append(t("No link waits to be opened."))
        return ChatMessage("\n".join(lines), (_back(t),))
    lines.append(
        t(
            "These links have not been opened yet. We do not keep the links themselves, so they "
            "cannot be shown again. If one is lost, withdraw it and invite the person anew."
        )
    )
    shown = found.links[:LISTED]
    lines += [f"– {_link(t, each, zone)}" for each in shown]
    rows = tuple(
        (
            Button(
                t("Withdraw: %(name)s", name=shorten(each.name, ON_BUTTON)),
                buttons.write(buttons.STAFF_LINK_DROP, each.id),
            ),
        )
        for each in shown
    )
    return ChatMessage("\n".join(lines), (*rows, _back(t)))


def _link(t: Translator, each: OpenLink, zone: str) -> str:
    return t(
        "<b>%(name)s</b>: %(role)s, works until %(until)s",
        name=_name(each.name),
        role=role_word(t, each.role),
        until=until(each.expires_at, zone, t.locale),
    )


def dropped(t: Translator, name: str) -> str:
    """Say that a link works no more."""
    return t("The link for <b>%(name)s</b> works no more.", name=_name(name))


def roles(t: Translator, found: OneOfTeam) -> ChatMessage:
    """Offer the roles that somebody does not have."""
    who = found.colleague
    others = [role for role in staff.ROLES if role != who.role]
    text = t(
        "<b>%(name)s</b> is %(role)s now. Which role instead? It counts at once, and the person is "
        "told.",
        name=_name(who.name),
        role=role_word(t, who.role),
    )
    rows = tuple(
        (
            Button(
                role_word(t, role).capitalize(), buttons.write(buttons.STAFF_ROLE_SET, who.id, role)
            ),
        )
        for role in others
    )
    lines = [text, "", *(f"– {t(WHAT_ROLES_DO[role])}" for role in others)]
    return ChatMessage("\n".join(lines), (*rows, _leave(t, who)))


def _leave(t: Translator, who: Colleague) -> Row:
    return (Button(t("Leave it as it is"), buttons.write(buttons.COLLEAGUE, who.id)),)


def surely_own_role(t: Translator, found: OneOfTeam, role: str) -> ChatMessage:
    """Warn whoever gives up their own role."""
    text = t(
        "This is you. As %(role)s you can no longer look after the team, and only another "
        "coordinator can give you your role back. Do you want this?",
        role=role_word(t, role),
    )
    sure = buttons.write(buttons.STAFF_ROLE_SET, found.colleague.id, role, 1)
    return ChatMessage(
        text, ((Button(t("Yes, change my role"), sure),), _leave(t, found.colleague))
    )


def role_given(t: Translator, name: str, role: str) -> str:
    """Say which role somebody has now."""
    return t(
        "<b>%(name)s</b> is %(role)s from now on, and is told.",
        name=_name(name),
        role=role_word(t, role),
    )


def events(t: Translator, found: OneOfTeam, listed: list[Event], *, page: int) -> ChatMessage:
    """Offer the events of a trainer: what they have is ticked, a press changes it."""
    who = found.colleague
    if not listed:
        return ChatMessage(t("There is no event to look after at the moment."), (_back(t),))
    last = (len(listed) - 1) // LISTED
    page = min(page, last)
    own = {number for number, _ in who.events}
    text = t(
        "At which events does <b>%(name)s</b> note who is there? Press an event to give it or to "
        "take it back.",
        name=_name(who.name),
    )
    rows = tuple(
        (
            Button(
                _ticked(event.title, on=event.id in own),
                buttons.write(
                    buttons.TRAINER_EVENT, who.id, event.id, int(event.id not in own), page
                ),
            ),
        )
        for event in listed[page * LISTED : (page + 1) * LISTED]
    )
    pages = _pages(t, page, last, buttons.TRAINER_EVENTS, who.id)
    ready = (Button(t("Ready"), buttons.write(buttons.COLLEAGUE, who.id)),)
    return ChatMessage(text, (*rows, *pages, ready))


def _ticked(title: str, *, on: bool) -> str:
    return f"{'✅' if on else '▫️'} {shorten(title, ON_BUTTON)}"


def surely_remove(t: Translator, found: OneOfTeam) -> ChatMessage:
    """Ask once more before somebody is removed; oneself only with a warning."""
    who = found.colleague
    if found.is_me:
        text = t(
            "This is you. When you leave the team, you can do nothing here any more, and only "
            "another coordinator can invite you again. Do you want this?"
        )
        yes = t("Yes, I leave the team")
    else:
        text = t(
            "Remove <b>%(name)s</b> from the team? The rights end at once. What the person has "
            "planned is held back, and what they were doing ends. The person is told.",
            name=_name(who.name),
        )
        yes = t("Yes, remove from the team")
    sure = buttons.write(buttons.STAFF_REMOVE_SURELY, who.id)
    return ChatMessage(text, ((Button(yes, sure),), _leave(t, who)))


def removed(t: Translator, name: str, *, is_me: bool) -> ChatMessage:
    """Say that somebody is staff no more."""
    if is_me:
        return ChatMessage(t("You have left the team. Thank you for your work."))
    text = t("<b>%(name)s</b> is no longer in the team, and is told.", name=_name(name))
    return ChatMessage(text, (_back(t),))


# --- inviting ---


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question of an invitation to the team."""
    text, options = _SCREENS[asked.question](t, asked.facts)
    version = asked.conversation.version
    rows = tuple((Button(label, buttons.answer(version, value)),) for label, value in options)
    return ChatMessage(text, rows)


def _ask_name(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "Whom do you invite to the team? Please write the first name and surname. To stop: /anuluj"
    )
    return text, []


def _ask_role(t: Translator, facts: dict[str, Any]) -> Screen:
    head = t("What will <b>%(name)s</b> do?", name=_name(facts["name"]))
    lines = [head, *(f"– {t(words)}" for words in WHAT_ROLES_DO.values())]
    return "\n".join(lines), [(role_word(t, role).capitalize(), role) for role in staff.ROLES]


def _ask_events(t: Translator, facts: dict[str, Any]) -> Screen:
    listed, page = facts["choosable"], facts["page"]
    last = max(0, (len(listed) - 1) // LISTED)
    page = min(page, last)
    text = t(
        "At which events will <b>%(name)s</b> note who is there? Press each of them, then “Ready”. "
        "More can be given later.",
        name=_name(facts["name"]),
    )
    options = [
        (_ticked(title, on=number in facts["events"]), str(number))
        for number, title in listed[page * LISTED : (page + 1) * LISTED]
    ]
    if page > 0:
        options.append((t("← Previous page"), f"{PAGE}:{page - 1}"))
    if page < last:
        options.append((t("Next page →"), f"{PAGE}:{page + 1}"))
    return text, [*options, (t("Ready"), DONE)]


_SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "staff_name": _ask_name,
    "staff_role": _ask_role,
    "staff_events": _ask_events,
}


def invited(t: Translator, made: Invited, link: str, *, zone: str) -> list[ChatMessage]:
    """Explain the link, then show it in a message of its own that can be passed on."""
    moment = until(made.expires_at, zone, t.locale)
    how = t(
        "The link for <b>%(name)s</b> (%(role)s) is ready. Please pass the next message on to this "
        "person and to nobody else: whoever opens the link first is in the team. It works once, "
        "until %(until)s, and we cannot show it again.",
        name=_name(made.name),
        role=role_word(t, made.role),
        until=moment,
    )
    words = t(
        "Good day, %(name)s! You are invited to work with us in the programme's chat, as: "
        "%(role)s. Please open this link in Telegram on your own phone and press “Start”:",
        name=_name(made.name),
        role=role_word(t, made.role),
    )
    last = t("The link works once, until %(until)s. It is only for you.", until=moment)
    return [ChatMessage(how, (_back(t),)), ChatMessage(f"{words}\n\n{link}\n\n{last}")]
