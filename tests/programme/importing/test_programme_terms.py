"""The terms of an event and the papers it asks for, as the programme file has them."""

from datetime import date, datetime

import pytest

from programme.importing import problems as faults
from programme.importing.entries import DocumentEntry, EventEntry, TermsEntry
from programme.importing.problems import FileRefused, Place
from programme.importing.programme_file import read_programme
from tests.programme.importing.test_programme_file import EVENT, HEAD

SESSION = EVENT.index("[[events.sessions]]")
PLACE = Place("event", 1, "prawo")


def event(more: str, after: str = "") -> EventEntry:
    text = HEAD + EVENT[:SESSION] + more + EVENT[SESSION:] + after
    return read_programme(text.encode(), today=date(2026, 11, 23)).events[0]


def problems(more: str, after: str = "") -> tuple[faults.FileProblem, ...]:
    with pytest.raises(FileRefused) as refused:
        event(more, after)
    return refused.value.problems


def test_terms_left_out_let_everyone_in_as_they_come() -> None:
    assert event("").terms == TermsEntry()


def test_terms_are_read() -> None:
    terms = event(
        """
entry = "nominated"
seats_per_organisation = 2
nomination_deadline = "2027-01-08"
approval = "staff"
selection = "staff"
fairness = "one_each"
late = "line"
offer_hours = 24
last_minute_hours = 48
certificate_sessions = 2
stands = 20
"""
    ).terms

    assert terms == TermsEntry(
        entry="nominated",
        seats_per_organisation=2,
        nomination_deadline=datetime.fromisoformat("2027-01-08T23:59"),
        approval="staff",
        selection="staff",
        fairness="one_each",
        late="line",
        offer_hours=24,
        last_minute_hours=48,
        certificate_sessions=2,
        stands=20,
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            'entry = "everyone"',
            faults.BadChoice(PLACE, "entry", "everyone", ("open", "nominated")),
        ),
        ('late = "never"', faults.BadChoice(PLACE, "late", "never", ("refuse", "line"))),
        ("offer_hours = 169", faults.BadNumber(PLACE, "offer_hours", 169, 0, 168)),
        (
            "seats_per_organisation = 0",
            faults.BadNumber(PLACE, "seats_per_organisation", 0, 1, 10_000),
        ),
        (
            'nomination_deadline = "soon"',
            faults.BadTime(PLACE, "nomination_deadline", "soon"),
        ),
    ],
)
def test_terms_that_cannot_be_are_named(line: str, problem: faults.FileProblem) -> None:
    assert problems(f"{line}\n") == (problem,)


PAPERS = """
[[events.documents]]
key = "karta"
title = "Karta zgłoszenia"
blank = "karta.pdf"

[[events.documents]]
key = "{second}"
title = "Oświadczenie"
"""


def test_documents_are_read_in_order() -> None:
    assert event("", PAPERS.format(second="zgoda")).documents == (
        DocumentEntry("karta", "Karta zgłoszenia", "karta.pdf"),
        DocumentEntry("zgoda", "Oświadczenie"),
    )


def test_documents_with_the_same_key_are_named() -> None:
    assert problems("", PAPERS.format(second="karta")) == (
        faults.DuplicateKey(Place("document", 2, "karta", PLACE), "key", "karta"),
    )
