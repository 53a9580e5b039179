"""How staff see two waves beside each other in the chat."""

from html import escape

from delivery import survey_result_words as words
from delivery.chat import Button, ChatFile, ChatMessage
from delivery.report_comparison import bounds_of, slopes_of
from delivery.survey_charts import Chart
from delivery.survey_slopes import slopes
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.survey_result_screens import (
    QUESTION_LENGTH,
    TITLE_LENGTH,
    wave_name,
)
from programme.result_desk import Wave
from programme.survey_comparison import Comparison, QuestionComparison
from texts.translator import Translator

SENTENCE = 330
FIGURES = 120
FEWEST_SLOPES = 1


def compared(
    t: Translator, found: Comparison, before: Wave, after: Wave, place: int, *, zone: str
) -> ChatMessage:
    """Show one question in both waves: sentences, figures for those who read them, a picture."""
    if not found.questions:
        return ChatMessage(t("This survey has no questions to count."))
    at = min(max(0, place), len(found.questions) - 1)
    one = found.questions[at]
    names = (wave_name(t, before, zone), wave_name(t, after, zone))
    lines = [
        f"<i>{escape(shorten(t(found.title), TITLE_LENGTH))}</i>",
        escape(f"{names[0]} → {names[1]}"),
        t(
            "People known both times: %(matched)s; only the first time: %(before)s; only the "
            "last time: %(after)s",
            matched=found.matched,
            before=found.unmatched_before,
            after=found.unmatched_after,
        ),
        f"<b>{escape(shorten(t(one.question.label), QUESTION_LENGTH))}</b>",
        "",
        *(escape(shorten(said, SENTENCE)) for said in words.sentences(t, one)),
        *(f"<i>{escape(shorten(said, FIGURES))}</i>" for said in words.figures(t, one)[:3]),
    ]
    chart = picture(t, one, names)
    turns = []
    for step, label in ((-1, t("« Previous")), (1, t("Next »"))):
        if 0 <= at + step < len(found.questions):
            data = buttons.write(buttons.RESULT_COMPARE, before.id, after.id, at + step)
            turns.append(Button(label, data))
    back = Button(t("Back to the results"), buttons.write(buttons.SURVEY_RESULTS, after.id, 0))
    if at == len(found.questions) - 1:
        tested = words.tested_questions(found.questions)
        lines += ["", *(escape(said) for said in words.cautions(t, tested))]
    photo = ChatFile("porownanie.png", chart.content, "image/png") if chart else None
    rows = (tuple(turns), (back,)) if turns else ((back,),)
    return ChatMessage("\n".join(lines), rows, photo=photo)


def picture(t: Translator, one: QuestionComparison, names: tuple[str, str]) -> Chart | None:
    """Draw what all people answered before and after; None where a wave is hidden or empty."""
    found = slopes_of(t, one)
    if len(found) < FEWEST_SLOPES:
        return None
    return slopes(
        t(one.question.label), found, before=names[0], after=names[1], bounds=bounds_of(one)
    )
