"""The paper that charts are drawn on: inches from the top, one font, no dollar formulas.

Phones show a picture a few centimetres wide and offices print it in grey: few big words, marks
that differ by length, lightness and hatching and not by colour, and each number written out.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from textwrap import wrap
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.2
MARGIN = 0.22
TITLE_LINE = 0.32
LABEL_LINE = 0.26
TITLE_COLUMNS = 38
LABEL_COLUMNS = 46
BAR_COLOUR = "#2f6690"
TRACK_COLOUR = "#e8e8e8"
INK = "#1a1a1a"
FONT = "DejaVu Sans"
PNG, SVG = "png", "svg"
_DPI = 150
# Reports are drawn beside the loop, and the library keeps its settings for all threads together.
_DRAWING = Lock()


def lines(text: str, columns: int) -> list[str]:
    """Break a text into lines; what the font cannot draw, as most emoji, is left out."""
    drawable = "".join(c for c in text if ord(c) in _drawable() or c.isspace())
    return wrap(drawable, columns) or ["–"]


def title_style(file_format: str) -> tuple[int, int, float]:
    """Give a title's columns, size and height of a line: large in a chat, a heading on paper."""
    return (TITLE_COLUMNS, 17, TITLE_LINE) if file_format == PNG else (52, 13, 0.24)


@cache
def _drawable() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font  # noqa: PLC0415 -- slow, few need it

    return frozenset(get_font(findfont(FONT)).get_charmap())


def canvas(height: float) -> tuple["Figure", "Axes"]:
    """Lay out white paper of a phone's width; its units are inches from the left and the top."""
    from matplotlib.figure import Figure  # noqa: PLC0415 -- half a second that few need

    figure = Figure(figsize=(WIDTH, height), dpi=_DPI, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, WIDTH)
    axes.set_ylim(height, 0.0)
    axes.set_axis_off()
    return figure, axes


def write(
    axes: "Axes", top: float, text: Sequence[str], *, left: float = MARGIN, **style: Any
) -> None:
    """Write lines of text; `top` is their upper edge unless the style says otherwise."""
    known: dict[str, Any] = {
        "family": FONT,
        "color": INK,
        "verticalalignment": "top",
        "linespacing": 1.2,
    }
    # A dollar sign in a label is a dollar sign.
    axes.text(left, top, "\n".join(text), parse_math=False, **(known | style))


def picture(figure: "Figure", file_format: str) -> bytes:
    """Give the finished drawing as PNG or SVG; the same drawing gives the same bytes."""
    from matplotlib import rc_context  # noqa: PLC0415 -- as above

    written = BytesIO()
    with _DRAWING:
        if file_format == PNG:
            figure.savefig(written, format=PNG)
        else:
            with rc_context({"svg.hashsalt": "akademia"}):
                figure.savefig(written, format=SVG, metadata={"Date": None, "Creator": None})
    return written.getvalue()
