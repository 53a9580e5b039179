"""What staff see of the announcements that wait for the weekly digest."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.announcements import News
from texts.dates import date_line
from texts.translator import Translator

ON_BUTTON = 40
TITLE_SHOWN = 150
TEXT_SHOWN = 1_500


def waiting(t: Translator, found: list[News]) -> ChatMessage:
    """List what waits, by the day of its digest, with a button for each."""
    if not found:
        return ChatMessage(
            t(
                "No announcement waits for a digest. To write one: /zaproszenie, and before "
                "sending choose the digest."
            )
        )
    lines = [t("<b>Announcements that wait for the digest</b>")]
    rows = []
    day = None
    for number, news in enumerate(found, 1):
        if news.digest_on != day:
            day = news.digest_on
            lines += ["", t("Digest of %(day)s:", day=date_line(day, t.locale))]
        lines.append(f"{number}. {escape(shorten(news.subject, TITLE_SHOWN))}")
        label = shorten(f"{number}. {news.subject}", ON_BUTTON)
        rows.append((Button(label, buttons.write(buttons.NEWS_ONE, news.id)),))
    return ChatMessage("\n".join(lines), tuple(rows))


def one(t: Translator, news: News) -> ChatMessage:
    """Show an announcement, and offer to take it out."""
    body = shorten(str(news.content.get("body") or ""), TEXT_SHOWN)
    lines = [
        f"<b>{escape(shorten(news.subject, TITLE_SHOWN))}</b>",
        t("It leaves in the digest of %(day)s.", day=date_line(news.digest_on, t.locale)),
        "",
        escape(body),
        "",
        t("Shall it be taken out of the digest? Nobody will get it then."),
    ]
    surely = Button(t("Take it out of the digest"), buttons.write(buttons.NEWS_WITHDRAW, news.id))
    return ChatMessage("\n".join(lines), ((surely,), (_all(t),)))


def withdrawn(t: Translator, news: News) -> ChatMessage:
    """Say that an announcement will not leave, and offer to put it back."""
    text = t(
        "“%(title)s” is taken out of the digest. Nobody will get it.",
        title=escape(shorten(news.subject, TITLE_SHOWN)),
    )
    back = Button(t("Put it back"), buttons.write(buttons.NEWS_PUT_BACK, news.id))
    return ChatMessage(text, ((back,), (_all(t),)))


def is_back(t: Translator, news: News) -> ChatMessage:
    """Say that an announcement leaves after all, and when."""
    text = t(
        "“%(title)s” is back: it leaves in the digest of %(day)s.",
        title=escape(shorten(news.subject, TITLE_SHOWN)),
        day=date_line(news.digest_on, t.locale),
    )
    return ChatMessage(text, ((_all(t),),))


def _all(t: Translator) -> Button:
    return Button(t("All announcements"), buttons.write(buttons.NEWS))
