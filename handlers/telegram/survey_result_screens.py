"""How staff see the results of a survey in the chat: a question at a time, with a picture."""

from collections.abc import Sequence
from html import escape

from delivery import survey_result_words as words
from delivery.chart import share
from delivery.chat import Button, ChatFile, ChatMessage
from delivery.survey_charts import Chart, ScaleRow, bars, scales
from delivery.wave_words import measurement
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.open_answers import questions_in_words
from programme.questions import WITH_WORDS, Question
from programme.result_desk import Wave, grouping
from programme.survey_counting import QuestionResult
from programme.survey_grouping import GroupResult
from programme.survey_results import Results
from texts.dates import local_day
from texts.translator import Translator

# A caption has 1024 characters; the lines share them.
ROOM, QUESTION_LENGTH, TITLE_LENGTH, ON_BUTTON, OPTION = 620, 160, 80, 44, 70
GROUPS_SHOWN = 12
Row = tuple[Button, ...]


def question(
    t: Translator, found: Results, place: int, *, may_read: bool, can_compare: bool
) -> ChatMessage:
    """Show what was answered to the question at a place, and the ways on."""
    if not found.questions:
        return ChatMessage(t("This survey has no questions to count."))
    at = min(max(0, place), len(found.questions) - 1)
    result = found.questions[at]
    lines = [*_head(t, found, result.question, at), "", *answered(t, result)]
    rows: list[Row] = [_turns(t, buttons.SURVEY_RESULTS, found.wave_id, at, len(found.questions))]
    asked = [one.question for one in found.questions]
    if may_read and result.question.kind in WITH_WORDS:
        number = questions_in_words(tuple(asked)).index(result.question)
        data = buttons.write(buttons.OPEN_ANSWERS, found.wave_id, number, 0)
        rows.append((Button(t("Read what people wrote"), data),))
    if grouping(tuple(asked)) and not found.is_live:
        data = buttons.write(buttons.RESULT_GROUPS, found.wave_id)
        rows.append((Button(t("Split into groups"), data),))
    if can_compare:
        data = buttons.write(buttons.RESULT_WAVES, found.wave_id)
        rows.append((Button(t("Compare with another time"), data),))
    rows.append(_back(t, found.wave_id))
    photo = _photo(picture(t, result))
    return ChatMessage("\n".join(lines), tuple(row for row in rows if row), photo=photo)


def _head(t: Translator, found: Results, asked: Question, at: int) -> list[str]:
    place = t("Question %(n)s of %(all)s", n=at + 1, all=len(found.questions))
    lines = [
        f"<i>{escape(shorten(t(found.title), TITLE_LENGTH))}</i>",
        place + " · " + t("answered: %(n)s", n=found.responses),
        f"<b>{escape(shorten(t(asked.label), QUESTION_LENGTH))}</b>",
    ]
    if found.is_live:
        lines.append(
            t(
                "The survey is anonymous and still open: new answers are added here only "
                "%(n)s at a time.",
                n=found.threshold,
            )
        )
    return lines


