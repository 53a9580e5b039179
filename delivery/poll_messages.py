"""A quick poll with buttons as one chat shows it: asked, ticked, voted, closed."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from programme.poll_ballots import Ballot
from texts.dates import until
from texts.translator import Translator

VOTE, TICK, SEND = "hv", "hk", "hs"
CHOSEN, OPEN_BOX, TICKED_BOX = "✔ ", "☐ ", "☑ "
# What a phone shows of a button; longer answers stand in the text and have a number.
BUTTON_ROOM = 30
_IN_A_ROW = 5
Rows = tuple[tuple[Button, ...], ...]


def first(text: str, seen: Mapping[str, Any], t: Translator) -> ChatMessage:
    """Ask somebody who has not answered; `text` is the notice's own."""
    labels = seen["options"]
    below = keyboard(t, seen["buttons_of"], labels, chosen=(), multiple=seen["multiple"])
    listed = numbered(labels)
    return ChatMessage(f"{text}\n\n{listed}" if listed else text, below)


def numbered(labels: Sequence[str]) -> str:
    """List answers with their numbers where they are too long for buttons, else nothing."""
    if _fit(labels):
        return ""
    return "\n".join(f"{number}. {escape(label)}" for number, label in enumerate(labels, 1))


def _fit(labels: Sequence[str]) -> bool:
    return all(len(label) <= BUTTON_ROOM for label in labels)


def keyboard(
    t: Translator,
    survey_id: int,
    labels: Sequence[str],
    *,
    chosen: Sequence[int],
    multiple: bool,
) -> Rows:
    """Give a button to each answer; `chosen` are the numbers, from 1, of those with a mark."""
    fit = _fit(labels)
    action = TICK if multiple else VOTE
    buttons = [
        Button(
            _mark(number in chosen, multiple=multiple) + (label if fit else str(number)),
            f"{action}:{survey_id}:{number}",
        )
        for number, label in enumerate(labels, 1)
    ]
    width = 1 if fit else _IN_A_ROW
    rows: Rows = tuple(
        tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)
    )
    return (*rows, (Button(t("Send my answers"), f"{SEND}:{survey_id}"),)) if multiple else rows


def _mark(is_chosen: bool, *, multiple: bool) -> str:
    if multiple:
        return TICKED_BOX if is_chosen else OPEN_BOX
    return CHOSEN if is_chosen else ""


def ballot(t: Translator, found: Ballot, *, zone: str, edits: int | None) -> ChatMessage:
    """Show a poll to one person as it stands for them; `edits` is the message to rewrite."""
    labels = [option.label for option in found.options]
    lines = [f"<b>{escape(found.question)}</b>"]
    if found.closed_at is not None:
        return ChatMessage("\n\n".join([*lines, *_closed(t, found)]), edits=edits)
    if found.is_anonymous and found.is_done:
        return ChatMessage("\n\n".join([*lines, thanks(t)]), edits=edits)
    if listed := numbered(labels):
        lines.append(listed)
    marked = found.ticked if found.multiple and found.ticked else found.chosen
    numbers = [n for n, option in enumerate(found.options, 1) if option.key in marked]
    below = keyboard(t, found.survey_id, labels, chosen=numbers, multiple=found.multiple)
    lines += _standing(t, found)
    if found.closes_at is not None:
        lines.append(t("You can answer until %(end)s.", end=until(found.closes_at, zone, t.locale)))
    return ChatMessage("\n\n".join(lines), below, edits=edits)


def thanks(t: Translator) -> str:
    """Say that an anonymous vote is in, and why it stays as it is."""
    return t(
        "Thank you, your answer is in. It is anonymous: nobody can find out what you chose, and so "
        "it cannot be changed either."
    )


def _standing(t: Translator, found: Ballot) -> list[str]:
    lines = []
    if found.chosen:
        lines.append(t("Thank you. Your answer: %(answer)s.", answer=escape(found.answer)))
    if found.multiple:
        lines.append(
            t("Tick what you choose, then press “Send my answers”. Only then does it count.")
        )
        if found.is_anonymous:
            lines.append(once(t))
    elif found.chosen:
        lines.append(t("To change it, press another answer."))
    elif found.is_anonymous:
        lines.append(once(t))
    return lines


def once(t: Translator) -> str:
    """Say before an anonymous vote that there is no way back."""
    return t("Your answer is anonymous. Once it is sent, it cannot be changed.")


def _closed(t: Translator, found: Ballot) -> list[str]:
    lines = [t("This question is closed now.")]
    if found.chosen:
        lines.append(t("Your answer was counted: %(answer)s.", answer=escape(found.answer)))
    elif found.is_done:
        lines.append(t("Your answer was counted."))
    lines.append(t("Thank you."))
    return lines
