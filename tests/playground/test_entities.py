import pytest

from playground.entities import find_entities, parse_html, units
from playground.errors import BadRequest


@pytest.mark.parametrize(
    ("source", "text", "marks"),
    [
        ("zwykły", "zwykły", []),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("😀<STRONG>ą</STRONG>", "😀ą", [("bold", 2, 1)]),
        ("&lt;b&gt; &amp;&quot;&#261;&#x105;&nic; & &#0;", '<b> &"ąą&nic; & &#0;', []),
        ("  <u> a </u>  ", "a", [("underline", 0, 1)]),
        ("<code>x</code><pre>y</pre>", "xy", [("code", 0, 1), ("pre", 1, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)]),
        ("<blockquote expandable>c</blockquote>", "c", [("expandable_blockquote", 0, 1)]),
        ('<a href="mailto:a@example.org">m</a>', "m", []),
        ("a > b", "a > b", []),
        ("<b>a</>", "a", [("bold", 0, 1)]),
    ],
)
def test_html_gives_text_and_entities(
    source: str, text: str, marks: list[tuple[str, int, int]]
) -> None:
    plain, entities = parse_html(source)

    assert plain == text
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == marks


def test_link_and_emoji_keep_their_targets() -> None:
    link = parse_html("<a href='https://example.org/?a=1&amp;b=2'>tu</a>")[1]
    emoji = parse_html('<tg-emoji emoji-id="5">👍</tg-emoji>')[1]

    assert link[0]["url"] == "https://example.org/?a=1&b=2"
    assert emoji[0]["custom_emoji_id"] == "5"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("ą <br>", 'Unsupported start tag "br" at byte offset 3'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>a</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        parse_html(source)

    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_addresses_and_commands_are_found() -> None:
    text = "Napisz /pomoc, urzad@example.org albo https://example.org/a. a/b"

    found = find_entities(text, [])

    parts = [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in found]
    assert parts == [
        ("bot_command", "/pomoc"),
        ("email", "urzad@example.org"),
        ("url", "https://example.org/a"),
    ]


def test_nothing_is_found_inside_code() -> None:
    marked = [{"type": "code", "offset": 0, "length": 6}]

    assert find_entities("/pomoc", marked) == marked


def test_units_count_as_telegram_does() -> None:
    assert units("ą😀") == 3
