"""The one button of an answer to a mail leads on to what the answered letter was about."""

import pytest

from delivery.mail_buttons import button
from texts.translator import load

PAGE = "https://gmina.example.org/l/x"


def _label(kind: str, about: str, *what: str) -> str:
    outcomes = [{"what": one, "name": "", "detail": ""} for one in what]
    seen = {"page_link": PAGE, "event": {}, "about": about, "outcomes": outcomes}
    found = button(kind, seen, load("en"))
    assert found is not None
    assert found["link"] == PAGE
    return found["label"]


@pytest.mark.parametrize(
    ("about", "what", "expected"),
    [
        ("nominated", "needs_page", "Confirm that I come"),
        ("invitation", "needs_questions", "Confirm that I come"),
        ("nomination_call", "which_names", "Name people"),
        ("invitation", "which_names", "Register"),
        ("", "which_names", "See the details"),
        ("nomination_call", "named_untold", "See the people you named"),
        ("nomination_call", "named", "See the details"),
    ],
)
def test_answer_that_leaves_a_step_names_it_on_its_button(
    about: str, what: str, expected: str
) -> None:
    assert _label("mail_understood", about, "has_seat", what) == expected


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("registration_confirmed", "See your registration"),
        ("documents_missing", "See the documents"),
        ("nominated", "Say what you would like to do"),
        ("", "Say what you would like to do"),
    ],
)
def test_answer_to_what_was_not_understood_promises_no_answer(about: str, expected: str) -> None:
    assert _label("mail_unclear", about, "read_nothing") == expected
