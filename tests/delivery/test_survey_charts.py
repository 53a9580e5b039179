from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread

from delivery.survey_charts import ScaleRow, Slope, bars, scales
from delivery.survey_slopes import slopes, spread
from texts.translator import load

HOSTILE = "Cena $x_1$ w złotych 😀 " + "bardzo" * 20
POINTS = ("1", "2", "3", "4", "5")


def size(content: bytes) -> tuple[int, int]:
    height, width, _ = imread(BytesIO(content), format="png").shape
    return width, height


@pytest.mark.parametrize("file_format", ["png", "svg"])
def test_every_chart_takes_hostile_labels_nobody_and_hidden_rows(file_format: str) -> None:
    t = load("pl")
    rows = [ScaleRow(HOSTILE, (1, 0, 3, 0, 9), 4.2), ScaleRow("Nikt", (0,) * 5)]
    rows.append(ScaleRow("Mało", None))
    lines = [Slope(HOSTILE, 1.0, 2.0, "1", "2", is_clear=True), Slope("B", 2.0, 2.0, "2", "2")]

    drawn = [
        bars(t, HOSTILE, [(HOSTILE, 3), ("Nic", 0)] * 10, answered=0, file_format=file_format),
        scales(t, HOSTILE, rows, points=POINTS, low_label=HOSTILE, file_format=file_format),
        slopes(HOSTILE, lines * 4, before=HOSTILE, after="", file_format=file_format),
    ]

    beginning = b"\x89PNG" if file_format == "png" else b"<?xml"
    assert [one.content.startswith(beginning) for one in drawn] == [True] * 3
    if file_format == "png":
        assert {size(one.content)[0] for one in drawn} == {1080}


def test_the_same_picture_gives_the_same_svg() -> None:
    t = load("pl")
    rows = [ScaleRow("Kontakt", (1, 2, 3, 4, 5), 3.7)]

    first, second = (scales(t, "Oceny", rows, points=POINTS, file_format="svg") for _ in "ab")

    assert first.content == second.content


def test_charts_are_told_in_words() -> None:
    t = load("pl")

    assert bars(t, "Skąd?", [("Gazeta", 3), ("Sołtys", 1)], answered=4).alt == (
        "Skąd?. Gazeta: 3 (75%); Sołtys: 1 (25%). n = 4."
    )
    assert scales(t, "Oceny", [ScaleRow("Czas", (1, 0, 3), 2.5)], points=POINTS[:3]).alt == (
        "Oceny. Czas: 1 – 1, 2 – 0, 3 – 3; średnia 2,5."
    )
    assert slopes("Oceny", [Slope("Czas", 1, 2, "1", "2")], before="wiosna", after="zima").alt == (
        "Oceny. wiosna → zima. Czas: 1 → 2."
    )


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 0.9)), min_size=1, max_size=6))
def test_words_beside_lines_never_cover_each_other(boxes: list[tuple[float, float]]) -> None:
    wanted, sizes = [at for at, _ in boxes], [size for _, size in boxes]

    found = spread(wanted, sizes, 0.0, 5.4)

    placed = sorted(zip(found, sizes, strict=True))
    for (upper, high), (lower, low) in pairwise(placed):
        assert lower - upper >= (high + low) / 2 - 1e-9
    assert min(at - size / 2 for at, size in placed) >= -1e-9
    assert max(at + size / 2 for at, size in placed) <= 5.4 + 1e-9
