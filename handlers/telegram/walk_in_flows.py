"""The dialogue in which staff let in somebody who stands at the door."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons, profile_screens
from handlers.telegram.labels import shorten
from handlers.telegram.people_flows import allowed
from handlers.telegram.people_screens import NAME_LENGTH, who
from handlers.telegram.turn import Turn
from handlers.telegram.words import refused
from programme import walk_in_steps
from programme.asking import Asked
from programme.people_refusals import SeatsAllTaken
from programme.walk_in_steps import ANYWAY, SEAT, Seated
from texts.translator import Translator

LABEL_LENGTH = 60
TITLE_LENGTH = 120


async def begin(turn: Turn, *, event_id: int) -> None:
    """Ask for the name."""
    member = await allowed(turn)
    await _put(
        turn, await walk_in_steps.begin(turn.tx, state=turn.state, event_id=event_id, member=member)
    )


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    member = await allowed(turn)
    await _put(turn, await walk_in_steps.ask(turn.tx, state=turn.state, member=member), note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; after the last one the person has a seat."""
    member = await allowed(turn)
    try:
        following = await walk_in_steps.answer(
            turn.tx,
            state=turn.state,
            raw=raw,
            member=member,
            quiet=turn.desk.quiet,
            now=turn.now,
        )
    except SeatsAllTaken as refusal:
        await ask(turn, note=refused(turn.t, refusal, zone=turn.desk.zone))
        return
    if isinstance(following, Asked):
        await _put(turn, following)
        return
    await turn.keep(following.conversation)
    await turn.say(seated(turn.t, following))


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, question(turn.t, asked), note)


Screen = tuple[str, list[tuple[str, str]]]


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question."""
    text, options = SCREENS[asked.question.removeprefix("walk_in_")](t, asked.facts)
    version = asked.conversation.version
    rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(version, value)),)
        for label, value in options
    )
    desk = (Button(t("Back to the event"), buttons.write(buttons.DESK, asked.facts["event_id"])),)
    return ChatMessage(text, (*rows, desk))


def _name(t: Translator, _facts: dict[str, Any]) -> Screen:
    return t("Who has come? Please write the first name and surname."), []


def _known(t: Translator, facts: dict[str, Any]) -> Screen:
    options = [(who(name, unit), str(number)) for number, name, unit in facts["known"]]
    lines = "\n".join(f"– {escape(label)}" for label, _ in options)
    text = t("These people are in our list. Is it one of them?")
    new = t("No, somebody new: %(name)s", name=facts["name"])
    return f"{text}\n{lines}", [*options, (new, "new"), (t("Write the name again"), "again")]


def _role(t: Translator, _facts: dict[str, Any]) -> Screen:
    return t("Whom does this person represent?"), [
        (t("An organisation (NGO)"), "ngo"),
        (t("The municipal office"), "clerk"),
    ]


def _organisation(t: Translator, facts: dict[str, Any]) -> Screen:
    offices = [(name, f"org:{number}") for number, name in facts["offices"]]
    if facts["role"] == "clerk":
        shown = offices[: profile_screens.OFFICES_SHOWN]
        return t("Where does this person work? Please press a button or write the name."), shown
    return t("Which organisation? Please write its name, a short form will do."), []


def _organisation_pick(t: Translator, facts: dict[str, Any]) -> Screen:
    options = [(name, f"org:{number}") for number, name in facts["matches"]]
    again = (t("Write the name again"), "again")
    if options:
        lines = "\n".join(f"– {escape(name)}" for name, _value in options)
        text = t("We have found in the register:")
        return f"{text}\n{lines}", [*options, (t("None of these"), "other"), again]
    text = t("“%(words)s” is not in the register. Is that right?", words=escape(facts["words"]))
    return text, [(t("Yes, go on"), "other"), again]


def _confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    parts = [
        f"<b>{escape(shorten(facts['title'], TITLE_LENGTH))}</b>",
        escape(who(facts["name"], facts["organisation"])),
    ]
    if facts["new"]:
        parts.append(
            t(
                "Please hand over the information about personal data on paper. The button below "
                "notes that you did."
            )
        )
    if not facts["full"]:
        return "\n\n".join(parts), [(t("Give a seat"), SEAT)]
    parts.append(
        t(
            "All seats are taken: %(taken)s people on %(capacity)s seats. You can let this person "
            "in all the same.",
            taken=facts["taken"],
            capacity=facts["capacity"],
        )
    )
    return "\n\n".join(parts), [(t("Seat anyway"), ANYWAY)]


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "name": _name,
    "known": _known,
    "role": _role,
    "organisation": _organisation,
    "organisation_pick": _organisation_pick,
    "confirm": _confirm,
}


def seated(t: Translator, done: Seated) -> ChatMessage:
    """Say what became of somebody at the door."""
    got = done.admitted
    name = escape(shorten(got.name, NAME_LENGTH))
    if got.had_seat:
        lines = [t("<b>%(name)s</b> has a seat already.", name=name)]
    else:
        lines = [t("<b>%(name)s</b> has a seat now.", name=name)]
    if got.noted:
        lines.append(t("Presence is noted for the session that is going on."))
    else:
        lines.append(t("No session is going on now, so presence is not noted."))
    if got.beyond:
        lines.append(t("There are more people than seats now. The event shows as overbooked."))
    rows = (
        (Button(t("Next person"), buttons.write(buttons.WALK_IN, done.event_id)),),
        (Button(t("Back to the event"), buttons.write(buttons.DESK, done.event_id)),),
    )
    return ChatMessage("\n".join(lines), rows)
