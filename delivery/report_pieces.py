"""The pieces that a report is made of; delivery/sheets/report.typ sets them."""

from collections.abc import Iterable, Sequence
from typing import Any

from delivery.characters import printable
from delivery.survey_charts import Chart
from delivery.typography import bind

Piece = dict[str, Any]
_SMALL, _USUAL = 8.5, 9.5


def heading(text: str, level: int = 1, *, fresh: bool = False) -> Piece:
    """Begin a part; a fresh one begins on a new page."""
    return {"kind": "heading", "level": level, "text": _set(text), "fresh": fresh}


def text(words: str) -> Piece:
    """Say something."""
    return {"kind": "text", "text": _set(words)}


def small(words: str) -> Piece:
    """Say something for those who want to know exactly."""
    return {"kind": "small", "text": _set(words)}


def items(lines: Iterable[str]) -> Piece:
    """List lines below each other."""
    return {"kind": "list", "items": [_set(line) for line in lines]}


def chart(found: Chart) -> Piece:
    """Show a chart that was drawn as SVG, with its words for those who do not see it."""
    return {"kind": "chart", "svg": found.content.decode(), "alt": printable(found.alt)}


def together(pieces: Sequence[Piece]) -> Piece:
    """Keep pieces on one page."""
    return {"kind": "together", "items": list(pieces)}


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    widths: Sequence[float] | None = None,
    figures_from: int = 1,
) -> Piece:
    """Lay out a table; columns from `figures_from` on have figures, a width of 0 is what it needs.

    Many columns are set smaller.
    """
    many = len(columns) > 6  # noqa: PLR2004 -- as many as stand in a line of text
    return {
        "kind": "table",
        "columns": [_set(one) for one in columns],
        "rows": [[_set(cell) for cell in row] for row in rows],
        "widths": list(widths or [1.0] + [0.0] * (len(columns) - 1)),
        "aligns": ["left" if at < figures_from else "right" for at in range(len(columns))],
        "size": _SMALL if many else _USUAL,
    }


def _set(words: str) -> str:
    return "\n".join(bind(line) for line in printable(words).splitlines())
