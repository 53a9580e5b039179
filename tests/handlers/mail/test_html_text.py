import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail.html_text import to_text

TAGS = ["<p>", "</p>", "<td>", "</td>", "<tr>", "</table>", "<table>", "<li>", "<blockquote>", "x"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dzień&nbsp;dobry,</p><p>tak &amp; nie</p>", "Dzień dobry,\n\ntak & nie"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>Anna<li>Jan</ul>", "- Anna\n- Jan"),
        ("<ol><li>Anna</li><li>Jan</li></ol>", "1. Anna\n2. Jan"),
        (
            "<table><tr><td><p>Anna</p></td><td>a@example.org</td></tr></table>",
            "Anna\ta@example.org",
        ),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", "a\n\nb"),
        ("<style>p{}</style><script>x</script>tak<!-- nie -->", "tak"),
        ('<div style="display:none">REZYGNUJĘ<br></div>TAK', "TAK"),
        ("<p>tak</p><blockquote>a<blockquote>b</blockquote></blockquote>", "tak\n\n> a\n> > b"),
        ('<a href="mailto:a@example.org?subject=x">Anna</a>', "Anna <a@example.org>"),
        ('<a href="mailto:a@example.org">a@example.org</a>', "a@example.org"),
        ('<a href="https://example.org/l/x">Zgłoś</a>', "Zgłoś (https://example.org/l/x)"),
        ("tak<hr>nie", "tak\n" + "_" * 32 + "\nnie"),
        ('tak<div class="gmail_signature">Jan</div>', "tak\n--\n\nJan"),
        ("1 < 2 <b>tak", "1 < 2 tak"),
        ("tak <!-- nie", "tak nie"),
        ("&#0;&#xFFFFFFF;&bogus;", "\ufffd\ufffd&bogus;"),
        (f'<img src="data:{"x" * 5000}">tak', "tak"),
    ],
)
def test_html_becomes_the_text_that_is_seen(html: str, text: str) -> None:
    assert to_text(html) == text


@given(st.lists(st.one_of(st.sampled_from(TAGS), st.text(max_size=8)), max_size=30))
def test_any_html_becomes_text(pieces: list[str]) -> None:
    to_text("".join(pieces))
