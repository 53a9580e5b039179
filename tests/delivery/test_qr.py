import re

from delivery import qr

LINK = "https://t.me/akademia_bot?start=a_472936"


def width(drawn: str) -> str:
    return next(found[1] for found in re.finditer(r'width="(\d+)"', drawn))


def test_svg_has_the_border_that_is_asked_for() -> None:
    assert [width(qr.svg(LINK, border=border)) for border in (0, 4)] == ["29", "37"]


def test_svg_of_the_same_link_has_the_same_bytes() -> None:
    assert qr.svg(LINK, border=4) == qr.svg(LINK, border=4)