def answered(t: Translator, result: QuestionResult) -> list[str]:
    """Write what was answered to one question in lines."""
    if result.is_hidden:
        return [t("Too few answers to show.")]
    lines = [t("Answers: %(n)s", n=result.n)]
    room = max(12, ROOM // max(1, len(result.options) + len(result.ranks)) - 16)
    for one in result.options:
        said = "–" if one.is_hidden else share(one.count, result.n, t.locale)
        lines.append(f"{escape(shorten(t(one.label), min(OPTION, room)))} – {said}")
    for rank in result.ranks:
        mean = "–" if rank.mean is None else words.number(rank.mean, t.locale)
        label = escape(shorten(t(rank.label), min(OPTION, room)))
        lines.append(t("%(option)s – mean place %(mean)s", option=label, mean=mean))
    lines += [f"{t(words.CODES[code])} – {count}" for code, count in result.missing]
    return [*lines, *_figures(t, result)]


def _figures(t: Translator, result: QuestionResult) -> list[str]:
    found, lines = result.figures, []
    if found is not None:
        mean = words.number(found.mean, t.locale, 2)
        if found.low is None or found.high is None:
            lines.append(t("Mean: %(mean)s", mean=mean))
        else:
            low, high = _within(result.question, found.low, found.high, t.locale)
            lines.append(
                t(
                    "Mean: %(mean)s (chance may move it between %(low)s and %(high)s)",
                    mean=mean,
                    low=low,
                    high=high,
                )
            )
        middle = [words.number(one, t.locale, 2) for one in (found.median, found.q1, found.q3)]
        lines.append(
            t(
                "Answer in the middle: %(median)s; half of all lie between %(q1)s and %(q3)s",
                **dict(zip(("median", "q1", "q3"), middle, strict=True)),
            )
        )
    if result.days is not None:
        lines.append(t("Middle day: %(day)s", day=f"{result.days.median:%d.%m.%Y}"))
        if result.days.first and result.days.last:
            first, last = f"{result.days.first:%d.%m.%Y}", f"{result.days.last:%d.%m.%Y}"
            lines.append(t("From %(first)s to %(last)s", first=first, last=last))
    return lines


def _within(asked: Question, low: float, high: float, locale: str) -> tuple[str, str]:
    """Write an interval that does not go beyond the ends of a scale."""
    if asked.kind == "scale":
        low, high = max(low, asked.low), min(high, asked.high)
    return words.number(low, locale, 2), words.number(high, locale, 2)


def picture(t: Translator, result: QuestionResult) -> Chart | None:
    """Draw a question's answers; None for what has no picture."""
    asked, shown = result.question, [one for one in result.options if not one.is_hidden]
    if result.is_hidden or not shown or not result.n:
        return None
    if asked.kind == "scale" and len(shown) == len(asked.points):
        row = ScaleRow(
            t("All answers: %(n)s", n=result.n),
            tuple(one.count for one in shown),
            result.figures.mean if result.figures else None,
        )
        return scales(
            t,
            t(asked.label),
            [row],
            points=asked.points,
            low_label=t(asked.low_label) if asked.low_label else "",
            high_label=t(asked.high_label) if asked.high_label else "",
        )
    options = [(t(one.label), one.count) for one in shown]
    return bars(t, t(asked.label), options, answered=result.n)


def _photo(chart: Chart | None) -> ChatFile | None:
    return ChatFile("wyniki.png", chart.content, "image/png") if chart else None


def _turns(t: Translator, action: str, wave_id: int, at: int, count: int, *more: int) -> Row:
    turns = []
    if at:
        turns.append(Button(t("« Previous"), buttons.write(action, wave_id, *more, at - 1)))
    if at + 1 < count:
        turns.append(Button(t("Next »"), buttons.write(action, wave_id, *more, at + 1)))
    return tuple(turns)


def _back(t: Translator, wave_id: int) -> Row:
    return (Button(t("Back to the survey"), buttons.write(buttons.SURVEY_WAVE, wave_id)),)


def _to_results(t: Translator, wave_id: int) -> Row:
    return (Button(t("Back to the results"), buttons.write(buttons.SURVEY_RESULTS, wave_id, 0)),)


def choose_group(t: Translator, found: Results) -> ChatMessage:
    """Offer the questions by whose answers people can be split into groups."""
    fit = grouping(tuple(one.question for one in found.questions))
    rows = tuple(
        (
            Button(
                shorten(t(one.label), ON_BUTTON),
                buttons.write(buttons.RESULT_GROUP, found.wave_id, place, 0),
            ),
        )
        for place, one in enumerate(fit)
    )
    text = t("By the answers to which question shall people be split into groups?")
    return ChatMessage(text, (*rows, _to_results(t, found.wave_id)))


def grouped(t: Translator, found: Results, by: int, place: int) -> ChatMessage:
    """Show one question's answers for each group."""
    results = found.groups
    asked = [
        one.question
        for one in found.questions
        if found.group_by and one.question.key != found.group_by.key
    ]
    if not results or not asked:
        return ChatMessage(t("There is nothing to split yet."), (_to_results(t, found.wave_id),))
    at = min(max(0, place), len(asked) - 1)
    lines = _head(t, found, asked[at], at)[:1]
    lines.append(f"<b>{escape(shorten(t(asked[at].label), QUESTION_LENGTH))}</b>")
    if found.group_by is not None:
        by_label = escape(shorten(t(found.group_by.label), QUESTION_LENGTH))
        lines.append(t("Split by the answers to: %(question)s", question=by_label))
    for group in results[:GROUPS_SHOWN]:
        lines += ["", f"<b>{_group_name(t, group)}</b>"]
        lines += _of_group(t, group, at)
    if any(group.is_hidden for group in results):
        lines += ["", t("Groups with too few people are not shown, nor what would give them away.")]
    rows = (
        _turns(t, buttons.RESULT_GROUP, found.wave_id, at, len(asked), by),
        _to_results(t, found.wave_id),
    )
    return ChatMessage("\n".join(lines), tuple(row for row in rows if row))


def _group_name(t: Translator, group: GroupResult) -> str:
    label = group.label or words.CODES.get(group.key, group.key)
    return escape(shorten(t(label), OPTION))


def _of_group(t: Translator, group: GroupResult, at: int) -> list[str]:
    if group.is_hidden or group.questions[at].is_hidden:
        return [t("Too few answers to show.")]
    result = group.questions[at]
    if result.figures is not None:
        return [t("Answers: %(n)s", n=result.n), *_figures(t, result)[:1]]
    return answered(t, result)[: 2 + len(result.options)]


def choose_wave(t: Translator, wave_id: int, others: Sequence[Wave], *, zone: str) -> ChatMessage:
    """Offer the waves to compare with."""
    rows = tuple(
        (
            Button(
                wave_name(t, one, zone),
                buttons.write(buttons.RESULT_COMPARE, wave_id, one.id, 0),
            ),
        )
        for one in others[:GROUPS_SHOWN]
    )
    text = t("With which time shall these results be compared?")
    return ChatMessage(text, (*rows, _to_results(t, wave_id)))


def wave_name(t: Translator, wave: Wave, zone: str) -> str:
    """Name a wave by what it measures, where its key says so, and the day of its opening."""
    called, day = measurement(t, wave.key), f"{local_day(wave.opens_at, zone):%d.%m.%Y}"
    return shorten(f"{called}, {day}" if called else day, ON_BUTTON)
