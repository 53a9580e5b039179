"""The buttons under a question of a survey."""

from delivery.chat import Button
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.form_values import SEEN
from programme.forms import Question
from programme.questions import HARD_TO_SAY, MISSING, NO_ANSWER
from programme.survey_look import Look
from programme.survey_steps import BACK, DONE, KEEP, SKIP
from programme.survey_ticks import SEVERAL, UNDO
from texts.translator import Translator, mark

Rows = tuple[tuple[Button, ...], ...]
# What a phone shows of a button in one line; longer options are listed above the buttons.
ON_BUTTON = 30
POINTS_IN_A_ROW = 6
TICKED, UNTICKED, CHOSEN = "☑ ", "☐ ", "✓ "
MISSING_WORDS = {
    HARD_TO_SAY: mark("Hard to say"),
    NO_ANSWER: mark("I don't want to answer"),
}


def rows(t: Translator, look: Look, version: int) -> Rows:
    """Offer what can be answered, and the ways out of the question."""
    open_now = look.question
    assert open_now is not None  # noqa: S101 -- the step asks one
    return (*_options(t, open_now, look, version), *_ways_out(t, open_now, look, version))


def is_numbered(open_now: Question) -> bool:
    """Tell whether the options are listed with numbers, as they are too long for buttons."""
    return any(len(one.label) > ON_BUTTON for one in open_now.options)


def option_label(open_now: Question, place: int) -> str:
    """Write an option so that it fits on a button; places count from one."""
    label = open_now.options[place - 1].label
    return shorten(f"{place}. {label}" if is_numbered(open_now) else label, ON_BUTTON + 4)


def rankable(open_now: Question, look: Look) -> list[int]:
    """List the places of the options that can still be added to a ranking."""
    most = open_now.at_most or len(open_now.options)
    if len(look.picked) >= most:
        return []
    return [
        place for place, one in enumerate(open_now.options, start=1) if one.key not in look.picked
    ]


def _options(t: Translator, open_now: Question, look: Look, version: int) -> Rows:
    match open_now.kind:
        case "info":
            return ((Button(t("Go on"), buttons.answer(version, f"={SEEN}")),),)
        case "scale":
            return _points(open_now, look, version)
        case "multiple":
            return (*_ticks(open_now, look, version), *_done(t, look, version))
        case "ranking":
            return (*_places(t, open_now, look, version), *_done(t, look, version))
    return tuple(
        (
            Button(
                (CHOSEN if look.value == one.key else "") + option_label(open_now, place),
                buttons.answer(version, f"={one.key}"),
            ),
        )
        for place, one in enumerate(open_now.options, start=1)
    )


def _points(open_now: Question, look: Look, version: int) -> Rows:
    points = [
        Button(
            f"{CHOSEN}{point}" if look.value == point else point,
            buttons.answer(version, f"={point}"),
        )
        for point in open_now.points
    ]
    in_a_row = len(points) if len(points) <= POINTS_IN_A_ROW + 1 else POINTS_IN_A_ROW
    return tuple(tuple(points[at : at + in_a_row]) for at in range(0, len(points), in_a_row))


def _tick(label: str, version: int, key: str) -> tuple[Button, ...]:
    return (Button(label, buttons.write(buttons.SURVEY_TICK, version, key)),)


def _ticks(open_now: Question, look: Look, version: int) -> Rows:
    return tuple(
        _tick(
            (TICKED if one.key in look.picked else UNTICKED) + option_label(open_now, place),
            version,
            one.key,
        )
        for place, one in enumerate(open_now.options, start=1)
    )


def _places(t: Translator, open_now: Question, look: Look, version: int) -> Rows:
    left = tuple(
        _tick(option_label(open_now, place), version, open_now.options[place - 1].key)
        for place in rankable(open_now, look)
    )
    return (*left, _tick(t("Take the last one back"), version, UNDO)) if look.picked else left


def _done(t: Translator, look: Look, version: int) -> Rows:
    if not look.picked:
        return ()
    return ((Button(t("Done, go on"), buttons.answer(version, DONE)),),)


def _ways_out(t: Translator, open_now: Question, look: Look, version: int) -> Rows:
    ways = [(t(MISSING_WORDS[code]), f"={code}") for code in open_now.missing]
    ways = [
        (CHOSEN + words if f"={look.value}" == value else words, value) for words, value in ways
    ]
    if not open_now.required:
        ways.append((t("Skip this question"), SKIP))
    is_ticked = open_now.kind in SEVERAL and look.value not in MISSING
    if look.value is not None and not is_ticked and open_now.kind != "info":
        ways.append((t("Keep this answer, go on"), KEEP))
    if look.has_earlier:
        ways.append((t("‹ Earlier question"), BACK))
    return tuple((Button(words, buttons.answer(version, value)),) for words, value in ways)
