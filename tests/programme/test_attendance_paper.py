import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.attendance_lists import Listed
from programme.attendance_paper import GONE, LIKE, NAME, NUMBER, SEVERAL, UNKNOWN, Entry, read


def _listed(number: int | None, name: str, *, has_seat: bool = True) -> Listed:
    registration_id = 100 + (number or 50)
    return Listed(registration_id, name, "KGW", number, has_seat)


PEOPLE = [
    _listed(1, "Jan Łoś"),
    _listed(2, "Anna Nowak"),
    _listed(3, "Anna Maria Wzorowa"),
    _listed(4, "Piotr Zając", has_seat=False),
    _listed(5, "Zofia Nowak"),
    Listed(201, "Ewa Kot", "KGW", 6, has_seat=True),
    Listed(202, "Ewa Kot", "KGW", 7, has_seat=True),
    Listed(203, "Ola Nowa", "KGW", None, has_seat=True),
]


def found(text: str) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(one.text, one.how, one.registration_ids) for one in read(text, PEOPLE)]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("1", [("1", NUMBER, (101,))]),
        ("1, 3,5", [("1", NUMBER, (101,)), ("3", NUMBER, (103,)), ("5", NUMBER, (105,))]),
        ("1-3", [("1-3", NUMBER, (101, 102, 103))]),
        ("3 – 1", [("3-1", NUMBER, (101, 102, 103))]),
        ("1. 2. 3.", [(str(n), NUMBER, (100 + n,)) for n in (1, 2, 3)]),
        ("1;2 3", [(str(n), NUMBER, (100 + n,)) for n in (1, 2, 3)]),
        ("4", [("4. Piotr Zając", GONE, ())]),
        (
            "3-5",
            [("3-5", NUMBER, (103, 105)), ("4. Piotr Zając", GONE, ())],
        ),
        ("7-9", [("7-9", NUMBER, (202,)), ("8", UNKNOWN, ()), ("9", UNKNOWN, ())]),
        ("0", [("0", UNKNOWN, ())]),
        ("99", [("99", UNKNOWN, ())]),
        ("1-2-3", [("1-2-3", UNKNOWN, ())]),
        ("9" * 3000, [("9" * 3000, UNKNOWN, ())]),
    ],
)
def test_numbers_are_those_of_the_printed_list(
    text: str, entries: list[tuple[str, str, tuple[int, ...]]]
) -> None:
    assert found(text) == entries


def test_a_huge_span_names_who_is_there_and_is_shown_as_it_was_typed() -> None:
    assert found("1-999999999999") == [
        ("1-999999999999", NUMBER, (101, 102, 103, 105, 201, 202)),
        ("4. Piotr Zając", GONE, ()),
        ("1-999999999999", UNKNOWN, ()),
    ]


@pytest.mark.parametrize(
    ("text", "how", "registrations"),
    [
        ("Jan Łoś", NAME, (101,)),
        ("  jan los ", NAME, (101,)),
        ("ŁOŚ Jan", NAME, (101,)),
        ("1. Jan Łoś", NAME, (101,)),
        ("Ola Nowa", NAME, (203,)),
        ("Jan Łośś", LIKE, (101,)),
        ("Ana Maria Wzorowa", LIKE, (103,)),
        ("Łoś", LIKE, (101,)),
        ("J. Łoś", LIKE, (101,)),
        ("Z. Nowak", LIKE, (105,)),
        ("Nowak", SEVERAL, ()),
        ("Ewa Kot", SEVERAL, ()),
        ("Piotr Zając", GONE, ()),
        ("Gall Anonim", UNKNOWN, ()),
        ("🙂", UNKNOWN, ()),
        ("nieobecni:", UNKNOWN, ()),
        ("a" * 4000, UNKNOWN, ()),
    ],
)
def test_names_are_found_however_they_are_typed(
    text: str, how: str, registrations: tuple[int, ...]
) -> None:
    assert found(text) == [(text.strip(), how, registrations)]


def test_several_names_on_a_line_are_taken_apart() -> None:
    assert found("Jan Łoś, Gall Anonim; Zofia Nowak") == [
        ("Jan Łoś", NAME, (101,)),
        ("Gall Anonim", UNKNOWN, ()),
        ("Zofia Nowak", NAME, (105,)),
    ]


def test_numbers_without_a_printed_list_are_nobodys() -> None:
    people = [Listed(1, "Jan Łoś", "KGW", None, has_seat=True)]

    assert read("1\nJan Łoś", people) == [Entry(0, "1", UNKNOWN), Entry(1, "Jan Łoś", NAME, (1,))]


PIECES = st.sampled_from(
    ["1", "2", "7", "99", "1-3", "5 – 8", "Jan Łoś", "Nowak", "Gall", ",", ";", ".", "-", " ", "\n"]
)
ANYTHING = st.text(max_size=120) | st.lists(PIECES, max_size=25).map("".join)


@given(ANYTHING)
def test_every_line_is_found_or_shown(text: str) -> None:
    entries = read(text, PEOPLE)

    lines = text.splitlines()
    written = {at for at, line in enumerate(lines) if re.search(r"\w", line)}
    assert written <= {one.line for one in entries}
    assert {one.line for one in entries} <= {at for at, line in enumerate(lines) if line.strip()}
    assert [one for one in entries if not (one.registration_ids or one.text)] == []


@given(ANYTHING)
def test_every_entry_is_either_somebody_or_a_reason(text: str) -> None:
    for one in read(text, PEOPLE):
        assert (one.how in (NUMBER, NAME, LIKE)) == bool(one.registration_ids)
        assert set(one.registration_ids) <= {
            each.registration_id for each in PEOPLE if each.has_seat
        }


@given(st.lists(st.text("abcdefghijklmnop Łż", min_size=1, max_size=30), min_size=1, max_size=8))
def test_lines_of_words_are_kept_as_they_were_typed(lines: list[str]) -> None:
    entries = read("\n".join(lines), PEOPLE)

    assert [one.text for one in entries] == [line.strip() for line in lines if line.strip()]


@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=30))
def test_every_number_is_found_or_shown(numbers: list[int]) -> None:
    entries = read(", ".join(map(str, numbers)), PEOPLE)

    known = {one.number: one for one in PEOPLE}
    assert len(entries) == len(numbers)
    for number, one in zip(numbers, entries, strict=True):
        person = known.get(number)
        assert one.how == (UNKNOWN if person is None else NUMBER if person.has_seat else GONE)
