"""Pictures of a survey's results: bars, scales leaning to both sides, and before against after.

Each comes with words for those who do not see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delivery.chart import bar_chart
from delivery.chart_canvas import (
    INK,
    LABEL_LINE,
    MARGIN,
    PNG,
    WIDTH,
    canvas,
    lines,
    picture,
    title_style,
    write,
)
from delivery.report_bars import report_bars
from delivery.survey_result_words import number, percent
from texts.translator import Translator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 0.46
_GAP = 0.2
# A page has room for more, and is read from nearer than a picture on a phone.
_ROW_ON_PAPER, _GAP_ON_PAPER = 0.34, 0.08
_LABEL_COLUMNS = 58
_SMALL = 11
_NARROWEST = 0.34  # inches that a number in a segment needs
# From one end of a scale to the other: dark and hatched, light in the middle, dark and plain.
_LOW, _HIGH, _MIDDLE = ("#7a4a1e", "#c79a6b"), ("#9db8cf", "#2f6690"), "#ececec"
_DARK = ("#7a4a1e", "#2f6690")
_LOW_HATCH = "///"


@dataclass(frozen=True)
class Chart:
    """A picture, and the same in words."""

    content: bytes
    alt: str


@dataclass(frozen=True)
class ScaleRow:
    """One statement with how many people chose each point, from the lowest; None is hidden."""

    label: str
    counts: tuple[int, ...] | None
    mean: float | None = None


@dataclass(frozen=True)
class Slope:
    """One figure before and after, and how it is written; `is_clear` draws it thick."""

    label: str
    before: float
    after: float
    before_text: str
    after_text: str
    is_clear: bool = False


def bars(
    t: Translator,
    title: str,
    options: Sequence[tuple[str, int]],
    *,
    answered: int,
    file_format: str = PNG,
) -> Chart:
    """Draw one bar for each option (label, count); shares are of the people who answered."""
    labels, counts = [label for label, _ in options], [count for _, count in options]
    if file_format == PNG:
        content = bar_chart(title, labels, counts, locale=t.locale, answered=answered)
    else:
        content = report_bars(title, options, locale=t.locale, answered=answered)
    said = [
        f"{label}: {count} ({percent(count / answered if answered else 0, t.locale)})"
        for label, count in options
    ]
    return Chart(content, f"{title}. {'; '.join(said)}. n = {answered}.")


def scales(
    t: Translator,
    title: str,
    rows: Sequence[ScaleRow],
    *,
    points: Sequence[str],
    low_label: str = "",
    high_label: str = "",
    file_format: str = PNG,
) -> Chart:
    """Draw each statement's answers as a bar that leans to the side where more people are.

    What is below the middle of the scale lies left of the line, what is above it right.
    """
    columns, size, line = title_style(file_format)
    heading = lines(title, columns)
    blocks = [lines(row.label, _LABEL_COLUMNS) for row in rows]
    ends = _ends(points, low_label, high_label)
    head = MARGIN * 2 + len(heading) * line
    key_height = len(ends) * LABEL_LINE + 0.5 + _GAP
    row_height, gap = (_ROW, _GAP) if file_format == PNG else (_ROW_ON_PAPER, _GAP_ON_PAPER)
    heights = [len(block) * LABEL_LINE + row_height + gap for block in blocks]
    figure, axes = canvas(head + key_height + sum(heights))
    write(axes, MARGIN, heading, fontsize=size, weight="bold")
    _key(axes, head, points, ends)
    top, middle, inch = head + key_height, *_scale_of(rows, len(points))
    axes.plot([middle] * 2, [top, top + sum(heights) - gap], color="#8a8a8a", lw=1, zorder=0)
    for row, block, height in zip(rows, blocks, heights, strict=True):
        # White behind the words: the line in the middle must not cross them.
        write(axes, top, block, fontsize=13, backgroundcolor="white")
        beside = top + len(block) * LABEL_LINE + 0.04
        _leaning(axes, t, beside, row, middle, inch, height=row_height - 0.08)
        top += height
    return Chart(picture(figure, file_format), _scales_in_words(t, title, rows, points))


def _ends(points: Sequence[str], low_label: str, high_label: str) -> list[str]:
    said = [
        f"{point} = {label}"
        for point, label in ((points[0], low_label), (points[-1], high_label))
        if label
    ]
    return [line for each in said for line in lines(each, _LABEL_COLUMNS)]


def _colours(count: int) -> list[tuple[str, str]]:
    """Give colour and hatching of each point: shades of brown, grey in the middle, blue."""
    half = count // 2
    low = [(_blend(*_LOW, place, half), _LOW_HATCH) for place in range(half)]
    high = [(_blend(*_HIGH, place, half), "") for place in range(half)]
    return [*low, *([(_MIDDLE, "")] if count % 2 else []), *high]


def _blend(first: str, last: str, place: int, count: int) -> str:
    part = place / (count - 1) if count > 1 else (0.0 if first in _DARK else 1.0)
    parts = [
        round(int(first[at : at + 2], 16) * (1 - part) + int(last[at : at + 2], 16) * part)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{one:02x}" for one in parts)


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140  # noqa: PLR2004 -- about half of 255


def _key(axes: "Axes", top: float, points: Sequence[str], ends: list[str]) -> None:
    write(axes, top, ends, fontsize=_SMALL)
    width = (WIDTH - 2 * MARGIN) / len(points)
    beside = top + len(ends) * LABEL_LINE + 0.06
    for place, (point, (colour, hatch)) in enumerate(
        zip(points, _colours(len(points)), strict=True)
    ):
        left = MARGIN + place * width
        _segment(axes, left, beside, width - 0.05, 0.32, colour, hatch, point)


def _segment(
    axes: "Axes",
    left: float,
    top: float,
    width: float,
    height: float,
    colour: str,
    hatch: str,
    text: str,
) -> None:
    axes.barh(
        top + height / 2,
        width,
        left=left,
        height=height,
        color=colour,
        hatch=hatch,
        edgecolor="white",
        linewidth=0.8,
    )
    if width >= _NARROWEST:
        box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5} if hatch else None
        write(
            axes,
            top + height / 2,
            [text],
            left=left + width / 2,
            fontsize=12,
            weight="bold",
            color="white" if _is_dark(colour) else INK,
            verticalalignment="center",
            horizontalalignment="center",
            bbox=box,
        )


def _sides(counts: Sequence[int]) -> tuple[float, float]:
    """Give the shares of a row left and right of the middle; the middle point is on both sides."""
    whole, half = sum(counts) or 1, len(counts) // 2
    centre = counts[half] / 2 if len(counts) % 2 else 0
    return (sum(counts[:half]) + centre) / whole, (sum(counts[-half:]) + centre) / whole


def _scale_of(rows: Sequence[ScaleRow], points: int) -> tuple[float, float]:
    """Find where the middle line stands, and how many inches the whole of a row has."""
    sides = [_sides(row.counts) for row in rows if row.counts] or [_sides([1] * points)]
    left, right = max(one for one, _ in sides), max(one for _, one in sides)
    inch = (WIDTH - 2 * MARGIN) / max(left + right, 1.0)
    return MARGIN + left * inch, inch


def _leaning(
    axes: "Axes",
    t: Translator,
    top: float,
    row: ScaleRow,
    middle: float,
    inch: float,
    *,
    height: float,
) -> None:
    if not row.counts or not sum(row.counts):
        said = t("Too few answers to show.") if row.counts is None else t("No answers")
        write(axes, top + 0.08, [said], fontsize=12, style="italic", backgroundcolor="white")
        return
    whole = sum(row.counts)
    left = middle - _sides(row.counts)[0] * inch
    for count, (colour, hatch) in zip(row.counts, _colours(len(row.counts)), strict=True):
        width = count / whole * inch
        if count:
            said = percent(count / whole, t.locale)
            _segment(axes, left, top, width, height, colour, hatch, said)
        left += width


def _scales_in_words(
    t: Translator, title: str, rows: Sequence[ScaleRow], points: Sequence[str]
) -> str:
    said = []
    for row in rows:
        if row.counts is None:
            said.append(": ".join([row.label, t("Too few answers to show.")]))
            continue
        counts = ", ".join(
            f"{point} – {count}" for point, count in zip(points, row.counts, strict=True)
        )
        if row.mean is not None:
            counts += "; " + t("mean") + " " + number(row.mean, t.locale, 2)
        said.append(f"{row.label}: {counts}")
    return f"{title}. {'. '.join(said)}."
