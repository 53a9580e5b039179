"""A calendar by an address, as its owner sees it; a calendar's answer, as staff do."""

from collections.abc import Mapping
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.standing import Rows
from texts.dates import session_line
from texts.translator import Translator, mark

ANSWERS = {
    "ACCEPTED": mark("accepted in the calendar"),
    "DECLINED": mark("declined in the calendar"),
    "TENTATIVE": mark("perhaps"),
}


def offer(t: Translator, *, has_one: bool) -> ChatMessage:
    """Say what a calendar by an address is, and offer to make one."""
    parts = [
        f"<b>{t('Your trainings in your calendar')}</b>",
        t(
            "You can have all your dates in the calendar of your telephone or computer. It fetches "
            "them by itself from an address that is yours alone, and follows every change."
        ),
    ]
    if not has_one:
        make = Button(t("Make my address"), buttons.write(buttons.FEED_MAKE))
        return ChatMessage("\n\n".join(parts), ((make,), _back(t)))
    parts.append(
        t(
            "You have such an address already. For safety we do not keep it, so we cannot show it "
            "again. You can have a new one; the old one then ends."
        )
    )
    rows = (
        (Button(t("Make a new address"), buttons.write(buttons.FEED_MAKE)),),
        (Button(t("End my address"), buttons.write(buttons.FEED_END)),),
        _back(t),
    )
    return ChatMessage("\n\n".join(parts), rows)


def made(t: Translator, *, address: str, page: str) -> ChatMessage:
    """Show the address, this once, and the page that puts it into a calendar by one tap."""
    title = t("Your calendar is ready")
    parts = [
        f"<b>{title}</b>",
        t("On the telephone: press the first button below and then “Add to my calendar”."),
        t("On the computer: copy this address and paste it where your calendar asks for one:"),
        f"<code>{escape(address)}</code>",
        t(
            "Whoever knows the address sees your dates, so please give it to nobody. You can end "
            "it here at any time."
        ),
    ]
    rows: Rows = (
        (Button(t("Add to my calendar"), url=page),),
        (Button(t("End my address"), buttons.write(buttons.FEED_END)),),
        _back(t),
    )
    return ChatMessage("\n\n".join(parts), rows)


def ended(t: Translator) -> ChatMessage:
    """Say that the address works no longer, and what becomes of the copy."""
    text = t(
        "Your calendar address has ended; nobody sees your dates by it any more. Your telephone or "
        "computer may still show the old dates until you remove the calendar there."
    )
    return ChatMessage(text, (_back(t),))


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t("My trainings"), buttons.write(buttons.MINE)),)


def about_answer(t: Translator, facts: Mapping[str, Any]) -> list[str]:
    """Say of an answer that staff are asked to look at: which date, what, for whom, when else."""
    dates = (
        (mark("Date: %(value)s"), facts.get("session")),
        (mark("Proposed instead: %(value)s"), facts.get("proposed")),
    )
    lines = [t(words, value=_times(t, times)) for words, times in dates if times]
    answer = ANSWERS.get(str(facts.get("answer")))
    if answer is not None:
        lines.append(t("Answer: %(value)s", value=t(answer)))
    if facts.get("what") == "other_person":
        lines.append(t("Answered for: %(value)s", value=escape(str(facts.get("attendee", "")))))
    return lines


def _times(t: Translator, times: Mapping[str, Any]) -> str:
    # A calendar may propose a beginning and no end.
    ends_at = times["ends_at"] or times["starts_at"]
    return session_line(times["starts_at"], ends_at, times["zone"], t.locale)
