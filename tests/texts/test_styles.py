import re

import pytest

from texts import styles
from texts.styles import SHEET, short, styled
from texts.translator import load


def test_class_brings_its_style_and_stays() -> None:
    assert styled('<p class="p">{{ x }}</p>') == '<p class="p" style="margin:0 0 16px">{{ x }}</p>'


@pytest.mark.parametrize(
    "source",
    [
        "<p>no class</p>",
        '<p class="unheard-of">x</p>',
        '<p class="{{ name }}">x</p>',
        'class="p" in words',
        '{% if a < b %} class="p"{% endif %}',
    ],
)
def test_what_names_no_known_class_stays_as_it_is(source: str) -> None:
    assert styled(source) == source


def test_class_behind_a_condition_is_styled_within_it() -> None:
    source = '<div{% if not last %} class="sitting"{% endif %}>x</div>'

    assert styled(source) == (
        '<div{% if not last %} class="sitting" style="margin:0 0 6px"{% endif %}>x</div>'
    )


def test_later_class_of_two_wins() -> None:
    found = re.search(r'style="([^"]*)"', styled('<p class="p small">x</p>'))

    assert found is not None
    assert found[1].count("margin") == 1
    assert "font-size:15px" in found[1]


def test_style_loses_only_space_that_nobody_needs() -> None:
    assert short("@media (a: b) {\n  .x , .y { margin : 0 auto !important; }\n}") == (
        "@media (a:b){.x,.y{margin:0 auto!important;}}"
    )


def test_pages_are_left_alone() -> None:
    extension = styles.Styled(load("pl")._templates)
    source = '<p class="p">x</p>'

    assert extension.preprocess(source, "pages/_page.html") == source
    assert extension.preprocess(source, None) == source
    assert extension.preprocess(source, "notices/a/chat.txt") == source
    assert extension.preprocess(source, "notices/a/body.html") == styled(source)


def test_sheet_has_single_classes_alone() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", SHEET.read_text("utf-8"), flags=re.DOTALL)

    selectors = [line.partition("{")[0].strip() for line in sheet.splitlines() if line.strip()]
    assert [one for one in selectors if not re.fullmatch(r"\.[a-z]+", one)] == []
