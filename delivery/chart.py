"""Draw the counts of a question as bars, for the chat and for reports.

Phones show the picture a few centimetres wide and offices print it in grey: few big words, bars
that differ by length and not by colour, and each number written out.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from delivery.chart_canvas import (
    BAR_COLOUR,
    FONT,
    INK,
    LABEL_COLUMNS,
    LABEL_LINE,
    MARGIN,
    PNG,
    TITLE_COLUMNS,
    TITLE_LINE,
    TRACK_COLOUR,
    WIDTH,
    canvas,
    lines,
    picture,
    write,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAR_HEIGHT = 0.42
_NUMBERS_WIDTH = 1.9


def bar_chart(
    title: str,
    labels: Sequence[str],
    counts: Sequence[int],
    *,
    locale: str,
    answered: int | None = None,
    file_format: str = PNG,
) -> bytes:
    """Return a picture with one bar under each label, its count and its share.

    The share is of all counts together, or of the `answered` people where each may choose several.
    """
    heading = lines(title, TITLE_COLUMNS)
    blocks = [lines(label, LABEL_COLUMNS) for label in labels]
    whole = sum(counts) if answered is None else answered
    longest = max(counts, default=0) or 1
    head = MARGIN * 2 + len(heading) * TITLE_LINE
    figure, axes = canvas(head + sum(_row_height(block) for block in blocks))
    write(axes, MARGIN, heading, fontsize=17, weight="bold")
    top = head
    for block, count in zip(blocks, counts, strict=True):
        write(axes, top, block, fontsize=14)
        beside = top + len(block) * LABEL_LINE + _BAR_HEIGHT / 2 + 0.06
        _bar(axes, beside, count / longest, share(count, whole, locale))
        top += _row_height(block)
    return picture(figure, file_format)


def share(count: int, whole: int, locale: str) -> str:
    """Write a count and its part of the whole: "3 (37,5%)" in Polish, else "3 (37.5%)"."""
    part = 100 * count / whole if whole else 0.0
    number = f"{part:.1f}".removesuffix(".0")
    if locale == "pl":
        number = number.replace(".", ",")
    return f"{count} ({number}%)"


def _row_height(block: Sequence[str]) -> float:
    return len(block) * LABEL_LINE + _BAR_HEIGHT + 0.06 + MARGIN


def _bar(axes: "Axes", middle: float, part_of_longest: float, numbers: str) -> None:
    room = WIDTH - 2 * MARGIN - _NUMBERS_WIDTH
    for length, colour in ((room, TRACK_COLOUR), (room * part_of_longest, BAR_COLOUR)):
        axes.barh(middle, length, left=MARGIN, height=_BAR_HEIGHT, color=colour)
    axes.text(
        MARGIN + room + 0.12,
        middle,
        numbers,
        fontsize=15,
        family=FONT,
        color=INK,
        weight="bold",
        verticalalignment="center",
    )
