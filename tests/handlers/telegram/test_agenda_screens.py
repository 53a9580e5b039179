"""Pages of the agenda, with as many lines, people and letters as there can be."""

from datetime import timedelta

import pytest

from delivery.chat import ChatMessage
from delivery.limits import check_limits
from handlers.telegram import agenda_screens as screens
from programme.agenda_desk import (
    ANNOUNCEMENTS,
    ASKED,
    ELSEWHERE,
    OFFER,
    ORGANISATIONS,
    OWN,
    PEOPLE,
    PER_PAGE,
    Looked,
    Occurrence,
    Span,
    Whom,
)
from tests.storage.rows import NOW, ZONE
from texts.translator import LOCALES, load

SPAN = Span(NOW, ZONE)
LONGEST = "o.registration_confirmed.e12345678.270104"
WORDS = '<Ż&"> ' * 60


def line(number: int = 0, **changes: object) -> Occurrence:
    values: dict[str, object] = {
        "name": LONGEST,
        "due_at": NOW + timedelta(hours=9 * number),
        "kind": "registration_confirmed",
        "about": WORDS,
        "count": 12345,
    }
    return Occurrence(**(values | changes))  # type: ignore[arg-type]


def people(count: int) -> list[Whom]:
    channels = ("telegram", "mail")
    return [Whom(12345678 + n, f"{WORDS}{n}", channels, "ż" * 200) for n in range(count)]


def data(message: ChatMessage) -> list[str]:
    return [one.data or "" for row in message.buttons for one in row]


@pytest.mark.parametrize("locale", LOCALES)
def test_pages_hold_what_telegram_takes(locale: str) -> None:
    t = load(locale)
    lines = [line(number) for number in range(35)]

    pages = [screens.agenda(t, lines, page, SPAN) for page in (-1, 0, 1, 3, 99)]

    for page in pages:
        check_limits(page)
    assert pages[0] == pages[1]
    assert pages[3] == pages[4]
    assert data(pages[1])[-1:] == ["va:1"]
    assert data(pages[2])[-2:] == ["va:0", "va:2"]
    assert data(pages[4])[-1:] == ["va:2"]


@pytest.mark.parametrize("counted", [PEOPLE, ORGANISATIONS, ANNOUNCEMENTS])
@pytest.mark.parametrize("locale", LOCALES)
def test_one_line_and_its_questions_hold_what_telegram_takes(locale: str, counted: str) -> None:
    t = load(locale)
    found = Looked(line(counted=counted), people(PER_PAGE), PER_PAGE, None)

    for message in (
        screens.one(t, found, SPAN, may_change=True),
        screens.surely_stop(t, found, SPAN),
        screens.surely_now(t, found, SPAN, NOW + timedelta(hours=1)),
        screens.surely_leave_out(t, found, found.people[0], SPAN),
        screens.stopped(t, found.occurrence, 5),
        screens.left_out(t, found.occurrence, found.people[0]),
    ):
        check_limits(message)
    shown = screens.one(t, found, SPAN, may_change=True)
    assert [one for one in data(shown) if one.startswith("vao:")] == [
        f"vao:{LONGEST}:0",
        f"vao:{LONGEST}:2",
    ]
    assert data(shown)[2] == f"vaw:{LONGEST}:12345678:1"


@pytest.mark.parametrize("fixed", [ASKED, ELSEWHERE, OFFER, OWN])
def test_line_that_is_fixed_says_why_and_has_no_button_to_change_it(fixed: str) -> None:
    t = load("pl")
    found = Looked(line(fixed=fixed), people(1), 0, None)

    shown = screens.one(t, found, SPAN, may_change=True)

    assert data(shown)[-1] == "va:0"
    assert [one for one in data(shown) if one.startswith(("vas", "van", "vaw"))] == []
    assert screens.one(t, found, SPAN, may_change=False).text == shown.text


@pytest.mark.parametrize("locale", LOCALES)
def test_empty_agenda_says_so(locale: str) -> None:
    t = load(locale)

    assert screens.agenda(t, [], 0, SPAN).text == t.plural(
        "Nothing will be sent in the next %(n)s day.",
        "Nothing will be sent in the next %(n)s days.",
        14,
    )


@pytest.mark.parametrize(
    ("kind", "counted", "meaning"),
    [
        ("reminder", PEOPLE, "They will not be reminded"),
        ("documents_missing", PEOPLE, "They will not be reminded"),
        ("exhibitor_reminder", ORGANISATIONS, "They will not be reminded"),
        ("invitation", PEOPLE, "This letter will not leave"),
        ("digest", ANNOUNCEMENTS, "These announcements will be in no digest"),
        ("event_moved", PEOPLE, "They will not learn of this from us"),
    ],
)
def test_question_before_a_stop_says_what_it_means(kind: str, counted: str, meaning: str) -> None:
    found = Looked(line(kind=kind, counted=counted), [], 0, None)

    assert meaning in screens.surely_stop(load("en"), found, SPAN).text
