"""How a person stands at an event, in words and buttons."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from delivery.chat import Button
from handlers.telegram import standing
from programme.listing import EventView
from storage.offers import Offer
from storage.registrations import Registration
from texts.translator import load

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
T = load("pl")
PLAIN = EventView(
    event_id=1,
    title="Budowanie partnerstw",
    kind="training",
    place="Ośrodek Kultury",
    description="",
    sessions=[],
    zone="Europe/Warsaw",
    state="published",
    free=3,
    waiting=0,
    deadline_at=None,
    open_now=True,
    mine=None,
    position=None,
)


def view(**changes: Any) -> EventView:
    return dataclasses.replace(PLAIN, **changes)


def waiting(approval: str = "none") -> Registration:
    return Registration(31, 1, 1, "waiting", 1, NOW, None, approval=approval)


def offer(*, holds_seat: bool) -> Offer:
    return Offer(5, 31, 1, holds_seat, "open", NOW, datetime(2027, 1, 5, 9, tzinfo=UTC))


CASES = [
    pytest.param(
        view(mine=waiting("asked"), applied=True),
        "Państwa zgłoszenie czeka na decyzję urzędu. Napiszemy, gdy decyzja zapadnie.",
        ["xx:31"],
        id="application",
    ),
    pytest.param(
        view(mine=waiting(), offer=offer(holds_seat=True)),
        "Jest dla Państwa wolne miejsce. Trzymamy je do: wtorek, 5 stycznia 2027, godz. 10:00.",
        ["o:31", "od:31"],
        id="seat-held",
    ),
    pytest.param(
        view(mine=waiting(), offer=offer(holds_seat=False), position=2),
        "Jest wolne miejsce. Dostanie je ta osoba, która odpowie jako pierwsza. Czekamy do: "
        "wtorek, 5 stycznia 2027, godz. 10:00.",
        ["o:31", "od:31"],
        id="seat-for-the-first",
    ),
    pytest.param(
        view(mine=waiting(), position=2),
        "Są Państwo na liście rezerwowej, numer 2.",
        ["xx:31"],
        id="in-line",
    ),
    pytest.param(
        view(by_nomination=True),
        "Na to wydarzenie uczestników zgłaszają organizacje.",
        [],
        id="by-nomination",
    ),
    pytest.param(
        view(late=True),
        "Termin zapisów minął, ale nadal można się zgłosić. Od razu napiszemy, czy jest miejsce.",
        ["r:1"],
        id="late",
    ),
    pytest.param(
        view(needs_approval=True),
        "Uczestników wybiera urząd. Można wysłać zgłoszenie.",
        ["r:1"],
        id="approval",
    ),
]


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def data(rows: tuple[tuple[Button, ...], ...]) -> list[str | None]:
    return [button.data for row in rows for button in row]


@pytest.mark.parametrize(("seen", "words", "buttons"), CASES)
def test_standing_is_said_with_what_can_be_done(
    seen: EventView, words: str, buttons: list[str]
) -> None:
    assert plain(standing.seats(T, seen)) == words
    assert data(standing.choices(T, seen))[: len(buttons) or 1] == buttons


@pytest.mark.parametrize("state", ["cancelled", "published"])
def test_nothing_is_offered_at_what_is_cancelled_or_over(state: str) -> None:
    seen = view(
        state=state, over=True, mine=waiting(), offer=offer(holds_seat=True), open_now=False
    )

    assert standing.choices(T, seen) == ()
