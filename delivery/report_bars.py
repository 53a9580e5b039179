"""Draw bars for paper: the words stand left of their bar, so that many answers fit on a page."""

from collections.abc import Sequence
from typing import Any

from delivery.chart import share
from delivery.chart_canvas import (
    BAR_COLOUR,
    MARGIN,
    SVG,
    TRACK_COLOUR,
    WIDTH,
    canvas,
    lines,
    picture,
    title_style,
    write,
)

_LABEL_COLUMNS, _LABEL_LINE = 32, 0.21
_LEFT, _NUMBERS_WIDTH = 2.9, 1.2
_BAR_HEIGHT, _GAP = 0.24, 0.12


def report_bars(
    title: str, options: Sequence[tuple[str, int]], *, locale: str, answered: int
) -> bytes:
    """Return a drawing with a bar for each option; the grey behind it is everybody."""
    columns, size, line = title_style(SVG)
    heading = lines(title, columns)
    blocks = [lines(label, _LABEL_COLUMNS) for label, _ in options]
    heights = [max(_BAR_HEIGHT, len(block) * _LABEL_LINE) + _GAP for block in blocks]
    top = MARGIN * 1.5 + len(heading) * line
    figure, axes = canvas(top + sum(heights))
    write(axes, MARGIN, heading, fontsize=size, weight="bold")
    room = WIDTH - _LEFT - _NUMBERS_WIDTH
    style: dict[str, Any] = {"fontsize": 11, "verticalalignment": "center"}
    for (_, count), block, height in zip(options, blocks, heights, strict=True):
        middle = top + height / 2
        write(axes, middle, block, **style)
        of_all = count / answered if answered else 0.0
        for length, colour in ((room, TRACK_COLOUR), (room * of_all, BAR_COLOUR)):
            axes.barh(middle, length, left=_LEFT, height=_BAR_HEIGHT, color=colour)
        said = share(count, answered, locale)
        write(axes, middle, [said], left=_LEFT + room + 0.1, weight="bold", **style)
        top += height
    return picture(figure, SVG)
