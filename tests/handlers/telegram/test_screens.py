"""What a member sees fits into Telegram, whatever others wrote, and is said in both languages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from delivery.chat import ChatMessage
from delivery.limits import check_limits, visible_length
from handlers.telegram import screens, standing
from programme.listing import EventView
from storage.registrations import Registration
from texts.translator import Translator, load

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
MARKUP = '<b>&"'
EMOJI = "🎓" * 300
LONG = ("Współpraca JST i NGO " * 15)[:300]
CONTACT = "Sekretarz Gminy, tel. 600 000 100"


def session(number: int, place: str = "Ośrodek Kultury") -> dict[str, Any]:
    """Give one session, each a day after the other."""
    starts = NOW + timedelta(days=number, hours=1)
    ends = starts + timedelta(hours=6)
    return {
        "starts_at": starts.isoformat(),
        "ends_at": ends.isoformat(),
        "zone": "Europe/Warsaw",
        "place": place,
    }


def event(**changes: Any) -> EventView:
    """Give an event of two days with eight seats, changed as wanted."""
    plain = EventView(
        event_id=1,
        title="NGO jako lider społeczności lokalnej",
        kind="training",
        place="Ośrodek Kultury",
        description="Dobre przykłady.",
        sessions=[session(1), session(2)],
        zone="Europe/Warsaw",
        state="published",
        free=8,
        waiting=0,
        deadline_at=NOW + timedelta(hours=5),
        open_now=True,
        mine=None,
        position=None,
    )
    return replace(plain, **changes)


def seat(state: str = "active") -> Registration:
    """Give the reader's own registration."""
    return Registration(7, 1, 1, state, 3 if state == "waiting" else None, NOW, NOW)


HOSTILE = [
    event(title=words, place=words, description=words * 5, kind=kind)
    for words in (MARKUP, EMOJI, LONG, "x" * 300)
    for kind in ("training", "meeting", "fair", "<unknown>")
]
MANY_DAYS = event(
    title=EMOJI, place=EMOJI, description=EMOJI * 5, sessions=[session(n, EMOJI) for n in range(60)]
)
MINE = [replace(view, mine=seat()) for view in HOSTILE]

SCREENS: dict[str, Callable[[Translator], ChatMessage]] = {
    "no-events": lambda t: screens.event_list(t, []),
    "events": lambda t: screens.event_list(t, HOSTILE, greeting="Dzień dobry!"),
    "500-events": lambda t: screens.event_list(t, [HOSTILE[4]] * 500),
    "card-markup": lambda t: screens.event_card(t, HOSTILE[0]),
    "card-emoji": lambda t: screens.event_card(t, HOSTILE[4], note="x" * 300),
    "card-long": lambda t: screens.event_card(t, HOSTILE[8]),
    "card-many-days": lambda t: screens.event_card(t, MANY_DAYS, note="x" * 300),
    "card-cancelled": lambda t: screens.event_card(t, event(state="cancelled", open_now=False)),
    "card-seat": lambda t: screens.event_card(t, event(mine=seat())),
    "no-registrations": lambda t: screens.my_registrations(t, []),
    "registrations": lambda t: screens.my_registrations(t, MINE),
    "500-registrations": lambda t: screens.my_registrations(t, [MINE[4]] * 500),
    "surely": lambda t: screens.surely(t, MINE[4], 7),
    "surely-waiting": lambda t: screens.surely(t, event(mine=seat("waiting")), 7),
    "help": lambda t: screens.help_page(t, contact=MARKUP),
    "help-staff": lambda t: screens.help_page(
        t, contact=EMOJI, role="coordinator", greeting="Witamy"
    ),
    "languages": screens.languages,
    "not-understood": screens.not_understood,
    "with-help": lambda t: screens.with_help(t("You have a seat."), t, contact=MARKUP),
    "stopped": lambda t: screens.stopped(t("You have a seat."), t),
}


