"""Set a printed sheet: facts go into a template of delivery/sheets, a PDF or a picture comes out.

Facts are plain JSON and reach the template as data, so that no name can become markup. Only the
fonts inside the library are used, and no moment is written into the file: the same facts give
the same bytes on every machine.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

SHEETS = Path(__file__).parent / "sheets"
PIXELS_PER_INCH = 110


class SheetBroken(Exception):
    """The sheet could not be set; the text tells where."""


def pdf(sheet: str, facts: Mapping[str, Any]) -> bytes:
    """Set a sheet as a tagged PDF; raises SheetBroken when the template or a fact is wrong.

    It takes some ten milliseconds of the processor and opens no file but the template.
    """
    return _set(sheet, facts, "pdf")[0]


def pictures(sheet: str, facts: Mapping[str, Any]) -> list[bytes]:
    """Set a sheet as one PNG a page, to be looked at on a screen."""
    return _set(sheet, facts, "png")


def _set(sheet: str, facts: Mapping[str, Any], form: Literal["pdf", "png"]) -> list[bytes]:
    import typst  # noqa: PLC0415 -- 40 MB that only a printed sheet needs

    try:
        content = typst.compile(
            SHEETS / f"{sheet}.typ",
            root=SHEETS,
            ignore_system_fonts=True,
            format=form,
            ppi=PIXELS_PER_INCH,
            sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise SheetBroken(error.diagnostic) from error
    return content if isinstance(content, list) else [content]
