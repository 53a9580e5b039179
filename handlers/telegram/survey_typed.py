"""Read what somebody typed instead of pressing a button of a survey."""

import re

from delivery.chat import ChatMessage
from handlers.telegram import buttons
from handlers.telegram.survey_keyboard import CHOSEN, TICKED, UNTICKED, is_numbered
from programme.forms import Question
from programme.questions import NO, WITH_POINTS, YES
from programme.survey_look import INTRO, PICK, Look
from programme.survey_steps import BEGIN, NUMBERED
from programme.survey_ticks import SEVERAL

_YES = {"tak", "t", "yes", "y"}
_NO = {"nie", "n", "no"}
_BEGIN = {*_YES, "ok", "start", "zaczynamy"}
_BETWEEN = re.compile(r"[,;\n]+")
_AND = re.compile(r"\s+(?:i|oraz|and)\s+")
_MARKS = re.compile(rf"^({CHOSEN}|{TICKED}|{UNTICKED})?(\d+\. )?")


def value_of(look: Look, message: ChatMessage, *, step: str, raw: str) -> str:
    """Give what the button stands for whose words were typed; other words stay as they are.

    `message` is the question as it was asked. Options are known by their words in either
    language, by their number where they have one, and several can be typed at once.
    """
    words = _fold(raw)
    pressed = _buttons(message).get(words)
    if pressed is not None:
        return pressed
    if look.question is None:
        return _aside(words, step) or raw
    if look.question.kind in SEVERAL:
        keys = [_option(look.question, each) for each in _several(look.question, raw)]
        return f"={' '.join(key for key in keys if key)}" if keys and all(keys) else raw
    key = _option(look.question, words)
    return f"={key}" if key else raw


def _fold(raw: str) -> str:
    return " ".join(raw.split()).strip(" .!„”\"'").casefold()


def _buttons(message: ChatMessage) -> dict[str, str]:
    """Give what each button of a question stands for, by its words without number and tick."""
    found: dict[str, str] = {}
    for row in message.buttons:
        for one in row:
            press = buttons.read(one.data or "")
            value = ":".join(press.arguments[1:])
            if press.action == buttons.SURVEY_TICK and not value.startswith("="):
                value = f"={value}"
            found.setdefault(_fold(_MARKS.sub("", one.label)), value)
    return {words: value for words, value in found.items() if words}


def _aside(words: str, step: str) -> str:
    if step == PICK and words.isascii() and words.isdecimal():
        return f"{NUMBERED}{words}"
    return BEGIN if step == INTRO and words in _BEGIN else ""


def _several(question: Question, raw: str) -> list[str]:
    """Take words apart at commas, and at "i", unless all of them are one option."""
    if _option(question, _fold(raw)):
        return [_fold(raw)]
    pieces = [folded for each in _BETWEEN.split(raw) if (folded := _fold(each))]
    return [
        part
        for piece in pieces
        for part in ([piece] if _option(question, piece) else _AND.split(piece))
    ]


def _option(question: Question, words: str) -> str:
    if question.kind in WITH_POINTS:
        return words if words in question.points else ""
    for one in question.options:
        if words in (_fold(one.label), _fold(one.label_en)):
            return one.key
    if question.kind == "yes_no":
        return YES if words in _YES else NO if words in _NO else ""
    places = {str(place): one.key for place, one in enumerate(question.options, start=1)}
    return places.get(words, "") if is_numbered(question) else ""
