"""What staff are asked while they plan a wave of a survey."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.survey_desk_words import AUDIENCES
from programme.asking import Asked
from programme.survey_wave_steps import AUDIENCES as WORDS
from programme.survey_wave_steps import NEVER, NO, NOW, YES, Planned
from texts.dates import local_day, until
from texts.translator import Translator, mark

LABEL_LENGTH, TITLE_LENGTH = 60, 150
Screen = tuple[str, list[tuple[str, str]]]
CHOICES = {
    "participants": mark("Participants of an event"),
    "organisations": mark("NGOs, each once"),
    "everyone": mark("All people in our list"),
    "public": mark("Anybody, by a link and a poster"),
}


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question."""
    text, options = SCREENS[asked.question](t, asked.facts)
    version = asked.conversation.version
    rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(version, value)),)
        for label, value in options
    )
    title = f"<b>{escape(shorten(asked.facts['view'].title, TITLE_LENGTH))}</b>"
    return ChatMessage(f"{title}\n\n{text}", rows)


def _audience(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t("Whom shall the survey ask this time? To stop: /anuluj")
    return text, [(t(CHOICES[word]), value) for value, word in WORDS.items()]


def _event(t: Translator, facts: dict[str, Any]) -> Screen:
    if not facts["events"]:
        return t("There is no event whose participants could be asked. To stop: /anuluj"), []
    options = [(each.title, str(each.id)) for each in facts["events"]]
    return t("The participants of which event? Please press its button."), options


def _opens(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t("When shall the survey open? Please write it like this: 10 lutego o 9:00, or jutro.")
    return text, [(t("At once"), NOW)]


def _closes(t: Translator, _facts: dict[str, Any]) -> Screen:
    text = t(
        "Until when shall people be able to answer? Please press a button, or write the day: "
        "20 lutego."
    )
    options = [
        (t.plural("For %(n)s day", "For %(n)s days", days), f"={days}") for days in (7, 14, 30)
    ]
    return text, [*options, (t("Until somebody closes it"), NEVER)]


def _confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    zone = facts["zone"]
    words = AUDIENCES[facts["audience"]]
    whom = facts["event"] or t(words)
    closes_at = facts["closes_at"]
    lines = [
        t("Whom it asks: %(whom)s", whom=escape(shorten(whom, TITLE_LENGTH))),
        t("Opens: %(moment)s", moment=until(facts["opens_at"], zone, t.locale)),
        t("Closes: %(moment)s", moment=until(closes_at, zone, t.locale))
        if closes_at
        else t("It stays open until somebody closes it."),
        "",
        t("Nothing leaves before it opens. Shall it be so?"),
    ]
    return "\n".join(lines), [(t("Yes, plan it so"), YES), (t("No, do not plan it"), NO)]


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "wave_audience": _audience,
    "wave_event": _event,
    "wave_opens": _opens,
    "wave_closes": _closes,
    "wave_confirm": _confirm,
}


def settled(t: Translator, done: Planned, *, zone: str) -> ChatMessage:
    """Say what was planned, or that nothing was."""
    survey = buttons.write(buttons.SURVEY_ONE, done.survey_id, 0)
    if done.wave is None:
        rows = ((Button(t("Back to the survey"), survey),),)
        return ChatMessage(t("Nothing was planned."), rows)
    day = f"{local_day(done.wave.opens_at, zone):%d.%m.%Y}"
    text = t("The survey is planned. It opens by itself: %(day)s.", day=day)
    wave = buttons.write(buttons.SURVEY_WAVE, done.wave.id)
    return ChatMessage(
        text, ((Button(t("Show it"), wave),), (Button(t("All rounds of the survey"), survey),))
    )
