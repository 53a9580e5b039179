"""What staff are asked while they make a new event or change one."""

from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.event_card_screens import (
    AUDIENCES,
    KINDS,
    NAMES,
    VALUES,
    difference,
    doubts,
    facts,
)
from handlers.telegram.labels import shorten
from programme import event_fields as fields
from programme.asking import Asked
from programme.event_cards import EventCard
from programme.event_draft_steps import KIND
from programme.event_draft_steps import PLACE as KNOWN_PLACE
from programme.event_edit_steps import AGAIN, DISCARD, NO, PUBLISH, TELL, YES, Done
from programme.event_news import Reach
from programme.event_rows import Entered
from programme.wall_time import write
from texts.translator import Translator, mark

LABEL_LENGTH = 60
TITLE_LENGTH = 100
Options = list[tuple[str, str]]

QUESTIONS = {
    KIND: mark("What kind of event shall it be? You can change everything later. To stop: /anuluj"),
    fields.TITLE: mark("What is the event called? Please write its title."),
    fields.DAYS: mark(
        "When is it? Please write the days and the hours, for example: 10 lutego 16-18, or "
        "15 i 16 stycznia 9-15. Days with other hours go on a line of their own."
    ),
    fields.PLACE: mark("Where is it? Please write the place, or press a button."),
    fields.SEATS: mark("How many seats are there? Please write a number."),
    fields.STANDS: mark("How many stands are there? Please write a number."),
    fields.DEADLINE: mark(
        "Until when can people register? Please write a day, for example: 8 lutego, or "
        "8 lutego 15:00."
    ),
    fields.NAMING: mark(
        "Until when can organisations name people? Please write a day, for example: 8 lutego."
    ),
    fields.AUDIENCE: mark("Who can register by themselves? Please press a button."),
    fields.DESCRIPTION: mark(
        "What shall people read about the event? Please write it in one message, at most 1,500 "
        "characters."
    ),
    fields.CERTIFICATE: mark(
        "On how many days must somebody be there to get a certificate? Please write a number."
    ),
}


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask the open question."""
    name = asked.question
    if name == "edit_confirm":
        return _with_options(asked, *_edit_confirm(t, asked.facts))
    if name in (f"edit_{PUBLISH}", f"edit_{DISCARD}"):
        return _with_options(asked, *_deed(t, name.removeprefix("edit_"), asked.facts))
    source, _, field = name.partition("_")
    text = t(QUESTIONS[field])
    if source == "edit":
        text = f"{_head(asked.facts['event'])}\n\n{_now(t, field, asked.facts['event'])}{text}"
    elif asked.facts["copy"] and field == fields.DAYS:
        text = f"{_copied(t, asked.facts['entry'])}{text}"
    if source == "edit" or asked.facts["copy"]:
        stop = t("To stop: /anuluj")
        text = f"{text} {stop}"
    return _with_options(asked, text, _options(t, field, asked.facts))


def _with_options(asked: Asked, text: str, options: Options) -> ChatMessage:
    version = asked.conversation.version
    rows = tuple(
        (Button(shorten(label, LABEL_LENGTH), buttons.answer(version, value)),)
        for label, value in options
    )
    return ChatMessage(text, rows)


def _head(event: Entered) -> str:
    return f"<b>{escape(shorten(event.entry.title, TITLE_LENGTH))}</b>"


def _copied(t: Translator, entry: Any) -> str:
    title = escape(shorten(entry.title, TITLE_LENGTH))
    words = t(
        "You are making a copy of “%(title)s”. Everything is taken over but the days and the "
        "deadlines.",
        title=title,
    )
    return f"{words}\n\n"


def _now(t: Translator, field: str, event: Entered) -> str:
    raw = fields.value_of(event.entry, field)
    said = VALUES[field](t, raw, event.zone)
    return f"{t(NAMES[field])}: {said}\n\n"


def _options(t: Translator, field: str, told: dict[str, Any]) -> Options:
    if field == KIND:
        return [(t(words), kind) for kind, words in KINDS.items()]
    if field == fields.AUDIENCE:
        return [(t(words), key) for key, words in AUDIENCES.items()]
    if field == fields.PLACE:
        return [(one, f"{KNOWN_PLACE}{n}") for n, one in enumerate(told.get("places", ()))]
    if field in (fields.DEADLINE, fields.NAMING):
        before = told.get("before")
        day = [(_until(t, before), fields.DAY_BEFORE)] if before else []
        return [*day, (t("Until the event begins"), fields.NONE)]
    none = {
        fields.SEATS: t("No limit"),
        fields.STANDS: t("No limit"),
        fields.DESCRIPTION: t("No description"),
        fields.CERTIFICATE: t("No certificate"),
    }
    return [(none[field], fields.NONE)] if field in none else []


def _until(t: Translator, before: Any) -> str:
    return VALUES[fields.DEADLINE](t, write(before), "UTC")


def _edit_confirm(t: Translator, told: dict[str, Any]) -> tuple[str, Options]:
    event: Entered = told["event"]
    strange = doubts(t, told["doubts"])
    can_tell, reach = told["can_tell"], told["reach"]
    parts = [
        _head(event),
        difference(t, told["difference"], EventCard(event, ())),
        *([strange] if strange else []),
        _who(t, reach) if can_tell else _nobody(t),
        t("Nothing has been changed yet."),
    ]
    options = [(t("Save without telling anybody") if can_tell else t("Save the change"), YES)]
    if can_tell and reach.people:
        words = t.plural("Save and tell %(n)s person", "Save and tell %(n)s people", reach.people)
        options.append((words, TELL))
    options += [(t("Write it again"), AGAIN), (t("Leave it as it was"), NO)]
    return "\n\n".join(parts), options


def _nobody(t: Translator) -> str:
    return t(
        "Nobody gets a message about this. Letters that have not left yet will say what is so then."
    )


def _who(t: Translator, reach: Reach) -> str:
    if not reach.people:
        return t("Nobody is registered whom we could tell.")
    lines = [
        t(
            "If it is only a slip of the pen, please save it without telling anybody. If people "
            "should know, we write to those registered."
        ),
        t(
            "On Telegram: %(chat)s. By e-mail: %(mail)s.",
            chat=reach.by_chat,
            mail=reach.by_mail,
        ),
    ]
    if reach.unreachable:
        lines.append(
            t(
                "Not reached, as we know neither chat nor e-mail: %(count)s.",
                count=reach.unreachable,
            )
        )
    return "\n".join(lines)


def _deed(t: Translator, deed: str, told: dict[str, Any]) -> tuple[str, Options]:
    card: EventCard = told["card"]
    if deed == DISCARD:
        words = t("Do you want to throw this draft away? It cannot be brought back.")
        options = [(t("Yes, throw it away"), YES), (t("No, keep the draft"), NO)]
        return f"{_head(card.event)}\n\n{words}", options
    words = t(
        "After publishing everybody sees the event and can register. Nobody gets a message by that."
    )
    yes = t("Publish it knowingly") if card.doubts else t("Yes, publish it")
    return f"{facts(t, card)}\n\n{words}", [(yes, YES), (t("Not yet"), NO)]


def done(t: Translator, what: Done) -> str:
    """Say what was saved, and who hears of it."""
    words = [t("It is changed.")]
    if what.people:
        words.append(
            t.plural("%(n)s person is being told.", "%(n)s people are being told.", what.people)
        )
    if what.letters:
        words.append(
            t.plural(
                "%(n)s letter that has not left yet says it anew.",
                "%(n)s letters that have not left yet say it anew.",
                what.letters,
            )
        )
    return " ".join(words)
