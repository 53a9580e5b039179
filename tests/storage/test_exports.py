import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.exports import (
    BYTE_ORDER_MARK,
    FORMULA_STARTS,
    Record,
    plain_cell,
    safe_cell,
    to_csv,
    to_jsonl,
)

COLUMNS = ("name", "number", "text")
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
RECORDS = st.lists(
    st.fixed_dictionaries({"name": TEXTS, "number": st.integers(), "text": TEXTS | st.none()})
)


def _read(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_to_csv_writes_a_heading_and_rows_for_excel() -> None:
    record: Record = {"name": "Łucja „Zając”, sołtyska", "number": 7, "text": None}

    content = to_csv(COLUMNS, [record])

    assert (
        content
        == (BYTE_ORDER_MARK + 'name,number,text\r\n"Łucja „Zając”, sołtyska",7,\r\n').encode()
    )


def test_to_csv_without_rows_has_a_heading() -> None:
    assert _read(to_csv(COLUMNS, [])) == [["name", "number", "text"]]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://example.org")', '\'=HYPERLINK("http://example.org")'),
        ("+48 600 000 000", "'+48 600 000 000"),
        ("-1", "'-1"),
        (-1, "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("'=1", "''=1"),
        (" =1", "' =1"),
        ("\u00a0@SUM(A1)", "'\u00a0@SUM(A1)"),
        ("\n-1", "'\n-1"),
        ("' =1", "'' =1"),
        ("＝1", "'＝1"),
        ("'tak'", "'tak'"),
        ("a=1", "a=1"),
        ("", ""),
        (None, ""),
        (12, "12"),
    ],
)
def test_safe_cell(cell: str | int | None, written: str) -> None:
    assert safe_cell(cell) == written


@given(cell=TEXTS)
def test_plain_cell_gives_back_what_was_written(cell: str) -> None:
    assert plain_cell(safe_cell(cell)) == cell


@given(records=RECORDS)
def test_csv_has_no_formula_and_reads_back(records: list[dict[str, str | int | None]]) -> None:
    rows = _read(to_csv(COLUMNS, records))[1:]

    starts = ("=", "+", "-", "@")
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)] == []
    assert [cell for row in rows for cell in row if cell.lstrip().startswith(starts)] == []
    assert [[plain_cell(cell) for cell in row] for row in rows] == [
        [record["name"], str(record["number"]), record["text"] or ""] for record in records
    ]


@given(records=RECORDS)
def test_jsonl_reads_back(records: list[dict[str, str | int | None]]) -> None:
    lines = to_jsonl(COLUMNS, records).decode().split("\n")

    assert [json.loads(line) for line in lines[:-1]] == records
    assert lines[-1] == ""


def test_jsonl_keeps_polish_letters() -> None:
    content = to_jsonl(("a",), [{"a": "żółw"}])

    assert content == '{"a": "żółw"}\n'.encode()
