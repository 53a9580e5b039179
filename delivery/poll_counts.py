"""Say how a quick poll stands: for the author while it runs, and for staff who look."""

from html import escape

from delivery.chart import bar_chart, share
from delivery.chat import Button, ChatFile, ChatMessage
from delivery.limits import CAPTION_LENGTH
from programme.votes import Results
from texts.dates import until
from texts.translator import Translator

RESULTS = "w"
CLOSE_ASK = "hc"
# The counts are the caption of a picture: question, shares and the last lines share its length.
QUESTION_LENGTH = 250
QUESTION_ROOM = 480
COUNT_ROOM = 20


def count_lines(t: Translator, found: Results) -> list[str]:
    """Give the question, each answer with its count and share, and how many have answered."""
    whole = found.people_answered if found.multiple else sum(one.count for one in found.options)
    room = (CAPTION_LENGTH - QUESTION_ROOM) // max(1, len(found.options)) - COUNT_ROOM
    lines = [f"<b>{escape(_cut(found.question, QUESTION_LENGTH))}</b>"]
    if not found.hidden:
        lines += [
            f"{escape(_cut(one.label, room))} – {share(one.count, whole, t.locale)}"
            for one in found.options
        ]
    answered = t(
        "Answered: %(answered)s of %(asked)s.",
        answered=found.people_answered,
        asked=found.people_asked,
    )
    lines += ["", answered]
    if found.hidden:
        lines.append(_why_hidden(t, found))
    return lines


def _why_hidden(t: Translator, found: Results) -> str:
    if found.closed_at is None:
        return t("The vote is anonymous, so its answers are shown once it is closed.")
    return t(
        "Fewer than %(threshold)s people answered. So that nobody can be recognised, the answers "
        "are not shown.",
        threshold=found.threshold,
    )


def closing_lines(t: Translator, found: Results, *, zone: str) -> list[str]:
    """Say when a poll closes or closed; nothing of one that has no end."""
    if found.closed_at is not None:
        return [t("Closed: %(end)s.", end=until(found.closed_at, zone, t.locale))]
    if found.closes_at is not None:
        return [t("It closes by itself: %(end)s.", end=until(found.closes_at, zone, t.locale))]
    return []


def running(t: Translator, found: Results, *, zone: str, edits: int | None) -> ChatMessage:
    """Show the author how a poll stands now, in a message that is rewritten as votes come."""
    is_closed = found.closed_at is not None
    head = t("The question is closed:") if is_closed else t("Answers so far:")
    text = "\n".join([head, *count_lines(t, found), *closing_lines(t, found, zone=zone)])
    rows = [(Button(t("Show the answers as a picture"), f"{RESULTS}:{found.survey_id}"),)]
    if not is_closed:
        rows.append((Button(t("Close it now…"), f"{CLOSE_ASK}:{found.survey_id}"),))
    return ChatMessage(text, tuple(rows), edits=edits)


def final(t: Translator, found: Results, *, zone: str) -> ChatMessage:
    """Give the author the result of a closed poll, with its chart where it may be shown."""
    text = "\n".join(
        [
            t("The question is closed. This came out:"),
            *count_lines(t, found),
            *closing_lines(t, found, zone=zone),
        ]
    )
    if found.hidden or not found.people_answered:
        return ChatMessage(text)
    return ChatMessage(text, photo=chart(t, found))


def chart(t: Translator, found: Results) -> ChatFile:
    """Draw how often each answer was chosen."""
    picture = bar_chart(
        found.question,
        [one.label for one in found.options],
        [one.count for one in found.options],
        locale=t.locale,
        answered=found.people_answered if found.multiple else None,
    )
    return ChatFile("wyniki.png", picture, "image/png")


def _cut(text: str, room: int) -> str:
    """Cut as Telegram counts, in UTF-16 units."""
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * room:
        return text
    return units[: 2 * (room - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
