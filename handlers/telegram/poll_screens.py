"""What staff see of a quick poll: while they write it, while it runs, and what came out."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from delivery.poll_counts import chart, closing_lines, count_lines
from handlers.telegram import buttons, letter_screens
from handlers.telegram.labels import shorten
from programme.broadcast_facts import HOME_ZONE
from programme.poll_manner import BUTTONS
from programme.votes import PollSummary, Results
from texts.dates import until
from texts.translator import Translator, mark

LABEL_LENGTH = 40
EVENTS_SHOWN = 20
Screen = tuple[str, list[tuple[str, str]]]

_ENDS = {
    "tonight": mark("At eight in the evening"),
    "days": mark("In the evening three days later"),
    "event": mark("At the end of the event"),
    "never": mark("Not by itself"),
}
_WHOM = {
    "event": mark("Participants of the event"),
    "ngo": mark("People of NGOs"),
    "office": mark("People of the office"),
    "organisations": mark("Everybody: NGOs and the office"),
}


def _event(t: Translator, facts: dict[str, Any]) -> Screen:
    without = (t("It is about no event"), "none")
    if not facts["events"]:
        text = t(
            "You are writing a question. You will see it before it is sent. There is no event yet "
            "whose participants could be asked, but you can ask organisations. To stop: /anuluj"
        )
        return text, [without]
    text = t(
        "You are writing a question to participants. You will see it before it is sent. "
        "Participants of which event shall get it? Please press a button. To stop: /anuluj"
    )
    listed = [(title, str(number)) for number, title in facts["events"][:EVENTS_SHOWN]]
    return text, [*listed, without]


def _question(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t("What do you want to ask? Please write one question below, at most 300 characters.")
    return text, []


def _options(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "Which answers may people choose from? Please write from two to ten answers in one "
        "message, each on a line of its own."
    )
    return text, []


def _end(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t("When shall the question close by itself? You can close it earlier at any time.")
    words = [word for word in _ENDS if word != "event" or facts["has_event"]]
    return text, [(t(_ENDS[word]), word) for word in words]


def _whom(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t("Who shall get the question?")
    words = [word for word in _WHOM if word != "event" or facts["has_event"]]
    return text, [(t(_WHOM[word]), word) for word in words]


def _confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    mark_of = "☐" if facts.get("multiple") else "○"
    listed = "\n".join(f"{mark_of} {escape(option)}" for option in facts["options"])
    people = t.plural("%(n)s person will get it.", "%(n)s people will get it.", facts["people"])
    ways = t("On Telegram: %(chat)s. By e-mail: %(mail)s.", chat=facts["chat"], mail=facts["mail"])
    unreachable = t(
        "Not reached, as we know neither chat nor e-mail: %(count)s.", count=facts["unreachable"]
    )
    left = [unreachable] if facts["unreachable"] else []
    left += letter_screens.unwanted(t, facts["unwanted"])
    whom = facts.get("whom", "event")
    about = [t("Event: %(title)s", title=escape(facts["title"]))] if facts["title"] else []
    if whom != "event":
        about.append(t("For: %(whom)s", whom=t(_WHOM[whom])))
    parts = [
        f"<b>{escape(facts['question'])}</b>\n{listed}",
        *(["\n".join(about)] if about else []),
        "\n".join([f"{people} {ways}", *left]),
        "\n".join(_manner(t, facts)),
        t("Nothing has been sent yet."),
    ]
    return "\n\n".join(parts), _choices(t, facts)


def _manner(t: Translator, facts: dict[str, Any]) -> list[str]:
    if facts.get("anonymous"):
        lines = [
            t(
                "Votes are anonymous: nobody sees who chose what, and a vote cannot be changed. "
                "You see the answers once the question is closed, if at least five people "
                "answered."
            )
        ]
    else:
        lines = [t("Votes are not anonymous: the office sees who chose what.")]
    if facts.get("multiple"):
        lines.append(t("Several answers may be chosen."))
    closes_at = facts.get("closes_at")
    if closes_at is not None:
        end = until(closes_at, facts["zone"], t.locale)
        lines.append(t("It closes by itself: %(end)s.", end=end))
    elif facts.get("anonymous"):
        lines.append(t("It stays open until you close it."))
    return lines


def _choices(t: Translator, facts: dict[str, Any]) -> list[tuple[str, str]]:
    several = t("Only one answer") if facts.get("multiple") else t("Allow several answers")
    names = t("With names") if facts.get("anonymous") else t("Make it anonymous")
    listed = [(t("Send now"), "send"), (t("Write it again"), "again"), (several, "several")]
    listed.append((names, "names"))
    if not facts.get("anonymous"):
        native = facts.get("style") != BUTTONS
        style = t("Ask by plain buttons") if native else t("Ask by a Telegram poll")
        listed.append((style, "style"))
    return [*listed, (t("When it closes"), "end"), (t("Who gets it"), "whom")]


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "poll_event": _event,
    "poll_question": _question,
    "poll_options": _options,
    "poll_confirm": _confirm,
    "poll_end": _end,
    "poll_whom": _whom,
}


def poll_list(t: Translator, polls: list[PollSummary]) -> ChatMessage:
    """Offer the newest polls."""
    if not polls:
        return ChatMessage(t("No question has been asked yet. To ask one, press /pytanie."))
    rows = tuple(
        (
            Button(
                shorten(poll.question, LABEL_LENGTH), buttons.write(buttons.RESULTS, poll.survey_id)
            ),
        )
        for poll in polls
    )
    return ChatMessage(
        t("The answers to which question do you want to see? Please press a button."), rows
    )


def results(
    t: Translator, found: Results, *, zone: str = HOME_ZONE, may_close: bool = False
) -> ChatMessage:
    """Show counts, shares and a bar chart; only how many answered where counts are withheld."""
    text = "\n".join([*count_lines(t, found), *closing_lines(t, found, zone=zone)])
    rows = [(Button(t("Refresh"), buttons.write(buttons.RESULTS, found.survey_id)),)]
    if may_close and found.closed_at is None:
        close = buttons.write(buttons.POLL_CLOSE_ASK, found.survey_id)
        rows.append((Button(t("Close it now…"), close),))
    if found.hidden:
        return ChatMessage(text, tuple(rows))
    return ChatMessage(text, tuple(rows), photo=chart(t, found))


def ask_close(t: Translator, found: Results) -> ChatMessage:
    """Ask whether a poll shall really take no more votes."""
    text = t(
        "Shall the question “%(question)s” be closed now? %(answered)s of %(asked)s have answered. "
        "After that nobody can answer or change an answer, and it cannot be opened again.",
        question=escape(found.question),
        answered=found.people_answered,
        asked=found.people_asked,
    )
    surely = buttons.write(buttons.POLL_CLOSE, found.survey_id)
    back = buttons.write(buttons.RESULTS, found.survey_id)
    return ChatMessage(
        text, ((Button(t("Yes, close it"), surely),), (Button(t("No, leave it open"), back),))
    )
