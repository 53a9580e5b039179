"""How one question of a survey looks in the chat: its words, its buttons, what was said so far."""

from html import escape

from delivery.chat import ChatMessage
from delivery.limits import TEXT_LENGTH, visible_length
from handlers.telegram.labels import shorten
from handlers.telegram.survey_keyboard import MISSING_WORDS, is_numbered, rankable, rows
from handlers.telegram.survey_words import limits
from programme.asking import Asked
from programme.forms import Question
from programme.questions import MISSING
from programme.survey_look import Look
from programme.survey_ticks import SEVERAL
from texts.dates import day
from texts.translator import Translator, mark

LABEL_LENGTH, SHORTEST = 60, 20
OPTION_LENGTH = 300
SAID_LENGTH = 500
ALL_OPTIONS = 1600
QUESTION_LENGTH, INFO_LENGTH = 900, 2800
# A sentence on why the answer before did not fit stands above the question.
ROOM_FOR_NOTE = 500
# What is left out of a text that is too long, in this order; the buttons say it in few words.
_GIVE_WAY = ("listed", "said", "hint")
_HOW = {
    "choice": mark("Please press one of the buttons."),
    "yes_no": mark("Please press one of the buttons."),
    "scale": mark("Please press one of the buttons."),
    "date": mark("Please write the day below, like this: 15.01.2027."),
    "text": mark("Please write your answer below."),
    "name": mark("Please write your answer below."),
    "address": mark("Please write the address below, like this: anna@example.org."),
    "long_text": mark(
        "Please write your answer below, in one message. It can be as long as you like, up to "
        "%(most)s characters."
    ),
    "file": mark("Please send a photo or a PDF file here."),
}


def question(t: Translator, asked: Asked, *, edits: int | None = None) -> ChatMessage:
    """Ask one question; `edits` names the message that is rewritten after a tick."""
    look: Look = asked.facts["look"]
    open_now = look.question
    assert open_now is not None  # noqa: S101 -- the step asks one
    parts = {"head": "\n\n".join(filter(None, (_progress(t, look), _heading(look), _label(look))))}
    parts["hint"] = _hint(open_now)
    if open_now.kind != "info":
        parts |= _below(t, open_now, look)
    for name in (*_GIVE_WAY, ""):
        text = "\n\n".join(part for part in parts.values() if part)
        if visible_length(text) <= TEXT_LENGTH - ROOM_FOR_NOTE:
            break
        parts.pop(name, None)
    return ChatMessage(text, rows(t, look, asked.conversation.version), edits=edits)


def _below(t: Translator, open_now: Question, look: Look) -> dict[str, str]:
    return {
        "listed": _listed(open_now),
        "ranked": _ranked(open_now, look),
        "ends": _ends(open_now),
        "how": _how(t, open_now, look),
        "said": _said(t, open_now, look),
    }


def _progress(t: Translator, look: Look) -> str:
    if not look.number:
        return ""
    return t("Question %(number)s of %(total)s", number=look.number, total=look.total)


def _heading(look: Look) -> str:
    """Say what the statements of a matrix have in common: whole once, then in few words."""
    if look.matrix is None or look.question is None:
        return ""
    is_first = look.question.key.endswith(f".{look.matrix.rows[0].key}")
    return escape(shorten(look.matrix.label, SAID_LENGTH if is_first else LABEL_LENGTH))


def _label(look: Look) -> str:
    assert look.question is not None  # noqa: S101 -- the caller has looked
    most = INFO_LENGTH if look.question.kind == "info" else QUESTION_LENGTH
    return f"<b>{escape(shorten(own_words(look), most))}</b>"


def own_words(look: Look) -> str:
    """Give the words of the question; of a part of a matrix those of its statement alone."""
    assert look.question is not None  # noqa: S101 -- the caller has looked
    if look.matrix is None:
        return look.question.label
    row = look.question.key.rpartition(".")[2]
    return next(one.label for one in look.matrix.rows if one.key == row)


