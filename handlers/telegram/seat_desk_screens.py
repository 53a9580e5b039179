"""What staff see while they let somebody in, refuse an application or take somebody off."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.asking import Asked
from programme.seat_desk_steps import AGAIN, NO, REFUSE, SKIP, YES, Settled, Standing
from texts.dates import until
from texts.translator import Translator

LABEL_LENGTH = 60
TITLE_LENGTH = 100
NAME_LENGTH = 120
Screen = tuple[str, list[tuple[str, str]]]


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question."""
    text, options = SCREENS[asked.question](t, asked.facts)
    version = asked.conversation.version
    rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(version, value)),)
        for label, value in options
    )
    title = f"<b>{escape(shorten(asked.facts['event'].title, TITLE_LENGTH))}</b>"
    return ChatMessage(f"{title}\n\n{text}", rows)


def _name(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "Whom do you let in? Please write the name or a part of it. You can find everybody who is "
        "known to the programme. To stop: /anuluj"
    )
    return text, []


def _pick(t: Translator, facts: dict[str, Any]) -> Screen:
    options = [
        (f"{one.name}, {one.organisation}" if one.organisation else one.name, str(one.id))
        for one in facts["matches"]
    ]
    text = t("Who is it? Please press the right name, or write it once more.")
    return text, [*options, (t("Somebody else"), AGAIN)]


def _note(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "You are letting in: %(name)s. Deadline and conditions do not count then. Why? Please "
        "write a short note for the office. The person does not see it.",
        name=escape(shorten(facts["person"].name, NAME_LENGTH)),
    )
    return text, [(t("Without a note"), SKIP)]


def _reason(t: Translator, facts: dict[str, Any]) -> Screen:
    name = escape(shorten(facts["attending"].name, NAME_LENGTH))
    if facts["deed"] == REFUSE:
        text = t(
            "You are refusing the application of: %(name)s. Why? Please write the reason in one "
            "or two sentences, for the person to read. To stop: /anuluj",
            name=name,
        )
    else:
        text = t(
            "You are taking off the list: %(name)s. Why? Please write the reason in one or two "
            "sentences, for the person to read. To stop: /anuluj",
            name=name,
        )
    return text, []


def _confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    name = escape(shorten(facts["attending"].name, NAME_LENGTH))
    if facts["deed"] == REFUSE:
        text = t("Refuse the application of <b>%(name)s</b>?", name=name)
        yes = t("Yes, refuse the application")
    else:
        text = t("Take <b>%(name)s</b> off the list?", name=name)
        yes = t("Yes, take off the list")
    reason = t("The person will read: “%(reason)s”", reason=escape(facts["reason"]))
    options = [(yes, YES), (t("Write another reason"), AGAIN), (t("No, leave it"), NO)]
    return f"{text}\n\n{reason}", options


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "seat_name": _name,
    "seat_pick": _pick,
    "seat_note": _note,
    "seat_reason": _reason,
    "seat_confirm": _confirm,
}


def settled(t: Translator, done: Settled) -> ChatMessage:
    """Say what was done at once."""
    if done.got is not None:
        return got(t, done.got, done.event_id)
    return back_to_event(t, t("Nothing was changed."), done.event_id)


def _by_telephone(t: Translator) -> str:
    return t("We cannot write to this person, so please call them.")


def got(t: Translator, standing: Standing, event_id: int) -> ChatMessage:
    """Say what somebody has by staff's word."""
    one = standing.attending
    name = escape(shorten(one.name, NAME_LENGTH))
    if one.state == "active":
        seat = t("%(name)s has a seat now.", name=name)
        after = t("We have sent the confirmation.") if standing.told else _by_telephone(t)
        words = f"{seat} {after}"
    elif one.offer_until is not None:
        day = until(one.offer_until, standing.zone, t.locale)
        words = t(
            "We have offered a seat to: %(name)s. We wait for an answer until: %(day)s.",
            name=name,
            day=day,
        )
    else:
        words = t(
            "All seats are taken, so this person is on the waiting list now: %(name)s, number "
            "%(position)s. If there is to be room, please change the number of seats.",
            name=name,
            position=standing.position,
        )
    return back_to_event(t, words, event_id)


def back_to_event(t: Translator, words: str, event_id: int) -> ChatMessage:
    """Say something, and lead back to the event."""
    back = Button(t("Back to the event"), buttons.write(buttons.DESK, event_id))
    return ChatMessage(words, ((back,),))
