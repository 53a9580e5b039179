"""Before against after as lines that rise or fall, each with its numbers and its words."""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from delivery.chart_canvas import (
    BAR_COLOUR,
    INK,
    MARGIN,
    PNG,
    canvas,
    lines,
    picture,
    title_style,
    write,
)
from delivery.survey_charts import Chart, Slope

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More lines than this are drawn below in a field of their own.
_IN_FIELD = 6
_LINE = 0.24
_LEFT, _RIGHT = 1.0, 2.9
_WORDS_AT = 3.85
_WORDS_COLUMNS = 36
_LEAST_HEIGHT, _LEAST_ON_PAPER = 1.6, 1.15
_PALE = "#707070"
_DASHES = ("-", "--", ":", "-.", (0, (6, 1)), (0, (1, 1)))
_MARKS = "osD^vP"


def slopes(
    title: str,
    found: Sequence[Slope],
    *,
    before: str,
    after: str,
    bounds: tuple[float, float] | None = None,
    file_format: str = PNG,
) -> Chart:
    """Draw a line for each figure from `before` to `after`, the words at its end.

    Thick lines are of differences that chance alone would seldom bring. `bounds` are the ends of
    a scale: drawn from end to end of it, a small difference does not look like a large one.
    """
    columns, size, line = title_style(file_format)
    heading = lines(title, columns)
    names = [lines(before, 14), lines(after, 14)]
    head = MARGIN * 2 + len(heading) * line
    top = head + max(map(len, names)) * _LINE + 0.15
    # As even as can be: a last line all by itself looks like a mistake.
    many = ceil(len(found) / max(1, ceil(len(found) / _IN_FIELD))) or 1
    fields = [found[at : at + many] for at in range(0, len(found), many)]
    least = _LEAST_HEIGHT if file_format == PNG else _LEAST_ON_PAPER
    heights = [_height(field, least) for field in fields]
    figure, axes = canvas(top + sum(heights) + (MARGIN if file_format == PNG else -MARGIN / 2))
    write(axes, MARGIN, heading, fontsize=size, weight="bold")
    for at, name in zip((_LEFT, _RIGHT), names, strict=True):
        write(axes, head, name, left=at, fontsize=12, weight="bold", horizontalalignment="center")
    values = [*(bounds or ()), *(value for one in found for value in (one.before, one.after))]
    for field, height in zip(fields, heights, strict=True):
        _field(axes, field, top, height - 0.3, values)
        top += height
    said = "; ".join(f"{one.label}: {one.before_text} → {one.after_text}" for one in found)
    return Chart(picture(figure, file_format), f"{title}. {before} → {after}. {said}.")


def _height(field: Sequence[Slope], least: float) -> float:
    written = sum(len(lines(one.label, _WORDS_COLUMNS)) * _LINE + 0.14 for one in field)
    return max(least, written) + 0.3


def _field(
    axes: "Axes", field: Sequence[Slope], top: float, height: float, values: list[float]
) -> None:
    low, high = min(values), max(values)
    span = (high - low) or 1.0

    def at(value: float) -> float:
        place = (high - value) / span if high > low else 0.5
        return top + 0.12 + place * (height - 0.24)

    for side in (_LEFT, _RIGHT):
        axes.plot([side] * 2, [top, top + height], color="#c8c8c8", lw=1, zorder=0)
    blocks = [lines(one.label, _WORDS_COLUMNS) for one in field]
    sizes = [len(block) * _LINE + 0.14 for block in blocks]
    words_at = spread([at(one.after) for one in field], sizes, top, top + height)
    befores = spread([at(one.before) for one in field], [_LINE] * len(field), top, top + height)
    for place, (one, block) in enumerate(zip(field, blocks, strict=True)):
        colour, width = (BAR_COLOUR, 3.2) if one.is_clear else (_PALE, 1.4)
        ends = [at(one.before), at(one.after)]
        dash = _DASHES[place % len(_DASHES)]
        mark = _MARKS[place % len(_MARKS)]
        axes.plot([_LEFT, _RIGHT], ends, color=colour, lw=width, ls=dash, marker=mark, ms=7)
        for start, end, side, step in (
            (ends[0], befores[place], _LEFT, -0.22),
            (ends[1], words_at[place], _RIGHT, 0.22),
        ):
            axes.plot([side, side + step], [start, end], color="#b0b0b0", lw=0.7, zorder=0)
        style = {"fontsize": 12, "verticalalignment": "center", "color": INK}
        write(
            axes,
            befores[place],
            [one.before_text],
            left=_LEFT - 0.27,
            horizontalalignment="right",
            **style,
        )
        write(axes, words_at[place], [one.after_text], left=_RIGHT + 0.27, weight="bold", **style)
        write(axes, words_at[place], block, left=_WORDS_AT, **(style | {"fontsize": 10.5}))


def spread(
    wanted: Sequence[float], sizes: Sequence[float], top: float, bottom: float
) -> list[float]:
    """Move the middles of boxes apart so that none covers another, as little as it takes.

    Boxes keep their order from the top; where all fit, they stay between top and bottom.
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    found = list(wanted)
    edge = top
    for place in order:
        found[place] = max(wanted[place], edge + sizes[place] / 2)
        edge = found[place] + sizes[place] / 2
    edge = bottom
    for place in reversed(order):
        found[place] = min(found[place], edge - sizes[place] / 2)
        edge = found[place] - sizes[place] / 2
    return found
