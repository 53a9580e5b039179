from io import BytesIO

import pytest
from matplotlib import pyplot as plt
from matplotlib.image import imread
from numpy import floating
from numpy.typing import NDArray

from delivery.chart import bar_chart, share

TITLE = "Kiedy pasują Państwu kolejne szkolenia?"
LABELS = ["Przed południem", "Po południu, żeby zdążyli pracujący", "W sobotę"]


def grey(picture: bytes) -> NDArray[floating]:
    """Return the picture's lightness, row by row, from 0 to 1."""
    pixels = imread(BytesIO(picture), format="png")
    lightness: NDArray[floating] = pixels[:, :, :3].mean(axis=2)
    return lightness


def bar_lengths(picture: bytes) -> list[int]:
    """Return the length of each dark bar in pixels, from the top, zero where there is none."""
    column_in_bars = 0.034
    lightness = grey(picture)
    row_length = lightness.shape[1]
    lengths = []
    inside = False
    for row in lightness:
        track = row[int(row_length * column_in_bars) : int(row_length * 0.70)]
        is_bar = bool(((track < 0.95) & (track > 0.3)).all())
        if is_bar and not inside:
            lengths.append(int((track < 0.6).sum()))
        inside = is_bar
    return lengths


def test_chart_is_a_picture_of_the_phones_width() -> None:
    height, width = grey(bar_chart(TITLE, LABELS, [12, 18, 1], locale="pl")).shape

    assert width == 1080
    assert 500 <= height <= 1080


def test_bars_differ_in_grey_by_length() -> None:
    first, second, third, none = bar_lengths(
        bar_chart(TITLE, [*LABELS, "Nigdy"], [12, 24, 6, 0], locale="pl")
    )

    assert second > first > third > none == 0
    assert first / second == pytest.approx(0.5, abs=0.02)


def test_long_labels_make_the_picture_taller_and_not_wider() -> None:
    short = grey(bar_chart(TITLE, ["Tak", "Nie"], [1, 2], locale="pl"))
    long = grey(bar_chart(TITLE, ["Tak " * 25, "Nie " * 25], [1, 2], locale="pl"))

    assert long.shape[1] == short.shape[1]
    assert long.shape[0] > short.shape[0]
    # Nothing is written into the right margin.
    assert (long[:, -10:] > 0.99).all()


@pytest.mark.parametrize(
    ("labels", "counts"),
    [
        (["👍🏽 Tak", "🎉"], [1, 0]),
        (["$x^2$ i $y$", "a_b\\c"], [0, 0]),
        (["", "日本語"], [3, 3]),
        ([], []),
    ],
)
def test_odd_labels_are_drawn_without_a_warning(labels: list[str], counts: list[int]) -> None:
    assert bar_chart(TITLE, labels, counts, locale="en").startswith(b"\x89PNG")


def test_chart_leaves_no_figure_open() -> None:
    bar_chart(TITLE, LABELS, [1, 2, 3], locale="pl")

    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("count", "whole", "locale", "words"),
    [
        (3, 8, "pl", "3 (37,5%)"),
        (3, 8, "en", "3 (37.5%)"),
        (1, 2, "pl", "1 (50%)"),
        (1, 3, "en", "1 (33.3%)"),
        (0, 0, "pl", "0 (0%)"),
    ],
)
def test_share_is_written_as_the_language_does(
    count: int, whole: int, locale: str, words: str
) -> None:
    assert share(count, whole, locale) == words


def test_shares_of_several_choices_are_of_the_people() -> None:
    of_votes = bar_chart(TITLE, ["Tak", "Nie"], [3, 3], locale="pl")

    of_people = bar_chart(TITLE, ["Tak", "Nie"], [3, 3], locale="pl", answered=4)

    assert of_votes != of_people
