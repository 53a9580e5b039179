"""Write the style of each class into the elements of a mail that name it.

Many readers of mail drop style sheets, so each element has to bring its own style. Templates name
classes, and they are styled once, when a template is loaded: a mail costs nothing by it.
"""

import re
from functools import cache
from pathlib import Path

import css_inline
from jinja2.ext import Extension

SHEET = Path(__file__).parent / "templates" / "notices" / "_mail.css"
# A tag whose class is written out; what templates compute in it may not hold a ">".
_NAMED = re.compile(r'<(?P<tag>[a-z][a-z0-9]*)(?P<rest>[^<>]*?) class="(?P<names>[\w -]+)"')
_SPACE = re.compile(r" ?([{}:;,!>]) ?")
_STYLE = re.compile(r' style="(?P<style>[^"]*)"')


class Styled(Extension):
    """Style the mails' HTML, and shorten their sheet, while Jinja loads them."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Give the source with styles in the places of classes; others than mails unchanged."""
        del filename
        if not name or not name.startswith("notices/"):
            return source
        if name.endswith(".css"):
            return short(source)
        return styled(source) if name.endswith(".html") else source


def styled(source: str) -> str:
    """Add to each tag that names classes the style they stand for, and keep the classes."""
    return _NAMED.sub(_with_style, source)


def short(style: str) -> str:
    """Take out the space that only people need: each mail carries the style many times."""
    return _SPACE.sub(r"\1", " ".join(style.split())).removesuffix(";")


def _with_style(found: re.Match[str]) -> str:
    style = _style_of(found["names"])
    return f'{found[0]} style="{style}"' if style else found[0]


@cache
def _style_of(names: str) -> str:
    made = css_inline.inline_fragment(f'<div class="{names}"></div>', SHEET.read_text("utf-8"))
    style = _STYLE.search(made)
    return short(style["style"]) if style else ""
