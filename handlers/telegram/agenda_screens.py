"""What staff see of the agenda: its pages, one line of it, and what is asked once more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import groupby

from delivery.chat import Button, ChatMessage
from delivery.kind_words import CHANNELS, KINDS
from handlers.telegram import agenda_words, buttons
from handlers.telegram.labels import shorten
from programme.agenda_desk import (
    ANNOUNCEMENTS,
    ORGANISATIONS,
    PER_PAGE,
    Looked,
    Occurrence,
    Span,
    Whom,
    can_hurry,
)
from texts.dates import clock, hour, local_day, weekday
from texts.translator import Translator

LINES = 10
ABOUT_LENGTH = 70
TITLE_LENGTH = 200
NAME_LENGTH = 80
ON_BUTTON = 44
LETTERS = ("invitation", "correction", "poll")
Row = tuple[Button, ...]


def _day(t: Translator, moment: datetime, span: Span) -> str:
    """Name a day as one speaks of it: "jutro, wtorek 10 lutego"."""
    named = weekday(moment, span.zone, t.locale)
    away = local_day(moment, span.zone) - local_day(span.now, span.zone)
    if away == timedelta():
        return t("today, %(day)s", day=named)
    if away == timedelta(days=1):
        return t("tomorrow, %(day)s", day=named)
    return named


def _when(t: Translator, moment: datetime, span: Span) -> str:
    return f"{_day(t, moment, span)}, {hour(moment, span.zone, t.locale)}"


def _at(moment: datetime, span: Span) -> str:
    """Name a moment in few signs, so that the same message of two days has two buttons."""
    day = local_day(moment, span.zone)
    return f"{day.day}.{day.month:02}, {clock(moment, span.zone)}"


def _count(t: Translator, line: Occurrence) -> str:
    if line.counted == ORGANISATIONS:
        return t.plural("%(n)s organisation", "%(n)s organisations", line.count)
    if line.counted == ANNOUNCEMENTS:
        return t.plural("%(n)s announcement", "%(n)s announcements", line.count)
    return t.plural("%(n)s person", "%(n)s people", line.count)


def _kind(t: Translator, line: Occurrence) -> str:
    return t(KINDS.get(line.kind, line.kind))


def _what(t: Translator, line: Occurrence, length: int = TITLE_LENGTH) -> str:
    about = shorten(line.about, length)
    return f"{_kind(t, line)}: {about}" if about else _kind(t, line)


def agenda(t: Translator, lines: Sequence[Occurrence], page: int, span: Span) -> ChatMessage:
    """Show a page of the agenda, by day."""
    if not lines:
        text = t.plural(
            "Nothing will be sent in the next %(n)s day.",
            "Nothing will be sent in the next %(n)s days.",
            span.days,
        )
        return ChatMessage(text)
    pages = -(-len(lines) // LINES)
    page = min(max(0, page), pages - 1)
    shown = lines[page * LINES : (page + 1) * LINES]
    head = t.plural(
        "What will be sent in the next %(n)s day",
        "What will be sent in the next %(n)s days",
        span.days,
    )
    parts = [f"<b>{head}</b>"]
    if pages > 1:
        parts[0] += "\n" + t("Page %(page)s of %(pages)s", page=page + 1, pages=pages)
    for day, ones in groupby(shown, lambda one: _day(t, one.due_at, span)):
        parts.append("\n".join([f"<b>{day}</b>", *(_line(t, one, span) for one in ones)]))
    parts.append(t("To see one of them, to stop it or to send it now, please press it below."))
    rows: list[Row] = [
        (
            Button(
                shorten(f"{_at(one.due_at, span)} {_what(t, one)}", ON_BUTTON),
                buttons.write(buttons.AGENDA_ONE, one.name, 0),
            ),
        )
        for one in shown
    ]
    turning = []
    if page:
        turning.append(Button(t("« Previous"), buttons.write(buttons.AGENDA, page - 1)))
    if page + 1 < pages:
        turning.append(Button(t("Next »"), buttons.write(buttons.AGENDA, page + 1)))
    return ChatMessage("\n\n".join(parts), (*rows, *((tuple(turning),) if turning else ())))


def _line(t: Translator, line: Occurrence, span: Span) -> str:
    what = escape(_what(t, line, ABOUT_LENGTH))
    return f"{clock(line.due_at, span.zone)} · {what} · {_count(t, line)}"


def one(t: Translator, found: Looked, span: Span, *, may_change: bool) -> ChatMessage:
    """Show one line: when, whom, by which channel, and what can be done."""
    line = found.occurrence
    parts = ["\n".join(_head(t, line, span))]
    if found.people:
        parts.append("\n".join(f"– {_whom(t, whom)}" for whom in found.people))
    if line.fixed:
        parts.append(t(agenda_words.FIXED[line.fixed]))
    rows: list[Row] = []
    if found.sample is not None:
        rows.append((_button(t("Show how it will look"), buttons.AGENDA_TEXT, line.name),))
    if may_change and not line.fixed:
        if can_hurry(line.name):
            rows.append((_button(t("Send now"), buttons.AGENDA_NOW_ASK, line.name),))
        rows.append((_button(t("Stop it for all"), buttons.AGENDA_STOP_ASK, line.name),))
        rows += [
            (
                Button(
                    shorten(t("Not to: %(name)s", name=whom.name), ON_BUTTON),
                    buttons.write(
                        buttons.AGENDA_LEAVE_ASK, line.name, whom.number, found.first // PER_PAGE
                    ),
                ),
            )
            for whom in found.people
        ]
    rows += _turning(t, found)
    rows.append((Button(t("Back to the agenda"), buttons.write(buttons.AGENDA, 0)),))
    return ChatMessage("\n\n".join(parts), tuple(rows))


def _head(t: Translator, line: Occurrence, span: Span) -> list[str]:
    about, kind = escape(shorten(line.about, TITLE_LENGTH)), _kind(t, line)
    return [
        f"<b>{escape(kind[:1].upper() + kind[1:])}</b>",
        *([about] if about else []),
        t("When: %(when)s", when=_when(t, line.due_at, span)),
        t("To whom: %(count)s", count=_count(t, line)),
    ]


def _whom(t: Translator, whom: Whom) -> str:
    name = escape(shorten(whom.name, NAME_LENGTH))
    if not whom.channels:
        return name
    return f"{name} · {', '.join(t(CHANNELS[channel]) for channel in whom.channels)}"


def _button(label: str, action: str, name: str) -> Button:
    return Button(label, buttons.write(action, name))


def _turning(t: Translator, found: Looked) -> list[Row]:
    name, at = found.occurrence.name, found.first // PER_PAGE
    row = []
    if at:
        row.append(Button(t("« Previous"), buttons.write(buttons.AGENDA_ONE, name, at - 1)))
    if found.people and found.first + len(found.people) < found.occurrence.count:
        row.append(Button(t("Next »"), buttons.write(buttons.AGENDA_ONE, name, at + 1)))
    return [tuple(row)] if row else []


def surely_stop(t: Translator, found: Looked, span: Span) -> ChatMessage:
    """Ask once more before nobody gets it, with what that means."""
    line = found.occurrence
    parts = [
        t("Stop this for all?"),
        "\n".join(_head(t, line, span)),
        t(_meaning(line)),
        t("This cannot be taken back."),
    ]
    return _surely(t, line, "\n\n".join(parts), t("Yes, stop it"), buttons.AGENDA_STOP)


def _meaning(line: Occurrence) -> str:
    if line.counted == ANNOUNCEMENTS:
        return agenda_words.STOPPED_NEWS
    if line.kind in LETTERS:
        return agenda_words.STOPPED_LETTER
    if line.kind.endswith(("reminder", "_missing")):
        return agenda_words.STOPPED_REMINDER
    return agenda_words.STOPPED_NOTICE


def surely_now(t: Translator, found: Looked, span: Span, leaves_at: datetime) -> ChatMessage:
    """Ask once more before it is sent sooner; at night, say that it waits for the morning."""
    line = found.occurrence
    parts = [t("Send this now, and not at its time?"), "\n".join(_head(t, line, span))]
    if leaves_at > span.now:
        parts.append(
            t(
                "Now is a time at which we do not disturb people, so it will leave at: %(when)s.",
                when=_when(t, leaves_at, span),
            )
        )
    parts.append(t("It will not come a second time."))
    return _surely(t, line, "\n\n".join(parts), t("Yes, send it now"), buttons.AGENDA_NOW)


def surely_leave_out(t: Translator, found: Looked, whom: Whom, span: Span) -> ChatMessage:
    """Ask once more before one of them does not get it."""
    line = found.occurrence
    name = escape(shorten(whom.name, NAME_LENGTH))
    if line.counted == ANNOUNCEMENTS:
        question = t("Take this announcement out of the digest: <b>%(name)s</b>?", name=name)
    else:
        question = t("Do not send it to: <b>%(name)s</b>?", name=name)
    parts = [question, "\n".join(_head(t, line, span))]
    if line.counted != ANNOUNCEMENTS:
        parts.append(t("All others get it as planned. This cannot be taken back."))
    yes = Button(
        t("Yes, leave them out"),
        buttons.write(buttons.AGENDA_LEAVE, line.name, whom.number, found.first // PER_PAGE),
    )
    if line.counted == ANNOUNCEMENTS:
        yes = Button(t("Yes, take it out"), yes.data)
    return ChatMessage("\n\n".join(parts), ((yes,), (_no(t, line),)))


def _surely(t: Translator, line: Occurrence, text: str, yes: str, action: str) -> ChatMessage:
    return ChatMessage(text, ((_button(yes, action, line.name),), (_no(t, line),)))


def _no(t: Translator, line: Occurrence) -> Button:
    return Button(t("No, leave it"), buttons.write(buttons.AGENDA_ONE, line.name, 0))


def stopped(t: Translator, line: Occurrence, count: int) -> ChatMessage:
    """Say that nobody gets it."""
    what = escape(_what(t, line))
    text = t("Stopped: %(what)s.", what=what)
    if line.counted == ANNOUNCEMENTS:
        more = t.plural("%(n)s announcement.", "%(n)s announcements.", count)
    else:
        more = t.plural("%(n)s message will not leave.", "%(n)s messages will not leave.", count)
    return _back(t, f"{text} {more}")


def left_out(t: Translator, line: Occurrence, whom: Whom) -> ChatMessage:
    """Say that one of them does not get it."""
    back = Button(t("Back"), buttons.write(buttons.AGENDA_ONE, line.name, 0))
    name = escape(shorten(whom.name, NAME_LENGTH))
    if line.counted == ANNOUNCEMENTS:
        text = t("Taken out of the digest: %(name)s.", name=name)
    else:
        text = t(
            "This message will not go to %(name)s: %(what)s. All others get it as planned.",
            name=name,
            what=escape(_what(t, line)),
        )
    return ChatMessage(text, ((back,), (_to_agenda(t),)))


def _to_agenda(t: Translator) -> Button:
    return Button(t("Back to the agenda"), buttons.write(buttons.AGENDA, 0))


def _back(t: Translator, text: str) -> ChatMessage:
    return ChatMessage(text, ((_to_agenda(t),),))


def name_of(t: Translator, line: Occurrence) -> str:
    """Name a line in few words, for a deed that waits."""
    return _what(t, line)