def _hint(open_now: Question) -> str:
    return escape(shorten(open_now.hint, SAID_LENGTH))


def _listed(open_now: Question) -> str:
    if not is_numbered(open_now):
        return ""
    room = min(OPTION_LENGTH, max(LABEL_LENGTH, ALL_OPTIONS // len(open_now.options)))
    return "\n".join(
        f"{place}. {escape(shorten(one.label, room))}"
        for place, one in enumerate(open_now.options, start=1)
    )


def _ranked(open_now: Question, look: Look) -> str:
    if open_now.kind != "ranking":
        return ""
    labels = {one.key: one.label for one in open_now.options}
    room = min(LABEL_LENGTH, max(SHORTEST, ALL_OPTIONS // len(labels)))
    return "\n".join(
        f"<b>{place}.</b> {escape(shorten(labels[key], room))}"
        for place, key in enumerate(look.picked, start=1)
    )


def _ends(open_now: Question) -> str:
    """Say what the ends of a scale mean."""
    if open_now.kind != "scale":
        return ""
    ends = ((open_now.low, open_now.low_label), (open_now.high, open_now.high_label))
    most = SAID_LENGTH // 2
    return "\n".join(f"{point} – {escape(shorten(words, most))}" for point, words in ends if words)


def _how(t: Translator, open_now: Question, look: Look) -> str:
    match open_now.kind:
        case "multiple":
            return _how_many(t, open_now)
        case "ranking":
            return _how_ranked(t, open_now, look)
        case "number":
            return _how_number(t, open_now)
        case "file" if look.filling.survey.is_anonymous:
            return t("A file could show whose it is, so please press a button below instead.")
    return t(_HOW[open_now.kind], most=open_now.max_length)


def _how_many(t: Translator, open_now: Question) -> str:
    words = t("You can choose several. When all are ticked, press “Done, go on”.")
    least, most = open_now.at_least, open_now.at_most
    if most and least == most:
        words = t("Please choose %(n)s and then press “Done, go on”.", n=most)
    elif most and least > 1:
        words = t(
            "Please choose from %(least)s to %(most)s and then press “Done, go on”.",
            least=least,
            most=most,
        )
    elif most:
        words = t("You can choose up to %(n)s. Then press “Done, go on”.", n=most)
    elif least > 1:
        words = t("Please choose at least %(n)s and then press “Done, go on”.", n=least)
    return words


def _how_ranked(t: Translator, open_now: Question, look: Look) -> str:
    if not rankable(open_now, look):
        return t("If this is the right order, press “Done, go on”.")
    if look.picked:
        return t("Now please press what comes next.")
    return t("Please press what is most important to you first, then the next one.")


def _how_number(t: Translator, open_now: Question) -> str:
    unit = f" ({open_now.unit})" if open_now.unit else ""
    return t(
        "Please write a number below%(limits)s%(unit)s.",
        limits=limits(t, open_now.minimum, open_now.maximum),
        unit=escape(shorten(unit, LABEL_LENGTH)),
    )


def _said(t: Translator, open_now: Question, look: Look) -> str:
    """Repeat what was answered before to a question that somebody came back to."""
    is_ticked = open_now.kind in SEVERAL and look.value not in MISSING
    if look.value is None or is_ticked:
        return ""
    words = in_words(t, open_now, look.value)
    return t("Your answer so far: %(words)s", words=escape(shorten(words, SAID_LENGTH)))


def in_words(t: Translator, one: Question, value: object) -> str:
    """Say an answer the way people read it."""
    labels = {option.key: option.label for option in one.options}
    if isinstance(value, list):
        return ", ".join(labels.get(f"{key}", f"{key}") for key in value)
    said = str(value)
    if said in one.missing:
        return t(MISSING_WORDS[said])
    if one.kind == "date":
        return day(f"{said}T12:00:00+00:00", "UTC", t.locale)
    if one.kind == "number":
        return f"{said.replace('.', ',') if t.locale == 'pl' else said} {one.unit}".strip()
    return t("the file that you sent") if one.kind == "file" else labels.get(said, said)
