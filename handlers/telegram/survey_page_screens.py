"""The screens around the questions of a survey: beginning, code, correcting, last look, thanks."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.survey_keyboard import Rows
from handlers.telegram.survey_screens import in_words
from programme.asking import Asked
from programme.forms import Question
from programme.linking_code import PARTS
from programme.survey_look import Look
from programme.survey_mine import OwnSurvey
from programme.survey_steps import (
    BACK,
    BEGIN,
    LATER,
    MEND,
    NUMBERED,
    PAGE,
    SEND,
    SKIP,
    TO_LOOK,
)
from texts import linking_words
from texts.dates import until
from texts.translator import Translator, mark

TITLE_LENGTH, WORDS_LENGTH = 200, 1500
ON_BUTTON, LABEL_LENGTH, SAID_LENGTH, NAME_LENGTH = 32, 120, 80, 80
LISTED = 8
PRIVACY = {
    "named": mark(
        "Your answers are kept together with your name. The programme's staff see who said what."
    ),
    "organisation": mark(
        "You answer on behalf of %(organisation)s. The answers are kept together with its name."
    ),
    "pseudonymous": mark(
        "Your answers are kept under a sign instead of your name. Whoever reads the results does "
        "not see who answered."
    ),
    "anonymous": mark(
        "This survey is anonymous. What you send us at the end is kept without your name, your "
        "chat and the hour; we only note that you have answered. Until then your answers wait here "
        "so that you can go on. Telegram carries the messages of this chat and keeps them on your "
        "phone; you can delete them there."
    ),
}


def intro(t: Translator, asked: Asked, *, zone: str) -> ChatMessage:
    """Say what a survey is about, what becomes of the answers and how long it takes."""
    look: Look = asked.facts["look"]
    words = look.form.intro
    parts = [
        _title(look),
        escape(shorten(words, WORDS_LENGTH)),
        privacy(t, look),
        _how_long(t, look),
        _pause(t, look, zone),
    ]
    version = asked.conversation.version
    rows = (
        (Button(t("Begin"), buttons.answer(version, BEGIN)),),
        (Button(t("Not now"), buttons.answer(version, LATER)),),
    )
    return ChatMessage("\n\n".join(part for part in parts if part), rows)


def _title(look: Look) -> str:
    title = look.form.title or look.filling.survey.key
    return f"<b>{escape(shorten(title, TITLE_LENGTH))}</b>"


def privacy(t: Translator, look: Look) -> str:
    """Say in plain words what is kept."""
    kind = look.filling.survey.privacy
    if kind == "named" and look.organisation:
        kind = "organisation"
    return t(PRIVACY[kind], organisation=escape(shorten(look.organisation, NAME_LENGTH)))


def _how_long(t: Translator, look: Look) -> str:
    questions = t.plural("%(n)s question", "%(n)s questions", look.total)
    minutes = t.plural("about %(n)s minute", "about %(n)s minutes", look.minutes)
    return t(
        "The survey has %(questions)s and takes %(minutes)s.", questions=questions, minutes=minutes
    )


def _pause(t: Translator, look: Look, zone: str) -> str:
    closes_at = look.filling.wave.closes_at
    if closes_at is None:
        return t("You can stop at any moment and go on later: what you have answered is kept.")
    return t(
        "You can stop at any moment and go on later: what you have answered is kept. The survey is "
        "open until: %(day)s.",
        day=until(closes_at, zone, t.locale),
    )


def returned(t: Translator, look: Look) -> str:
    """Greet somebody who goes on with a survey that they have begun."""
    head = t("You go on with the survey “%(title)s”.", title=_plain_title(look))
    if not look.answered:
        return head
    done = t.plural(
        "%(n)s answer of yours is kept.", "%(n)s answers of yours are kept.", look.answered
    )
    return f"{head} {done}"


def _plain_title(look: Look) -> str:
    return escape(shorten(look.form.title or look.filling.survey.key, TITLE_LENGTH))


def code(t: Translator, asked: Asked) -> ChatMessage:
    """Ask for one part of the code that links the waves of a survey."""
    look: Look = asked.facts["look"]
    version = asked.conversation.version
    keys = [one.key for one in PARTS]
    place = keys.index(look.part) + 1
    parts = [
        t(linking_words.INTRO) if place == 1 else "",
        f"<b>{t(linking_words.LABELS[look.part])}</b>",
        t(linking_words.HINTS[look.part]),
        t("Question %(number)s of %(total)s", number=place, total=len(keys)),
    ]
    skip = (Button(t("I don't want to make such a mark"), buttons.answer(version, SKIP)),)
    back = ((Button(t("‹ Earlier question"), buttons.answer(version, BACK)),),)
    return ChatMessage(
        "\n\n".join(part for part in parts if part), (skip, *(back if place > 1 else ()))
    )


def pick(t: Translator, asked: Asked) -> ChatMessage:
    """List what was answered, a page of it, so that one question can be answered anew."""
    look: Look = asked.facts["look"]
    version = asked.conversation.version
    pages = max(1, -(-len(look.listed) // LISTED))
    page = min(look.page, pages - 1)
    shown = look.listed[page * LISTED : (page + 1) * LISTED]
    head = t("Which answer would you like to change? Please press its button.")
    lines = [_line(t, place, one, value) for place, one, value in shown]
    rows = tuple(
        (_button(f"{place}. {one.label}", version, f"{NUMBERED}{place}"),)
        for place, one, _ in shown
    )
    turning = []
    if page:
        turning.append(_button(t("‹ Earlier ones"), version, f"{PAGE}{page - 1}"))
    if page < pages - 1:
        turning.append(_button(t("Further ones ›"), version, f"{PAGE}{page + 1}"))
    back = (_button(t("Change nothing, go back"), version, TO_LOOK),)
    return ChatMessage(
        "\n\n".join([head, *lines]), (*rows, *((tuple(turning),) if turning else ()), back)
    )


def _line(t: Translator, place: int, one: Question, value: object) -> str:
    said = t("no answer") if value is None else shorten(in_words(t, one, value), SAID_LENGTH)
    return f"{place}. {escape(shorten(one.label, LABEL_LENGTH))}\n→ {escape(said)}"


def _button(label: str, version: int, value: str) -> Button:
    return Button(shorten(label, ON_BUTTON), buttons.answer(version, value))


def last_look(t: Translator, asked: Asked) -> ChatMessage:
    """Ask once more before the answers are sent, or say that they were sent already."""
    look: Look = asked.facts["look"]
    version = asked.conversation.version
    mend = (Button(t("Go back and correct"), buttons.answer(version, MEND)),)
    if look.filling.is_done and not look.is_changed:
        text = t("Your answers have been sent already. You can still change them.")
        change = (Button(t("Change an answer"), buttons.answer(version, MEND)),)
        leave = (Button(t("Leave my answers as they are"), buttons.answer(version, LATER)),)
        return ChatMessage(f"{_title(look)}\n\n{text}", (change, leave))
    count = t(
        "That was the last question. You have answered %(answered)s of %(total)s.",
        answered=look.answered,
        total=look.total,
    )
    if look.is_changed:
        count = t("You have changed what you sent. The change is not sent yet.")
    parts = [_title(look), count, _what_becomes(t, look)]
    send = (Button(t("Send my answers"), buttons.answer(version, SEND)),)
    return ChatMessage("\n\n".join(parts), (send, mend))


def _what_becomes(t: Translator, look: Look) -> str:
    if look.filling.survey.is_anonymous:
        return t(
            "Your answers count once you press “Send my answers”. After that nobody can tell which "
            "are yours, so you cannot change them any more."
        )
    return t(
        "Your answers count once you press “Send my answers”. You can change them as long as the "
        "survey is open."
    )


def thanks(t: Translator, look: Look) -> ChatMessage:
    """Thank somebody who has sent their answers."""
    own = escape(shorten(look.form.thanks, WORDS_LENGTH))
    head = t("Thank you! We have your answers.")
    rows: Rows = ()
    if not look.filling.survey.is_anonymous:
        rows = ((Button(t("Change an answer"), _entry(look)),),)
    return ChatMessage(f"{head}\n\n{own}".strip(), rows)


def _entry(look: Look) -> str:
    kind, _, number = look.filling.owner.partition(":")
    more = (number,) if kind == "organisation" else ()
    return buttons.write(buttons.SURVEY, look.filling.wave.id, *more)


def left(t: Translator, look: Look, *, zone: str) -> ChatMessage:
    """Say that a survey waits, and how to go on."""
    parts = [
        t(
            "We have stopped here. What you have answered in “%(title)s” is kept.",
            title=_plain_title(look),
        )
        if look.answered
        else t(
            "We have stopped here. The survey “%(title)s” waits for you.", title=_plain_title(look)
        ),
        t("To go on, press the button below or write /ankiety."),
    ]
    closes_at = look.filling.wave.closes_at
    if closes_at is not None:
        parts.append(t("It is open until: %(day)s.", day=until(closes_at, zone, t.locale)))
    return ChatMessage("\n\n".join(parts), ((Button(t("Go on with the survey"), _entry(look)),),))


def unchanged(t: Translator, look: Look) -> ChatMessage:
    """Say that what was sent stays as it is."""
    return ChatMessage(
        t("Your answers stay as you sent them. Thank you."),
        ((Button(t("Change an answer"), _entry(look)),),),
    )


def own_surveys(t: Translator, found: list[OwnSurvey], *, zone: str) -> ChatMessage:
    """List the surveys that are open for somebody, each with a button."""
    if not found:
        return ChatMessage(
            t(
                "No survey waits for you at the moment. When there is one, we will write to you "
                "here."
            )
        )
    shown = found[:LISTED]
    lines = [_own_line(t, place, one, zone) for place, one in enumerate(shown, start=1)]
    rows = tuple(
        (
            Button(
                shorten(f"{place}. {one.title}", ON_BUTTON),
                buttons.write(
                    buttons.SURVEY,
                    one.wave_id,
                    *(() if one.organisation_id is None else (one.organisation_id,)),
                ),
            ),
        )
        for place, one in enumerate(shown, start=1)
    )
    head = t("These surveys are open for you. To answer one, press its button:")
    return ChatMessage("\n\n".join([head, *lines]), rows)


def _own_line(t: Translator, place: int, one: OwnSurvey, zone: str) -> str:
    lines = [f"<b>{place}. {escape(shorten(one.title, TITLE_LENGTH))}</b>"]
    if one.organisation:
        name = escape(shorten(one.organisation, NAME_LENGTH))
        lines.append(t("On behalf of: %(organisation)s", organisation=name))
    if one.done and one.begun:
        lines.append(t("Sent; your change is not sent yet."))
    elif one.done:
        lines.append(t("Sent; you can still change your answers."))
    elif one.begun:
        lines.append(t("Begun; your answers so far are kept."))
    if one.closes_at is not None:
        lines.append(t("Open until: %(day)s", day=until(one.closes_at, zone, t.locale)))
    return "\n".join(lines)
