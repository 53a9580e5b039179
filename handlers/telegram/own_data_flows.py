"""A person's own data in the chat: what we know, one change at a time, and whom they come for."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons, preference_screens, profile_screens
from handlers.telegram.labels import shorten
from handlers.telegram.turn import Turn
from handlers.telegram.words import refused
from programme import own_data
from programme.asking import Asked
from programme.listing import EventView
from programme.own_data import ADD, CHANGE, MAIL, NAME, Changed, OwnData
from programme.people_refusals import OrganisationHeldAlready
from programme.refusals import PersonUnknown
from texts.translator import Translator, mark

LABEL_LENGTH = 60
NAME_LENGTH = 100
ORGANISATIONS_SHOWN = 8
THANKS = {
    NAME: mark("Thank you, the name is changed."),
    CHANGE: mark(
        "Thank you, the organisation is changed. Earlier registrations stay with the earlier one."
    ),
    ADD: mark("Thank you, the organisation is added. When you register, we ask whom you come for."),
    MAIL: mark("Thank you, we will write to this address from now on."),
    "": mark("Nothing was changed."),
}
QUESTIONS = {
    NAME: mark("How shall we write your name? Please write your first name and surname below."),
    MAIL: mark(
        "What is your new e-mail address? Please write it below. We will send a code there."
    ),
}


async def show(turn: Turn, *, note: str = "") -> None:
    """Show what we know of the person."""
    if turn.chat.person is None:
        raise PersonUnknown
    view = await own_data.of(turn.tx, person=turn.chat.person)
    has_feeds = turn.desk.public_url is not None
    await turn.say(page(turn.t, view, note=note, has_feeds=has_feeds))


async def begin(turn: Turn, what: str) -> None:
    """Ask for the new value."""
    if turn.chat.person is None:
        raise PersonUnknown
    await _put(
        turn,
        await own_data.begin(turn.tx, state=turn.state, person=turn.chat.person, what=what),
    )


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    if turn.chat.person is None:
        raise PersonUnknown
    asked = await own_data.ask(turn.tx, state=turn.state, person=turn.chat.person)
    await _put(turn, asked, note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; after the last one the person sees their data as they are now."""
    if turn.chat.person is None:
        raise PersonUnknown
    try:
        following = await own_data.answer(
            turn.tx,
            state=turn.state,
            person=turn.chat.person,
            raw=raw,
            our_address=turn.desk.our_address,
            now=turn.now,
            quiet=turn.desk.quiet,
        )
    except OrganisationHeldAlready as refusal:
        await ask(turn, note=refused(turn.t, refusal, zone=turn.desk.zone))
        return
    if isinstance(following, Changed):
        await turn.keep(following.conversation)
        await turn.look_again()
        await show(turn, note=turn.t(THANKS[following.what]))
    else:
        await _put(turn, following)


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, question(turn.t, asked), note)


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question, with a way out that changes nothing."""
    what = asked.facts["what"]
    facts = {"role": "", **asked.facts}
    text, options = profile_screens.SCREENS[asked.question](t, facts)
    if asked.question in QUESTIONS:
        text = t(QUESTIONS[asked.question])
    if what == ADD:
        text, options = _second(t, asked, text, options)
    kept = [one for one in options if one[1] != own_data.SKIP]
    labels = [*kept, (t("Change nothing"), own_data.SKIP)]
    rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(asked.conversation.version, value)),)
        for label, value in labels
    )
    return ChatMessage(text, rows)


def _second(
    t: Translator, asked: Asked, text: str, options: list[tuple[str, str]]
) -> tuple[str, list[tuple[str, str]]]:
    """Word the question for a second organisation, which must be in the register."""
    if asked.question == "organisation":
        return t("Which organisation do you act for too? Please write its name below."), []
    lines = [f"– {escape(name)}" for name, value in options if value.startswith("org:")]
    if lines:
        text = "\n".join([t("We have found in the register:"), *lines])
    else:
        text = t(
            "“%(words)s” is not in our register, so we cannot add it here. Please write the name "
            "once more, or call us.",
            words=escape(asked.facts["words"]),
        )
    return text, [one for one in options if one[1] != "other"]


def page(t: Translator, view: OwnData, *, note: str = "", has_feeds: bool = False) -> ChatMessage:
    """Show what we know, with a button for each change."""
    names = [one.name for one in view.organisations] or [view.person.organisation]
    shown = [escape(shorten(name, NAME_LENGTH)) for name in names[:ORGANISATIONS_SHOWN] if name]
    lines = [
        t("Your data:"),
        t("Name: %(name)s", name=escape(shorten(view.person.name, NAME_LENGTH))),
        *(t("Organisation: %(name)s", name=name) for name in shown[:1]),
        *(t("Also acting for: %(name)s", name=name) for name in shown[1:]),
        t("E-mail: %(address)s", address=escape(view.mail)) if view.mail else t("E-mail: none"),
        *preference_screens.lines(t, view.preferences),
        *_surveys(t, view),
    ]
    rows = [
        _change(t("Change my name"), NAME),
        _change(t("Change my organisation"), CHANGE),
        _change(t("Add one more organisation"), ADD),
        _change(t("Change my e-mail address") if view.mail else t("Add an e-mail address"), MAIL),
    ]
    if len(view.organisations) > 1:
        rows += [
            (
                Button(
                    shorten(t("I no longer act for: %(name)s", name=one.name), LABEL_LENGTH),
                    buttons.write(buttons.OWN_CHANGE, "leave", one.organisation_id),
                ),
            )
            for one in view.organisations[:ORGANISATIONS_SHOWN]
        ]
    rows += preference_screens.rows(t, view.preferences)
    if has_feeds:
        rows.append((Button(t("In my calendar"), buttons.write(buttons.FEED)),))
    text = "\n".join(lines)
    return ChatMessage(f"{note}\n\n{text}" if note else text, tuple(rows))


def _surveys(t: Translator, view: OwnData) -> list[str]:
    """Name the surveys in which the person is found, the newest first."""
    newest = list(reversed(view.surveys))
    shown = [
        t("“%(title)s” (begun, not sent)", title=escape(shorten(one.title, NAME_LENGTH)))
        if one.is_begun
        else t("“%(title)s”", title=escape(shorten(one.title, NAME_LENGTH)))
        for one in newest[:ORGANISATIONS_SHOWN]
    ]
    if not shown:
        return []
    more = [t("and others")] if len(newest) > len(shown) else []
    return [t("Surveys with your answers: %(titles)s", titles=", ".join([*shown, *more]))]


def _change(label: str, what: str) -> tuple[Button, ...]:
    return (Button(label, buttons.write(buttons.OWN_CHANGE, what)),)


async def asks_for_whom(turn: Turn, view: EventView) -> bool:
    """Ask somebody of several organisations for which one they come; False when one is known."""
    if turn.chat.person is None or not view.can_register or view.mine is not None:
        return False
    held = await own_data.organisations(turn.tx, person=turn.chat.person)
    if len(held) < 2:  # noqa: PLR2004 -- one leaves nothing to choose
        return False
    rows = tuple(
        (
            Button(
                shorten(one.name, LABEL_LENGTH),
                buttons.write(buttons.BEHALF, view.event_id, one.organisation_id),
            ),
        )
        for one in held[:ORGANISATIONS_SHOWN]
    )
    words = t_for_whom(turn.t, view.title)
    await turn.say(ChatMessage(words, rows))
    return True


def t_for_whom(t: Translator, title: str) -> str:
    """Ask the question itself."""
    return t(
        "<b>%(title)s</b>\n\nOn behalf of which organisation? Please press a button.",
        title=escape(shorten(title, NAME_LENGTH)),
    )
