"""The message that shows staff how far a broadcast has come, and what they can do with it."""

from datetime import datetime
from html import escape

from delivery.chat import Button, ChatMessage
from programme.broadcast_standing import Standing
from texts.dates import day, hour
from texts.translator import Translator, mark

BAR = 10
FULL, EMPTY = "▓", "░"
TAKE_BACK, PAUSE, GO_ON, ASK_STOP, STOP, WHO = "bz", "bp", "bg", "bs", "bss", "yr"
REOPEN = "iu"
_HOUR = 60
_LONG = 90

# Why a broadcast is paused or stopped.
BECAUSE = {
    "author_left": mark("Whoever wrote this letter no longer works here."),
    "grown": mark(
        "Since it was confirmed, recipients have been added, and it goes to more people now than "
        "one person may write to alone. Another coordinator has to press “Go on sending”."
    ),
    "event_cancelled": mark("The event was cancelled, so nothing more of it is sent."),
    "too_late": mark("It is too late for this letter, so nothing more of it is sent."),
    "taken_back": mark("This letter was taken back. Nobody got it."),
}


def end_words(t: Translator, standing: Standing) -> str:
    """Say by itself that a letter was stopped by nobody's hand; empty when it was not."""
    if standing.because not in ("event_cancelled", "too_late") or not standing.held_back:
        return ""
    held = t.plural(
        "%(n)s message was not sent.", "%(n)s messages were not sent.", standing.held_back
    )
    sent = (standing.counts or {}).get("sent", 0)
    before = t.plural(
        "%(n)s message had been sent before.", "%(n)s messages had been sent before.", sent
    )
    head = t("Your letter “%(title)s” was stopped.", title=standing.title)
    return "\n".join([escape(head), t(BECAUSE[standing.because]), f"{held} {before}"])


def message(
    t: Translator, standing: Standing, *, zone: str, edits: int | None = None
) -> ChatMessage:
    """Compose the message for a moment; `edits` is Telegram's number of the one to rewrite."""
    lines = [_head(t, standing)]
    if standing.because in BECAUSE:
        lines.append(t(BECAUSE[standing.because]))
    if not standing.begun:
        lines += _plan(t, standing, zone)
    elif standing.because != "taken_back":
        lines += [_bar(t, standing), *_pace(t, standing, zone), *_counts(t, standing)]
    return ChatMessage("\n".join(lines), _buttons(t, standing), edits=edits)


def _head(t: Translator, standing: Standing) -> str:
    heads = {
        "planned": t("Ready to be sent:"),
        "paused": t("Sending is paused:"),
        "stopped": t("Sending was stopped:"),
    }
    head = heads.get(standing.state, t("Being sent:"))
    if standing.because == "taken_back":
        head = t("Not sent:")
    if standing.ended and standing.state != "stopped":
        head = t("Sending has ended. Report:")
    return f"{head} <b>{escape(standing.title)}</b>" if standing.title else head


def _plan(t: Translator, standing: Standing, zone: str) -> list[str]:
    if standing.state == "stopped":
        return []
    lines = []
    if standing.starts_at is not None and standing.state == "planned":
        lines.append(leaves_at(t, standing.starts_at, zone))
    lines.append(
        t.plural(
            "It is meant for %(n)s recipient.",
            "It is meant for %(n)s recipients.",
            standing.everybody,
        )
    )
    lines.append(t("Nothing has been sent yet, so you can still take it back."))
    return lines


def leaves_at(t: Translator, moment: datetime, zone: str) -> str:
    """Say when a letter that waits begins to leave."""
    return t(
        "It leaves on %(day)s, %(hour)s.",
        day=day(moment, zone, t.locale),
        hour=hour(moment, zone, t.locale),
    )


def _bar(t: Translator, standing: Standing) -> str:
    done = min(standing.done, standing.everybody)
    filled = BAR * done // max(1, standing.everybody)
    words = t("%(done)s of %(all)s", done=done, all=standing.everybody)
    return f"{FULL * filled}{EMPTY * (BAR - filled)} {words}"


def _pace(t: Translator, standing: Standing, zone: str) -> list[str]:
    if standing.ended or standing.state not in ("queueing", "running"):
        return []
    if standing.next_at is not None:
        named = day(standing.next_at, zone, t.locale)
        clock = hour(standing.next_at, zone, t.locale)
        return [t("The next messages leave on %(day)s, %(hour)s.", day=named, hour=clock)]
    if not standing.rate or standing.minutes is None:
        return []
    pace = t.plural("%(n)s message a minute", "%(n)s messages a minute", standing.rate)
    return [f"{pace}, {_time_left(t, standing.minutes)}"]


def _time_left(t: Translator, minutes: int) -> str:
    if minutes < 1:
        return t("less than a minute left")
    if minutes <= _LONG:
        return t.plural("about %(n)s minute left", "about %(n)s minutes left", minutes)
    hours = -(-minutes // _HOUR)
    return t.plural("about %(n)s hour left", "about %(n)s hours left", hours)


def _counts(t: Translator, standing: Standing) -> list[str]:
    counts = standing.counts or {}
    waiting = 0 if standing.ended else max(0, standing.everybody - standing.done)
    cancelled = standing.held_back or counts.get("cancelled", 0)
    called_off = standing.because == "event_cancelled"
    named = [
        (mark("Sent: %(count)s"), counts.get("sent", 0), True),
        (mark("Waiting: %(count)s"), waiting, waiting),
        (mark("The person has closed the chat: %(count)s"), counts.get("blocked", 0), None),
        (mark("Could not be delivered: %(count)s"), counts.get("failed", 0), None),
        (mark("Perhaps delivered, not repeated: %(count)s"), counts.get("uncertain", 0), None),
        (mark("Not sent, as it was too late: %(count)s"), counts.get("missed", 0), None),
        (
            mark("Not sent, as the event was cancelled: %(count)s")
            if called_off or standing.state != "stopped"
            else mark("Held back, not sent: %(count)s"),
            cancelled,
            None,
        ),
    ]
    return [t(words, count=count) for words, count, shown in named if shown or count]


def _buttons(t: Translator, standing: Standing) -> tuple[tuple[Button, ...], ...]:
    number = standing.broadcast_id

    def button(label: str, action: str) -> Button:
        return Button(label, data=f"{action}:{number}")

    take_back = button(t("Take it back"), TAKE_BACK)
    go_on = button(t("Go on sending"), GO_ON)
    if standing.because == "taken_back":
        return ((button(t("Back to the letter"), REOPEN),),) if standing.has_letter else ()
    if standing.ended or standing.state == "stopped":
        who = button(t("Who got it and who did not"), WHO)
        return ((who,),) if standing.ended and standing.begun else ()
    if not standing.begun:
        return ((take_back,),) if standing.state == "planned" else ((go_on,), (take_back,))
    if standing.state == "paused":
        return ((go_on,), (button(t("Stop for good…"), ASK_STOP),))
    return ((button(t("Pause"), PAUSE), button(t("Stop for good…"), ASK_STOP)),)
