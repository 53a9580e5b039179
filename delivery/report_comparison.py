"""Show two waves of a survey beside each other in a report."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from delivery import report_pieces as piece
from delivery.chart_canvas import SVG
from delivery.report_pieces import Piece
from delivery.survey_charts import Slope
from delivery.survey_question_words import hidden
from delivery.survey_result_words import (
    cautions,
    figures,
    number,
    percent,
    sentences,
    tested_questions,
)
from delivery.survey_slopes import slopes
from programme.forms import Form
from programme.survey_comparison import Comparison, QuestionComparison
from texts.translator import Translator

_ONE_OPTION = ("choice", "yes_no", "multiple")


def comparison(
    t: Translator, found: Comparison, form: Form, *, before: str, after: str
) -> list[Piece]:
    """Say how many people are known in both waves, then go through the questions."""
    people = t(
        "People known both times by their own sign: %(matched)s. Only the first time, or not "
        "known again: %(before)s; only the last time: %(after)s. The two groups are compared "
        "apart.",
        matched=found.matched,
        before=found.unmatched_before,
        after=found.unmatched_after,
    )
    pieces = [piece.text(people), piece.items(cautions(t, tested_questions(found.questions)))]
    for key, questions in groupby(found.questions, key=lambda one: one.question.part_of):
        matrix = form.question(key) if key else None
        if matrix is not None:
            pieces += _matrix(t, matrix.label, list(questions), before, after)
        else:
            pieces += [piece.together(_question(t, one, before, after)) for one in questions]
    return pieces


def changes(t: Translator, found: Comparison, form: Form) -> list[tuple[str, str, str]]:
    """List what is clearly different: the question or statement, the figure before, and after."""
    clear = []
    for one in found.questions:
        for slope in slopes_of(t, one):
            if not slope.is_clear:
                continue
            matrix = form.question(one.question.part_of) if one.question.part_of else None
            label = one.question.label
            if one.before.figures is None:
                label = f"{label} – {slope.label}"
            elif matrix is None or not label.startswith(matrix.label):
                label = f"{label} ({t('mean')})"
            clear.append((label, slope.before_text, slope.after_text))
            if one.question.kind == "yes_no":
                break
    return clear


def _matrix(
    t: Translator, title: str, found: Sequence[QuestionComparison], before: str, after: str
) -> list[Piece]:
    """Draw the means of all statements in one picture, and say of each what the tests show."""
    drawn = [
        replace(slope, label=one.question.label.removeprefix(f"{title} – "))
        for one in found
        for slope in slopes_of(t, one)
    ]
    pieces = [piece.heading(title, 3)]
    if drawn:
        ends = bounds_of(found[0])
        chart = slopes(title, drawn, before=before, after=after, bounds=ends, file_format=SVG)
        pieces = [piece.chart(chart)]
    for one in found:
        statement = one.question.label.removeprefix(f"{title} – ")
        is_hidden = one.before.is_hidden or one.after.is_hidden
        said = [hidden(t)] if is_hidden else sentences(t, one)
        exact = [] if is_hidden else figures(t, one)
        shown = [piece.text(f"{statement}: {' '.join(said)}")]
        pieces.append(piece.together([*shown, *([piece.small("; ".join(exact))] if exact else [])]))
    return pieces


def _question(t: Translator, one: QuestionComparison, before: str, after: str) -> list[Piece]:
    found: list[Piece] = []
    drawn = slopes_of(t, one)
    if drawn:
        shown = slopes(
            one.question.label,
            drawn,
            before=before,
            after=after,
            bounds=bounds_of(one),
            file_format=SVG,
        )
        found.append(piece.chart(shown))
        if unused := _unused(one):
            found.append(piece.small(t("Chosen by nobody: %(options)s.", options=unused)))
    else:
        found.append(piece.heading(one.question.label, 3))
    if one.before.is_hidden or one.after.is_hidden:
        return [*found, piece.text(hidden(t))]
    found += [piece.text(said) for said in sentences(t, one)]
    exact = figures(t, one)
    return [*found, piece.small("; ".join(exact))] if exact else found


def slopes_of(t: Translator, one: QuestionComparison) -> list[Slope]:
    """Draw means of scales and numbers, else the share of each option; nothing that is hidden."""
    before, after = one.before, one.after
    if before.is_hidden or after.is_hidden or not before.n or not after.n:
        return []
    if before.figures is not None and after.figures is not None:
        first, last = before.figures.mean, after.figures.mean
        written = [number(mean, t.locale, 2) for mean in (first, last)]
        return [Slope(t("mean"), first, last, written[0], written[1], is_clear=_is_clear(one, ""))]
    if one.question.kind not in _ONE_OPTION:
        return []
    shares = {share.key: share for share in before.options if not share.is_hidden}
    return [
        Slope(
            share.label,
            shares[share.key].share,
            share.share,
            percent(shares[share.key].share, t.locale),
            percent(share.share, t.locale),
            is_clear=_is_clear(one, share.key),
        )
        for share in after.options
        if share.key in shares and not share.is_hidden and (share.count or shares[share.key].count)
    ]


def _unused(one: QuestionComparison) -> str:
    """Name what nobody chose either time; lines along the bottom would say nothing more."""
    if one.question.kind not in _ONE_OPTION:
        return ""
    chosen = {each.key for each in one.before.options if each.is_hidden or each.count}
    return "; ".join(
        each.label
        for each in one.after.options
        if each.key not in chosen and not each.is_hidden and not each.count
    )


def bounds_of(one: QuestionComparison) -> tuple[float, float] | None:
    """Give the ends of a question's scale; a share is drawn from nothing up."""
    if one.question.kind == "scale":
        return float(one.question.low), float(one.question.high)
    return None if one.before.figures else (0.0, 0.0)


def _is_clear(one: QuestionComparison, option: str) -> bool:
    tested: Sequence[object] = [*_tests(one)]
    return any(
        getattr(test, "is_clear", False) and getattr(test, "option", "") in {"", option}
        for test in tested
    )


def _tests(one: QuestionComparison) -> list[object]:
    return [
        test for found in (one.paired, one.unpaired) if isinstance(found, tuple) for test in found
    ]
