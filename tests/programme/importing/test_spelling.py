import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from programme.importing.spelling import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Koło Gospodyń w Miłkach", "kolo gospodyn w milkach"),
        ("ŻÓŁĆ, gęślą-jaźń!", "zolc gesla jazn"),
        ("  „Nasza   Wieś”  ", "nasza wies"),
        ("Straße Łódź", "strasse lodz"),
        ("?!", ""),
    ],
)
def test_fold_leaves_plain_words(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
@example("ℇ")
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
