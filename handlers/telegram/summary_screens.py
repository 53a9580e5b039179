"""What coordinators see of messages that did not arrive."""

from html import escape

from delivery.chat import Button, ChatMessage
from delivery.kind_words import CHANNELS, KINDS, STATES
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.summaries import DAYS_BACK, UndeliveredPage
from texts.dates import clock, weekday
from texts.translator import Translator

NAME_SHOWN, ON_BUTTON = 80, 40


def undelivered(t: Translator, page: UndeliveredPage, *, zone: str) -> ChatMessage:
    """List messages, the newest first, with a button to each person."""
    if not page.total:
        return ChatMessage(t("Every message of the last days has arrived, as far as we know."))
    heading = t("Messages that did not arrive, or perhaps did not")
    span = t.plural("of the last %(n)s day", "of the last %(n)s days", DAYS_BACK)
    lines = [f"<b>{heading}</b>, {span}: {page.total}"]
    rows: list[tuple[Button, ...]] = []
    for number, one in enumerate(page.rows, page.first):
        whom = one.person or one.address
        when = f"{weekday(one.at, zone, t.locale)}, {clock(one.at, zone)}"
        what = t(KINDS[one.kind]) if one.kind in KINDS else one.kind
        lines += [
            "",
            f"{number}. <b>{escape(shorten(whom, NAME_SHOWN))}</b>, {t(CHANNELS[one.channel])}",
            f"{what} – {t(STATES[one.state])}",
            when,
        ]
        if one.person_id is not None:
            data = buttons.write(buttons.PERSON, one.person_id)
            rows.append((Button(shorten(f"{number}. {whom}", ON_BUTTON), data),))
    around = []
    if page.number:
        data = buttons.write(buttons.UNDELIVERED, page.number - 1)
        around.append(Button(t("« Previous"), data))
    if page.number + 1 < page.pages:
        around.append(Button(t("Next »"), buttons.write(buttons.UNDELIVERED, page.number + 1)))
    return ChatMessage("\n".join(lines), (*rows, *((tuple(around),) if around else ())))
