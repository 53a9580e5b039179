"""What staff see while they type in a signed list; all that was typed is shown again."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from programme.asking import Asked
from programme.attendance_paper import GONE, LIKE, SEVERAL, UNKNOWN
from programme.attendance_paper_steps import ANEW, SAVE, SAVE_SURE, Noted
from texts.dates import until
from texts.translator import Translator, mark

# Below Telegram's limit of 4,096 with room for the words around.
ROOM = 3_300
PIECE = 1_000
PRINTS_SHOWN = 10
WHY = {
    UNKNOWN: mark("%(text)s – not found on the list"),
    SEVERAL: mark("%(text)s – several people are called so, please write the number"),
    GONE: mark("%(text)s – the registration was cancelled"),
    LIKE: mark("%(text)s – not sure, so not noted"),
}
Option = tuple[str, str]


def question(t: Translator, asked: Asked, *, note: str = "") -> list[ChatMessage]:
    """Ask the open question; a long last look takes several messages."""
    texts, options = _SCREENS[asked.question](t, asked.facts)
    version = asked.conversation.version
    rows = tuple((Button(words, buttons.answer(version, value)),) for words, value in options)
    *before, last = [ChatMessage(text) for text in texts]
    text = f"{note}\n\n{last.text}" if note else last.text
    return [*before, dataclasses.replace(last, text=text, buttons=rows)]


def _print(t: Translator, facts: dict[str, Any]) -> tuple[list[str], list[Option]]:
    text = t(
        "The list was printed more than once, and the numbers differ. Which one is the paper? It "
        "stands at the bottom of each page. To stop: /anuluj"
    )
    options = [
        (_paper(t, paper, facts["zone"]), str(paper[0])) for paper in facts["papers"][:PRINTS_SHOWN]
    ]
    return [text], options


def _paper(t: Translator, paper: tuple[int, datetime], zone: str) -> str:
    number, made_at = paper
    moment = until(made_at, zone, t.locale)
    return t("List no. %(number)s of %(moment)s", number=number, moment=moment)


def _lines(t: Translator, facts: dict[str, Any]) -> tuple[list[str], list[Option]]:
    text = t(
        "Who has signed? Please write the names, each on a line of its own. Nothing is noted "
        "before you have seen it. To stop: /anuluj"
    )
    if facts["paper"] is not None:
        text = t(
            "Who has signed? Please write the numbers from the list, for example: 1, 3, 5-8. You "
            "can also write names, each on a line of its own. Nothing is noted before you have "
            "seen it. To stop: /anuluj"
        )
        text = f"{text}\n\n{_paper(t, facts['paper'], facts['zone'])}"
    return [text], []


def _confirm(t: Translator, facts: dict[str, Any]) -> tuple[list[str], list[Option]]:
    sure, likes, unknown = facts["sure"], facts["likes"], facts["unknown"]
    lines = []
    if sure:
        lines += [t("<b>Present:</b>"), *(escape(each) for each in sure), ""]
    if likes:
        lines.append(t("<b>Please check whether these are the right people:</b>"))
        lines += [f"{escape(text)} → {escape(name)}" for text, name in likes]
        lines.append("")
    lines += _unknown(t, unknown)
    count = len(sure) + len(likes)
    options: list[Option] = []
    if count:
        lines.append(
            t("Nothing is noted yet. You can write more names or numbers, or press a button.")
        )
        options.append((t.plural("Note %(n)s person", "Note %(n)s people", count), SAVE))
    else:
        lines.append(t("Nobody was found. Please write once more, or press a button."))
    if sure and likes:
        words = t.plural("Only %(n)s who is sure", "Only %(n)s who are sure", len(sure))
        options.append((words, SAVE_SURE))
    return _texts(lines), [*options, (t("Begin the list anew"), ANEW)]


def noted(t: Translator, result: Noted) -> list[ChatMessage]:
    """Say what was noted, and once more what was not."""
    lines = [t.plural("Noted: %(n)s person.", "Noted: %(n)s people.", result.added)]
    if result.before:
        lines.append(
            t.plural(
                "%(n)s person was noted before.", "%(n)s people were noted before.", result.before
            )
        )
    lines += ["", *_unknown(t, result.unknown)] if result.unknown else []
    *before, last = [ChatMessage(text) for text in _texts(lines)]
    back = buttons.write(buttons.SESSION, result.session_id)
    ticks = buttons.write(buttons.TICK_LIST, result.session_id, 0)
    rows = (
        (Button(t("Tick people off in the chat"), ticks),),
        (Button(t("Back to the session"), back),),
    )
    return [*before, dataclasses.replace(last, buttons=rows)]


def _unknown(t: Translator, unknown: Sequence[tuple[str, str]]) -> list[str]:
    if not unknown:
        return []
    head = t("<b>Not noted:</b>")
    return [head, *(line for text, how in unknown for line in _entry(t, text, how)), ""]


def _entry(t: Translator, text: str, how: str) -> Iterator[str]:
    *before, last = [text[at : at + PIECE] for at in range(0, len(text), PIECE)] or [""]
    yield from (escape(each) for each in before)
    yield t(WHY[how], text=escape(last))


def _texts(lines: Sequence[str]) -> list[str]:
    """Put lines into as few messages as they need."""
    texts: list[str] = []
    held: list[str] = []
    room = ROOM
    for line in lines:
        if held and room < len(line):
            texts.append("\n".join(held).strip())
            held, room = [], ROOM
        held.append(line)
        room -= len(line) + 1
    return [*texts, "\n".join(held).strip()]


_SCREENS = {"paper_print": _print, "paper_lines": _lines, "paper_confirm": _confirm}
