"""What staff see while they write an invitation or a quick poll, and the results."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chart import bar_chart, share
from delivery.chat import Button, ChatFile, ChatMessage
from delivery.limits import CAPTION_LENGTH
from handlers.telegram import buttons, letter_screens
from handlers.telegram.labels import shorten
from programme.asking import Asked
from programme.votes import PollSummary, Results
from texts.translator import Translator

LABEL_LENGTH = 40
EVENTS_SHOWN = 20
# The results are the caption of a picture: question, shares and the last line share its length.
QUESTION_LENGTH = 250
QUESTION_ROOM = 320
COUNT_ROOM = 20
Screen = tuple[str, list[tuple[str, str]]]
Rows = tuple[tuple[Button, ...], ...]


def question(t: Translator, asked: Asked) -> list[ChatMessage]:
    """Ask the open question; the last look at an invitation comes with the letter itself."""
    text, options = SCREENS[asked.question](t, asked.facts)
    version = asked.conversation.version
    rows: Rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(version, value)),)
        for label, value in options
    )
    screen = ChatMessage(text, letter_screens.in_pairs(t, asked, rows))
    return [*letter_screens.letter_before(t, asked), screen]


def _events(facts: dict[str, Any]) -> list[tuple[str, str]]:
    return [(title, str(number)) for number, title in facts["events"][:EVENTS_SHOWN]]


def _poll_event(t: Translator, facts: dict[str, Any]) -> Screen:
    if not facts["events"]:
        return t("There is no event yet whose participants could be asked. To stop: /anuluj"), []
    text = t(
        "You are writing a question to participants. You will see it before it is sent. "
        "Participants of which event shall get it? Please press a button. To stop: /anuluj"
    )
    return text, _events(facts)


def _poll_question(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t("What do you want to ask? Please write one question below, at most 300 characters.")
    return text, []


def _poll_options(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "Which answers may people choose from? Please write from two to ten answers in one "
        "message, each on a line of its own."
    )
    return text, []


def _poll_confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    listed = "\n".join(f"○ {escape(option)}" for option in facts["options"])
    people = t.plural("%(n)s person will get it.", "%(n)s people will get it.", facts["people"])
    ways = t("On Telegram: %(chat)s. By e-mail: %(mail)s.", chat=facts["chat"], mail=facts["mail"])
    unreachable = t(
        "Not reached, as we know neither chat nor e-mail: %(count)s.", count=facts["unreachable"]
    )
    left = [unreachable] if facts["unreachable"] else []
    left += letter_screens.unwanted(t, facts["unwanted"])
    parts = [
        f"<b>{escape(facts['question'])}</b>\n{listed}",
        t("Event: %(title)s", title=escape(facts["title"])),
        "\n".join([f"{people} {ways}", *left]),
        t("Votes are not anonymous: the office sees who chose what."),
        t("Nothing has been sent yet."),
    ]
    return "\n\n".join(parts), [(t("Send now"), "send"), (t("Write it again"), "again")]


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    **letter_screens.SCREENS,
    "poll_event": _poll_event,
    "poll_question": _poll_question,
    "poll_options": _poll_options,
    "poll_confirm": _poll_confirm,
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


def results(t: Translator, found: Results) -> ChatMessage:
    """Show counts, shares and a bar chart."""
    votes = sum(option.count for option in found.options)
    room = (CAPTION_LENGTH - QUESTION_ROOM) // max(1, len(found.options)) - COUNT_ROOM
    lines = [
        f"{escape(shorten(option.label, room))} – {share(option.count, votes, t.locale)}"
        for option in found.options
    ]
    answered = t(
        "Answered: %(answered)s of %(asked)s.",
        answered=found.people_answered,
        asked=found.people_asked,
    )
    chart = bar_chart(
        found.question,
        [option.label for option in found.options],
        [option.count for option in found.options],
        locale=t.locale,
    )
    question = escape(shorten(found.question, QUESTION_LENGTH))
    text = "\n".join([f"<b>{question}</b>", *lines, "", answered])
    again = (Button(t("Refresh"), buttons.write(buttons.RESULTS, found.survey_id)),)
    return ChatMessage(text, (again,), photo=ChatFile("wyniki.png", chart, "image/png"))
