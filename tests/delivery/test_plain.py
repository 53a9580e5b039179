from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.plain import without_markup
from playground.entities import parse_html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Dzień <b>dobry</b>", "Dzień dobry"),
        ("<b>nie zamknięte <i>źle</b>", "nie zamknięte źle"),
        ('<a href="https://example.org/?a=1&amp;b=2">mapa</a>', "mapa"),
        ("A &amp; B, 1 &lt; 2", "A &amp; B, 1 &lt; 2"),
        ("A & B, 1 < 2 > 0", "A &amp; B, 1 &lt; 2 &gt; 0"),
        ("pisać na <jan@example.org>", "pisać na &lt;jan@example.org&gt;"),
        ("<tg-spoiler>niespodzianka</tg-spoiler><br/>", "niespodzianka"),
        ("&amp;lt;b&amp;gt;", "&amp;lt;b&amp;gt;"),
        ("<B>wielkie</B>", "wielkie"),
        ("", ""),
    ],
)
def test_without_markup_keeps_the_words_alone(text: str, plain: str) -> None:
    assert without_markup(text) == plain


@given(st.text(alphabet="ab <>&;/=\"'ltgąmp", max_size=60))
def test_without_markup_is_sound_whatever_was_typed(text: str) -> None:
    plain = without_markup(text)

    assert "<" not in plain
    assert ">" not in plain
    assert unescape(plain) == unescape(without_markup(plain))
    assert parse_html(plain)[0].strip() == unescape(plain).strip()
