"""Draw the counts of a quick poll as a picture for the chat.

Phones show the picture a few centimetres wide and offices print it in grey: few big words, bars
that differ by length and not by colour, and each number written out.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH_INCHES = 7.2
_DPI = 150
_MARGIN = 0.22
_TITLE_LINE = 0.32
_LABEL_LINE = 0.26
_BAR_HEIGHT = 0.42
_NUMBERS_WIDTH = 1.9
_TITLE_COLUMNS = 38
_LABEL_COLUMNS = 46
_BAR_COLOUR = "#2f6690"
_TRACK_COLOUR = "#e8e8e8"
_INK = "#1a1a1a"
_FONT = "DejaVu Sans"


def bar_chart(
    title: str,
    labels: Sequence[str],
    counts: Sequence[int],
    *,
    locale: str,
    answered: int | None = None,
) -> bytes:
    """Return a PNG with one bar under each label, its count and its share.

    The share is of all counts together, or of the `answered` people where each may choose several.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 -- half a second that few need

    heading = _lines(title, _TITLE_COLUMNS)
    blocks = [_lines(label, _LABEL_COLUMNS) for label in labels]
    whole = sum(counts) if answered is None else answered
    longest = max(counts, default=0) or 1
    head = _MARGIN * 2 + len(heading) * _TITLE_LINE
    height = head + sum(_row_height(lines) for lines in blocks)
    figure = Figure(figsize=(_WIDTH_INCHES, height), dpi=_DPI, facecolor="white")
    axes = _axes_in_inches(figure, height)
    _write(axes, _MARGIN, heading, fontsize=17, weight="bold")
    top = head
    for lines, count in zip(blocks, counts, strict=True):
        _write(axes, top, lines, fontsize=14)
        beside = top + len(lines) * _LABEL_LINE + _BAR_HEIGHT / 2 + 0.06
        _bar(axes, beside, count / longest, share(count, whole, locale))
        top += _row_height(lines)
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def share(count: int, whole: int, locale: str) -> str:
    """Write a count and its part of the whole: "3 (37,5%)" in Polish, else "3 (37.5%)"."""
    part = 100 * count / whole if whole else 0.0
    number = f"{part:.1f}".removesuffix(".0")
    if locale == "pl":
        number = number.replace(".", ",")
    return f"{count} ({number}%)"


def _row_height(lines: list[str]) -> float:
    return len(lines) * _LABEL_LINE + _BAR_HEIGHT + 0.06 + _MARGIN


def _lines(text: str, columns: int) -> list[str]:
    """Break a text into lines; what the font cannot draw, as most emoji, is left out."""
    drawable = "".join(c for c in text if ord(c) in _drawable() or c.isspace())
    return wrap(drawable, columns) or ["–"]


@cache
def _drawable() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font  # noqa: PLC0415 -- as above

    return frozenset(get_font(findfont(_FONT)).get_charmap())


def _axes_in_inches(figure: "Figure", height: float) -> "Axes":
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, _WIDTH_INCHES)
    axes.set_ylim(height, 0.0)
    axes.set_axis_off()
    return axes


def _write(axes: "Axes", top: float, lines: list[str], **style: Any) -> None:
    axes.text(
        _MARGIN,
        top,
        "\n".join(lines),
        family=_FONT,
        color=_INK,
        verticalalignment="top",
        linespacing=1.2,
        parse_math=False,  # a dollar sign in a label is a dollar sign
        **style,
    )


def _bar(axes: "Axes", middle: float, part_of_longest: float, numbers: str) -> None:
    room = _WIDTH_INCHES - 2 * _MARGIN - _NUMBERS_WIDTH
    for length, colour in ((room, _TRACK_COLOUR), (room * part_of_longest, _BAR_COLOUR)):
        axes.barh(middle, length, left=_MARGIN, height=_BAR_HEIGHT, color=colour)
    axes.text(
        _MARGIN + room + 0.12,
        middle,
        numbers,
        fontsize=15,
        family=_FONT,
        color=_INK,
        weight="bold",
        verticalalignment="center",
    )
