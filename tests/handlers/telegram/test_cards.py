"""A card offers only what can still be done."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.chat import ChatMessage
from handlers.telegram import screens
from programme.listing import EventView
from storage.registrations import Registration
from texts.translator import load

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
MINE = Registration(31, 1, 1, "active", None, NOW, NOW)


def card(*, state: str = "published", over: bool = False) -> ChatMessage:
    """Show the card of an event at which the reader has a seat."""
    session = {
        "starts_at": NOW.isoformat(),
        "ends_at": (NOW + timedelta(hours=6)).isoformat(),
        "zone": "Europe/Warsaw",
        "place": "Ośrodek Kultury",
    }
    view = EventView(
        event_id=1,
        title="NGO jako lider społeczności lokalnej",
        kind="training",
        place="Ośrodek Kultury",
        description="",
        sessions=[session],
        zone="Europe/Warsaw",
        state=state,
        free=0,
        waiting=0,
        deadline_at=None,
        open_now=False,
        mine=MINE,
        position=None,
        over=over,
    )
    return screens.event_card(load("pl"), view)


def data(message: ChatMessage) -> list[str | None]:
    """List what lies behind the buttons."""
    return [button.data for row in message.buttons for button in row]


def test_seat_ahead_can_be_given_back() -> None:
    assert data(card()) == ["x:31", "l", "m"]


@pytest.mark.parametrize(("state", "over"), [("cancelled", False), ("published", True)])
def test_seat_at_what_is_over_or_cancelled_cannot_be_given_back(state: str, over: bool) -> None:
    assert data(card(state=state, over=over)) == ["l", "m"]
