"""The list of events that staff look after, within Telegram's limits however long it is."""

import dataclasses

import pytest

from handlers.telegram import desk_screens
from programme.event_desk import EventDesk
from programme.staff import ROLES
from storage.event_people import Counts
from storage.events import Event
from storage.staff import StaffMember
from texts.translator import load

T = load("pl")
PLAIN = Event(
    1,
    "e",
    1,
    "Tytuł " * 60,
    "training",
    "Miłki",
    "",
    20,
    0,
    "all",
    None,
    "Europe/Warsaw",
    "published",
)


def shown(count: int, page: int) -> list[str | None]:
    events = [dataclasses.replace(PLAIN, id=number) for number in range(1, count + 1)]
    message = desk_screens.event_list(T, events, page)
    assert all(len(button.label) <= desk_screens.ON_BUTTON for (button,) in message.buttons[:10])
    return [button.data for row in message.buttons for button in row]


@pytest.mark.parametrize(
    ("count", "page", "first", "turns"),
    [
        (3, -1, "se:1", []),
        (10, 0, "se:1", []),
        (11, 0, "se:1", ["s:1"]),
        (25, 1, "se:11", ["s:0", "s:2"]),
        (25, 99, "se:21", ["s:1"]),
    ],
)
def test_events_are_paged(count: int, page: int, first: str, turns: list[str]) -> None:
    found = shown(count, page)

    assert found[0] == first
    assert [one for one in found if one and one.startswith("s:")] == turns


def test_no_event_is_said_kindly() -> None:
    message = desk_screens.event_list(T, [])

    assert (message.text, message.buttons) == (
        "W tej chwili nie ma żadnego wydarzenia do prowadzenia.",
        (),
    )


def pressed_by(role: str) -> list[str]:
    member = StaffMember(1, "Irena", role, 900)
    view = EventDesk(PLAIN, [], Counts(0, 0, 0, 0, 0))
    screens = (desk_screens.event_desk, desk_screens.event_changes)
    return [
        str(button.data).split(":")[0]
        for screen in screens
        for row in screen(T, view, member).buttons
        for button in row
    ]


def test_whoever_changes_nothing_is_offered_no_change() -> None:
    seen = {role: pressed_by(role) for role in ROLES if role != "trainer"}

    assert seen["viewer"] == ["wr", "s"] * 2
    assert seen["assistant"] == seen["coordinator"]
    assert {"zi", "sg", "zc", "sx"} <= set(seen["coordinator"])