@pytest.mark.parametrize("show", SCREENS.values(), ids=SCREENS.keys())
@pytest.mark.parametrize("locale", ["pl", "en"])
def test_screen_fits_into_one_message(
    show: Callable[[Translator], ChatMessage], locale: str
) -> None:
    message = show(load(locale))

    check_limits(message)

    assert len([button for row in message.buttons for button in row]) <= 100


@pytest.mark.parametrize("show", SCREENS.values(), ids=SCREENS.keys())
def test_screen_shows_foreign_words_as_text(show: Callable[[Translator], ChatMessage]) -> None:
    text = show(load("pl")).text

    assert text.count("<b>") == text.count("</b>")
    assert MARKUP not in text


@pytest.mark.parametrize("show", SCREENS.values(), ids=SCREENS.keys())
def test_screen_is_said_in_both_languages(show: Callable[[Translator], ChatMessage]) -> None:
    polish, english = show(load("pl")), show(load("en"))

    assert polish.text != english.text


@pytest.mark.parametrize("view", HOSTILE)
def test_event_buttons_fit_a_phone(view: EventView) -> None:
    first = screens.event_list(load("pl"), [view]).buttons[0][0]

    assert visible_length(first.label.replace("<", "")) <= screens.ON_BUTTON


def test_event_list_says_number_title_kind_days_and_seats() -> None:
    message = screens.event_list(load("pl"), [event()])

    assert message.text.replace("\u00a0", " ").split("\n\n")[1] == (
        "<b>1. NGO jako lider społeczności lokalnej</b>\n"
        "Szkolenie: 5–6 stycznia 2027\n"
        "Jest jeszcze 8 wolnych miejsc."
    )
    assert [[button.label for button in row] for row in message.buttons] == [
        ["1. NGO jako lider…"],
        ["Moje szkolenia", "Pomoc"],
    ]


def test_event_list_tells_that_there_are_more() -> None:
    message = screens.event_list(load("pl"), [event()] * 12)

    assert message.text.split("\n\n")[-1] == "To najbliższe wydarzenia: 10 z 12."


@pytest.mark.parametrize(
    ("view", "words"),
    [
        pytest.param(event(free=1), "Jest jeszcze 1 wolne miejsce.", id="one"),
        pytest.param(event(free=3), "Są jeszcze 3 wolne miejsca.", id="few"),
        pytest.param(event(free=None), "Miejsc nie zabraknie.", id="no-limit"),
        pytest.param(
            event(free=0),
            "Wszystkie miejsca są zajęte. Można wpisać się na listę rezerwową.",
            id="full",
        ),
        pytest.param(event(open_now=False), "Zapisy są zamknięte.", id="closed"),
        pytest.param(event(mine=seat()), "Mają Państwo zapewnione miejsce.", id="seat"),
        pytest.param(
            event(mine=seat("waiting"), position=2),
            "Są Państwo na liście rezerwowej, numer 2.",
            id="waiting",
        ),
    ],
)
def test_seats_say_whether_there_is_room(view: EventView, words: str) -> None:
    assert standing.seats(load("pl"), view) == words


def test_event_card_says_everything_one_needs_to_decide() -> None:
    view = event(sessions=[session(1), session(2, "Sala <narad>")])

    text = screens.event_card(load("pl"), view).text.replace("\u00a0", " ")

    assert text == (
        "<b>NGO jako lider społeczności lokalnej</b>\nSzkolenie\n\n"
        "Kiedy:\n"
        "– wtorek, 5 stycznia 2027, godz. 11:30–17:30\n"
        "– środa, 6 stycznia 2027, godz. 11:30–17:30, Sala &lt;narad&gt;\n"
        "Gdzie: Ośrodek Kultury\n\n"
        "Dobre przykłady.\n\n"
        "Jest jeszcze 8 wolnych miejsc.\n\n"
        "Zapisy przyjmujemy do: poniedziałek, 4 stycznia 2027, godz. 15:30."
    )


def test_event_card_keeps_the_whole_description_where_there_is_room() -> None:
    view = event(description="Słowo " * 250)

    text = screens.event_card(load("pl"), view).text

    assert text.count("Słowo") == 250
