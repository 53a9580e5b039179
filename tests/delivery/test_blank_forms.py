"""The sample's blanks are what their template gives."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from delivery.typeset import pdf

SAMPLE = Path(__file__).parents[2] / "bot" / "sample"
FACTS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "blank_forms.json").read_text("utf-8")
)


def words(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_blank_of_the_sample_is_what_the_template_gives(name: str) -> None:
    shipped = words((SAMPLE / f"{name}.pdf").read_bytes())

    assert len(shipped) == 1
    assert shipped == words(pdf("blank_form", FACTS[name]))


@pytest.mark.parametrize("name", sorted(FACTS))
def test_no_line_of_a_blank_ends_in_a_word_of_one_letter(name: str) -> None:
    (page,) = words((SAMPLE / f"{name}.pdf").read_bytes())

    lines = [line.split() for line in page.splitlines() if line.split()]
    assert [line for line in lines if len(line[-1]) == 1 and line[-1].islower()] == []
