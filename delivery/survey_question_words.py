"""Say in words and pictures what was answered to a question, for reports."""

from collections.abc import Sequence

from delivery import report_pieces as piece
from delivery.chart_canvas import SVG
from delivery.report_pieces import Piece
from delivery.survey_charts import ScaleRow, bars, scales
from delivery.survey_result_words import CODES, number, percent
from programme.questions import WITH_WORDS, Question
from programme.survey_results import QuestionResult
from programme.survey_statistics import Figures
from texts.dates import date_line
from texts.translator import Translator

_AT_ONCE = 7
_BARS = ("choice", "multiple", "yes_no")


def pieces(
    t: Translator, found: Sequence[QuestionResult], *, title: str, numbered: str
) -> list[Piece]:
    """Show one question, or all statements of a matrix under its title."""
    head = piece.small(numbered)
    if len(found) > 1 and not any(one.n or one.is_hidden or one.missing for one in found):
        nobody = piece.text(t("Nobody answered this question."))
        return [piece.together([head, piece.heading(title, 3), nobody])]
    if len(found) > 1 or (found[0].question.kind == "scale" and found[0].n):
        return _scales(t, found, title, head)
    one = found[0]
    if one.is_hidden:
        return [piece.together([head, piece.heading(title, 3), piece.text(hidden(t))])]
    if one.question.kind in _BARS and one.n:
        options = [(share.label, share.count) for share in one.options if not share.is_hidden]
        drawn = bars(t, title, options, answered=one.n, file_format=SVG)
        return [piece.together([head, piece.chart(drawn), piece.text(sentence(t, one))])]
    if one.question.kind == "ranking" and one.n:
        ranks = piece.table(
            [t("Answer"), t("Mean place"), t("Put first by")],
            [
                [rank.label, _mean(t, rank.mean), str(rank.first)]
                for rank in sorted(one.ranks, key=lambda rank: rank.mean or 99)
            ],
        )
        return [
            piece.together([head, piece.heading(title, 3), ranks, piece.text(sentence(t, one))])
        ]
    return [piece.together([head, piece.heading(title, 3), piece.text(sentence(t, one))])]


def _mean(t: Translator, mean: float | None) -> str:
    return "–" if mean is None else number(mean, t.locale, 2)


def _scales(t: Translator, found: Sequence[QuestionResult], title: str, head: Piece) -> list[Piece]:
    pieces = []
    alone = len(found) == 1
    for at in range(0, len(found), _AT_ONCE):
        some = found[at : at + _AT_ONCE]
        question = some[0].question
        rows = [
            ScaleRow(
                "" if alone else _statement(one, title),
                None if one.is_hidden else tuple(share.count for share in one.options),
                one.figures.mean if one.figures else None,
            )
            for one in some
        ]
        drawn = scales(
            t,
            title,
            [ScaleRow(row.label or t("All answers"), row.counts, row.mean) for row in rows],
            points=[share.key for share in some[0].options] or list(question.points),
            low_label=question.low_label,
            high_label=question.high_label,
            file_format=SVG,
        )
        said = (
            [piece.text(sentence(t, some[0]))]
            if alone
            else [piece.items(f"{_statement(one, title)}: {sentence(t, one)}" for one in some)]
        )
        # The sentences may go on to the next page; a chart that takes them along leaves it white.
        pieces += [piece.together([head, piece.chart(drawn)]), *said]
    return pieces


def _statement(one: QuestionResult, title: str) -> str:
    return one.question.label.removeprefix(f"{title} – ")


def hidden(t: Translator) -> str:
    """Say that too few people answered to show what they said."""
    return t("Too few answers to show.")


def sentence(t: Translator, one: QuestionResult) -> str:
    """Say the result of a question in plain words."""
    if one.is_hidden:
        return hidden(t)
    if not one.n:
        return " ".join([t("Nobody answered this question."), *_missing(t, one)])
    people = t.plural("%(n)s person answered.", "%(n)s people answered.", one.n)
    return " ".join([people, *_said(t, one), *_missing(t, one)])


def _said(t: Translator, one: QuestionResult) -> list[str]:
    if one.figures is not None:
        return [_figures(t, one.figures, one.question)]
    if one.days is not None:
        return [t("The middle of the days is %(day)s.", day=date_line(one.days.median, t.locale))]
    known = [share for share in one.options if not share.is_hidden]
    if one.question.kind in WITH_WORDS or not known:
        return []
    most = max(known, key=lambda share: share.count)
    if [share.count for share in known].count(most.count) > 1:
        return []
    return [
        t(
            "Chosen most often: “%(option)s”, by %(share)s (between %(low)s and %(high)s).",
            option=most.label,
            share=percent(most.share, t.locale),
            low=percent(most.low, t.locale),
            high=percent(most.high, t.locale),
        )
    ]


def _figures(t: Translator, found: Figures, question: Question) -> str:
    mean = number(found.mean, t.locale, 2)
    median = number(found.median, t.locale, 2)
    behind = f" {question.unit}" if question.unit else ""
    low, high = found.low, found.high
    if low is None or high is None:
        return t("The mean is %(mean)s%(unit)s.", mean=mean, unit=behind)
    if question.kind == "scale":
        # No mean lies outside the scale, whatever the formula says of few answers.
        low, high = max(low, question.low), min(high, question.high)
    return t(
        "The mean is %(mean)s%(unit)s (between %(low)s and %(high)s), the median %(median)s.",
        mean=mean,
        unit=behind,
        low=number(low, t.locale, 2),
        high=number(high, t.locale, 2),
        median=median,
    )


def _missing(t: Translator, one: QuestionResult) -> list[str]:
    said = [f"“{t(CODES[code])}”: {count}" for code, count in one.missing]
    if t.locale == "pl":
        said = [each.replace("“", "„", 1) for each in said]
    return [f"{'; '.join(said)}."] if said else []
